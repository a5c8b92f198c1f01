//! Kraken's spot market, as version 2 of its WebSocket tells it.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what a pair is called there, which is two things
//! - `channel`: which of its channels are wanted
//! - `subscription`: what we send, and what each message of ours was about
//! - `message`: everything that comes over the socket
//! - `ticker`: best prices and the figures of the last 24 hours
//! - `error`: what it says when it does not like something
//! - `rest`: what is fetched where no socket gets through
//! - `search`: what of it a person may look for

mod about;
mod channel;
mod error;
mod history;
mod message;
mod rest;
mod search;
mod subscription;
mod symbol;
#[cfg(test)]
mod tests;
mod ticker;

use std::borrow::Cow;
use std::time::Duration;

use model::{Session, Symbol, TransportKind};

use crate::bundle::native;
use crate::names::Names;
use crate::{
    Admission, Asking, Beat, Budget, Card, Crowd, Denial, Directory, Event, History, Hit, Hours, KeyPlace,
    Listing, Lookup, Numbering, Pacing, Replay, Unreadable, Venue, Window,
};
use rest::Pairs;
use subscription::Requests;

pub(crate) const LISTINGS: &[Listing] = &[Listing {
    word: "kraken",
    title: "Kraken",
    about: &about::SPOT,
    stream: Some("wss://ws.kraken.com/v2"),
    rest: Some("https://api.kraken.com"),
    card: &CARD,
    translator: || Box::new(Kraken::default()),
    carries: |listed| native::coins(listed, "/"),
    naming: &symbol::NAMING,
}];

const CARD: Card = Card {
    subprotocol: None,
    key: KeyPlace::None,
    admission: Admission::AtOnce,
    // It closes what was idle for about a minute; half of that.
    beat: Some(Beat {
        every: Duration::from_secs(30),
        text: Cow::Borrowed(r#"{"method":"ping"}"#),
    }),
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    // It names no limit; the house's own.
    sessions_max: 4,
    // About 150 in ten minutes from one address, and a ban for as long behind
    // that; others may share ours.
    dials: Pacing {
        times: 60,
        within: Duration::from_secs(600),
    },
    // Its maintenance is announced and has no hours.
    age_max: None,
    // It has no table of them.
    closes: &[],
    crowd: Crowd::UNTOLD,
    // It answers for each; so many are few enough for the answers to come together.
    symbols_per_message: 50,
    // It names none.
    symbols_per_connection: None,
    // It names none; so much any server takes.
    message_max: 4 << 10,
    // It names none; what is sent for some symbols is up to three messages.
    pacing: Pacing {
        times: 5,
        within: Duration::from_secs(1),
    },
    // So that its answers to one come before the next.
    spacing: Duration::from_millis(100),
    // About one a second, it is said.
    polls: Pacing {
        times: 1,
        within: Duration::from_secs(1),
    },
    // About one a second, and it minds no small burst.
    budget: Budget {
        windows: &[Window {
            most: 15,
            within: Duration::from_secs(15),
        }],
        ..Budget::NONE
    },
    acks: true,
    hours: Hours::Always,
    // Trades are; best prices have no place in that count, and none at all.
    numbering: Numbering::Gapless,
    // Its newest trades come when they are asked for and say how far it is.
    replay: Replay::None,
};

/// The translator; it remembers who asked for what, and whether there is any trading.
#[derive(Debug)]
pub(crate) struct Kraken {
    names: Names,
    requests: Requests,
    pairs: Pairs,
    session: Session,
}

impl Default for Kraken {
    fn default() -> Self {
        Self {
            names: Names::new(symbol::native),
            requests: Requests::default(),
            pairs: Pairs::default(),
            session: Session::Open,
        }
    }
}

impl Venue for Kraken {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn symbols(&self) -> &'static str {
        "BTC/USD or BTC-USD"
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        self.names.add_all(asking);
        self.requests.subscribe(asking)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let gone = self.names.give_up(symbols);
        self.requests.unsubscribe(&gone)
    }

    fn fetch(&mut self, transport: TransportKind, asking: Asking<'_>) -> Vec<String> {
        match transport {
            TransportKind::Poll => self.pairs.tickers(asking, &mut self.names),
            TransportKind::WebSocket | TransportKind::EventStream | TransportKind::LongPoll => Vec::new(),
        }
    }

    fn history(&self) -> Option<&'static History> {
        Some(&history::HISTORY)
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        self.names.compare(directory);
        let Self {
            names,
            requests,
            session,
            ..
        } = self;
        message::read(text, (names, requests, session), directory, events)
    }

    fn read_fetched(
        &mut self,
        path: &str,
        text: &str,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        self.names.compare(directory);
        self.pairs.read(path, text, &self.names, directory, events)
    }

    fn refusal(&self, status: u16, body: &str) -> Option<Denial> {
        error::refusal(status, body)
    }

    fn ask_symbols(&self, _words: &str) -> Option<Lookup> {
        Some(search::lookup())
    }

    fn read_symbols(&self, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        search::read(text, hits)
    }
}
