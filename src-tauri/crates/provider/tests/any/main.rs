//! What holds of every venue, whoever translates for it.
//!
//! What each sends stands in `fixtures`, one message a line, and what it answers
//! where things are fetched or looked for beside it; everything here is made of
//! that. `cargo test` tries a few thousand changed messages of each venue; `cargo
//! xtask fuzz venues` as many as are wanted, of any seed.
//!
//! - `stage`: a venue with everything that its messages name, asked for
//! - `mutation`: a message, changed; `dice` and `words` are what it is changed by
//! - `said`: what must hold of whatever was read
//! - `past`: the same for what each answers of its past, candle by candle
//! - `search`: what is found by words
//! - `bad`: input that is bad in a way that happens, and what it must not cost
//! - `fuzz`: changed messages by the thousands, and the memory that they take

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::print_stdout,
    reason = "what was tried is told to whoever asked for it"
)]

mod bad;
mod described;
mod dice;
mod fuzz;
mod mutation;
mod past;
mod said;
mod search;
mod stage;
mod words;

use std::collections::BTreeSet;

use model::SymbolKey;
use provider::{Directory, Event, VenueName};

use stage::Stage;

#[test]
fn of_every_venue_it_is_written_down_what_it_sends() {
    let _alone = fuzz::alone();
    for venue in VenueName::all() {
        assert!(
            !Stage::of(venue).lines.is_empty(),
            "{venue} has no file in fixtures"
        );
    }
}

#[test]
fn what_is_given_up_is_told_to_nobody() {
    let _alone = fuzz::alone();
    for venue in VenueName::all() {
        let stage = Stage::of(venue);
        let mut translator = stage.connected();
        let mut events = Vec::new();
        for line in &stage.lines {
            let _told = translator.read(line, &Directory::default(), &mut events);
        }
        let keys: Vec<_> = events.iter().filter_map(said::key).collect();
        assert_eq!(keys, [] as [SymbolKey; 0], "{venue}");
    }
}

#[test]
fn what_nobody_has_asked_for_is_no_price_of_another_symbol() {
    let _alone = fuzz::alone();
    for venue in VenueName::all() {
        let stage = Stage::of_strangers(venue);
        let mut translator = stage.connected();
        for line in &stage.lines {
            let mut events = Vec::new();
            let _told = translator.read(line, &stage.directory, &mut events);
            let prices: Vec<_> = events.iter().filter(|event| said::is_data(event)).collect();
            assert_eq!(prices, [] as [&Event; 0], "{venue}: {line}");
        }
    }
}

#[test]
fn every_price_has_the_digits_that_came() {
    let _alone = fuzz::alone();
    let mut quoted = BTreeSet::new();
    for venue in VenueName::all() {
        let stage = Stage::of(venue);
        let mut translator = stage.connected();
        for line in &stage.lines {
            let mut events = Vec::new();
            let _told = translator.read(line, &stage.directory, &mut events);
            if events.iter().any(said::is_data) {
                quoted.insert(venue.provider());
            }
            if !stage.is_binary() {
                said::prices_stand_in(line, &events).unwrap();
            }
        }
    }
    for venue in VenueName::all() {
        assert!(
            quoted.contains(venue.provider()),
            "no message of {venue} says a price of anything"
        );
    }
}

#[test]
fn what_is_fetched_has_the_digits_that_came() {
    let _alone = fuzz::alone();
    for venue in VenueName::all() {
        let stage = Stage::of(venue);
        let (mut translator, paths) = stage.looking();
        let mut quoted = paths.is_empty();
        for (path, answer) in paths
            .iter()
            .flat_map(|path| stage.answers().iter().map(move |line| (path, line)))
        {
            let mut events = Vec::new();
            let _told = translator.read_fetched(path, answer, &stage.directory, &mut events);
            quoted |= events.iter().any(said::is_data);
            if !stage.is_binary() {
                said::prices_stand_in(answer, &events).unwrap();
            }
        }
        assert!(quoted, "no answer of {venue} says a price of anything");
    }
}

#[test]
fn every_key_is_that_of_a_symbol_that_was_asked_for() {
    let _alone = fuzz::alone();
    for venue in VenueName::all() {
        let stage = Stage::of(venue);
        let mut translator = stage.connected();
        for line in &stage.lines {
            let mut events = Vec::new();
            let _told = translator.read(line, &stage.directory, &mut events);
            for key in events.iter().filter_map(said::key) {
                assert!(stage.is_wanted(key), "{venue}: {line}");
            }
        }
    }
}
