//! Twelve Data: last prices of stocks, funds, currencies and coins of many exchanges.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what an instrument is called there, and which of two exchanges is meant
//! - `kind`: what sort of thing it says something is, and where it is listed
//! - `subscription`: what we send
//! - `message`: everything that comes over the socket
//! - `rest`: what is fetched where no socket gets through
//! - `error`: what it says when it does not like something
//! - `search`: what of it a person may look for

mod about;
mod error;
mod history;
mod kind;
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

use crate::names::Names;
use crate::{
    Admission, Asking, Beat, Budget, Card, Crowd, Denial, Directory, Event, History, Hit, Hours, KeyPlace,
    Listing, Lookup, Numbering, Pacing, Replay, Tell, Together, Unreadable, Until, Venue, Weight, Window,
};
use symbol::Listed;

pub(crate) const LISTINGS: &[Listing] = &[Listing {
    word: "twelvedata",
    title: "Twelve Data",
    about: &about::PRICES,
    stream: Some("wss://ws.twelvedata.com/v1/quotes/price"),
    rest: Some("https://api.twelvedata.com"),
    card: &CARD,
    translator: || Box::new(TwelveData::default()),
    carries: symbol::carried,
    naming: &symbol::NAMING,
}];

const CARD: Card = Card {
    subprotocol: None,
    // Its two doors want the key in two different heads.
    key: KeyPlace::Heads {
        stream: ("X-TD-APIKEY", ""),
        fetched: ("Authorization", "apikey "),
    },
    admission: Admission::AtOnce,
    // It is told to be every ten seconds, and who misses it hears nothing any more.
    beat: Some(Beat {
        every: Duration::from_secs(10),
        text: Cow::Borrowed(subscription::HEARTBEAT),
    }),
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    // The smaller plans have one; of the larger ones one too many ends the oldest without a word.
    sessions_max: 1,
    // No limit is named: a dial every six seconds disturbs nobody.
    dials: Pacing {
        times: 10,
        within: Duration::from_secs(60),
    },
    age_max: None,
    // It has no table of them.
    closes: &[],
    crowd: Crowd::UNTOLD,
    // A megabyte would hold thousands; a refusal is sooner found among fewer.
    symbols_per_message: 100,
    // As many as the account has credits, which it tells of each one.
    symbols_per_connection: None,
    // It takes a megabyte; ours are far from it.
    message_max: 16 << 10,
    // A hundred in a time that is not named; beats take six of a minute's.
    pacing: Pacing {
        times: 60,
        within: Duration::from_secs(60),
    },
    spacing: Duration::from_millis(100),
    // Two questions of four symbols are a free account's credits of a minute; those of the day are spread over it.
    polls: Pacing {
        times: 2,
        within: Duration::from_secs(60),
    },
    // A free account's credits, one for each symbol.
    budget: Budget {
        windows: &[
            Window {
                most: 8,
                within: Duration::from_secs(60),
            },
            Window {
                most: 800,
                within: Duration::from_secs(24 * 60 * 60),
            },
        ],
        weights: &[
            ("/quote", Weight::Names("symbol")),
            ("/price", Weight::Names("symbol")),
            ("/time_series", Weight::Names("symbol")),
        ],
        tells: &[Tell::Left {
            head: "api-credits-left",
            until: Until::Within(Duration::from_secs(60)),
        }],
        refusals: &[],
    },
    acks: true,
    // It says of no symbol on the stream which session it is in.
    hours: Hours::Told,
    numbering: Numbering::None,
    replay: Replay::None,
};

/// The translator; it remembers who asked for what, and on which exchange.
#[derive(Debug)]
pub(crate) struct TwelveData {
    names: Names,
    listed: Listed,
}

impl Default for TwelveData {
    fn default() -> Self {
        Self {
            names: Names::new(symbol::native),
            listed: Listed::default(),
        }
    }
}

impl TwelveData {
    fn add(&mut self, asking: Asking<'_>) {
        for wanted in asking.symbols {
            self.names.add(wanted.symbol);
            self.listed.add(&self.names.native(wanted.symbol));
        }
    }
}

impl Venue for TwelveData {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn symbols(&self) -> &'static str {
        "AAPL, EUR/USD, BTC/USD"
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        self.add(asking);
        subscription::subscribe(asking)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let mut gone = Vec::new();
        for symbol in self.names.give_up(symbols) {
            let native = self.names.native(symbol);
            self.listed.remove(&native);
            gone.push(native);
        }
        subscription::unsubscribe(&gone)
    }

    fn together(&self) -> Together {
        Together::UpTo(rest::SYMBOLS_MAX)
    }

    fn fetch(&mut self, transport: TransportKind, asking: Asking<'_>) -> Vec<String> {
        match transport {
            TransportKind::Poll => {
                self.add(asking);
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
        message::read(text, &self.names, &self.listed, directory, events)
    }

    fn read_fetched(
        &mut self,
        path: &str,
        text: &str,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        self.names.compare(directory);
        rest::read(path, text, &self.names, &self.listed, directory, events)
    }

    fn refusal(&self, status: u16, body: &str) -> Option<Denial> {
        error::refusal(status, body)
    }

    fn ask_symbols(&self, words: &str) -> Option<Lookup> {
        Some(search::lookup(words))
    }

    fn read_symbols(&self, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        search::read(text, hits)
    }
}
