//! From a name in a message to the symbols that were asked for by it.

use std::cell::Cell;

use model::{
    Candle, DayFigures, Instrument, Precision, Price, Session, Size, Snapshot, Symbol, SymbolKey, Tick,
    Timeframe,
};

use crate::directory::ByName;
use crate::{Asking, Directory, Event};

/// What a message says of a symbol that may be nobody's any more.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    pub(crate) symbol: &'a str,
    pub(crate) seq: Option<u64>,
    pub(crate) tick: Tick,
    pub(crate) precision: Precision,
}

/// Who asked for what, by the venue's own names.
#[derive(Debug)]
pub(crate) struct Names {
    /// What a symbol is called in the venue's messages.
    native: fn(&Symbol) -> String,
    streams: ByName<String, Stream>,
    /// Of the directory that the keys are from; none where they are to be found anew.
    generation: Option<u64>,
}

/// Nearly always of one symbol: `BTCUSDT` and `BTC-USDT` are two rows and one stream.
#[derive(Debug, Default)]
struct Stream {
    symbols: Vec<Symbol>,
    /// Of those of them that are still wanted. Kept, so that a tick is looked up once.
    keys: Vec<SymbolKey>,
    /// What was dealt in on this connection is known, or what was before it is.
    has_last: Cell<bool>,
}

/// What was asked for is known, also what was asked for before.
pub(crate) fn keep(known: &mut Vec<String>, asked: &[String]) {
    for native in asked {
        if !known.contains(native) {
            known.push(native.clone());
        }
    }
}

/// Each once, in their order: two ways to write one are one question.
pub(crate) fn distinct(all: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut known = std::collections::HashSet::new();
    all.into_iter().filter(|one| known.insert(one.clone())).collect()
}

impl Names {
    pub(crate) fn new(native: fn(&Symbol) -> String) -> Self {
        Self {
            native,
            streams: ByName::default(),
            generation: None,
        }
    }

    pub(crate) fn native(&self, symbol: &Symbol) -> String {
        (self.native)(symbol)
    }

    pub(crate) fn add(&mut self, symbol: &Symbol) {
        let native = self.native(symbol);
        let stream = self.streams.entry(native).or_default();
        if !stream.symbols.contains(symbol) {
            stream.symbols.push(symbol.clone());
            // Whoever asks for the same later knows nothing of it yet.
            stream.has_last.set(false);
            self.generation = None;
        }
    }

    pub(crate) fn add_all(&mut self, asking: Asking<'_>) {
        for wanted in asking.symbols {
            self.add(wanted.symbol);
        }
    }

    /// All who are asked for, by the venue's names: two ways to write one are one question.
    pub(crate) fn take_in(&mut self, asking: Asking<'_>) -> Vec<String> {
        let mut natives = Vec::with_capacity(asking.symbols.len());
        for wanted in asking.symbols {
            self.add(wanted.symbol);
            let native = self.native(wanted.symbol);
            if !natives.contains(&native) {
                natives.push(native);
            }
        }
        natives
    }

    /// Those of them whose streams nobody wants any more.
    pub(crate) fn give_up<'a>(&mut self, symbols: &[&'a Symbol]) -> Vec<&'a Symbol> {
        let gone = symbols.iter().filter(|symbol| self.remove(symbol));
        gone.copied().collect()
    }

    fn remove(&mut self, symbol: &Symbol) -> bool {
        let native = self.native(symbol);
        let Some(stream) = self.streams.get_mut(&native) else {
            return false;
        };
        stream.symbols.retain(|other| other != symbol);
        self.generation = None;
        let unwanted = stream.symbols.is_empty();
        if unwanted {
            self.streams.remove(&native);
        }
        unwanted
    }

    /// To be called before a message is read: something may be wanted no more, or under another key.
    pub(crate) fn compare(&mut self, directory: &Directory) {
        if self.generation == Some(directory.generation()) {
            return;
        }
        self.generation = Some(directory.generation());
        self.streams
            .values_mut()
            .for_each(|Stream { symbols, keys, .. }| {
                let wanted = symbols.iter().filter_map(|symbol| directory.key(symbol.as_str()));
                keys.clear();
                keys.extend(wanted);
            });
    }

    /// Nobody for a symbol that was given up a moment ago.
    pub(crate) fn keys(&self, native: &str) -> &[SymbolKey] {
        self.streams.get(native).map_or(&[], |stream| &stream.keys)
    }

    /// All that is wanted.
    pub(crate) fn all(&self) -> impl Iterator<Item = SymbolKey> {
        self.streams
            .values()
            .flat_map(|stream| stream.keys.iter().copied())
    }

    /// The symbols that were asked for by this name, as they were written.
    pub(crate) fn symbols(&self, native: &str) -> &[Symbol] {
        self.streams.get(native).map_or(&[], |stream| &stream.symbols)
    }

    pub(crate) fn tell(&self, said: Said<'_>, events: &mut Vec<Event>) {
        let Said {
            symbol,
            seq,
            tick,
            precision,
        } = said;
        let Some(stream) = self.streams.get(symbol) else {
            return;
        };
        if matches!(tick, Tick::Trade(_)) {
            stream.has_last.set(true);
        }
        for key in &stream.keys {
            events.push(Event::Tick {
                key: *key,
                seq,
                tick,
                precision,
            });
        }
    }

    /// At what price something was dealt in last, by a message that is no deal itself: told once for
    /// each connection, and never behind a deal of it. When that was is not known.
    pub(crate) fn last(&self, native: &str, last: Option<(Price, Option<Size>)>, events: &mut Vec<Event>) {
        let (Some(stream), Some(_)) = (self.streams.get(native), last) else {
            return;
        };
        if !stream.has_last.replace(true) {
            let snapshot = Snapshot {
                last,
                ..Snapshot::default()
            };
            self.snapshot(native, None, (snapshot, Precision::default()), events);
        }
    }

    /// A subscription stands. What is known of each symbol may depend on how it was written.
    pub(crate) fn accept(
        &self,
        native: &str,
        directory: &Directory,
        known: impl Fn(&Symbol) -> Instrument,
        session: Option<Session>,
        events: &mut Vec<Event>,
    ) {
        for (key, symbol) in self.wanted(native, directory) {
            events.push(Event::Accepted {
                key,
                seq: None,
                recovered: None,
                instrument: Box::new(known(symbol)),
                session,
            });
        }
    }

    pub(crate) fn refuse(&self, native: &str, why: &str, directory: &Directory, events: &mut Vec<Event>) {
        for (key, _) in self.wanted(native, directory) {
            let why = why.to_owned();
            events.push(Event::Refused { key, why });
        }
    }

    /// The venue has no room for all of these, which one message has asked for.
    pub(crate) fn full(&self, natives: &[String], why: &str, directory: &Directory, events: &mut Vec<Event>) {
        let full = |keys| Event::Full {
            keys,
            why: Box::from(why),
        };
        let rows =
            |native: &String| -> Vec<_> { self.wanted(native, directory).map(|(key, _)| key).collect() };
        match natives {
            // However often it is written, it is one place.
            [alone] => events.extend(rows(alone).into_iter().map(|key| full(Box::from([key])))),
            several => {
                let firsts: Box<[_]> = several
                    .iter()
                    .filter_map(|native| rows(native).first().copied())
                    .collect();
                if !firsts.is_empty() {
                    events.push(full(firsts));
                }
            }
        }
    }

    pub(crate) fn day(&self, native: &str, figures: DayFigures, events: &mut Vec<Event>) {
        for key in self.keys(native) {
            let figures = Box::new(figures);
            events.push(Event::Day { key: *key, figures });
        }
    }

    pub(crate) fn bar(&self, native: &str, timeframe: Timeframe, candle: Candle, events: &mut Vec<Event>) {
        for key in self.keys(native) {
            events.push(Event::Bar {
                key: *key,
                timeframe,
                candle,
            });
        }
    }

    pub(crate) fn snapshot(
        &self,
        native: &str,
        seq: Option<u64>,
        (snapshot, precision): (Snapshot, Precision),
        events: &mut Vec<Event>,
    ) {
        for key in self.keys(native) {
            events.push(Event::Snapshot {
                key: *key,
                seq,
                snapshot: Box::new(snapshot),
                precision,
            });
        }
    }

    /// Those that were asked for by this name and are wanted still, as they were written.
    fn wanted<'a>(
        &'a self,
        native: &str,
        directory: &'a Directory,
    ) -> impl Iterator<Item = (SymbolKey, &'a Symbol)> {
        let symbols = self.symbols(native).iter();
        symbols.filter_map(|symbol| Some((directory.key(symbol.as_str())?, symbol)))
    }
}
