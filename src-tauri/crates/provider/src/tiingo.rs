//! Tiingo: prices of stocks, coins and currencies, each from a stream of its own.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `channel`: its three streams, and how much of each is asked for
//! - `symbol`: what an instrument is called there
//! - `subscription`: what we send, the key in each message, and what was not answered yet
//! - `message`: everything that the streams send
//! - `place`: lists whose places have no names
//! - `house`: on which exchange the best prices of a pair of coins are
//! - `rest`: the same where it is fetched
//! - `error`: what it says when it does not like something
//! - `search`: what of it a person may look for

mod about;
mod channel;
mod error;
mod history;
mod house;
mod message;
mod place;
mod rest;
mod search;
mod subscription;
mod symbol;
#[cfg(test)]
mod tests;

use std::time::Duration;

use model::{Secret, Symbol, TransportKind};

use crate::bundle::native;
use crate::canonical;
use crate::names::Names;
use crate::{
    Admission, Asking, Budget, Card, Crowd, Denial, Directory, Event, History, Hit, Hours, KeyPlace, Listing,
    Lookup, Numbering, Pacing, Replay, Together, Unreadable, Venue, Window,
};
use channel::Market;
use house::Houses;
use message::Halts;
use subscription::Requests;

pub(crate) const LISTINGS: &[Listing] = &[
    Listing {
        word: "tiingo:iex",
        title: "Tiingo, US stocks (reference prices)",
        about: &about::IEX,
        stream: Some("wss://api.tiingo.com/iex"),
        rest: Some("https://api.tiingo.com"),
        card: &STOCKS,
        translator: || Box::new(Tiingo::new(Market::Iex)),
        carries: |listed| native::american(listed, "-"),
        naming: &canonical::CLASS_DASHED,
    },
    Listing {
        word: "tiingo:crypto",
        title: "Tiingo, crypto",
        about: &about::CRYPTO,
        stream: Some("wss://api.tiingo.com/crypto"),
        rest: Some("https://api.tiingo.com"),
        card: &COINS,
        translator: || Box::new(Tiingo::new(Market::Crypto)),
        carries: |listed| Some(native::coins(listed, "")?.to_lowercase()),
        naming: &canonical::SMALL,
    },
    Listing {
        word: "tiingo:fx",
        title: "Tiingo, currencies",
        about: &about::FX,
        stream: Some("wss://api.tiingo.com/fx"),
        rest: Some("https://api.tiingo.com"),
        card: &CURRENCIES,
        translator: || Box::new(Tiingo::new(Market::Fx)),
        carries: |listed| Some(native::currencies(listed, "")?.to_lowercase()),
        naming: &canonical::SMALL,
    },
];

/// It closes at night and says so of no symbol.
static STOCKS: Card = card(Hours::Told);
static COINS: Card = card(Hours::Always);
/// It closes for the weekend, without a word.
static CURRENCIES: Card = card(Hours::Told);

/// A free account's, for all three of its markets together.
const BUDGET: Budget = Budget {
    windows: &[
        Window {
            most: 50,
            within: Duration::from_secs(60 * 60),
        },
        Window {
            most: 1000,
            within: Duration::from_secs(24 * 60 * 60),
        },
    ],
    ..Budget::NONE
};

const fn card(hours: Hours) -> Card {
    Card {
        subprotocol: None,
        key: KeyPlace::Messages {
            name: "Authorization",
            prefix: "Token ",
        },
        admission: Admission::AtOnce,
        // It says that it is there, and wants to hear nothing.
        beat: None,
        transports: &[TransportKind::WebSocket, TransportKind::Poll],
        // It names no limit; one is within any, also beside two other streams of the same key.
        sessions_max: 1,
        // No limit is named either: a dial every six seconds disturbs nobody.
        dials: Pacing {
            times: 10,
            within: Duration::from_secs(60),
        },
        age_max: None,
        // It has no table of them.
        closes: &[],
        crowd: Crowd::UNTOLD,
        // Short tickers: far within what fits into a message.
        symbols_per_message: 100,
        // It sells "everything" for one subscription, so no number of them is too many.
        symbols_per_connection: None,
        // Untold; a hundred tickers and a key take a quarter of it.
        message_max: 4 << 10,
        // Untold; subscribing takes a message for a hundred symbols, so slow is quick enough.
        pacing: Pacing {
            times: 4,
            within: Duration::from_secs(1),
        },
        spacing: Duration::from_millis(100),
        // Four fifths of what a free account has in an hour; the rest is for what a person asks.
        polls: Pacing {
            times: 40,
            within: Duration::from_secs(60 * 60),
        },
        budget: BUDGET,
        acks: true,
        hours,
        numbering: Numbering::None,
        replay: Replay::None,
    }
}

/// The translator; it remembers who asked for what, and the key.
#[derive(Debug)]
pub(crate) struct Tiingo {
    market: Market,
    names: Names,
    requests: Requests,
    houses: Houses,
    halts: Halts,
}

impl Tiingo {
    fn new(market: Market) -> Self {
        Self {
            market,
            names: Names::new(market.native()),
            requests: Requests::default(),
            houses: Houses::default(),
            halts: Halts::default(),
        }
    }
}

impl Venue for Tiingo {
    fn card(&self) -> &'static Card {
        match self.market {
            Market::Iex => &STOCKS,
            Market::Crypto => &COINS,
            Market::Fx => &CURRENCIES,
        }
    }

    fn begin(&mut self, key: Option<&Secret>) -> Vec<Secret> {
        self.requests.begin(key);
        Vec::new()
    }

    fn symbols(&self) -> &'static str {
        match self.market {
            Market::Iex => "AAPL",
            Market::Crypto => "btcusd or BTC-USD",
            Market::Fx => "eurusd or EUR-USD",
        }
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        self.names.add_all(asking);
        self.requests.subscribe(self.market, &self.names, asking)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let mut gone = Vec::new();
        for symbol in self.names.give_up(symbols) {
            let ticker = self.names.native(symbol);
            self.houses.forget(&ticker);
            self.halts.forget(&ticker);
            gone.push(ticker);
        }
        self.requests.unsubscribe(&gone)
    }

    fn together(&self) -> Together {
        Together::UpTo(STOCKS.symbols_per_message)
    }

    fn fetch(&mut self, transport: TransportKind, asking: Asking<'_>) -> Vec<String> {
        match transport {
            TransportKind::Poll => rest::paths(self.market, &mut self.names, asking),
            TransportKind::WebSocket | TransportKind::EventStream | TransportKind::LongPoll => Vec::new(),
        }
    }

    fn history(&self) -> Option<&'static History> {
        history::of(self.market)
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        self.names.compare(directory);
        message::read(text, self, directory, events)
    }

    fn read_fetched(
        &mut self,
        _path: &str,
        text: &str,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        self.names.compare(directory);
        rest::read(text, self.market, &self.names, directory, events)
    }

    fn refusal(&self, status: u16, body: &str) -> Option<Denial> {
        error::refusal(status, body)
    }

    fn ask_symbols(&self, words: &str) -> Option<Lookup> {
        search::lookup(self.market, words)
    }

    fn read_symbols(&self, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        search::read(text, hits)
    }
}
