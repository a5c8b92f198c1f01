//! Our own protocol, `tickwire.v1`, as the crate `sim` and its `PROTOCOL.md` speak it.
//!
//! - `message`: what the server sends, and what it means
//! - `subscription`: what we send

mod message;
mod subscription;
#[cfg(test)]
mod tests;

use model::Symbol;

use crate::{Card, Directory, Event, Unreadable, Venue};

pub(crate) const CARD: Card = Card {
    subprotocol: Some("tickwire.v1"),
    symbols_per_message: 100,
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

    fn subscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        subscription::requests("subscribe", symbols, &mut self.requests)
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        subscription::requests("unsubscribe", symbols, &mut self.requests)
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        message::read(text, directory, events)
    }
}
