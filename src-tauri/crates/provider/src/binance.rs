//! Binance's spot markets, as its public streams tell them.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what an instrument is called there, and who asked for it
//! - `channel`: which of its streams are wanted
//! - `subscription`: what we send, and what was not answered yet
//! - `tick`: trades and best prices, which are nearly all that comes
//! - `message`: everything that comes, whatever the order of its fields
//! - `error`: what it says when it does not like something
//! - `rest`: what is fetched where no socket gets through
//! - `search`: what of it a person may look for
//!
//! Its house in the US has other symbols and says the same.

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
mod tick;

use std::time::Duration;

use model::{Symbol, TransportKind};

use crate::bundle::native;
use crate::canonical;
use crate::names::Names;
use crate::{
    Admission, Asking, Budget, Card, Crowd, Directory, Event, History, Hit, Hours, KeyPlace, Listing, Lookup,
    Numbering, Pacing, Replay, Tell, Unreadable, Venue, Weight, Window,
};
use subscription::Requests;

pub(crate) const LISTINGS: &[Listing] = &[
    Listing {
        word: "binance",
        title: "Binance",
        about: &about::WORLD,
        // The house for market data alone, which wants no key and turns fewer countries away.
        stream: Some("wss://data-stream.binance.vision/stream"),
        rest: Some("https://data-api.binance.vision"),
        card: &CARD,
        translator: || Box::new(Binance::of(&CARD)),
        carries: |listed| native::coins_for_tether(listed, ""),
        naming: &canonical::GLUED,
    },
    Listing {
        word: "binance-us",
        title: "Binance.US",
        about: &about::US,
        stream: Some("wss://stream.binance.us:9443/stream"),
        rest: Some("https://api.binance.us"),
        card: &CARD_US,
        translator: || Box::new(Binance::of(&CARD_US)),
        carries: |listed| native::coins_for_tether(listed, ""),
        naming: &canonical::GLUED,
    },
];

/// The list of all that is dealt in costs as much as ten others.
const WEIGHTS: &[(&str, Weight)] = &[
    ("/api/v3/exchangeInfo", Weight::Of(20)),
    ("/api/v3/", Weight::Of(2)),
];

const CARD: Card = Card {
    subprotocol: None,
    key: KeyPlace::None,
    admission: Admission::AtOnce,
    beat: None,
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    // It names no limit; the house's own.
    sessions_max: 4,
    // It bears ten times as many, from one address; others may share ours.
    dials: Pacing {
        times: 60,
        within: Duration::from_secs(300),
    },
    // In upgrades it may be earlier, and is announced.
    age_max: Some(Duration::from_secs(24 * 60 * 60)),
    // It has no table of them.
    closes: &[],
    crowd: Crowd::UNTOLD,
    // With four streams for each that is a message of 4 KB.
    symbols_per_message: 40,
    symbols_per_connection: Some(channel::STREAMS_MAX / channel::Channel::ALL.len()),
    // It names no limit; so much it is known to take.
    message_max: 4 << 10,
    // Pongs are counted too, and whoever is over it is disconnected.
    pacing: Pacing {
        times: 5,
        within: Duration::from_secs(1),
    },
    // As few as five in a second are then not all in its first moment.
    spacing: Duration::from_millis(250),
    // 6000 a minute and two for each question, it is said; a fifth of that.
    polls: Pacing {
        times: 10,
        within: Duration::from_secs(1),
    },
    // A fifth of 6000 a minute, as others may share our address; it counts two for most questions.
    budget: Budget {
        windows: &[Window {
            most: 1200,
            within: Duration::from_secs(60),
        }],
        weights: WEIGHTS,
        tells: &[Tell::Used {
            head: "x-mbx-used-weight-1m",
            of: 6000,
            within: Duration::from_secs(60),
        }],
        refusals: &[],
    },
    acks: true,
    hours: Hours::Always,
    // Trades are; best prices have no place in that count, and none at all.
    numbering: Numbering::Gapless,
    replay: Replay::None,
};

/// It pings every three minutes and waits for ten, and takes whole numbers alone
/// for those of our requests; which ours are.
const CARD_US: Card = Card {
    // 1200 a minute and one or two for each question; half of that at the most.
    polls: Pacing {
        times: 5,
        within: Duration::from_secs(1),
    },
    budget: Budget {
        windows: &[Window {
            most: 600,
            within: Duration::from_secs(60),
        }],
        weights: WEIGHTS,
        tells: &[Tell::Used {
            head: "x-mbx-used-weight-1m",
            of: 1200,
            within: Duration::from_secs(60),
        }],
        refusals: &[],
    },
    ..CARD
};

/// The translator; it remembers who asked for what.
#[derive(Debug)]
pub(crate) struct Binance {
    card: &'static Card,
    names: Names,
    requests: Requests,
}

impl Binance {
    fn of(card: &'static Card) -> Self {
        Self {
            card,
            names: Names::new(symbol::native),
            requests: Requests::default(),
        }
    }
}

impl Venue for Binance {
    fn card(&self) -> &'static Card {
        self.card
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
        match tick::read(text) {
            Some(said) => {
                self.names.tell(said, events);
                Ok(())
            }
            None => message::read(
                text,
                &self.names,
                &mut self.requests.unanswered,
                directory,
                events,
            ),
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
        Some(search::lookup(*self.card == CARD))
    }

    fn read_symbols(&self, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        search::read(text, hits)
    }
}
