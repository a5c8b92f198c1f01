//! Coinbase Exchange, as its public feed tells it.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what an instrument is called there
//! - `channel`: which of its channels are wanted
//! - `subscription`: what we send
//! - `standing`: which products stand
//! - `tick`: trades and tickers, which are nearly all that comes
//! - `message`: everything that comes, whatever the order of its fields
//! - `count`: trades that were made and did not come
//! - `rest`: what is fetched
//! - `error`: what it says when it does not like something
//! - `advanced`: the feed of its app, which is another one
//! - `search`: what of it a person may look for

mod about;
mod advanced;
mod channel;
mod count;
mod error;
mod history;
mod message;
mod rest;
mod search;
mod standing;
mod subscription;
mod symbol;
#[cfg(test)]
mod tests;
mod tick;

use std::time::Duration;

use model::{Symbol, TransportKind};

use crate::bundle::native;
use crate::canonical;
use crate::names::Names;
use crate::scan::Minute;
use crate::{
    Admission, Asking, Budget, Card, Crowd, Directory, Event, History, Hit, Hours, KeyPlace, Listing, Lookup,
    Numbering, Pacing, Replay, Unreadable, Venue, Window,
};
use advanced::Advanced;
use count::Count;
use standing::Standing;

pub(crate) const LISTINGS: &[Listing] = &[
    Listing {
        word: "coinbase",
        title: "Coinbase Exchange",
        about: &about::EXCHANGE,
        stream: Some("wss://ws-feed.exchange.coinbase.com"),
        rest: Some("https://api.exchange.coinbase.com"),
        card: &CARD,
        translator: || Box::new(Coinbase::default()),
        carries: |listed| native::coins(listed, "-"),
        naming: &canonical::DASHED,
    },
    Listing {
        word: "coinbase-advanced",
        title: "Coinbase Advanced",
        about: &about::ADVANCED,
        stream: Some("wss://advanced-trade-ws.coinbase.com"),
        rest: Some("https://api.coinbase.com"),
        card: &advanced::CARD,
        translator: || Box::new(Advanced::default()),
        carries: |listed| native::coins(listed, "-"),
        naming: &advanced::NAMING,
    },
];

const CARD: Card = Card {
    subprotocol: None,
    key: KeyPlace::None,
    // Whoever has not subscribed within five seconds is disconnected.
    admission: Admission::AtOnce,
    beat: None,
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    sessions_max: 4,
    // It takes eight requests a second from one address; others may share ours.
    dials: Pacing {
        times: 4,
        within: Duration::from_secs(1),
    },
    age_max: None,
    // It says why in a message; of its close codes nothing is known.
    closes: &[],
    crowd: Crowd::UNTOLD,
    symbols_per_message: 50,
    // It names no limit.
    symbols_per_connection: None,
    // There is a limit that it does not name; so much it is known to take.
    message_max: 8 << 10,
    // A hundred messages a second, and eight requests: safe whichever a subscription is.
    pacing: Pacing {
        times: 8,
        within: Duration::from_secs(1),
    },
    spacing: Duration::from_millis(125),
    // Ten a second from one address.
    polls: Pacing {
        times: 5,
        within: Duration::from_secs(1),
    },
    // Ten, of which some are left to others behind our address.
    budget: Budget {
        windows: &[Window {
            most: 8,
            within: Duration::from_secs(1),
        }],
        ..Budget::NONE
    },
    acks: true,
    hours: Hours::Always,
    // Trades are; tickers have no place in that count.
    numbering: Numbering::Gapless,
    replay: Replay::None,
};

/// The translator; it remembers who asked for what, and which trade was the last.
#[derive(Debug)]
pub(crate) struct Coinbase {
    names: Names,
    standing: Standing,
    count: Count,
    minute: Minute,
}

impl Default for Coinbase {
    fn default() -> Self {
        Self {
            names: Names::new(symbol::native),
            standing: Standing::default(),
            count: Count::default(),
            minute: Minute::default(),
        }
    }
}

impl Venue for Coinbase {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn symbols(&self) -> &'static str {
        "BTC-USD"
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        for wanted in asking.symbols {
            self.names.add(wanted.symbol);
            self.count.begin(symbol::native(wanted.symbol));
        }
        subscription::subscribe(asking, &mut self.standing)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let mut gone = Vec::new();
        for symbol in self.names.give_up(symbols) {
            let product = symbol::native(symbol);
            self.count.end(&product);
            gone.push(product);
        }
        subscription::unsubscribe(&gone)
    }

    fn fetch(&mut self, transport: TransportKind, asking: Asking<'_>) -> Vec<String> {
        match transport {
            TransportKind::Poll => {
                self.names.add_all(asking);
                rest::paths(asking)
            }
            TransportKind::WebSocket | TransportKind::EventStream | TransportKind::LongPoll => Vec::new(),
        }
    }

    fn history(&self) -> Option<&'static History> {
        Some(&history::HISTORY)
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        self.names.compare(directory);
        match tick::read(text, &mut self.minute) {
            Some(heard) => {
                heard.tell(&self.names, &mut self.count, events);
                Ok(())
            }
            None => self.read_any(text, directory, events),
        }
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

    fn ask_symbols(&self, _words: &str) -> Option<Lookup> {
        Some(search::lookup())
    }

    fn read_symbols(&self, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        search::read(text, hits)
    }
}

impl Coinbase {
    fn read_any(
        &mut self,
        text: &str,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        let Self {
            names,
            standing,
            count,
            minute: _,
        } = self;
        message::read(text, names, standing, count, directory, events)
    }
}
