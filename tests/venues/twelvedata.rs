//! Twelve Data's prices, from its sheet.

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, beats, keys, limits};
use crate::sheet::{Sheet, Unknown};

const KEY: &str = "7d1rightsecret0twelve0key";
const KNOWN: [&str; 2] = ["AAPL", "BTC/USD"];

struct TwelveData;

impl Venue for TwelveData {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        let key = head
            .header("x-td-apikey")
            .map(str::to_owned)
            .or(head.query("apikey"));
        match (head.place(), key) {
            ("/v1/quotes/price", Some(key)) if key == KEY => Ok(()),
            ("/v1/quotes/price", _) => Err(Answer::status(401)),
            _ => Err(Answer::status(404)),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            loop {
                let text = client.hear().await?;
                let said = client.json(&text)?;
                match said["action"].as_str() {
                    Some("heartbeat") => client.say(r#"{"event":"heartbeat","status":"ok"}"#).await?,
                    Some("reset") => client.all_seats().iter().for_each(|seat| client.unseat(seat)),
                    Some("subscribe") => subscribe(client, &said).await?,
                    Some("unsubscribe") => names(&said).iter().for_each(|name| client.unseat(name)),
                    _ => return client.wrong(text),
                }
            }
        }
        .boxed()
    }
}

/// As a text with commas, or a list of objects.
fn names(said: &Value) -> Vec<String> {
    let symbols = &said["params"]["symbols"];
    let listed = symbols
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["symbol"].as_str());
    let written = symbols.as_str().into_iter().flat_map(|text| text.split(','));
    listed.chain(written).map(str::to_owned).collect()
}

async fn subscribe(client: &mut Client, said: &Value) -> Result<()> {
    let names = names(said);
    client.must(!names.is_empty(), "nothing is asked for", &said.to_string())?;
    let (good, bad): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| KNOWN.contains(&name.as_str()));
    let success: Vec<_> = good
        .iter()
        .map(|name| {
            client.seat(name);
            json!({"symbol": name, "exchange": "NASDAQ", "country": "United States", "type": "Common Stock"})
        })
        .collect();
    let fails: Vec<_> = bad.iter().map(|name| json!({"symbol": name})).collect();
    // Lists that are empty are sometimes not there.
    let status = if success.is_empty() { "error" } else { "ok" };
    let answer = json!({"event": "subscribe-status", "status": status,
        "success": if success.is_empty() { Value::Null } else { json!(success) },
        "fails": if fails.is_empty() { Value::Null } else { json!(fails) }});
    client.say(answer.to_string()).await
}

static SHEET: Sheet = Sheet {
    word: "twelvedata",
    path: "/v1/quotes/price",
    key: Some(KEY),
    known: "AAPL",
    unknown: Unknown::Refused("GBPUSD"),
    first: &[],
    sent: &[(
        "AAPL",
        r#"{"event":"price","symbol":"AAPL","currency":"USD","exchange":"NASDAQ","type":"Common Stock","timestamp":1763650800,"price":172.8700}"#,
    )],
    told: &["AAPL trade 172.8700 at 2025-11-20T15:00:00Z not_volume"],
    days: &[],
    trades: [
        (
            (
                "AAPL",
                r#"{"event":"price","symbol":"AAPL","currency":"USD","exchange":"NASDAQ","type":"Common Stock","timestamp":1763650801,"price":172.01}"#,
            ),
            "AAPL trade 172.01 at 2025-11-20T15:00:01Z not_volume",
        ),
        (
            (
                "AAPL",
                r#"{"event":"price","symbol":"AAPL","currency":"USD","exchange":"NASDAQ","type":"Common Stock","timestamp":1763650802,"price":172.02}"#,
            ),
            "AAPL trade 172.02 at 2025-11-20T15:00:02Z not_volume",
        ),
        (
            (
                "AAPL",
                r#"{"event":"price","symbol":"AAPL","currency":"USD","exchange":"NASDAQ","type":"Common Stock","timestamp":1763650803,"price":172.03}"#,
            ),
            "AAPL trade 172.03 at 2025-11-20T15:00:03Z not_volume",
        ),
    ],
    broken: (
        "AAPL",
        r#"{"event":"price","symbol":"AAPL","currency":"USD","exchange":"NASDAQ","type":"Common Stock","timestamp":1763650801,"price":""}"#,
    ),
};

#[tokio::test]
async fn twelve_data_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHEET, TwelveData).await
}

#[tokio::test]
async fn twelve_data_does_not_take_a_wrong_key() -> Result<()> {
    keys::wrong_key(&SHEET, TwelveData, "7d1wrongsecret0twelve0key").await
}

/// Of four connections of a key it ends the oldest, and does not say why.
#[tokio::test]
async fn twelve_data_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: None,
        reason: "",
    };
    try_join!(
        scenes::ended(&SHEET, TwelveData, close, &[]),
        scenes::ended(&SHEET, TwelveData, Order::Cut, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn twelve_data_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHEET, TwelveData).await
}

#[tokio::test]
async fn twelve_data_hears_that_we_are_there() -> Result<()> {
    beats::beats(&SHEET, TwelveData, |text| text.contains(r#""heartbeat""#)).await
}

/// Its papers say a minute, and its answer something else.
#[tokio::test]
async fn twelve_data_is_left_alone_for_as_long_as_it_says() -> Result<()> {
    limits::asked_to_wait(&SHEET, TwelveData, 429).await
}
