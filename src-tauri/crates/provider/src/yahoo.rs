//! Yahoo Finance, as its own web pages hear it. There is no contract about any
//! of this, it may end any day, and its terms do not allow what a program reads
//! to be given to others: it is there for those who ask for it by name.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what an instrument is called there
//! - `subscription`: what we send
//! - `message`: what comes, from the outside to the prices
//! - `pricing`: the fields of one price
//! - `wire`: how they are packed
//! - `heard`: what each symbol has said so far
//! - `search`: what of it a person may look for
//!
//! Prices come over the socket alone: what can be fetched of it is refused more often
//! than not. It says nothing when it does not like something, so there is no `error`.

mod about;
mod carried;
mod heard;
mod history;
mod message;
mod pricing;
mod search;
mod subscription;
mod symbol;
#[cfg(test)]
mod tests;
mod wire;

use std::time::Duration;

use model::{Symbol, TransportKind};

use crate::names::Names;
use crate::{
    Admission, Asking, Budget, Card, Crowd, Directory, Event, History, Hit, Hours, KeyPlace, Listing, Lookup,
    Numbering, Pacing, Replay, Unreadable, Venue, Window,
};
use heard::Heard;

pub(crate) const LISTINGS: &[Listing] = &[Listing {
    word: "yahoo",
    title: "Yahoo Finance (unofficial)",
    about: &about::PAGES,
    // Without the version the same comes without its envelope.
    stream: Some("wss://streamer.finance.yahoo.com/?version=2"),
    // Asked for the past alone; it may refuse whoever is no browser.
    rest: Some("https://query1.finance.yahoo.com"),
    card: &CARD,
    translator: || Box::new(Yahoo::default()),
    carries: carried::native,
    naming: &carried::NAMING,
}];

const CARD: Card = Card {
    subprotocol: None,
    key: KeyPlace::None,
    admission: Admission::AtOnce,
    // Its own pages say nothing.
    beat: None,
    transports: &[TransportKind::WebSocket],
    // It has borne a hundred of them; a guest takes a second one to change over.
    sessions_max: 2,
    // A guest knocks seldom.
    dials: Pacing {
        times: 6,
        within: Duration::from_secs(60),
    },
    age_max: None,
    // It closes without a code whatever it does not understand.
    closes: &[],
    crowd: Crowd::UNTOLD,
    // As many as one connection carries.
    symbols_per_message: 100,
    // Measured: the first hundred are sent, the others are not, and nothing says so.
    symbols_per_connection: Some(100),
    // Untold; a hundred names take an eighth of it.
    message_max: 8 << 10,
    // Its own pages ask some times in a minute.
    pacing: Pacing {
        times: 2,
        within: Duration::from_secs(1),
    },
    spacing: Duration::from_millis(250),
    // It refuses whoever asks often: what a person looks for, and no more.
    polls: Pacing {
        times: 10,
        within: Duration::from_secs(60),
    },
    // It names no limit and is known to lose patience soon.
    budget: Budget {
        windows: &[
            Window {
                most: 30,
                within: Duration::from_secs(60),
            },
            Window {
                most: 360,
                within: Duration::from_secs(60 * 60),
            },
        ],
        ..Budget::NONE
    },
    acks: false,
    hours: Hours::Told,
    numbering: Numbering::None,
    replay: Replay::None,
};

/// The translator; it remembers who asked for what, and what each has said.
#[derive(Debug)]
pub(crate) struct Yahoo {
    names: Names,
    heard: Heard,
}

impl Default for Yahoo {
    fn default() -> Self {
        Self {
            names: Names::new(symbol::native),
            heard: Heard::default(),
        }
    }
}

impl Venue for Yahoo {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn symbols(&self) -> &'static str {
        "BTC-USD, AAPL, VOD.L, EURUSD=X, ^GSPC"
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        let names = self.names.take_in(asking);
        // Another row of the same stream is new to it.
        names.iter().for_each(|name| self.heard.forget(name));
        subscription::subscribe(&names)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let mut gone = Vec::new();
        for symbol in self.names.give_up(symbols) {
            let name = self.names.native(symbol);
            self.heard.forget(&name);
            gone.push(name);
        }
        subscription::unsubscribe(&gone)
    }

    fn fetch(&mut self, _transport: TransportKind, _asking: Asking<'_>) -> Vec<String> {
        Vec::new()
    }

    fn history(&self) -> Option<&'static History> {
        Some(&history::HISTORY)
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        self.names.compare(directory);
        message::read(text, &self.names, &mut self.heard, directory, events)
    }

    fn ask_symbols(&self, words: &str) -> Option<Lookup> {
        Some(search::lookup(words))
    }

    fn read_symbols(&self, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        search::read(text, hits)
    }
}
