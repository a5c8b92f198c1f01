//! Our own protocol, `tickwire.v1`, as the crate `sim` and its `PROTOCOL.md` speak it.
//!
//! - `message`: what the server sends, and what it means
//! - `tick`: the same for trades and quotes, which are nearly all of it
//! - `subscription`: what we send
//! - `path`: what we fetch, where it goes over HTTP

mod message;
mod path;
mod subscription;
#[cfg(test)]
mod tests;
mod tick;

use model::{Symbol, TransportKind};

use crate::{Asking, Card, Directory, Event, Unreadable, Venue};

pub(crate) const CARD: Card = Card {
    subprotocol: Some("tickwire.v1"),
    token_key: Some("token"),
    symbols_per_message: 100,
    transports: &TransportKind::ALL,
};

/// The translator; it numbers its requests.
#[derive(Debug, Default)]
pub(crate) struct Sim {
    requests: u64,
}

impl Venue for Sim {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        subscription::subscribe(asking, &mut self.requests)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        subscription::unsubscribe(symbols, &mut self.requests)
    }

    fn fetch(&self, transport: TransportKind, asking: Asking<'_>) -> Option<String> {
        match transport {
            TransportKind::WebSocket => None,
            TransportKind::EventStream => Some(path::events(asking)),
            TransportKind::LongPoll => Some(path::poll(asking)),
            TransportKind::Poll => Some(path::snapshot(asking)),
        }
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        match tick::read(text) {
            Some(said) => {
                // Nothing for a symbol that was given up a moment ago.
                events.extend(said.event(directory));
                Ok(())
            }
            None => message::read(text, directory, events),
        }
    }
}
