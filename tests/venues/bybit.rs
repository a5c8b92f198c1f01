//! Bybit's public spot feed, from its sheet.

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

/// Whoever says nothing for so long is cut off.
const IDLE: Duration = Duration::from_secs(10 * 60);
const ARGS_MAX: usize = 10;
const SYMBOLS: [&str; 2] = ["BTCUSDT", "ETHUSDT"];

struct Bybit;

impl Venue for Bybit {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        match head.place() {
            "/v5/public/spot" => Ok(()),
            _ => Err(Answer::status(404)),
        }
    }

    fn fetched(&self, head: &Head) -> Answer {
        let spot = head.query("category").is_some_and(|category| category == "spot");
        match (head.place(), head.query("symbol").as_deref()) {
            ("/v5/market/tickers", Some("BTCUSDT")) if spot => Answer::json(
                r#"{"retCode":0,"retMsg":"OK","result":{"category":"spot","list":[{"symbol":"BTCUSDT","bid1Price":"16578.40","bid1Size":"2.1","ask1Price":"16578.60","ask1Size":"0.003","lastPrice":"16578.50","prevPrice24h":"16000","price24hPcnt":"0.036","highPrice24h":"16800","lowPrice24h":"15900.5","turnover24h":"1","volume24h":"6780.866843","usdIndexPrice":""}]},"retExtInfo":{},"time":1763632801000}"#,
            ),
            ("/v5/market/tickers", _) => Answer::json(
                r#"{"retCode":10001,"retMsg":"Not supported symbols","result":{},"retExtInfo":{},"time":1763632801000}"#,
            ),
            _ => Answer::status(404),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            loop {
                let text = client.hear_within(IDLE).await?;
                let said = client.json(&text)?;
                match said["op"].as_str() {
                    // It answers a ping with the word of a ping.
                    Some("ping") => {
                        let pong = r#"{"success":true,"ret_msg":"pong","conn_id":"0970e817-426e-429a-a679-ff7f55e0b16a","op":"ping"}"#;
                        client.say(pong).await?;
                    }
                    Some(op @ ("subscribe" | "unsubscribe")) => subscribe(client, &said, op).await?,
                    _ => return client.wrong(text),
                }
            }
        }
        .boxed()
    }
}

/// One answer for the whole request; one bad name in it fails all of it.
async fn subscribe(client: &mut Client, said: &Value, op: &str) -> Result<()> {
    let text = said.to_string();
    let topics: Vec<_> = said["args"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    client.must(!topics.is_empty(), "nothing is asked for", &text)?;
    client.must(topics.len() <= ARGS_MAX, "more than ten at once", &text)?;
    let mut answer = json!({"success": true, "ret_msg": "", "conn_id": "cejreaspqfm9se7usbrg-2xh",
        "req_id": said["req_id"], "op": op});
    let known = |topic: &str| {
        let (channel, symbol) = topic.rsplit_once('.').unwrap_or_default();
        matches!(channel, "publicTrade" | "orderbook.1" | "tickers" | "kline.1") && SYMBOLS.contains(&symbol)
    };
    if let Some(bad) = topics.iter().find(|topic| !known(topic)) {
        answer["success"] = json!(false);
        answer["ret_msg"] = json!(format!("Invalid topic: {bad}"));
        return client.say(answer.to_string()).await;
    }
    client.say(answer.to_string()).await?;
    for topic in topics {
        if op == "unsubscribe" {
            client.unseat(topic);
            continue;
        }
        client.seat(topic);
        if topic == "orderbook.1.BTCUSDT" {
            client.say(BOOK).await?;
        }
    }
    Ok(())
}

const BOOK: &str = r#"{"topic":"orderbook.1.BTCUSDT","ts":1763632800512,"type":"snapshot","data":{"s":"BTCUSDT","b":[["16493.50","0.006"]],"a":[["16611.00","0.029"]],"u":18521288,"seq":7961638724},"cts":1763632800476}"#;
const FIRST: &str = "BTCUSDT quote bid 16493.50 x 0.006 ask 16611.00 x 0.029 at 2025-11-20T10:00:00.476Z";

static SHEET: Sheet = Sheet {
    word: "bybit",
    path: "/v5/public/spot",
    key: None,
    known: "BTCUSDT",
    unknown: Unknown::Refused("ZZZUSDT"),
    first: &[FIRST],
    sent: &[
        // Two at once, of one number.
        (
            "publicTrade.BTCUSDT",
            r#"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1763632801868,"data":[{"T":1763632801865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"RPI":false,"seq":1783284617},{"T":1763632801866,"s":"BTCUSDT","S":"Sell","v":"2","p":"16578.40","i":"2290000000007764263","BT":false,"RPI":false,"seq":1783284617}]}"#,
        ),
        // The fields in another order, and nobody who sells.
        (
            "orderbook.1.BTCUSDT",
            r#"{"data":{"a":[],"b":[["16578.40","1.5"]],"s":"BTCUSDT","seq":7961638725,"u":18521289},"ts":1763632802512,"topic":"orderbook.1.BTCUSDT","type":"snapshot","cts":1763632802476}"#,
        ),
        (
            "tickers.BTCUSDT",
            r#"{"topic":"tickers.BTCUSDT","ts":1763632803003,"type":"snapshot","cs":2588407389,"data":{"symbol":"BTCUSDT","lastPrice":"16578.40","highPrice24h":"16800","lowPrice24h":"15900.5","prevPrice24h":"16000","volume24h":"6780.866843","turnover24h":"141946527.22907118","price24hPcnt":"0.0196","usdIndexPrice":""}}"#,
        ),
    ],
    told: &[
        "BTCUSDT trade 16578.50 x 0.001 id 20f43950-d8dd-5b31-9112-a178eb6023af bought at 2025-11-20T10:00:01.865Z",
        "BTCUSDT trade 16578.40 x 2 id 2290000000007764263 sold at 2025-11-20T10:00:01.866Z",
        "BTCUSDT quote bid 16578.40 x 1.5 at 2025-11-20T10:00:02.476Z",
    ],
    days: &["BTCUSDT 24 hours from 16000 high 16800 low 15900.5 volume 6780.866843"],
    trades: [
        (
            (
                "publicTrade.BTCUSDT",
                r#"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1763632801868,"data":[{"T":1763632801001,"s":"BTCUSDT","S":"Buy","v":"1","p":"16578.01","i":"2290000000007764261","BT":false,"RPI":false,"seq":1783284617}]}"#,
            ),
            "BTCUSDT trade 16578.01 x 1 id 2290000000007764261 bought at 2025-11-20T10:00:01.001Z",
        ),
        (
            (
                "publicTrade.BTCUSDT",
                r#"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1763632802868,"data":[{"T":1763632802001,"s":"BTCUSDT","S":"Buy","v":"2","p":"16578.02","i":"2290000000007764262","BT":false,"RPI":false,"seq":1783284620}]}"#,
            ),
            "BTCUSDT trade 16578.02 x 2 id 2290000000007764262 bought at 2025-11-20T10:00:02.001Z",
        ),
        (
            (
                "publicTrade.BTCUSDT",
                r#"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1763632803868,"data":[{"T":1763632803001,"s":"BTCUSDT","S":"Sell","v":"3","p":"16578.03","i":"2290000000007764263","BT":false,"RPI":false,"seq":1783284621}]}"#,
            ),
            "BTCUSDT trade 16578.03 x 3 id 2290000000007764263 sold at 2025-11-20T10:00:03.001Z",
        ),
    ],
    broken: (
        "publicTrade.BTCUSDT",
        r#"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1763632801868,"data":[{"T":1763632801001,"s":"BTCUSDT","S":"Buy","v":"1","p":"","i":"7","BT":false,"RPI":false,"seq":1783284618}]}"#,
    ),
};

#[tokio::test]
async fn bybit_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHEET, Bybit).await
}

#[tokio::test]
async fn bybit_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: None,
        reason: "",
    };
    try_join!(
        // The best prices that it sends again are those that are known.
        scenes::ended(&SHEET, Bybit, close, &[]),
        scenes::ended(&SHEET, Bybit, Order::Cut, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn bybit_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHEET, Bybit).await
}

#[tokio::test]
async fn bybit_hears_that_we_are_there() -> Result<()> {
    beats::beats(&SHEET, Bybit, |text| text.contains(r#""ping""#)).await
}

#[tokio::test]
async fn bybit_takes_ten_names_at_a_time() -> Result<()> {
    limits::many(&SHEET, Bybit, 30, "X", "USDT").await
}

#[tokio::test]
async fn bybit_may_be_asked_instead() -> Result<()> {
    let line =
        "BTCUSDT latest 16578.50 bid 16578.40 x 2.1 ask 16578.60 x 0.003 in open at 2025-11-20T10:00:01Z";
    polls::polled(&SHEET, Bybit, line).await
}
