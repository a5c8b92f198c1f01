//! OKX's public feed, from its sheet.

use std::time::Duration;

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, beats, limits, polls};
use crate::sheet::{Sheet, Unknown};

/// Where nothing is said for so long the connection ends.
const IDLE: Duration = Duration::from_secs(30);
const MESSAGE_MAX: usize = 64 << 10;
const INSTRUMENTS: [&str; 2] = ["BTC-USDT", "ETH-USDT"];

struct Okx;

impl Venue for Okx {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        match head.place() {
            "/ws/v5/public" => Ok(()),
            _ => Err(Answer::status(404)),
        }
    }

    fn fetched(&self, head: &Head) -> Answer {
        match (head.place(), head.query("instId").as_deref()) {
            ("/api/v5/market/ticker", Some("BTC-USDT")) => Answer::json(
                r#"{"code":"0","msg":"","data":[{"instType":"SPOT","instId":"BTC-USDT","last":"42219.9","lastSz":"0.1","askPx":"42220","askSz":"11","bidPx":"42219.8","bidSz":"5","open24h":"41000","high24h":"43000","low24h":"40888.88","volCcy24h":"2222","vol24h":"1111.5","sodUtc0":"2222","sodUtc8":"2222","ts":"1763632801085"}]}"#,
            ),
            ("/api/v5/market/ticker", _) => {
                Answer::json(r#"{"code":"51001","msg":"Instrument ID does not exist","data":[]}"#)
            }
            _ => Answer::status(404),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            loop {
                let text = client.hear_within(IDLE).await?;
                client.must(text.len() <= MESSAGE_MAX, "too long", &text)?;
                // No JSON, this one.
                if text == "ping" {
                    client.say("pong").await?;
                    continue;
                }
                let said = client.json(&text)?;
                if client.is_too_fast() {
                    let error = json!({"id": said["id"], "event": "error", "code": "50011",
                        "msg": "Requests too frequent.", "connId": "25ebf8bb"});
                    client.say(error.to_string()).await?;
                    continue;
                }
                subscribe(client, &said).await?;
            }
        }
        .boxed()
    }
}

/// Answers for each channel apart.
async fn subscribe(client: &mut Client, said: &Value) -> Result<()> {
    let text = said.to_string();
    let op = said["op"].as_str().unwrap_or_default();
    client.must(matches!(op, "subscribe" | "unsubscribe"), "an unknown op", &text)?;
    let args = said["args"].as_array().cloned().unwrap_or_default();
    client.must(!args.is_empty(), "nothing is asked for", &text)?;
    for arg in args {
        let (channel, instrument) = (arg["channel"].as_str(), arg["instId"].as_str());
        let (channel, instrument) = (channel.unwrap_or_default(), instrument.unwrap_or_default());
        // Candles are at another address.
        let known = matches!(channel, "trades" | "tickers" | "bbo-tbt" | "books");
        if !known || !INSTRUMENTS.contains(&instrument) {
            let error = json!({"id": said["id"], "event": "error", "code": "60018", "msg":
                format!("Wrong URL or channel:{channel},instId:{instrument} doesn't exist. Please use the correct URL, channel and parameters referring to API document."),
                "connId": "25ebf8bb"});
            client.say(error.to_string()).await?;
            continue;
        }
        let ack = json!({"id": said["id"], "event": op, "arg": arg, "connId": "accb8e21"});
        client.say(ack.to_string()).await?;
        let seat = format!("{channel}:{instrument}");
        if op == "subscribe" {
            client.seat(&seat);
        } else {
            client.unseat(&seat);
        }
    }
    Ok(())
}

const NOTICE: &str = r#"{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect.","connId":"a4d3ae55"}"#;

static SHEET: Sheet = Sheet {
    word: "okx",
    path: "/ws/v5/public",
    key: None,
    known: "BTC-USDT",
    unknown: Unknown::Refused("ZZZ-USDT"),
    first: &[],
    sent: &[
        (
            "trades:BTC-USDT",
            r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639474","px":"42219.9","sz":"0.12060306","side":"buy","ts":"1763632801897","count":"3"}]}"#,
        ),
        (
            "tickers:BTC-USDT",
            r#"{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instType":"SPOT","instId":"BTC-USDT","last":"42219.9","lastSz":"0.1","askPx":"42220","askSz":"11","bidPx":"42219.80","bidSz":"5.5","open24h":"41000","high24h":"43000","low24h":"40888.88","volCcy24h":"46900000","vol24h":"1111.5","sodUtc0":"41500","sodUtc8":"41600","ts":"1763632802085"}]}"#,
        ),
        // What there is none of is an empty text.
        (
            "tickers:BTC-USDT",
            r#"{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instType":"SPOT","instId":"BTC-USDT","last":"42219.9","lastSz":"0.1","askPx":"","askSz":"","bidPx":"42219.7","bidSz":"4","open24h":"41000","high24h":"43000","low24h":"40888.88","volCcy24h":"46900000","vol24h":"1111.5","sodUtc0":"","sodUtc8":"","ts":"1763632803085"}]}"#,
        ),
        (
            "trades:BTC-USDT",
            r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639478","px":"42219.80","sz":"1","side":"sell","ts":"1763632804897","count":"1"}]}"#,
        ),
    ],
    told: &[
        "BTC-USDT trade 42219.9 x 0.12060306 id 130639474 bought at 2025-11-20T10:00:01.897Z",
        "BTC-USDT quote bid 42219.80 x 5.5 ask 42220 x 11 at 2025-11-20T10:00:02.085Z",
        "BTC-USDT quote bid 42219.7 x 4 at 2025-11-20T10:00:03.085Z",
        "BTC-USDT trade 42219.80 x 1 id 130639478 sold at 2025-11-20T10:00:04.897Z",
    ],
    days: &[
        "BTC-USDT 24 hours from 41000 high 43000 low 40888.88 volume 1111.5",
        "BTC-USDT 24 hours from 41000 high 43000 low 40888.88 volume 1111.5",
    ],
    trades: [
        (
            (
                "trades:BTC-USDT",
                r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639474","px":"42219.01","sz":"1","side":"buy","ts":"1763632801001","count":"1"}]}"#,
            ),
            "BTC-USDT trade 42219.01 x 1 id 130639474 bought at 2025-11-20T10:00:01.001Z",
        ),
        (
            (
                "trades:BTC-USDT",
                r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639477","px":"42219.02","sz":"2","side":"sell","ts":"1763632802001","count":"3"}]}"#,
            ),
            "BTC-USDT trade 42219.02 x 2 id 130639477 sold at 2025-11-20T10:00:02.001Z",
        ),
        (
            (
                "trades:BTC-USDT",
                r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639478","px":"42219.03","sz":"3","side":"buy","ts":"1763632803001","count":"1"}]}"#,
            ),
            "BTC-USDT trade 42219.03 x 3 id 130639478 bought at 2025-11-20T10:00:03.001Z",
        ),
    ],
    broken: (
        "trades:BTC-USDT",
        r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639475","px":"","sz":"2","side":"sell","ts":"1763632801500","count":"1"}]}"#,
    ),
};

#[tokio::test]
async fn okx_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHEET, Okx).await
}

#[tokio::test]
async fn okx_may_close_and_cut_off_and_say_that_it_will_go() -> Result<()> {
    let close = Order::Close {
        code: Some(4004),
        reason: "No data received in 30s.",
    };
    let notice = Order::Announce {
        text: NOTICE.to_owned(),
    };
    try_join!(
        scenes::ended(&SHEET, Okx, close, &[]),
        scenes::ended(&SHEET, Okx, Order::Cut, &[]),
        scenes::ended(&SHEET, Okx, notice, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn okx_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHEET, Okx).await
}

#[tokio::test]
async fn okx_hears_that_we_are_there() -> Result<()> {
    beats::beats(&SHEET, Okx, |text| text == "ping").await
}

#[tokio::test]
async fn okx_is_left_alone_for_as_long_as_it_says() -> Result<()> {
    limits::asked_to_wait(&SHEET, Okx, 429).await
}

#[tokio::test]
async fn okx_may_say_that_it_was_too_much() -> Result<()> {
    limits::too_fast(&SHEET, Okx, "Requests too frequent").await
}

#[tokio::test]
async fn okx_may_be_asked_instead() -> Result<()> {
    let line =
        "BTC-USDT latest 42219.9 x 0.1 bid 42219.8 x 5 ask 42220 x 11 in open at 2025-11-20T10:00:01.085Z";
    polls::polled(&SHEET, Okx, line).await
}
