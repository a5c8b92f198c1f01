//! Venues that nobody has listed, each with the description that a person would write of it.
//!
//! - `socket`: JSON of its own making over a WebSocket, with a key in the head and a heartbeat
//! - `graphql`: subscriptions, in both ways that they are spoken
//! - `fetched`: an event stream, and prices for whoever asks again and again

mod fetched;
mod graphql;
mod socket;

use std::sync::Arc;

use provider::Adapter;
use provider::custom::{Addresses, Form, MessageDraft, WhenDraft};

/// The description that a sheet goes by, if its word is one of a venue that was described.
pub(crate) fn adapter(word: &str) -> Option<Adapter> {
    let (draft, has_stream) = match word {
        socket::WORD => (socket::draft(), true),
        graphql::TRANSPORT => (graphql::draft(graphql::TRANSPORT), true),
        graphql::OLDER => (graphql::draft(graphql::OLDER), true),
        fetched::EVENTS | fetched::POLLED => (fetched::draft(), false),
        _ => return None,
    };
    let addresses = Addresses {
        stream: has_stream.then_some("wss://localhost"),
        rest: Some("https://localhost"),
    };
    let form = Form::of(&draft, addresses).ok()?;
    Some(Adapter::Custom(Arc::new(form)))
}

/// One kind of message, known by what stands at a pointer.
fn message(kind: &str, pointer: &str, equals: &str) -> MessageDraft {
    let when = WhenDraft {
        pointer: pointer.to_owned(),
        equals: equals.to_owned(),
    };
    MessageDraft {
        kind: kind.to_owned(),
        when: vec![when],
        ..MessageDraft::default()
    }
}

/// A trade by where its parts stand below one place.
fn trade(below: &str) -> MessageDraft {
    let at = |name: &str| format!("{below}/{name}");
    MessageDraft {
        kind: "trade".to_owned(),
        symbol: at("sym"),
        price: at("px"),
        size: at("qty"),
        time: at("ts"),
        unit: "ms".to_owned(),
        side: at("side"),
        ..MessageDraft::default()
    }
}
