//! Messages of its own making: `{"op":"sub","sym":"GOLD"}` and what comes of it.

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use provider::custom::{Draft, HeaderDraft, MessageDraft};
use serde_json::json;
use tokio::try_join;

use super::{message, trade};
use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, beats, keys};
use crate::sheet::{Sheet, Unknown};

pub(super) const WORD: &str = "custom:socket";
const KEY: &str = "hush-hush-hush";

pub(super) fn draft() -> Draft {
    Draft {
        title: "Metals".to_owned(),
        headers: vec![HeaderDraft {
            name: "X-Metals-Key".to_owned(),
            value: "Key {key}".to_owned(),
        }],
        hello: vec![r#"{"op":"hello","as":"ticker"}"#.to_owned()],
        subscribe: r#"{"op":"sub","sym":"{symbol}","n":{id}}"#.to_owned(),
        unsubscribe: r#"{"op":"unsub","sym":"{symbol}","n":{id}}"#.to_owned(),
        beat: "tick".to_owned(),
        beat_seconds: Some(10),
        messages: vec![
            message("ready", "/op", "welcome"),
            trade("/trades/*"),
            MessageDraft {
                symbol: "/book/sym".to_owned(),
                bid: "/book/bid/0".to_owned(),
                bid_size: "/book/bid/1".to_owned(),
                ask: "/book/ask/0".to_owned(),
                ..message("quote", "/book", "")
            },
            MessageDraft {
                symbol: "/sym".to_owned(),
                text: "/why".to_owned(),
                ..message("error", "/op", "no")
            },
            message("heartbeat", "", "tock"),
        ],
        ..Draft::default()
    }
}

struct Metals;

impl Venue for Metals {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        match (head.place(), head.header("x-metals-key")) {
            ("/v1", Some("Key hush-hush-hush")) => Ok(()),
            ("/v1", _) => Err(Answer::status(401).saying("no such key")),
            _ => Err(Answer::status(404)),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            let hello = client.hear_json().await?;
            let is_hello = hello == json!({"op": "hello", "as": "ticker"});
            client.must(is_hello, "it did not say hello first", &hello.to_string())?;
            client.must_wait().await?;
            client.say(r#"{"op":"welcome"}"#).await?;
            let mut last = 0;
            loop {
                let text = client.hear().await?;
                if text == "tick" {
                    client.say("tock").await?;
                    continue;
                }
                let said = client.json(&text)?;
                let number = said["n"].as_u64().unwrap_or_default();
                client.must(number > last, "numbers rise", &text)?;
                last = number;
                let name = said["sym"].as_str().unwrap_or_default().to_owned();
                match (said["op"].as_str(), &*name) {
                    (Some("sub"), "GOLD") => client.seat("GOLD"),
                    (Some("sub"), _) => {
                        let no = json!({"op": "no", "sym": name, "why": "nobody trades that here"});
                        client.say(no.to_string()).await?;
                    }
                    (Some("unsub"), _) => client.unseat(&name),
                    _ => return client.wrong(text),
                }
            }
        }
        .boxed()
    }
}

static SHEET: Sheet = Sheet {
    word: WORD,
    path: "/v1",
    key: Some(KEY),
    known: "GOLD",
    unknown: Unknown::Refused("LE\"AD"),
    first: &[],
    sent: &[
        // One that is bad between two that are not, and a book that nobody has described.
        (
            "GOLD",
            r#"{"trades":[{"sym":"GOLD","px":"2650.10","qty":1,"ts":1795082401440,"side":"buy"},{"sym":"TIN","px":1},{"sym":"GOLD","px":2650.2,"qty":"1e-3","ts":1795082401441,"side":"sell"}]}"#,
        ),
        ("GOLD", r#"{"depth":{"sym":"GOLD","levels":[[1,2],[3,4]]}}"#),
        (
            "GOLD",
            r#"{"book":{"sym":"GOLD","bid":["2650.0","5"],"ask":[2650.30,7]}}"#,
        ),
    ],
    told: &[
        "GOLD trade 2650.10 x 1 bought at 2026-11-19T10:00:01.440Z",
        "GOLD trade 2650.2 x 0.001 sold at 2026-11-19T10:00:01.441Z",
        "GOLD quote bid 2650.0 x 5 ask 2650.30",
    ],
    days: &[],
    trades: [
        (
            ("GOLD", r#"{"trades":[{"sym":"GOLD","px":"2650.1","qty":1}]}"#),
            "GOLD trade 2650.1 x 1",
        ),
        (
            ("GOLD", r#"{"trades":[{"sym":"GOLD","px":"2650.2","qty":2}]}"#),
            "GOLD trade 2650.2 x 2",
        ),
        (
            ("GOLD", r#"{"trades":[{"sym":"GOLD","px":"2650.3","qty":3}]}"#),
            "GOLD trade 2650.3 x 3",
        ),
    ],
    broken: ("GOLD", r#"{"trades":[{"sym":"GOLD","px":"many"}]}"#),
};

#[tokio::test]
async fn a_described_socket_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHEET, Metals).await
}

#[tokio::test]
async fn a_described_socket_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: Some(1001),
        reason: "maintenance",
    };
    try_join!(
        scenes::ended(&SHEET, Metals, close, &[]),
        scenes::ended(&SHEET, Metals, Order::Cut, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn a_described_socket_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHEET, Metals).await
}

#[tokio::test]
async fn a_described_socket_hears_that_we_are_there() -> Result<()> {
    beats::beats(&SHEET, Metals, |text| text == "tick").await
}

#[tokio::test]
async fn a_described_socket_may_refuse_a_key_and_take_another() -> Result<()> {
    keys::wrong_key(&SHEET, Metals, "wrong-wrong-wrong").await
}
