//! Finnhub: the deals of shares, coins and currencies, and nothing else.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what an instrument is called there
//! - `channel`: the kind of message that asks for deals
//! - `subscription`: what we send, and in which order it was asked
//! - `message`: everything that comes over the WebSocket
//! - `condition`: what a deal moves, as far as its numbers are known
//! - `rest`: what the last deal was, asked for one by one
//! - `error`: what it says when it does not like something
//! - `search`: what of it a person may look for
//!
//! It answers no request and tells no quotes. A name that it does not know is silent.

mod about;
mod channel;
mod condition;
mod error;
mod message;
mod rest;
mod search;
mod subscription;
mod symbol;
#[cfg(test)]
mod tests;

use std::time::Duration;

use model::{Symbol, TransportKind};

use crate::names::{Names, keep};
use crate::{
    Admission, Asking, Budget, Card, Crowd, Denial, Directory, Event, Hit, Hours, KeyPlace, Listing, Lookup,
    Numbering, Pacing, Replay, Tell, Unreadable, Until, Venue, Window,
};
use subscription::Asked;

pub(crate) const LISTINGS: &[Listing] = &[Listing {
    word: "finnhub",
    title: "Finnhub",
    about: &about::TRADES,
    stream: Some("wss://ws.finnhub.io"),
    rest: Some("https://finnhub.io"),
    card: &CARD,
    translator: || Box::new(Finnhub::default()),
    carries: symbol::carried,
    naming: &symbol::NAMING,
}];

const CARD: Card = Card {
    subprotocol: None,
    key: KeyPlace::Query("token"),
    admission: Admission::AtOnce,
    // It tells us that it is there, and takes no notice of an answer.
    beat: None,
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    // A second one of the same key has been seen to end both.
    sessions_max: 1,
    // It names no limit, and refuses for a minute who comes too often.
    dials: Pacing {
        times: 5,
        within: Duration::from_secs(60),
    },
    // It has ended connections once a day and after some hours, and promises nothing.
    age_max: None,
    // Nobody has seen what it says there.
    closes: &[],
    crowd: Crowd {
        // For too many connections and for too many tries alike.
        statuses: &[429],
        // A minute is what those wait who have met it.
        reaped_after: Duration::from_secs(60),
        closes_unheard: true,
    },
    symbols_per_message: 1,
    // Of a free key: of 65 that were asked for 50 were told.
    symbols_per_connection: Some(50),
    // One name is all that a message says.
    message_max: 1 << 10,
    // Its limit for all other questions is 30 in a second; it has none for these, so a third of that.
    pacing: Pacing {
        times: 10,
        within: Duration::from_secs(1),
    },
    spacing: Duration::from_millis(50),
    // A free key has 60, of which some are left to a search or another program.
    polls: Pacing {
        times: 50,
        within: Duration::from_secs(60),
    },
    // A free key's; thirty a second hold for every plan.
    budget: Budget {
        windows: &[
            Window {
                most: 60,
                within: Duration::from_secs(60),
            },
            Window {
                most: 30,
                within: Duration::from_secs(1),
            },
        ],
        tells: &[Tell::Left {
            head: "x-ratelimit-remaining",
            until: Until::Seconds {
                head: "x-ratelimit-reset",
                most: Duration::from_secs(60),
            },
        }],
        ..Budget::NONE
    },
    acks: false,
    // Shares, which sleep at night, and coins, which do not, are on one stream; it says nothing of either.
    hours: Hours::Told,
    numbering: Numbering::None,
    replay: Replay::None,
};

/// The translator; it remembers who asked for what, and when.
#[derive(Debug)]
pub(crate) struct Finnhub {
    names: Names,
    asked: Asked,
    /// By the venue's names, what was fetched.
    fetched: Vec<String>,
}

impl Default for Finnhub {
    fn default() -> Self {
        Self {
            names: Names::new(symbol::native),
            asked: Asked::default(),
            fetched: Vec::new(),
        }
    }
}

impl Venue for Finnhub {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn symbols(&self) -> &'static str {
        "AAPL or BINANCE:BTCUSDT"
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        let wanted = asking.symbols.iter();
        let messages = wanted.filter_map(|wanted| {
            self.names.add(wanted.symbol);
            self.asked.subscribe(symbol::native(wanted.symbol))
        });
        messages.collect()
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let gone = self.names.give_up(symbols).into_iter();
        let messages = gone.filter_map(|symbol| self.asked.unsubscribe(&symbol::native(symbol)));
        messages.collect()
    }

    fn fetch(&mut self, transport: TransportKind, asking: Asking<'_>) -> Vec<String> {
        if transport != TransportKind::Poll {
            return Vec::new();
        }
        let natives = self.names.take_in(asking);
        keep(&mut self.fetched, &natives);
        natives.iter().map(|native| rest::path(native)).collect()
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        message::read(text, self, directory, events)
    }

    fn read_fetched(
        &mut self,
        path: &str,
        text: &str,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        rest::read(path, text, self, directory, events)
    }

    fn refusal(&self, status: u16, _body: &str) -> Option<Denial> {
        error::refusal(status)
    }

    fn ask_symbols(&self, words: &str) -> Option<Lookup> {
        Some(search::lookup(words))
    }

    fn read_symbols(&self, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        search::read(text, hits)
    }
}
