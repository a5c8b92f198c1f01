//! Coinbase Advanced Trade, the same market as its app tells it.
//!
//! - `symbol`: what an instrument is called there
//! - `channel`: which of its channels are wanted
//! - `subscription`: what we send, a message for each channel
//! - `message`: everything that comes
//! - `trades`: lists of trades, as of now and as of before
//! - `order`: whether a message of this connection was lost
//! - `rest`: what is fetched
//! - `search`: what of it a person may look for
//!
//! What stands, and what its errors mean, is as at Coinbase Exchange.

mod channel;
mod history;
mod message;
mod order;
mod rest;
mod search;
mod subscription;
mod symbol;
#[cfg(test)]
mod tests;
mod trades;

use std::time::Duration;

use model::{Secret, Symbol, TransportKind};

use super::standing::Standing;
use crate::canonical::{self, Naming};
use crate::names::Names;
use crate::{
    Admission, Asking, Budget, Card, Crowd, Directory, Event, History, Hit, Hours, KeyPlace, Lookup,
    Numbering, Pacing, Replay, Unreadable, Venue, Window,
};
use order::Order;

/// Whoever asks for one of two dollars is told of both.
pub(super) const NAMING: Naming = Naming {
    read: |symbol| canonical::halves(&Symbol::new(&symbol::native(symbol))),
    ..canonical::DASHED
};

pub(super) const CARD: Card = Card {
    subprotocol: None,
    // A token of two minutes makes a connection more reliable, it says; without one all of this comes too.
    key: KeyPlace::None,
    // Whoever has not subscribed within five seconds is disconnected.
    admission: Admission::AtOnce,
    beat: None,
    transports: &[TransportKind::WebSocket, TransportKind::Poll],
    sessions_max: 4,
    // Its papers have been read as 750 and as 8 a second; others may share our address.
    dials: Pacing {
        times: 4,
        within: Duration::from_secs(1),
    },
    age_max: None,
    // It has no table of them.
    closes: &[],
    crowd: Crowd::UNTOLD,
    symbols_per_message: 50,
    // It names no limit.
    symbols_per_connection: None,
    // It names none here either; so much it is known to take.
    message_max: 4 << 10,
    // Eight messages a second, and a question is two of them: three questions and a ping.
    pacing: Pacing {
        times: 4,
        within: Duration::from_secs(1),
    },
    spacing: Duration::from_millis(100),
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
    // Messages are numbered, all of a connection together. Names of trades are numbers that
    // rise, and nobody promises that none is left out.
    numbering: Numbering::Sparse,
    replay: Replay::None,
};

/// The translator; it remembers who asked for what, and which message was the last.
#[derive(Debug)]
pub(super) struct Advanced {
    names: Names,
    standing: Standing,
    order: Order,
}

impl Default for Advanced {
    fn default() -> Self {
        Self {
            names: Names::new(symbol::native),
            standing: Standing::default(),
            order: Order::default(),
        }
    }
}

impl Venue for Advanced {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn symbols(&self) -> &'static str {
        "BTC-USD"
    }

    /// A channel on which nothing happens is closed after a minute, unless this one is open.
    fn begin(&mut self, _key: Option<&Secret>) -> Vec<Secret> {
        subscription::heartbeats().map(Secret::new).into_iter().collect()
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        self.names.add_all(asking);
        subscription::subscribe(asking, &mut self.standing)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let gone = self.names.give_up(symbols);
        let gone: Vec<_> = gone.into_iter().map(symbol::native).collect();
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
        let Self {
            names,
            standing,
            order,
        } = self;
        message::read(text, names, standing, order, directory, events)
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
