//! Binance's public streams and those of Binance.US, from their sheet.

use anyhow::{Result, ensure};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::past::{self, Done, WithPast, done};
use crate::scenes::{self, limits, polls};
use crate::sheet::{Sent, Sheet, Unknown};
use crate::stage::Stage;

const STREAMS_MAX: usize = 1024;
const SYMBOLS: [&str; 2] = ["btcusdt", "ethusdt"];

/// `us`: ids must be numbers without a sign.
/// What is fetched of the last 24 hours.
const LATEST: &str = r#"{"symbol":"BTCUSDT","priceChange":"100.50000000","priceChangePercent":"0.131","weightedAvgPrice":"77000.1","prevClosePrice":"77000.0","lastPrice":"77100.50000000","lastQty":"0.20000000","bidPrice":"77100.40000000","bidQty":"1.50000000","askPrice":"77100.60000000","askQty":"2.50000000","openPrice":"77000.00000000","highPrice":"78000.00000000","lowPrice":"75000.10000000","volume":"8913.30000000","quoteVolume":"687000000.1","openTime":1763546400000,"closeTime":1763632801000,"firstId":28385,"lastId":28460,"count":76}"#;
const TOLD: &str = "BTC-USDT latest 77100.50000000 x 0.20000000 bid 77100.40000000 x 1.50000000 ask 77100.60000000 x 2.50000000 in open at 2025-11-20T10:00:01Z";

struct Binance {
    us: bool,
}

impl Venue for Binance {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        match head.place() {
            "/stream" => Ok(()),
            _ => Err(Answer::status(404)),
        }
    }

    fn fetched(&self, head: &Head) -> Answer {
        match (head.place(), head.query("symbol").as_deref()) {
            ("/api/v3/ticker/24hr", Some("BTCUSDT")) => Answer::json(LATEST),
            _ => Answer::status(400).saying(r#"{"code":-1121,"msg":"Invalid symbol."}"#),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            // Who does not answer with the same is disconnected, a minute later.
            client.ping("1723161255343").await?;
            loop {
                let said = client.hear_json().await?;
                self.answer(client, &said).await?;
            }
        }
        .boxed()
    }
}

impl Binance {
    async fn answer(&self, client: &mut Client, said: &Value) -> Result<()> {
        let text = said.to_string();
        let id = &said["id"];
        let is_id = match (id.as_str(), id.as_i64()) {
            (Some(id), _) => !self.us && id.len() <= 36,
            (None, Some(id)) => !self.us || id >= 0,
            (None, None) => false,
        };
        client.must(is_id, "no id", &text)?;
        let streams: Vec<_> = said["params"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        client.must(!streams.is_empty(), "nothing is asked for", &text)?;
        for stream in streams {
            let (symbol, channel) = stream.split_once('@').unwrap_or_default();
            client.must(symbol == symbol.to_lowercase(), "a name in capitals", stream)?;
            let known = matches!(
                channel,
                "trade" | "aggTrade" | "bookTicker" | "ticker" | "miniTicker" | "kline_1m"
            );
            client.must(known, "a stream that nobody wants", stream)?;
            match said["method"].as_str() {
                // Names that there are not are taken too, and never come.
                Some("SUBSCRIBE") if SYMBOLS.contains(&symbol) => client.seat(stream),
                Some("SUBSCRIBE") => {}
                Some("UNSUBSCRIBE") => client.unseat(stream),
                _ => return client.wrong(text),
            }
        }
        client.must(client.all_seats().len() <= STREAMS_MAX, "too many streams", &text)?;
        client.say(json!({"result": null, "id": id}).to_string()).await
    }
}

const fn sheet(word: &'static str) -> Sheet {
    Sheet {
        word,
        path: "/stream",
        key: None,
        known: "BTC-USDT",
        unknown: Unknown::Fetched("ZZZ-USDT"),
        first: &[],
        sent: &[
            (
                "btcusdt@trade",
                r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":12345,"p":"0.001","q":"100","T":1672515782130,"m":true,"M":true}}"#,
            ),
            (
                "btcusdt@bookTicker",
                r#"{"stream":"btcusdt@bookTicker","data":{"u":400900217,"s":"BTCUSDT","b":"25.35190000","B":"31.21000000","a":"25.36520000","A":"40.66000000"}}"#,
            ),
            (
                "btcusdt@trade",
                r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1672515783136,"s":"BTCUSDT","t":12346,"p":"61837.63000000","q":"0.02000000","T":1672515783135,"m":false,"M":true}}"#,
            ),
        ],
        told: &[
            "BTC-USDT trade 0.001 x 100 id 12345 sold at 2022-12-31T19:43:02.130Z",
            "BTC-USDT quote bid 25.35190000 x 31.21000000 ask 25.36520000 x 40.66000000",
            "BTC-USDT trade 61837.63000000 x 0.02000000 id 12346 bought at 2022-12-31T19:43:03.135Z",
        ],
        days: &[],
        trades: TRADES,
        broken: (
            "btcusdt@trade",
            r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":77,"p":"","q":"1","T":1672515782136,"m":true,"M":true}}"#,
        ),
    }
}

const TRADES: [(Sent, &str); 3] = [
    (
        (
            "btcusdt@trade",
            r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":76,"p":"1.01","q":"1","T":1672515782001,"m":true,"M":true}}"#,
        ),
        "BTC-USDT trade 1.01 x 1 id 76 sold at 2022-12-31T19:43:02.001Z",
    ),
    (
        (
            "btcusdt@trade",
            r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":77,"p":"1.02","q":"2","T":1672515782002,"m":true,"M":true}}"#,
        ),
        "BTC-USDT trade 1.02 x 2 id 77 sold at 2022-12-31T19:43:02.002Z",
    ),
    (
        (
            "btcusdt@trade",
            r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":78,"p":"1.03","q":"3","T":1672515782003,"m":false,"M":true}}"#,
        ),
        "BTC-USDT trade 1.03 x 3 id 78 bought at 2022-12-31T19:43:02.003Z",
    ),
];

static COM: Sheet = sheet("binance");
static US: Sheet = sheet("binance-us");

/// The oldest of a stretch, with a row of zeros where nothing was done.
fn klines(head: &Head) -> Option<Answer> {
    if head.place() != "/api/v3/klines" {
        return None;
    }
    let number = |name: &str| head.query(name)?.parse::<i64>().ok();
    let known = (head.query("symbol"), head.query("interval"));
    let (Some("BTCUSDT"), Some("1m")) = (known.0.as_deref(), known.1.as_deref()) else {
        return Some(Answer::status(400).saying(r#"{"code":-1121,"msg":"Invalid symbol."}"#));
    };
    let (Some(from), Some(end)) = (number("startTime"), number("endTime")) else {
        return Some(
            Answer::status(400).saying(r#"{"code":-1102,"msg":"A mandatory parameter was not sent"}"#),
        );
    };
    let limit = number("limit").unwrap_or(500).min(1_000);
    let rows = (from..=end).step_by(60_000).take(usize::try_from(limit).unwrap_or_default()).map(|start| {
        let close = start + 59_999;
        match done(start / 1_000) {
            Some(Done { open, high, low, close: last, volume, .. }) => format!(
                r#"[{start},"{open}","{high}","{low}","{last}","{volume}",{close},"1.0",7,"0.5","0.5","0"]"#
            ),
            None => format!(r#"[{start},"99.00","99.00","99.00","99.00","0.00000000",{close},"0",0,"0","0","0"]"#),
        }
    });
    Some(Answer::json(format!("[{}]", rows.collect::<Vec<_>>().join(","))))
}

#[tokio::test]
async fn binance_fills_a_chart_and_what_a_cut_has_kept_from_us() -> Result<()> {
    let house = WithPast {
        venue: Binance { us: false },
        past: klines,
    };
    past::filled(&COM, house, "/api/v3/klines").await
}

#[tokio::test]
async fn binance_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&COM, Binance { us: false }).await
}

#[tokio::test]
async fn binance_may_close_and_cut_off_and_shut_down() -> Result<()> {
    let close = Order::Close {
        code: None,
        reason: "",
    };
    let shutdown = Order::Announce {
        text: r#"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}"#.to_owned(),
    };
    try_join!(
        scenes::ended(&COM, Binance { us: false }, close, &[]),
        scenes::ended(&COM, Binance { us: false }, Order::Cut, &[]),
        scenes::ended(&COM, Binance { us: false }, shutdown, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn binance_may_send_nonsense() -> Result<()> {
    scenes::malformed(&COM, Binance { us: false }).await
}

#[tokio::test]
async fn binance_is_left_alone_for_as_long_as_it_says() -> Result<()> {
    try_join!(
        limits::asked_to_wait(&COM, Binance { us: false }, 429),
        limits::asked_to_wait(&COM, Binance { us: false }, 418),
    )?;
    Ok(())
}

#[tokio::test]
async fn binance_may_end_for_too_many_messages_and_nobody_looks_for_a_key() -> Result<()> {
    let stage = Stage::set(&COM, Binance { us: false }).await?;
    stage.open(None)?;
    stage.want(COM.known)?;
    let [(one, told), _, _] = COM.trades;
    stage.send(one).await?;
    stage.tells(&[told]).await?;
    stage.house.order(Order::Close {
        code: Some(1008),
        reason: "Too many requests",
    });
    stage.until("it waits", Stage::is_waiting).await?;
    let why = stage.why();
    ensure!(why.contains("less often: Too many requests"), "{why}");
    ensure!(!why.contains("key"), "{why}");
    stage.end().await
}

#[tokio::test]
async fn binance_is_asked_for_the_last_price_before_the_first_trade() -> Result<()> {
    scenes::unpriced(&COM, Binance { us: false }, TOLD).await
}

#[tokio::test]
async fn binance_may_be_asked_instead() -> Result<()> {
    polls::polled(&COM, Binance { us: false }, TOLD).await
}

#[tokio::test]
async fn binance_takes_many_names() -> Result<()> {
    limits::many(&COM, Binance { us: false }, 120, "Z", "-USDT").await
}

#[tokio::test]
async fn binance_us_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&US, Binance { us: true }).await
}

#[tokio::test]
async fn binance_us_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: Some(1008),
        reason: "",
    };
    try_join!(
        scenes::ended(&US, Binance { us: true }, close, &[]),
        scenes::ended(&US, Binance { us: true }, Order::Cut, &[]),
    )?;
    Ok(())
}
