//! OKX's markets, as its public channels tell them.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `symbol`: what an instrument is called there
//! - `channel`: which of its channels are wanted
//! - `subscription`: what we send, and what each message of ours was about
//! - `message`: everything that comes over the socket
//! - `error`: what it says when it does not like something, and when it goes
//! - `rest`: what is fetched where no socket gets through
//! - `search`: what of it a person may look for
//!
//! Candles are told by another host; ours are made of the trades.

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
use crate::unanswered::Unanswered;
use crate::{
    Admission, Asking, Beat, Budget, Card, Crowd, Directory, Event, History, Hit, Hours, KeyPlace, Listing,
    Lookup, Numbering, Pacing, Replay, Unreadable, Venue, Window,
};

pub(crate) const LISTINGS: &[Listing] = &[
    Listing {
        word: "okx",
        title: "OKX",
        about: &about::WORLD,
        stream: Some("wss://ws.okx.com:8443/ws/v5/public"),
        rest: Some("https://www.okx.com"),
        card: &CARD,
        translator,
        carries: |listed| native::coins_for_tether(listed, "-"),
        naming: &canonical::DASHED,
    },
    Listing {
        word: "okx:eea",
        title: "OKX Europe",
        about: &about::EUROPE,
        stream: Some("wss://wseea.okx.com:8443/ws/v5/public"),
        rest: Some("https://eea.okx.com"),
        card: &CARD,
        translator,
        carries: |listed| native::coins_for_tether(listed, "-"),
        naming: &canonical::DASHED,
    },
    Listing {
        word: "okx:us",
        title: "OKX US",
        about: &about::AMERICA,
        stream: Some("wss://wsus.okx.com:8443/ws/v5/public"),
        rest: Some("https://us.okx.com"),
        card: &CARD,
        translator,
        carries: |listed| native::coins_for_tether(listed, "-"),
        naming: &canonical::DASHED,
    },
];

const CARD: Card = Card {
    subprotocol: None,
    key: KeyPlace::None,
    admission: Admission::AtOnce,
    // It closes what was silent for 30 s; five of them for the way there.
    beat: Some(Beat {
        every: Duration::from_secs(25),
        text: Cow::Borrowed("ping"),
    }),
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    // It names no limit for what is public; the house's own.
    sessions_max: 4,
    // It bears three in a second from one address; others may share ours.
    dials: Pacing {
        times: 2,
        within: Duration::from_secs(1),
    },
    // It says a minute before that it will close.
    age_max: None,
    // Those that it may have are not in its papers.
    closes: &[],
    crowd: Crowd::UNTOLD,
    // Each is some ninety bytes long, and there are 64 KB; a refusal is then sooner found.
    symbols_per_message: 100,
    // It names none; so many as a window shows.
    symbols_per_connection: None,
    // 64 KB, less what stands twice: each name is in two channels.
    message_max: 16 << 10,
    // 480 requests an hour; our beats are not meant and are counted here all the same.
    pacing: Pacing {
        times: 480,
        within: Duration::from_secs(60 * 60),
    },
    // So that a hundred messages of one moment are ten seconds.
    spacing: Duration::from_millis(100),
    // 20 in two seconds, half of which is ours.
    polls: Pacing {
        times: 10,
        within: Duration::from_secs(2),
    },
    // The tightest of its limits, of which each question has one of its own.
    budget: Budget {
        windows: &[Window {
            most: 15,
            within: Duration::from_secs(2),
        }],
        ..Budget::NONE
    },
    acks: true,
    hours: Hours::Always,
    // Trades that one order made at one price are told as one, so their ids rise with holes.
    numbering: Numbering::Sparse,
    replay: Replay::None,
};

fn translator() -> Box<dyn Venue> {
    Box::new(Okx::default())
}

/// The translator; it remembers who asked for what.
#[derive(Debug)]
pub(crate) struct Okx {
    names: Names,
    unanswered: Unanswered,
}

impl Default for Okx {
    fn default() -> Self {
        Self {
            names: Names::new(symbol::native),
            unanswered: Unanswered::default(),
        }
    }
}

impl Venue for Okx {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn symbols(&self) -> &'static str {
        "BTC-USDT"
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        self.names.add_all(asking);
        subscription::subscribe(asking, &mut self.unanswered)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let gone = self.names.give_up(symbols);
        subscription::unsubscribe(&gone, &mut self.unanswered)
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
        message::read(text, &self.names, &self.unanswered, directory, events)
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
