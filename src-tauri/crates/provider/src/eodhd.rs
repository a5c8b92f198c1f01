//! EODHD: deals and best prices of US stocks, currencies and coins, each from a
//! socket of its own.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `channel`: its four sockets
//! - `symbol`: what an instrument is called there
//! - `subscription`: what we send, and what was asked for last
//! - `message`: everything that comes
//! - `heard`: what each symbol has said so far
//! - `error`: what it says when it does not like something
//! - `search`: what of it a person may look for
//!
//! Prices come over the socket alone: those that it has to be fetched are a quarter of
//! an hour old.

mod about;
mod channel;
mod error;
mod heard;
mod history;
mod message;
mod search;
mod subscription;
mod symbol;
#[cfg(test)]
mod tests;

use std::time::Duration;

use model::{Symbol, TransportKind};

use crate::bundle::native;
use crate::names::Names;
use crate::{
    Admission, Asking, Budget, Card, Crowd, Directory, Event, History, Hit, Hours, KeyPlace, Listing, Lookup,
    Numbering, Pacing, Replay, Tell, Unreadable, Until, Venue, Window,
};
use channel::Market;
use heard::Heard;

/// It is asked for the past and for what there is, and for no prices.
const REST: Option<&str> = Some("https://eodhd.com/api");

pub(crate) const LISTINGS: &[Listing] = &[
    Listing {
        word: "eodhd:us",
        title: "EODHD, US stocks",
        about: &about::US,
        stream: Some("wss://ws.eodhistoricaldata.com/ws/us"),
        rest: REST,
        card: &EXCHANGE,
        translator: || Box::new(Eodhd::new(Market::Us)),
        carries: |listed| native::american(listed, "-"),
        naming: &symbol::STOCKS,
    },
    Listing {
        word: "eodhd:us-quote",
        title: "EODHD, US stocks, best prices",
        about: &about::US_QUOTE,
        stream: Some("wss://ws.eodhistoricaldata.com/ws/us-quote"),
        rest: REST,
        card: &EXCHANGE,
        translator: || Box::new(Eodhd::new(Market::UsQuote)),
        carries: |listed| native::american(listed, "-"),
        naming: &symbol::STOCKS,
    },
    Listing {
        word: "eodhd:forex",
        title: "EODHD, currencies",
        about: &about::FOREX,
        stream: Some("wss://ws.eodhistoricaldata.com/ws/forex"),
        rest: REST,
        card: &EXCHANGE,
        translator: || Box::new(Eodhd::new(Market::Forex)),
        carries: |listed| native::currencies(listed, ""),
        naming: &symbol::CURRENCIES,
    },
    Listing {
        word: "eodhd:crypto",
        title: "EODHD, crypto",
        about: &about::CRYPTO,
        stream: Some("wss://ws.eodhistoricaldata.com/ws/crypto"),
        rest: REST,
        card: &COINS,
        translator: || Box::new(Eodhd::new(Market::Crypto)),
        carries: |listed| native::coins(listed, "-"),
        naming: &symbol::COINS,
    },
];

/// Open for some hours of some days, and only deals in stocks say so.
static EXCHANGE: Card = card(Hours::Told);
static COINS: Card = card(Hours::Always);

/// A third of its thousand a minute. 402 says that those of the day are used up.
const BUDGET: Budget = Budget {
    windows: &[Window {
        most: 300,
        within: Duration::from_secs(60),
    }],
    tells: &[Tell::Left {
        head: "x-ratelimit-remaining",
        until: Until::Within(Duration::from_secs(60)),
    }],
    refusals: &[(402, Duration::from_secs(60 * 60))],
    ..Budget::NONE
};

const fn card(hours: Hours) -> Card {
    Card {
        subprotocol: None,
        key: KeyPlace::Query("api_token"),
        // Whoever asks before that is thrown out.
        admission: Admission::Told,
        // None is known of.
        beat: None,
        transports: &[TransportKind::WebSocket],
        // Its symbols are counted over all connections of a key: two would ask for each twice.
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
        // What is one symbol too many is refused with all that were asked for beside it.
        symbols_per_message: 10,
        // Of the usual plan; what others of the same key use is told when it is too much.
        symbols_per_connection: Some(50),
        // Ten names take a tenth of it.
        message_max: 2 << 10,
        // It answers within the second, and only by what was said last is known what it means.
        pacing: Pacing {
            times: 1,
            within: Duration::from_secs(1),
        },
        spacing: Duration::from_secs(1),
        // A thousand a minute, and a day's worth that depends on the plan: what a person looks for.
        polls: Pacing {
            times: 30,
            within: Duration::from_secs(60),
        },
        budget: BUDGET,
        acks: false,
        hours,
        numbering: Numbering::None,
        replay: Replay::None,
    }
}

/// The translator; it remembers who asked for what, and what each has said.
#[derive(Debug)]
pub(crate) struct Eodhd {
    market: Market,
    names: Names,
    heard: Heard,
    /// The names of the last message of ours.
    asked: Vec<String>,
}

impl Eodhd {
    fn new(market: Market) -> Self {
        Self {
            market,
            names: Names::new(market.native()),
            heard: Heard::default(),
            asked: Vec::new(),
        }
    }
}

impl Venue for Eodhd {
    fn card(&self) -> &'static Card {
        match self.market {
            Market::Us | Market::UsQuote | Market::Forex => &EXCHANGE,
            Market::Crypto => &COINS,
        }
    }

    fn symbols(&self) -> &'static str {
        match self.market {
            Market::Us | Market::UsQuote => "AAPL",
            Market::Forex => "EURUSD",
            Market::Crypto => "BTC-USD",
        }
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        let names = self.names.take_in(asking);
        // Another row of the same stream is new to it.
        names.iter().for_each(|name| self.heard.forget(name));
        let chunks = names.chunks(EXCHANGE.symbols_per_message);
        self.asked = chunks.clone().next_back().unwrap_or_default().to_vec();
        chunks.filter_map(subscription::subscribe).collect()
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let mut gone = Vec::new();
        for symbol in self.names.give_up(symbols) {
            let name = self.names.native(symbol);
            self.heard.forget(&name);
            gone.push(name);
        }
        self.asked.clear();
        let chunks = gone.chunks(EXCHANGE.symbols_per_message);
        chunks.filter_map(subscription::unsubscribe).collect()
    }

    fn fetch(&mut self, _transport: TransportKind, _asking: Asking<'_>) -> Vec<String> {
        Vec::new()
    }

    fn history(&self) -> Option<&'static History> {
        history::of(self.market)
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        self.names.compare(directory);
        message::read(text, self, directory, events)
    }

    fn ask_symbols(&self, words: &str) -> Option<Lookup> {
        Some(search::lookup(words))
    }

    fn read_symbols(&self, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        search::read(self.market, text, hits)
    }
}
