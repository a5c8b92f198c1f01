//! A venue with some symbols of a person, for the tests of each venue's folder.

use model::{Symbol, SymbolKey, Tick, TransportKind};
use proptest::prelude::*;

use crate::{Asking, Directory, Event, Unreadable, Venue, VenueName, Wanted};

pub(crate) struct Trial {
    venue: Box<dyn Venue>,
    directory: Directory,
    symbols: Vec<Symbol>,
}

impl Trial {
    /// The first symbol has the key 0.
    pub(crate) fn of(word: &str, symbols: &[&str]) -> Self {
        let symbols: Vec<_> = symbols.iter().map(|name| Symbol::new(name)).collect();
        let mut directory = Directory::default();
        for (number, symbol) in (0..).zip(&symbols) {
            directory.insert(symbol.clone(), SymbolKey(number));
        }
        Self {
            venue: VenueName::from_word(word).unwrap().translator(),
            directory,
            symbols,
        }
    }

    pub(crate) fn subscribed(word: &str, symbols: &[&str]) -> Self {
        let mut trial = Self::of(word, symbols);
        trial.subscribe(false);
        trial
    }

    pub(crate) fn fetched(word: &str, symbols: &[&str]) -> Self {
        let mut trial = Self::of(word, symbols);
        trial.fetch();
        trial
    }

    pub(crate) fn subscribe(&mut self, bars: bool) -> Vec<String> {
        let wanted = wanted(&self.symbols);
        self.venue.subscribe(asking(&wanted, bars))
    }

    pub(crate) fn unsubscribe(&mut self, symbols: &[&str]) -> Vec<String> {
        let symbols: Vec<_> = symbols.iter().map(|name| Symbol::new(name)).collect();
        let symbols: Vec<_> = symbols.iter().collect();
        self.venue.unsubscribe(&symbols)
    }

    pub(crate) fn fetch(&mut self) -> Vec<String> {
        let wanted = wanted(&self.symbols);
        self.venue.fetch(TransportKind::Poll, asking(&wanted, false))
    }

    /// What a message says, and how it ended.
    pub(crate) fn read(&mut self, text: &str) -> (Vec<Event>, Result<(), Unreadable>) {
        let mut events = Vec::new();
        let told = self.venue.read(text, &self.directory, &mut events);
        (events, told)
    }

    /// One in which nothing is wrong.
    pub(crate) fn told(&mut self, text: &str) -> Vec<Event> {
        let (events, told) = self.read(text);
        assert_eq!(told, Ok(()), "{text}");
        events
    }

    pub(crate) fn answered(&mut self, path: &str, text: &str) -> (Vec<Event>, Result<(), Unreadable>) {
        let mut events = Vec::new();
        let told = self.venue.read_fetched(path, text, &self.directory, &mut events);
        (events, told)
    }
}

fn wanted(symbols: &[Symbol]) -> Vec<Wanted<'_>> {
    let wanted = symbols.iter().map(|symbol| Wanted { symbol, after: None });
    wanted.collect()
}

const fn asking<'a>(symbols: &'a [Wanted<'a>], bars: bool) -> Asking<'a> {
    Asking {
        symbols,
        epoch: None,
        bars,
    }
}

/// The one tick that a message is.
pub(crate) fn only_tick(events: &[Event]) -> (Tick, Option<u64>) {
    let [Event::Tick { tick, seq, .. }] = events else {
        panic!("{events:?}")
    };
    (*tick, *seq)
}

/// Each of these lines with some of its bytes changed, put in or taken out: it is
/// read without a panic, and says no more than a message of its length can.
pub(crate) fn survives_any_change(word: &str, symbols: &[&str], fixtures: &str) {
    let lines: Vec<_> = fixtures.lines().filter(|line| !line.is_empty()).collect();
    assert!(!lines.is_empty(), "{word} has no fixtures");
    let change = (any::<prop::sample::Index>(), 0..4usize, any::<u8>());
    let changes = prop::collection::vec(change, 1..6);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(1_500));
    let outcome = runner.run(&(any::<prop::sample::Index>(), changes), |(line, changes)| {
        let mut bytes = lines[line.index(lines.len())].as_bytes().to_vec();
        for (at, how, byte) in changes {
            let at = at.index(bytes.len() + 1);
            match (how, at < bytes.len()) {
                (0, true) => bytes[at] = byte,
                (1, true) => drop(bytes.remove(at)),
                (2, true) => bytes.truncate(at),
                _ => bytes.insert(at, byte),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let mut stream = Trial::subscribed(word, symbols);
        let (events, _told) = stream.read(&text);
        prop_assert!(events.len() <= 3 * symbols.len() * (1 + text.len() / 2), "{text}");
        let mut polled = Trial::of(word, symbols);
        for path in polled.fetch() {
            let (_events, _told) = polled.answered(&path, &text);
        }
        Ok(())
    });
    outcome.unwrap();
}
