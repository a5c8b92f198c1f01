//! Subscriptions of GraphQL over a WebSocket, in both ways that they are spoken.
//!
//! `graphql-transport-ws`:
//!
//! ```json
//! {"type":"connection_init","payload":{"token":"..."}}
//! {"type":"connection_ack"}
//! {"id":"1","type":"subscribe","payload":{"query":"subscription{...}","variables":{}}}
//! {"id":"1","type":"next","payload":{"data":{"price":{"last":"1.5"}}}}
//! {"id":"1","type":"error","payload":[{"message":"no such symbol"}]}
//! {"id":"1","type":"complete"}
//! {"type":"ping"}
//! ```
//!
//! `graphql-ws`, which is older: `start` for `subscribe`, `data` for `next`, `stop` for
//! a `complete` of ours, `ka` for a sign of life, `connection_error` for not being let in.

use std::collections::BTreeMap;

use model::Secret;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::form::GraphQl;
use super::tree::{Piece, at, member, whole};
use crate::json::{Text, parse};
use crate::sentence::sentence;
use crate::{Denial, Event, Unreadable};

/// The subscriptions that stand on one connection.
#[derive(Debug, Default)]
pub(super) struct Operations {
    /// Whose each is; nobody's that asks for everything.
    running: BTreeMap<u64, Option<String>>,
    last: u64,
}

/// What a message of theirs is.
#[derive(Debug, PartialEq)]
pub(super) enum Heard<'a> {
    /// What was subscribed to, and whose it is.
    Data {
        payload: &'a str,
        about: Option<String>,
    },
    /// A subscription is over, or was never begun.
    Over {
        about: Option<String>,
        why: String,
    },
    Told(Event),
    Nothing,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

pub(super) fn init(payload: Option<Secret>) -> Secret {
    Secret::new(match payload {
        Some(payload) => format!(r#"{{"type":"connection_init","payload":{}}}"#, payload.reveal()),
        None => r#"{"type":"connection_init"}"#.to_owned(),
    })
}

impl Operations {
    /// Asks anew for what is asked for already: the old one is given up.
    pub(super) fn begin(
        &mut self,
        way: GraphQl,
        symbol: Option<String>,
        query: &str,
        variables: &str,
    ) -> Vec<String> {
        let mut messages = self.end(way, symbol.as_deref());
        self.last += 1;
        let id = self.last;
        let kind = match way {
            GraphQl::Transport => "subscribe",
            GraphQl::Older => "start",
        };
        let query = serde_json::to_string(query).unwrap_or_default();
        messages.push(format!(
            r#"{{"id":"{id}","type":"{kind}","payload":{{"query":{query},"variables":{variables}}}}}"#
        ));
        self.running.insert(id, symbol);
        messages
    }

    pub(super) fn end(&mut self, way: GraphQl, symbol: Option<&str>) -> Vec<String> {
        let kind = match way {
            GraphQl::Transport => "complete",
            GraphQl::Older => "stop",
        };
        let ended = self
            .running
            .iter()
            .filter(|(_, whose)| whose.as_deref() == symbol);
        let ended: Vec<_> = ended.map(|(id, _)| *id).collect();
        let messages = ended.into_iter().map(|id| {
            self.running.remove(&id);
            format!(r#"{{"id":"{id}","type":"{kind}"}}"#)
        });
        messages.collect()
    }

    pub(super) fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    pub(super) fn read<'a>(&mut self, text: &'a str) -> Result<Heard<'a>, Unreadable> {
        let Envelope { kind, id, payload } = parse(text)?;
        let payload = payload.map_or("null", RawValue::get);
        let id = id.and_then(|id| Piece::Json(id.get()).text()?.parse().ok());
        let whose =
            |running: &BTreeMap<u64, Option<String>>| id.and_then(|id: u64| running.get(&id).cloned());
        Ok(match kind.as_deref() {
            Some("connection_ack") => Heard::Told(Event::Admitted),
            // What comes behind the end of a subscription is nobody's.
            Some("next" | "data") => match whose(&self.running) {
                Some(about) if is_nothing(payload) => Heard::Over {
                    about,
                    why: why(payload),
                },
                Some(about) => Heard::Data { payload, about },
                None => Heard::Nothing,
            },
            Some("error") => match id.and_then(|id| self.running.remove(&id)) {
                Some(about) => Heard::Over {
                    about,
                    why: why(payload),
                },
                None => Heard::Nothing,
            },
            Some("complete") => match id.and_then(|id| self.running.remove(&id)) {
                Some(about) => {
                    let why = "the server has ended this subscription".to_owned();
                    Heard::Over { about, why }
                }
                None => Heard::Nothing,
            },
            Some("ping") => Heard::Told(Event::Reply(Secret::new(r#"{"type":"pong"}"#.to_owned()))),
            Some("pong" | "ka") => Heard::Told(Event::Heartbeat),
            Some("connection_error") => Heard::Told(Event::Denied {
                denial: Denial::Key,
                why: why(payload),
            }),
            Some(_) | None => return Err(Unreadable::UnknownKind),
        })
    }
}

/// What a person pastes may be a whole message, or only what was subscribed to.
pub(super) fn payload_of(text: &str) -> Option<&str> {
    let json = whole(text)?;
    let is_envelope = member(json, "type").is_some();
    Some(member(json, "payload").filter(|_| is_envelope).unwrap_or(json))
}

/// Errors in the place of data; beside data they are about a part of it.
fn is_nothing(payload: &str) -> bool {
    let there = |name| member(payload, name).is_some_and(|value| value != "null");
    payload.starts_with('{') && there("errors") && !there("data")
}

/// Of a list of errors, of one, or of an answer with some.
fn why(payload: &str) -> String {
    let list = if payload.starts_with('{') {
        member(payload, "errors").unwrap_or(payload)
    } else {
        payload
    };
    let first = if list.starts_with('[') {
        at(list, 0).unwrap_or(list)
    } else {
        list
    };
    let words = if first.starts_with('{') {
        member(first, "message")
    } else {
        Some(first)
    };
    let words = words.and_then(|words| Piece::Json(words).text());
    sentence(words.as_deref(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_ask_give_up_and_ask_anew() {
        for (way, begins, ends) in [
            (GraphQl::Transport, "subscribe", "complete"),
            (GraphQl::Older, "start", "stop"),
        ] {
            let mut operations = Operations::default();
            let a = Some("A".to_owned());
            let said = operations.begin(way, a.clone(), "subscription{x}", r#"{"s":"A"}"#);
            assert_eq!(
                said,
                [format!(
                    r#"{{"id":"1","type":"{begins}","payload":{{"query":"subscription{{x}}","variables":{{"s":"A"}}}}}}"#
                )]
            );
            let said = operations.begin(way, a.clone(), "q", "{}");
            assert_eq!(said.len(), 2);
            assert_eq!(said[0], format!(r#"{{"id":"1","type":"{ends}"}}"#));
            assert_eq!(operations.end(way, Some("B")), [] as [String; 0]);
            assert_eq!(
                operations.end(way, Some("A")),
                [format!(r#"{{"id":"2","type":"{ends}"}}"#)]
            );
            assert!(!operations.is_running());
        }
    }

    #[test]
    fn every_message_has_its_meaning() {
        let mut operations = Operations::default();
        for symbol in ["A", "B", "C", "D"] {
            operations.begin(GraphQl::Transport, Some(symbol.to_owned()), "q", "{}");
        }
        let about = |symbol: &str| Some(symbol.to_owned());
        let over = |symbol, why: &str| Heard::Over {
            about: about(symbol),
            why: why.to_owned(),
        };
        for (text, heard) in [
            (
                r#"{"type":"connection_ack","payload":{}}"#,
                Heard::Told(Event::Admitted),
            ),
            (r#"{"type":"ka"}"#, Heard::Told(Event::Heartbeat)),
            (r#"{"type":"pong"}"#, Heard::Told(Event::Heartbeat)),
            (
                r#"{"id":"1","type":"next","payload":{"data":{"p":1}}}"#,
                Heard::Data {
                    payload: r#"{"data":{"p":1}}"#,
                    about: about("A"),
                },
            ),
            (
                r#"{"id":2,"type":"data","payload":{"data":null,"errors":[{"message":"none"}]}}"#,
                over("B", "none"),
            ),
            (
                r#"{"id":"3","type":"error","payload":[{"message":"no such"}]}"#,
                over("C", "no such"),
            ),
            (
                r#"{"id":"3","type":"next","payload":{"data":{"p":1}}}"#,
                Heard::Nothing,
            ),
            (
                r#"{"id":"4","type":"complete"}"#,
                over("D", "the server has ended this subscription"),
            ),
            (r#"{"id":"99","type":"next","payload":{}}"#, Heard::Nothing),
            (
                r#"{"type":"connection_error","payload":{"message":"bad token"}}"#,
                Heard::Told(Event::Denied {
                    denial: Denial::Key,
                    why: "bad token".to_owned(),
                }),
            ),
        ] {
            assert_eq!(operations.read(text), Ok(heard), "{text}");
        }
        let Ok(Heard::Told(Event::Reply(pong))) = operations.read(r#"{"type":"ping","payload":{"a":1}}"#)
        else {
            panic!("a ping is answered")
        };
        assert_eq!(pong.reveal(), r#"{"type":"pong"}"#);
        assert_eq!(
            operations.read(r#"{"type":"subscribe"}"#),
            Err(Unreadable::UnknownKind)
        );
        assert_eq!(operations.read("pong"), Err(Unreadable::Json));
    }
}
