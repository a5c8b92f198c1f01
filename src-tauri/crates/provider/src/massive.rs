//! Massive, which was Polygon: American shares at once or a quarter of an hour
//! late, coins, and currencies.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what an instrument is called there, and which of its markets there are
//! - `channel`: which of its channels are wanted
//! - `subscription`: what we send, the login included, and what was not answered yet
//! - `message`: everything that comes over the WebSocket
//! - `tick`: deals, best prices and minutes
//! - `condition`: what a deal moves, by the venue's numbers
//! - `rest`: the same as snapshots, asked again and again
//! - `error`: what its states mean
//! - `search`: what of it a person may look for
//!
//! The sizes of its quotes are shares since 2025-11-03, by its own notice.

mod about;
mod channel;
mod condition;
mod error;
mod history;
mod message;
mod rest;
mod search;
mod subscription;
mod symbol;
#[cfg(test)]
mod tests;
mod tick;

use std::time::Duration;

use model::{Secret, Symbol, TransportKind};

use crate::bundle::native;
use crate::canonical;
use crate::names::{Names, keep};
use crate::{
    Admission, Asking, Budget, Card, CloseMeaning, Crowd, Denial, Directory, Event, History, Hit, Hours,
    KeyPlace, Listing, Lookup, Numbering, Pacing, Replay, Unreadable, Venue, Window,
};
use subscription::Requests;
use symbol::Market;

const REST: Option<&str> = Some("https://api.massive.com");

pub(crate) const LISTINGS: &[Listing] = &[
    Listing {
        word: "massive:stocks",
        title: "Massive, US stocks",
        about: &about::STOCKS,
        stream: Some("wss://socket.massive.com/stocks"),
        rest: REST,
        card: &SHARES,
        translator: || Box::new(Massive::new(Market::Shares)),
        carries: |listed| native::american(listed, "."),
        naming: &canonical::CLASS_DOTTED,
    },
    Listing {
        word: "massive:stocks-delayed",
        title: "Massive, US stocks, 15 minutes late",
        about: &about::STOCKS_DELAYED,
        stream: Some("wss://delayed.massive.com/stocks"),
        rest: REST,
        card: &SHARES,
        translator: || Box::new(Massive::new(Market::Shares)),
        carries: |listed| native::american(listed, "."),
        naming: &canonical::CLASS_DOTTED,
    },
    Listing {
        word: "massive:crypto",
        title: "Massive, crypto",
        about: &about::CRYPTO,
        stream: Some("wss://socket.massive.com/crypto"),
        rest: REST,
        card: &COINS,
        translator: || Box::new(Massive::new(Market::Coins)),
        carries: |listed| native::coins(listed, "-"),
        naming: &canonical::DASHED,
    },
    Listing {
        word: "massive:forex",
        title: "Massive, currencies",
        about: &about::FOREX,
        stream: Some("wss://socket.massive.com/forex"),
        rest: REST,
        card: &CURRENCIES,
        translator: || Box::new(Massive::new(Market::Currencies)),
        carries: |listed| native::currencies(listed, "/"),
        naming: &canonical::SLASHED,
    },
];

const SHARES: Card = Card {
    subprotocol: None,
    key: KeyPlace::Messages {
        name: "Authorization",
        prefix: "Bearer ",
    },
    admission: Admission::Told,
    // It knows no message for that; its own clients send pings.
    beat: None,
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    // Of each of its streams, the late one counted with the other.
    sessions_max: 1,
    // It names no limit; so often nobody has to come back.
    dials: Pacing {
        times: 10,
        within: Duration::from_secs(60),
    },
    // It drops connections at night, and promises nothing.
    age_max: None,
    // After it has said the same in words.
    closes: &[(1008, CloseMeaning::Crowded)],
    crowd: Crowd {
        statuses: &[],
        // It ends one of the two, and nobody knows which; a minute is what those wait who have met it.
        reaped_after: Duration::from_secs(60),
        closes_unheard: false,
    },
    // It names no limit; so many make a message of a kilobyte or two.
    symbols_per_message: 100,
    // As many as one can read.
    symbols_per_connection: None,
    // It names no limit; a hundred of the longest names are half of this.
    message_max: 8 << 10,
    // It names no limit; so fast thousands of symbols are asked for within seconds.
    pacing: Pacing {
        times: 10,
        within: Duration::from_secs(1),
    },
    spacing: Duration::from_millis(50),
    // Whoever has paid for snapshots may ask as often as he likes; once a second is enough for a screen.
    polls: Pacing {
        times: 60,
        within: Duration::from_secs(60),
    },
    // Plans that are paid for name no limit; a free key's five a minute it enforces itself, by 429.
    budget: Budget {
        windows: &[Window {
            most: 100,
            within: Duration::from_secs(60),
        }],
        ..Budget::NONE
    },
    acks: true,
    // It says nothing of hours.
    hours: Hours::Told,
    // Those of deals rise and have holes; quotes have a count of their own, which is left alone.
    numbering: Numbering::Sparse,
    replay: Replay::None,
};

const COINS: Card = Card {
    hours: Hours::Always,
    numbering: Numbering::None,
    ..SHARES
};

const CURRENCIES: Card = Card {
    numbering: Numbering::None,
    ..SHARES
};

/// The translator; it remembers who asked for what, and the key until the venue has greeted.
#[derive(Debug)]
pub(crate) struct Massive {
    market: Market,
    key: Option<Secret>,
    names: Names,
    requests: Requests,
    /// By the venue's names, what was fetched.
    fetched: Vec<String>,
}

impl Massive {
    fn new(market: Market) -> Self {
        Self {
            market,
            key: None,
            names: Names::new(market.native()),
            requests: Requests::new(market),
            fetched: Vec::new(),
        }
    }
}

impl Venue for Massive {
    fn card(&self) -> &'static Card {
        match self.market {
            Market::Shares => &SHARES,
            Market::Coins => &COINS,
            Market::Currencies => &CURRENCIES,
        }
    }

    fn symbols(&self) -> &'static str {
        match self.market {
            Market::Shares => "AAPL",
            Market::Coins => "BTC-USD",
            Market::Currencies => "EUR/USD",
        }
    }

    /// It greets, and wants to be answered then.
    fn begin(&mut self, key: Option<&Secret>) -> Vec<Secret> {
        self.key = key.cloned();
        Vec::new()
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        let natives = self.names.take_in(asking);
        self.requests.subscribe(&natives, asking.bars)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let gone = self.names.give_up(symbols);
        let gone: Vec<_> = gone
            .into_iter()
            .map(|symbol| self.market.native()(symbol))
            .collect();
        self.requests.unsubscribe(&gone)
    }

    fn fetch(&mut self, transport: TransportKind, asking: Asking<'_>) -> Vec<String> {
        if transport != TransportKind::Poll {
            return Vec::new();
        }
        let natives = self.names.take_in(asking);
        keep(&mut self.fetched, &natives);
        let paths = natives.iter();
        paths.map(|native| rest::path(self.market, native)).collect()
    }

    fn history(&self) -> Option<&'static History> {
        Some(history::of(self.market))
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
        Some(search::lookup(self.market, words))
    }

    fn read_symbols(&self, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        search::read(self.market, text, hits)
    }
}
