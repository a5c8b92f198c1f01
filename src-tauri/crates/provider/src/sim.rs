//! Our own protocol, `tickwire.v1`, as the crate `sim` and its `PROTOCOL.md` speak it.
//!
//! - `about`: what a person wants to know of it before choosing it
//! - `message`: what the server sends, and what it means
//! - `tick`: the same for trades and quotes, which are nearly all of it
//! - `subscription`: what we send
//! - `path`: what we fetch, where it goes over HTTP
//! - `search`: what of it a person may look for

mod about;
mod history;
mod message;
mod path;
mod search;
mod subscription;
#[cfg(test)]
mod tests;
mod tick;

use std::borrow::Cow;
use std::time::Duration;

use model::{Symbol, TransportKind};

use crate::bundle::native;
use crate::canonical;
use crate::scan::Minute;
use crate::{
    Admission, Asking, Budget, Card, CloseMeaning, Crowd, Directory, Event, History, Hit, Hours, KeyPlace,
    Listing, Lookup, Numbering, Pacing, Replay, Together, Unreadable, Venue,
};

pub(crate) const LISTINGS: &[Listing] = &[Listing {
    word: "sim",
    title: "A server that speaks tickwire.v1",
    about: &about::SIM,
    stream: None,
    rest: None,
    card: &CARD,
    translator: || Box::new(Sim::default()),
    carries: native::nothing,
    naming: &canonical::NONE,
}];

/// What `PROTOCOL.md` says. Where it says nothing, such as how many connections
/// one client may have, it is what any venue bears.
pub(crate) const CARD: Card = Card {
    subprotocol: Some(Cow::Borrowed("tickwire.v1")),
    key: KeyPlace::Bearer { query: "token" },
    admission: Admission::AtOnce,
    beat: None,
    transports: &TransportKind::ALL,
    sessions_max: 4,
    dials: Pacing {
        times: 60,
        within: Duration::from_secs(300),
    },
    age_max: None,
    // A reader that was too slow, or a line that was silent: at once, it says.
    closes: &[(1013, CloseMeaning::Retry), (4409, CloseMeaning::Crowded)],
    crowd: Crowd {
        statuses: &[409],
        reaped_after: Duration::from_secs(30),
        closes_unheard: false,
    },
    symbols_per_message: 100,
    symbols_per_connection: Some(500),
    message_max: 64 << 10,
    pacing: Pacing {
        times: 100,
        within: Duration::from_secs(1),
    },
    spacing: Duration::ZERO,
    // It says itself how often it wants to be asked.
    polls: Pacing {
        times: 10,
        within: Duration::from_secs(1),
    },
    // A server of one's own says itself when it is too much.
    budget: Budget::NONE,
    acks: true,
    hours: Hours::Told,
    numbering: Numbering::Gapless,
    replay: Replay::FromNumber,
};

/// The translator; it numbers its requests, and knows what minute it is.
#[derive(Debug, Default)]
pub(crate) struct Sim {
    requests: u64,
    minute: Minute,
}

impl Venue for Sim {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn symbols(&self) -> &'static str {
        "NVX, as the server calls them"
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        subscription::subscribe(asking, &mut self.requests)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        subscription::unsubscribe(symbols, &mut self.requests)
    }

    fn together(&self) -> Together {
        Together::UpTo(usize::MAX)
    }

    fn fetch(&mut self, transport: TransportKind, asking: Asking<'_>) -> Vec<String> {
        match transport {
            TransportKind::WebSocket => Vec::new(),
            TransportKind::EventStream => vec![path::events(asking)],
            TransportKind::LongPoll => vec![path::poll(asking)],
            TransportKind::Poll => vec![path::snapshot(asking)],
        }
    }

    fn history(&self) -> Option<&'static History> {
        Some(&history::HISTORY)
    }

    fn ask_symbols(&self, words: &str) -> Option<Lookup> {
        Some(search::lookup(words))
    }

    fn read_symbols(&self, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        search::read(text, hits)
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        match tick::read(text, &mut self.minute) {
            Some(said) => {
                // Nothing for a symbol that was given up a moment ago.
                if let Some(event) = said.event(directory) {
                    events.push(event);
                }
                Ok(())
            }
            None => message::read(text, directory, events),
        }
    }
}
