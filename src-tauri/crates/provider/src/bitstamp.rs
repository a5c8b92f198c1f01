//! Bitstamp's markets, as version 2 of its WebSocket tells them.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what a market is called there
//! - `channel`: which of its channels are wanted
//! - `subscription`: what we send, and what was not answered yet
//! - `message`: everything that comes over the socket
//! - `error`: what it says when it does not like something
//! - `rest`: what is fetched where no socket gets through
//! - `search`: what of it a person may look for
//!
//! It has no channel for best prices: they stand at the top of the order book,
//! which comes whole each time. The figures of the day are fetched or not there.

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

use std::time::Duration;

use model::{Symbol, TransportKind};

use crate::bundle::native;
use crate::canonical;
use crate::names::Names;
use crate::{
    Admission, Asking, Budget, Card, Crowd, Directory, Event, History, Hit, Hours, KeyPlace, Listing, Lookup,
    Numbering, Pacing, Replay, Unreadable, Venue, Window,
};
use channel::{CHANNELS_MAX, Channel};
use subscription::Frames;

pub(crate) const LISTINGS: &[Listing] = &[Listing {
    word: "bitstamp",
    title: "Bitstamp",
    about: &about::SPOT,
    stream: Some("wss://ws.bitstamp.net"),
    rest: Some("https://www.bitstamp.net"),
    card: &CARD,
    translator: || Box::new(Bitstamp::default()),
    carries: |listed| Some(native::coins(listed, "")?.to_lowercase()),
    naming: &canonical::SMALL,
}];

const CARD: Card = Card {
    subprotocol: None,
    key: KeyPlace::None,
    admission: Admission::AtOnce,
    // It pings by itself, and takes no offence at silence.
    beat: None,
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    // It names no limit; the house's own.
    sessions_max: 4,
    // It names none; so many as others bear.
    dials: Pacing {
        times: 60,
        within: Duration::from_secs(300),
    },
    age_max: Some(Duration::from_secs(90 * 24 * 60 * 60)),
    // It has no table of them.
    closes: &[],
    crowd: Crowd::UNTOLD,
    // A frame names one channel, and each symbol needs a frame for each.
    symbols_per_message: 1,
    // Whoever asks for one channel more is cut off without a word.
    symbols_per_connection: Some(CHANNELS_MAX / Channel::ALL.len()),
    message_max: subscription::FRAME_MAX,
    // It publishes none, and has taken twenty frames within two thousandths of a
    // second; a symbol is two.
    pacing: Pacing {
        times: 20,
        within: Duration::from_secs(1),
    },
    // It minds no burst.
    spacing: Duration::ZERO,
    // 400 a second and 10 000 in ten minutes; half of the latter.
    polls: Pacing {
        times: 8,
        within: Duration::from_secs(1),
    },
    // Half of its 10 000 in ten minutes: others may share our address.
    budget: Budget {
        windows: &[Window {
            most: 5000,
            within: Duration::from_secs(600),
        }],
        ..Budget::NONE
    },
    acks: true,
    hours: Hours::Always,
    // Ids of trades rise, and nobody says that they have no holes.
    numbering: Numbering::Sparse,
    replay: Replay::None,
};

/// The translator; it remembers who asked for what.
#[derive(Debug)]
pub(crate) struct Bitstamp {
    names: Names,
    frames: Frames,
}

impl Default for Bitstamp {
    fn default() -> Self {
        Self {
            names: Names::new(symbol::native),
            frames: Frames::default(),
        }
    }
}

impl Venue for Bitstamp {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn symbols(&self) -> &'static str {
        "btcusd or BTC-USD"
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        let natives = asking.symbols.iter().map(|wanted| {
            self.names.add(wanted.symbol);
            self.names.native(wanted.symbol)
        });
        self.frames.subscribe(natives)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let gone = self.names.give_up(symbols);
        let gone: Vec<_> = gone.into_iter().map(symbol::native).collect();
        subscription::unsubscribe(&gone)
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
        message::read(text, &self.names, &mut self.frames, directory, events)
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
