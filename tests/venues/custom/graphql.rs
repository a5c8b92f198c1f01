//! Subscriptions of GraphQL, as `graphql-transport-ws` and as the older `graphql-ws`.

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use provider::custom::{Draft, MessageDraft};
use serde_json::{Value, json};
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes;
use crate::sheet::{Sheet, Unknown};

pub(super) const TRANSPORT: &str = "graphql-transport-ws";
pub(super) const OLDER: &str = "graphql-ws";
const KEY: &str = "hush-hush-hush";
const QUERY: &str = "subscription($s:String!){deal(of:$s){at price}}";

pub(super) fn draft(dialect: &str) -> Draft {
    Draft {
        dialect: dialect.to_owned(),
        hello: vec![r#"{"token":"{key}"}"#.to_owned()],
        query: QUERY.to_owned(),
        variables: r#"{"s":{symbol}}"#.to_owned(),
        messages: vec![MessageDraft {
            kind: "trade".to_owned(),
            price: "/data/deal/price".to_owned(),
            time: "/data/deal/at".to_owned(),
            unit: "iso".to_owned(),
            ..MessageDraft::default()
        }],
        ..Draft::default()
    }
}

/// What each way calls the same thing.
struct Words {
    name: &'static str,
    begin: &'static str,
    end: &'static str,
}

impl Words {
    const TRANSPORT: Self = Self {
        name: TRANSPORT,
        begin: "subscribe",
        end: "complete",
    };
    const OLDER: Self = Self {
        name: OLDER,
        begin: "start",
        end: "stop",
    };
}

impl Venue for Words {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        let is_spoken = head.header("sec-websocket-protocol") == Some(self.name);
        if head.place() == "/graphql" && is_spoken {
            Ok(())
        } else {
            Err(Answer::status(400))
        }
    }

    fn subprotocol(&self) -> Option<&'static str> {
        Some(self.name)
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            let init = client.hear_json().await?;
            let is_known = init == json!({"type": "connection_init", "payload": {"token": KEY}});
            client.must(is_known, "who it is stands first", &init.to_string())?;
            client.must_wait().await?;
            client.say(r#"{"type":"connection_ack"}"#).await?;
            let greeting = if self.name == TRANSPORT { "ping" } else { "ka" };
            client.say(json!({"type": greeting}).to_string()).await?;
            loop {
                let said = client.hear_json().await?;
                self.answer(client, &said).await?;
            }
        }
        .boxed()
    }
}

impl Words {
    async fn answer(&self, client: &mut Client, said: &Value) -> Result<()> {
        let text = said.to_string();
        let id = said["id"].as_str().unwrap_or_default();
        match said["type"].as_str() {
            Some("pong") if self.name == TRANSPORT => Ok(()),
            Some(kind) if kind == self.begin => {
                let payload = &said["payload"];
                client.must(!id.is_empty(), "each has a name", &text)?;
                client.must(payload["query"] == QUERY, "the query as it was written", &text)?;
                if payload["variables"] == json!({"s": "GOLD"}) {
                    client.seat(&format!("GOLD:{id}"));
                    return Ok(());
                }
                let why = json!([{"message": "nobody trades that here", "path": ["deal"]}]);
                let why = if self.name == TRANSPORT {
                    why
                } else {
                    why[0].clone()
                };
                client
                    .say(json!({"id": id, "type": "error", "payload": why}).to_string())
                    .await
            }
            Some(kind) if kind == self.end => {
                client.unseat(&format!("GOLD:{id}"));
                Ok(())
            }
            _ => client.wrong(text),
        }
    }
}

/// Of the first subscription of a connection that asks for nothing else before.
macro_rules! sheet {
    ($word:expr, $next:literal) => {
        Sheet {
            word: $word,
            path: "/graphql",
            key: Some(KEY),
            known: "GOLD",
            unknown: Unknown::Refused("LEAD"),
            first: &[],
            sent: &[(
                "GOLD:1",
                concat!(
                    r#"{"id":"1","type":""#,
                    $next,
                    r#"","payload":{"data":{"deal":{"at":"2026-11-20T10:00:01.440Z","price":"2650.10"}}}}"#
                ),
            )],
            told: &["GOLD trade 2650.10 at 2026-11-20T10:00:01.440Z"],
            days: &[],
            trades: [
                (
                    (
                        "GOLD:1",
                        concat!(
                            r#"{"id":"1","type":""#,
                            $next,
                            r#"","payload":{"data":{"deal":{"price":2650.1}}}}"#
                        ),
                    ),
                    "GOLD trade 2650.1",
                ),
                (
                    (
                        "GOLD:1",
                        concat!(
                            r#"{"id":"1","type":""#,
                            $next,
                            r#"","payload":{"data":{"deal":{"price":2650.2}}}}"#
                        ),
                    ),
                    "GOLD trade 2650.2",
                ),
                (
                    (
                        "GOLD:1",
                        concat!(
                            r#"{"id":"1","type":""#,
                            $next,
                            r#"","payload":{"data":{"deal":{"price":2650.3}}}}"#
                        ),
                    ),
                    "GOLD trade 2650.3",
                ),
            ],
            broken: (
                "GOLD:1",
                concat!(
                    r#"{"id":"1","type":""#,
                    $next,
                    r#"","payload":{"data":{"deal":{"price":"many"}}}}"#
                ),
            ),
        }
    };
}

static NEW: Sheet = sheet!(TRANSPORT, "next");
static OLD: Sheet = sheet!(OLDER, "data");

#[tokio::test]
async fn subscriptions_are_told_to_the_digit_in_both_ways() -> Result<()> {
    try_join!(
        scenes::prices(&NEW, Words::TRANSPORT),
        scenes::prices(&OLD, Words::OLDER),
    )?;
    Ok(())
}

#[tokio::test]
async fn subscriptions_may_be_cut_off_and_closed() -> Result<()> {
    let close = Order::Close {
        code: Some(4408),
        reason: "Connection initialisation timeout",
    };
    try_join!(
        scenes::ended(&NEW, Words::TRANSPORT, Order::Cut, &[]),
        scenes::ended(&NEW, Words::TRANSPORT, close, &[]),
        scenes::ended(&OLD, Words::OLDER, Order::Cut, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn subscriptions_may_bring_nonsense() -> Result<()> {
    try_join!(
        scenes::malformed(&NEW, Words::TRANSPORT),
        scenes::malformed(&OLD, Words::OLDER),
    )?;
    Ok(())
}
