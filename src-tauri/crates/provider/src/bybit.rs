//! Bybit's spot market, as version 5 of its public topics tells it.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what an instrument is called there
//! - `channel`: which of its topics are wanted
//! - `subscription`: what we send, and what was not answered yet
//! - `message`: everything that comes over the socket
//! - `error`: what it says when it does not like something
//! - `rest`: what is fetched where no socket gets through
//! - `search`: what of it a person may look for
//!
//! Its spot tickers have neither bid nor ask: the best prices are an order book
//! that is one level deep.

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

use std::borrow::Cow;
use std::time::Duration;

use model::{Symbol, TransportKind};

use crate::bundle::native;
use crate::canonical;
use crate::names::Names;
use crate::{
    Admission, Asking, Beat, Budget, Card, Crowd, Denial, Directory, Event, History, Hit, Hours, KeyPlace,
    Listing, Lookup, Numbering, Pacing, Replay, Tell, Unreadable, Until, Venue, Window,
};
use subscription::Requests;

pub(crate) const LISTINGS: &[Listing] = &[Listing {
    word: "bybit",
    title: "Bybit",
    about: &about::SPOT,
    stream: Some("wss://stream.bybit.com/v5/public/spot"),
    rest: Some("https://api.bybit.com"),
    card: &CARD,
    translator: || Box::new(Bybit::default()),
    carries: |listed| native::coins_for_tether(listed, ""),
    naming: &canonical::GLUED,
}];

const CARD: Card = Card {
    subprotocol: None,
    key: KeyPlace::None,
    admission: Admission::AtOnce,
    // As often as its papers ask for.
    beat: Some(Beat {
        every: Duration::from_secs(20),
        text: Cow::Borrowed(r#"{"op":"ping"}"#),
    }),
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    // It bears a thousand; the house's own.
    sessions_max: 4,
    // It bears eight times as many, from one address; others may share ours.
    dials: Pacing {
        times: 60,
        within: Duration::from_secs(300),
    },
    // It restarts without a word, and at no hour.
    age_max: None,
    // Those that it may have are not in its papers.
    closes: &[],
    crowd: Crowd::UNTOLD,
    // Ten topics fit into a message, and a symbol with its bars is four.
    symbols_per_message: subscription::TOPICS_MAX / channel::Channel::ALL.len(),
    // The topics of a connection may be 21 000 letters long, and the four of a
    // name of twenty letters are 120.
    symbols_per_connection: Some(175),
    // It names no limit; so much any server takes.
    message_max: 4 << 10,
    // It names none; ten messages are twenty symbols.
    pacing: Pacing {
        times: 10,
        within: Duration::from_secs(1),
    },
    // So that they do not come all at once.
    spacing: Duration::from_millis(50),
    // 600 in five seconds from one address; a sixth of that.
    polls: Pacing {
        times: 20,
        within: Duration::from_secs(1),
    },
    // A sixth of its 600, as others may share our address. Who goes on is shut out by 403, for ten minutes.
    budget: Budget {
        windows: &[Window {
            most: 100,
            within: Duration::from_secs(5),
        }],
        tells: &[Tell::Left {
            head: "x-bapi-limit-status",
            until: Until::Millis {
                head: "x-bapi-limit-reset-timestamp",
                most: Duration::from_secs(5),
            },
        }],
        refusals: &[(403, Duration::from_secs(600))],
        ..Budget::NONE
    },
    acks: true,
    hours: Hours::Always,
    // Ids of trades are texts, and its other numbers say what was first and not what is missing.
    numbering: Numbering::None,
    replay: Replay::None,
};

/// The translator; it remembers who asked for what.
#[derive(Debug)]
pub(crate) struct Bybit {
    names: Names,
    requests: Requests,
}

impl Default for Bybit {
    fn default() -> Self {
        Self {
            names: Names::new(symbol::native),
            requests: Requests::default(),
        }
    }
}

impl Venue for Bybit {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn symbols(&self) -> &'static str {
        "BTCUSDT or BTC-USDT"
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
            TransportKind::Poll => rest::tickers(asking, &mut self.names),
            TransportKind::WebSocket | TransportKind::EventStream | TransportKind::LongPoll => Vec::new(),
        }
    }

    fn history(&self) -> Option<&'static History> {
        Some(&history::HISTORY)
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        self.names.compare(directory);
        let unanswered = &mut self.requests.unanswered;
        message::read(text, &self.names, unanswered, directory, events)
    }

    fn read_fetched(
        &mut self,
        path: &str,
        text: &str,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        self.names.compare(directory);
        rest::read(path, text, &self.names, directory, events)
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
