//! Kraken's public feed, the second version, from its sheet.

use std::time::Duration;

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, beats};
use crate::sheet::{Sheet, Unknown};

/// Whoever is idle for so long is disconnected.
const IDLE: Duration = Duration::from_secs(60);
const PAIRS: [&str; 2] = ["BTC/USD", "ETH/USD"];

struct Kraken;

impl Venue for Kraken {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        match head.place() {
            "/v2" => Ok(()),
            _ => Err(Answer::status(404)),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            client.say(STATUS).await?;
            loop {
                let text = client.hear_within(IDLE).await?;
                let said = client.json(&text)?;
                match said["method"].as_str() {
                    Some("ping") => {
                        let pong = json!({"method": "pong", "req_id": said["req_id"],
                            "time_in": "2026-11-20T10:00:00.000001Z", "time_out": "2026-11-20T10:00:00.000002Z"});
                        client.say(pong.to_string()).await?;
                    }
                    Some(method @ ("subscribe" | "unsubscribe")) => subscribe(client, &said, method).await?,
                    _ => return client.wrong(text),
                }
            }
        }
        .boxed()
    }
}

/// Answers for each symbol apart.
async fn subscribe(client: &mut Client, said: &Value, method: &str) -> Result<()> {
    let text = said.to_string();
    let params = &said["params"];
    let channel = params["channel"].as_str().unwrap_or_default();
    let known = matches!(channel, "ticker" | "trade" | "ohlc");
    client.must(known, "a channel that nobody wants", &text)?;
    let symbols: Vec<_> = params["symbol"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    client.must(!symbols.is_empty(), "nothing is asked for", &text)?;
    for symbol in symbols {
        let times =
            json!({"time_in": "2026-11-20T09:04:31.742599Z", "time_out": "2026-11-20T09:04:31.742648Z"});
        let mut answer = json!({"method": method, "req_id": said["req_id"], "symbol": symbol});
        let fields = answer.as_object_mut();
        fields
            .into_iter()
            .for_each(|fields| fields.extend(times.as_object().cloned().into_iter().flatten()));
        let seat = format!("{channel}:{symbol}");
        if !PAIRS.contains(&symbol) {
            answer["success"] = json!(false);
            answer["error"] = json!(format!("Currency pair not supported {symbol}"));
            client.say(answer.to_string()).await?;
            continue;
        }
        answer["success"] = json!(true);
        answer["result"] = json!({"channel": channel, "symbol": symbol, "snapshot": params["snapshot"]});
        client.say(answer.to_string()).await?;
        if method == "unsubscribe" {
            client.unseat(&seat);
            continue;
        }
        client.seat(&seat);
        // Only where it is asked for, and that of the ticker unless it is not.
        let wanted = params["snapshot"].as_bool();
        match channel {
            "ticker" if wanted != Some(false) && symbol == "BTC/USD" => client.say(TICKER).await?,
            "trade" if wanted == Some(true) && symbol == "BTC/USD" => {
                let said = client.said(&seat).unwrap_or_else(|| BEFORE.to_owned());
                client
                    .say(said.replace(r#""type":"update""#, r#""type":"snapshot""#))
                    .await?;
            }
            _ => {}
        }
    }
    client.say(r#"{"channel":"heartbeat"}"#).await
}

/// Its number is above those that have a sign.
const STATUS: &str = r#"{"channel":"status","type":"update","data":[{"api_version":"v2","connection_id":18239578009413566319,"system":"online","version":"2.0.10"}]}"#;
const TICKER: &str = r#"{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":105944.20,"bid_qty":2.5,"ask":105944.30,"ask_qty":3.2,"last":105899.40,"volume":163.28908096,"vwap":105904.39279,"low":104711.00,"high":106613.10,"change":250.00,"change_pct":0.24,"timestamp":"2026-11-20T09:30:59.123456Z"}]}"#;
const BEFORE: &str = r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":105899.30,"qty":0.1,"ord_type":"limit","trade_id":10218206,"timestamp":"2026-11-20T09:30:58.000001Z"},{"symbol":"BTC/USD","side":"buy","price":105899.40,"qty":0.2,"ord_type":"limit","trade_id":10218207,"timestamp":"2026-11-20T09:30:59.000001Z"}]}"#;

static SHEET: Sheet = Sheet {
    word: "kraken",
    path: "/v2",
    key: None,
    known: "BTC/USD",
    unknown: Unknown::Refused("ZZZ/USD"),
    first: &[
        "BTC/USD latest 105899.40 x 0.2 at 2026-11-20T09:30:59.000001Z",
        "BTC/USD quote bid 105944.20 x 2.5 ask 105944.30 x 3.2 at 2026-11-20T09:30:59.123456Z",
    ],
    sent: &[
        // Several at once, one of which cannot be a trade of this symbol's size in plain digits.
        (
            "trade:BTC/USD",
            r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.20,"qty":0.00027625,"ord_type":"limit","trade_id":10218208,"timestamp":"2026-11-20T10:00:01.440295Z"},{"symbol":"BTC/USD","side":"sell","price":105944.1,"qty":1e-8,"ord_type":"market","trade_id":10218209,"timestamp":"2026-11-20T10:00:01.440296Z"}]}"#,
        ),
        (
            "ticker:BTC/USD",
            r#"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":105944.10,"bid_qty":0.5,"ask":105944.30,"ask_qty":3.2,"last":105944.1,"volume":163.28935721,"vwap":105904.4,"low":104711.00,"high":106613.10,"change":251.00,"change_pct":0.24,"timestamp":"2026-11-20T10:00:02.000001Z"}]}"#,
        ),
    ],
    told: &[
        "BTC/USD trade 105944.20 x 0.00027625 id 10218208 bought at 2026-11-20T10:00:01.440295Z",
        "BTC/USD trade 105944.1 x 0.00000001 id 10218209 sold at 2026-11-20T10:00:01.440296Z",
        "BTC/USD quote bid 105944.10 x 0.5 ask 105944.30 x 3.2 at 2026-11-20T10:00:02.000001Z",
    ],
    days: &[
        "BTC/USD 24 hours from 105649.40 high 106613.10 low 104711.00 volume 163.28908096",
        "BTC/USD 24 hours from 105693.10 high 106613.10 low 104711.00 volume 163.28935721",
    ],
    trades: [
        (
            (
                "trade:BTC/USD",
                r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.01,"qty":1,"ord_type":"limit","trade_id":10218208,"timestamp":"2026-11-20T10:00:01.000001Z"}]}"#,
            ),
            "BTC/USD trade 105944.01 x 1 id 10218208 bought at 2026-11-20T10:00:01.000001Z",
        ),
        (
            (
                "trade:BTC/USD",
                r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.02,"qty":2,"ord_type":"limit","trade_id":10218209,"timestamp":"2026-11-20T10:00:02.000001Z"}]}"#,
            ),
            "BTC/USD trade 105944.02 x 2 id 10218209 bought at 2026-11-20T10:00:02.000001Z",
        ),
        (
            (
                "trade:BTC/USD",
                r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":105944.03,"qty":3,"ord_type":"limit","trade_id":10218210,"timestamp":"2026-11-20T10:00:03.000001Z"}]}"#,
            ),
            "BTC/USD trade 105944.03 x 3 id 10218210 sold at 2026-11-20T10:00:03.000001Z",
        ),
    ],
    broken: (
        "trade:BTC/USD",
        r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":"","qty":1,"ord_type":"limit","trade_id":5,"timestamp":"2026-11-20T10:00:01.500000Z"}]}"#,
    ),
};

/// What is said once more to whoever comes back; best prices that are known to the moment are not told again.
const AGAIN: &[&str] = &["BTC/USD latest 105944.01 x 1 at 2026-11-20T10:00:01.000001Z"];

#[tokio::test]
async fn kraken_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHEET, Kraken).await
}

#[tokio::test]
async fn kraken_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: Some(1001),
        reason: "maintenance",
    };
    try_join!(
        scenes::ended(&SHEET, Kraken, close, AGAIN),
        scenes::ended(&SHEET, Kraken, Order::Cut, AGAIN),
    )?;
    Ok(())
}

#[tokio::test]
async fn kraken_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHEET, Kraken).await
}

#[tokio::test]
async fn kraken_hears_that_we_are_there() -> Result<()> {
    beats::beats(&SHEET, Kraken, |text| text.contains(r#""ping""#)).await
}
