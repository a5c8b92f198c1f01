//! Coinbase Advanced's public feed, from its sheet.

use std::time::Duration;

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use tokio::try_join;

use crate::client::{Client, NUMBER};
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, limits};
use crate::sheet::{Sheet, Unknown};

/// Whoever has not subscribed by then is disconnected.
const SUBSCRIBED_WITHIN: Duration = Duration::from_secs(5);
const PRODUCTS: [&str; 2] = ["BTC-USD", "ETH-USD"];

struct Advanced;

impl Venue for Advanced {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        match head.place() {
            "/" => Ok(()),
            _ => Err(Answer::status(404)),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            client.number();
            let mut text = client.hear_within(SUBSCRIBED_WITHIN).await?;
            loop {
                let said = client.json(&text)?;
                subscribe(client, &said).await?;
                text = client.hear().await?;
            }
        }
        .boxed()
    }
}

async fn subscribe(client: &mut Client, said: &Value) -> Result<()> {
    let text = said.to_string();
    let on = match said["type"].as_str() {
        Some("subscribe") => true,
        Some("unsubscribe") => false,
        _ => return client.wrong(format!("an unknown type: {text}")),
    };
    let channel = said["channel"].as_str().unwrap_or_default();
    let known = matches!(
        channel,
        "ticker" | "ticker_batch" | "market_trades" | "heartbeats" | "candles"
    );
    client.must(
        known,
        "one channel in each message, of those that there are",
        &text,
    )?;
    let products: Vec<_> = said["product_ids"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    client.must(
        !products.is_empty() || channel == "heartbeats",
        "nothing is asked for",
        &text,
    )?;
    if let Some(bad) = products.iter().find(|id| !PRODUCTS.contains(id)) {
        return client
            .say(json!({"type": "error", "message": format!("{bad} is not a valid product")}).to_string())
            .await;
    }
    let seats: Vec<_> = if channel == "heartbeats" {
        vec!["heartbeats:".to_owned()]
    } else {
        products.iter().map(|id| format!("{channel}:{id}")).collect()
    };
    for seat in &seats {
        if on {
            client.seat(seat);
        } else {
            client.unseat(seat);
        }
    }
    let mut all = Map::new();
    for seat in client.all_seats() {
        let (channel, id) = seat.split_once(':').unwrap_or_default();
        let list = all.entry(channel).or_insert_with(|| json!([]));
        list.as_array_mut()
            .into_iter()
            .for_each(|list| list.push(json!(id)));
    }
    let list = json!({"channel": "subscriptions", "client_id": "", "timestamp": "2026-04-07T14:30:00.000000Z",
        "sequence_num": 0, "events": [{"subscriptions": all}]});
    client
        .say(
            list.to_string()
                .replace("\"sequence_num\":0", &format!("\"sequence_num\":{NUMBER}")),
        )
        .await?;
    for seat in seats.iter().filter(|_| on) {
        match seat.as_str() {
            // The trades before anybody came, the newest first.
            "market_trades:BTC-USD" => client.say(BEFORE).await?,
            "heartbeats:" => client.say(HEARTBEAT).await?,
            _ => {}
        }
    }
    Ok(())
}

const BEFORE: &str = r#"{"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:01.000000Z","sequence_num":<number>,"events":[{"type":"snapshot","trades":[{"trade_id":"995098699","product_id":"BTC-USD","price":"68900.49","size":"0.5","side":"SELL","time":"2026-04-07T14:29:59.789012Z"},{"trade_id":"995098698","product_id":"BTC-USD","price":"68900.48","size":"0.25","side":"BUY","time":"2026-04-07T14:29:58.789012Z"}]}]}"#;
const HEARTBEAT: &str = r#"{"channel":"heartbeats","client_id":"","timestamp":"2026-04-07T14:30:10.000000Z","sequence_num":<number>,"events":[{"current_time":"2026-04-07 14:30:10.820713045 +0000 UTC m=+66987.628148662","heartbeat_counter":66987}]}"#;
const FIRST: &str = "BTC-USD latest 68900.49 x 0.5 in open at 2026-04-07T14:29:59.789012Z";

static SHEET: Sheet = Sheet {
    word: "coinbase-advanced",
    path: "/",
    key: None,
    known: "BTC-USD",
    unknown: Unknown::Refused("ZZZ-USD"),
    first: &[FIRST],
    sent: &[
        // The newest first; the side is the maker's, as it is on the other feed.
        (
            "market_trades:BTC-USD",
            r#"{"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:03.000000Z","sequence_num":<number>,"events":[{"type":"update","trades":[{"trade_id":"995098701","product_id":"BTC-USD","price":"68900.51","size":"1","side":"SELL","time":"2026-04-07T14:30:02.889012Z"},{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.00150000","side":"BUY","time":"2026-04-07T14:30:02.789012Z"}]}]}"#,
        ),
        (
            "ticker:BTC-USD",
            r#"{"channel":"ticker","client_id":"","timestamp":"2026-04-07T14:30:03.000000Z","sequence_num":<number>,"events":[{"type":"snapshot","tickers":[{"type":"ticker","product_id":"BTC-USD","price":"68900.50","volume_24_h":"15328.12345678","low_24_h":"67500.00","high_24_h":"69200.00","low_52_w":"25000.00","high_52_w":"73800.00","price_percent_chg_24_h":"1.85","best_bid":"68900.00","best_bid_quantity":"1.5","best_ask":"68901.00","best_ask_quantity":"0.25"}]}]}"#,
        ),
    ],
    told: &[
        "BTC-USD trade 68900.50 x 0.00150000 id 995098700 sold at 2026-04-07T14:30:02.789012Z",
        "BTC-USD trade 68900.51 x 1 id 995098701 bought at 2026-04-07T14:30:02.889012Z",
        "BTC-USD quote bid 68900.00 x 1.5 ask 68901.00 x 0.25 at 2026-04-07T14:30:03Z",
    ],
    days: &["BTC-USD 24 hours high 69200.00 low 67500.00 volume 15328.12345678"],
    trades: [
        (
            (
                "market_trades:BTC-USD",
                r#"{"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:03.000000Z","sequence_num":<number>,"events":[{"type":"update","trades":[{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.01","size":"1","side":"BUY","time":"2026-04-07T14:30:01.000001Z"}]}]}"#,
            ),
            "BTC-USD trade 68900.01 x 1 id 995098700 sold at 2026-04-07T14:30:01.000001Z",
        ),
        (
            (
                "market_trades:BTC-USD",
                r#"{"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:03.000000Z","sequence_num":<number>,"events":[{"type":"update","trades":[{"trade_id":"995098701","product_id":"BTC-USD","price":"68900.02","size":"2","side":"BUY","time":"2026-04-07T14:30:02.000001Z"}]}]}"#,
            ),
            "BTC-USD trade 68900.02 x 2 id 995098701 sold at 2026-04-07T14:30:02.000001Z",
        ),
        (
            (
                "market_trades:BTC-USD",
                r#"{"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:03.000000Z","sequence_num":<number>,"events":[{"type":"update","trades":[{"trade_id":"995098702","product_id":"BTC-USD","price":"68900.03","size":"3","side":"SELL","time":"2026-04-07T14:30:03.000001Z"}]}]}"#,
            ),
            "BTC-USD trade 68900.03 x 3 id 995098702 bought at 2026-04-07T14:30:03.000001Z",
        ),
    ],
    broken: (
        "market_trades:BTC-USD",
        r#"{"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:03.000000Z","sequence_num":<number>,"events":[{"type":"update","trades":[{"trade_id":"995098701","product_id":"BTC-USD","price":"","size":"1","side":"BUY","time":"2026-04-07T14:30:01.500001Z"}]}]}"#,
    ),
};

#[tokio::test]
async fn coinbase_advanced_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHEET, Advanced).await
}

#[tokio::test]
async fn coinbase_advanced_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: Some(1001),
        reason: "",
    };
    // It says what was before once more; that is older than what is known, and moves nothing.
    try_join!(
        scenes::ended(&SHEET, Advanced, close, &[FIRST]),
        scenes::ended(&SHEET, Advanced, Order::Cut, &[FIRST]),
    )?;
    Ok(())
}

#[tokio::test]
async fn coinbase_advanced_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHEET, Advanced).await
}

#[tokio::test]
async fn coinbase_advanced_is_left_alone_for_as_long_as_it_says() -> Result<()> {
    limits::asked_to_wait(&SHEET, Advanced, 429).await
}
