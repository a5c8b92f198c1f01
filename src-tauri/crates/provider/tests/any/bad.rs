//! The bad input that every venue has a defined answer to: the message is told in part or not at all,
//! nothing that it does not say is told, and the next good one is read as if it had not been.

use provider::{Event, VenueName};

use crate::fuzz;
use crate::said;
use crate::stage::Stage;
use crate::words::words;

const TOO_LARGE: &str = "79228162514264337593543950336000";
const NEW: &str = r#""a_new_field":{"deep":[1,null,"x"]}"#;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bad {
    OutOfRange,
    From1970,
    Empty,
    NewField,
    Missing,
    OtherType,
}

#[test]
fn bad_input_loses_nothing_but_itself() {
    let _alone = fuzz::alone();
    for venue in VenueName::all() {
        let stage = Stage::of(venue);
        for line in &stage.lines {
            let good = told(&stage, &[line]);
            for (bad, text) in changes(line) {
                let told_of_it = told(&stage, &[&text]);
                if bad == Bad::NewField {
                    assert_eq!(shown(&told_of_it), shown(&good), "{venue}: {text}");
                }
                if !stage.is_binary() {
                    said::prices_stand_in(&text, &told_of_it).unwrap();
                }
                let both = told(&stage, &[&text, line]);
                let (prices, alone) = (data(&both) - data(&told_of_it), data(&good));
                assert!(
                    prices >= alone || data(&told_of_it) > 0,
                    "{venue}: {bad:?} {text} makes {line} say {prices} of {alone} things"
                );
            }
        }
    }
}

#[test]
fn a_time_that_cannot_be_holds_up_nothing_that_comes_after_it() {
    let _alone = fuzz::alone();
    for venue in VenueName::all() {
        let stage = Stage::of(venue);
        for line in &stage.lines {
            let alone = data(&told(&stage, &[line]));
            for (_, text) in changes(line).filter(|(bad, _)| *bad == Bad::OutOfRange) {
                let before = data(&told(&stage, &[&text]));
                let both = data(&told(&stage, &[&text, line]));
                assert!(both - before >= alone.min(1), "{venue}: {text} holds up {line}");
            }
        }
    }
}

fn told(stage: &Stage, texts: &[&str]) -> Vec<Event> {
    let mut translator = stage.connected();
    let mut events = Vec::new();
    for text in texts {
        let _told = translator.read(text, &stage.directory, &mut events);
    }
    events
}

fn data(events: &[Event]) -> usize {
    events.iter().filter(|event| said::is_data(event)).count()
}

fn shown(events: &[Event]) -> Vec<String> {
    // What is told of all symbols has no order among them.
    let mut shown: Vec<_> = events.iter().map(|event| format!("{event:?}")).collect();
    shown.sort_unstable();
    shown
}

/// Each value of it made bad in each way that it can be.
fn changes(line: &str) -> impl Iterator<Item = (Bad, String)> {
    let words: Vec<String> = words(line).into_iter().map(str::to_owned).collect();
    let places = 0..words.len();
    places.flat_map(move |at| changed(&words, at))
}

fn changed(words: &[String], at: usize) -> Vec<(Bad, String)> {
    let word = words[at].as_str();
    let with = |text: &str| {
        let pieces = words.iter().map(String::as_str);
        let pieces = pieces.enumerate();
        pieces
            .map(|(place, piece)| if place == at { text } else { piece })
            .collect::<String>()
    };
    let next = words.get(at + 1).map(String::as_str);
    if word == "{" {
        let comma = if next == Some("}") { "" } else { "," };
        return vec![(Bad::NewField, with(&format!("{{{NEW}{comma}")))];
    }
    let bare = word.trim_matches('"');
    let is_quoted = word.starts_with('"');
    let is_number = bare.parse::<f64>().is_ok();
    if next == Some(":") || !(is_quoted || is_number) {
        return Vec::new();
    }
    let quote = if is_quoted { "\"" } else { "" };
    let mut all = vec![
        (Bad::OtherType, with("{\"a\":1}")),
        (Bad::OtherType, with("null")),
    ];
    if is_number {
        all.push((Bad::OutOfRange, with(&format!("{quote}{TOO_LARGE}{quote}"))));
        all.push((Bad::Empty, with("\"\"")));
    }
    if is_number && bare.len() >= 10 {
        all.push((Bad::From1970, with(&format!("{quote}0{quote}"))));
    }
    if is_quoted && bare.len() >= 19 && bare.starts_with("20") {
        all.push((Bad::From1970, with("\"1970-01-01T00:00:00Z\"")));
    }
    all.extend(without(words, at).map(|text| (Bad::Missing, text)));
    all
}

/// The same without this field. Of a list nothing is taken out: its places are its fields.
fn without(words: &[String], at: usize) -> Option<String> {
    if at < 2 || words[at - 1] != ":" {
        return None;
    }
    let (mut from, mut to) = (at - 2, at + 1);
    if words.get(to).is_some_and(|word| word == ",") {
        to += 1;
    } else if from > 0 && words[from - 1] == "," {
        from -= 1;
    }
    Some(
        words[..from]
            .iter()
            .chain(&words[to..])
            .map(String::as_str)
            .collect(),
    )
}
