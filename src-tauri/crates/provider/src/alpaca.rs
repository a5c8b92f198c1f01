//! Alpaca's market data: American shares by several tapes, and coins.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what an instrument is called there, and which of its markets there are
//! - `channel`: which of its channels are wanted
//! - `subscription`: what we send, the login included, and what was not answered yet
//! - `message`: everything that comes over the WebSocket
//! - `tick`: deals, best prices, minutes and days
//! - `condition`: what a deal moves, by the letters of its tape
//! - `rest`: the same as snapshots, asked again and again
//! - `error`: what it says when it does not like something
//!
//! The sizes of its quotes are handed on as they are told. Its papers call them
//! round lots; the tapes have told shares since 2025-11-03, and whether the
//! papers or the tapes are right about it nobody has confirmed.

mod about;
mod channel;
mod condition;
mod error;
mod history;
mod message;
mod rest;
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
    Admission, Asking, Budget, Card, Crowd, Denial, Directory, Event, History, Hours, KeyPlace, Listing,
    Numbering, Pacing, Replay, Tell, Together, Unreadable, Until, Venue, Window,
};
use subscription::Requests;
use symbol::Market;

const REST: Option<&str> = Some("https://data.alpaca.markets");

pub(crate) const LISTINGS: &[Listing] = &[
    Listing {
        word: "alpaca:iex",
        title: "Alpaca (IEX)",
        about: &about::IEX,
        stream: Some("wss://stream.data.alpaca.markets/v2/iex"),
        rest: REST,
        card: &SHARES,
        translator: || Box::new(Alpaca::new(Market::Iex)),
        carries: |listed| native::american(listed, "."),
        naming: &canonical::CLASS_DOTTED,
    },
    Listing {
        word: "alpaca:sip",
        title: "Alpaca (all exchanges)",
        about: &about::SIP,
        stream: Some("wss://stream.data.alpaca.markets/v2/sip"),
        rest: REST,
        card: &SHARES,
        translator: || Box::new(Alpaca::new(Market::Sip)),
        carries: |listed| native::american(listed, "."),
        naming: &canonical::CLASS_DOTTED,
    },
    Listing {
        word: "alpaca:delayed",
        title: "Alpaca (all exchanges, 15 minutes late)",
        about: &about::DELAYED,
        stream: Some("wss://stream.data.alpaca.markets/v2/delayed_sip"),
        rest: REST,
        card: &SHARES,
        translator: || Box::new(Alpaca::new(Market::Delayed)),
        carries: |listed| native::american(listed, "."),
        naming: &canonical::CLASS_DOTTED,
    },
    Listing {
        word: "alpaca:test",
        title: "Alpaca (test, FAKEPACA)",
        about: &about::TEST,
        stream: Some("wss://stream.data.alpaca.markets/v2/test"),
        // Its one share is on the stream alone.
        rest: None,
        card: &TEST,
        translator: || Box::new(Alpaca::new(Market::Test)),
        carries: native::nothing,
        naming: &canonical::NONE,
    },
    Listing {
        word: "alpaca:crypto",
        title: "Alpaca (coins)",
        about: &about::CRYPTO,
        stream: Some("wss://stream.data.alpaca.markets/v1beta3/crypto/us"),
        rest: REST,
        card: &COINS,
        translator: || Box::new(Alpaca::new(Market::Crypto)),
        carries: |listed| native::coins(listed, "/"),
        naming: &canonical::SLASHED,
    },
];

const SHARES: Card = Card {
    subprotocol: None,
    key: KeyPlace::Pair {
        id: "APCA-API-KEY-ID",
        secret: "APCA-API-SECRET-KEY",
    },
    admission: Admission::Told,
    // It knows no message for that; its own clients send pings.
    beat: None,
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    // Of each of its markets, for nearly all accounts.
    sessions_max: 1,
    // It names no limit. Its own client tries 15 times within a minute and gives up.
    dials: Pacing {
        times: 10,
        within: Duration::from_secs(60),
    },
    // It has no schedule that anybody has seen.
    age_max: None,
    // It has no table of them; it says what is wrong before it closes.
    closes: &[],
    crowd: Crowd {
        statuses: &[],
        // Its own client goes on for up to a minute before it says that the account is in use.
        reaped_after: Duration::from_secs(60),
        closes_unheard: false,
    },
    // A request that passes the account's limit adds nothing at all. Free accounts have thirty streams,
    // which are fifteen symbols with two each, so requests of five fill them to the last.
    symbols_per_message: 5,
    // It depends on what was paid for; whoever has more than that is told.
    symbols_per_connection: None,
    // Its own client splits what is longer.
    message_max: 32 << 10,
    // It names no limit; so fast a hundred symbols are asked for within some seconds.
    pacing: Pacing {
        times: 10,
        within: Duration::from_secs(1),
    },
    spacing: Duration::from_millis(50),
    // Half of what a free account has.
    polls: Pacing {
        times: 100,
        within: Duration::from_secs(60),
    },
    // A free account has so many; charts and other programs ask with it, too.
    budget: Budget {
        windows: &[Window {
            most: 200,
            within: Duration::from_secs(60),
        }],
        tells: &[Tell::Left {
            head: "x-ratelimit-remaining",
            until: Until::Seconds {
                head: "x-ratelimit-reset",
                most: Duration::from_secs(60),
            },
        }],
        ..Budget::NONE
    },
    acks: true,
    // It tells halts, and no hours.
    hours: Hours::Told,
    numbering: Numbering::None,
    replay: Replay::None,
};

const TEST: Card = Card {
    transports: &[TransportKind::WebSocket],
    ..SHARES
};

const COINS: Card = Card {
    hours: Hours::Always,
    ..SHARES
};

/// The translator; it remembers who asked for what, and the key until the venue has greeted.
#[derive(Debug)]
pub(crate) struct Alpaca {
    market: Market,
    key: Option<Secret>,
    names: Names,
    requests: Requests,
    /// By the venue's names, what was fetched.
    fetched: Vec<String>,
}

impl Alpaca {
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

impl Venue for Alpaca {
    fn card(&self) -> &'static Card {
        match self.market {
            Market::Iex | Market::Sip | Market::Delayed => &SHARES,
            Market::Test => &TEST,
            Market::Crypto => &COINS,
        }
    }

    fn symbols(&self) -> &'static str {
        match self.market {
            Market::Iex | Market::Sip | Market::Delayed => "AAPL",
            Market::Test => "FAKEPACA",
            Market::Crypto => "BTC/USD",
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

    fn together(&self) -> Together {
        Together::UpTo(rest::SYMBOLS_PER_PATH)
    }

    fn fetch(&mut self, transport: TransportKind, asking: Asking<'_>) -> Vec<String> {
        if transport != TransportKind::Poll {
            return Vec::new();
        }
        let natives = self.names.take_in(asking);
        keep(&mut self.fetched, &natives);
        rest::paths(self.market, &natives)
    }

    fn history(&self) -> Option<&'static History> {
        history::of(self.market)
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

    fn refusal(&self, status: u16, body: &str) -> Option<Denial> {
        error::refusal(status, body)
    }
}
