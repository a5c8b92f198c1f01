//! Coinbase Exchange's public feed, from its sheet.

use std::time::Duration;

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use crate::house::{Answer, Client, Head, Venue};

/// Whoever has not subscribed by then is disconnected.
const SUBSCRIBED_WITHIN: Duration = Duration::from_secs(5);
/// The last of them is known to few.
const PRODUCTS: [&str; 4] = ["BTC-USD", "ETH-USD", "SOL-USD", "WHELK-USD"];
/// What needs no key.
const CHANNELS: [&str; 6] = [
    "ticker",
    "ticker_batch",
    "matches",
    "heartbeat",
    "status",
    "level2_batch",
];

#[derive(Clone, Copy, Debug)]
pub struct Coinbase;

impl Venue for Coinbase {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        match head.place() {
            "/" => Ok(()),
            _ => Err(Answer::status(404)),
        }
    }

    fn fetched(&self, head: &Head) -> Answer {
        match head.place() {
            "/products" => {
                let listed = PRODUCTS.map(|id| {
                    let base = id.trim_end_matches("-USD");
                    json!({"id": id, "base_currency": base, "quote_currency": "USD", "display_name": id,
                        "quote_increment": "0.01", "base_increment": "0.00000001", "status": "online",
                        "trading_disabled": false})
                });
                Answer::json(json!(listed).to_string())
            }
            "/products/BTC-USD/ticker" => Answer::json(
                r#"{"ask":"37213.10","bid":"37213.00","volume":"9021.5","trade_id":280300,"price":"37213.05","size":"0.25","time":"2026-11-20T10:00:07.123456Z"}"#,
            ),
            "/products/ZZZ-USD/ticker" => Answer::status(404).saying(r#"{"message":"NotFound"}"#),
            "/products/BTC-USD/stats" => Answer::json(
                r#"{"open":"36000","high":"37999.99","low":"35900.5","last":"37213.05","volume":"9021.5","volume_30day":"270000.1"}"#,
            ),
            _ => Answer::status(400).saying(r#"{"message":"what is that"}"#),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            let mut text = client.hear_within(SUBSCRIBED_WITHIN).await?;
            loop {
                let said = client.json(&text)?;
                let kind = said["type"].as_str().unwrap_or_default();
                client.must(
                    matches!(kind, "subscribe" | "unsubscribe"),
                    "an unknown type",
                    &text,
                )?;
                subscribe(client, &said, kind == "subscribe").await?;
                text = client.hear().await?;
            }
        }
        .boxed()
    }
}

async fn subscribe(client: &mut Client, said: &Value, on: bool) -> Result<()> {
    let text = said.to_string();
    let mut pairs = Vec::new();
    for channel in said["channels"].as_array().into_iter().flatten() {
        let name = channel.as_str().or(channel["name"].as_str()).unwrap_or_default();
        client.must(
            CHANNELS.contains(&name),
            "a channel that there is not without a key",
            &text,
        )?;
        let own = channel["product_ids"]
            .as_array()
            .or(said["product_ids"].as_array());
        client.must(own.is_some(), "no products", &text)?;
        pairs.extend(
            own.into_iter()
                .flatten()
                .filter_map(|id| Some((name, id.as_str()?))),
        );
    }
    client.must(!pairs.is_empty(), "nothing is asked for", &text)?;
    if let Some((_, bad)) = pairs.iter().find(|(_, id)| !PRODUCTS.contains(id)) {
        let reason = format!("{bad} is not a valid product");
        let error = json!({"type": "error", "message": "Failed to subscribe", "reason": reason});
        return client.say(error.to_string()).await;
    }
    let mut new = Vec::new();
    for (name, id) in pairs {
        let seat = format!("{name}:{id}");
        if !on {
            client.unseat(&seat);
        } else if !client.is_seated(&seat) {
            client.seat(&seat);
            new.push((name.to_owned(), id.to_owned()));
        }
    }
    let mut channels: Vec<Value> = Vec::new();
    for seat in client.all_seats() {
        let (name, id) = seat.split_once(':').unwrap_or_default();
        let known = channels.iter_mut().find(|channel| channel["name"] == name);
        match known.and_then(|channel| channel["product_ids"].as_array_mut()) {
            Some(ids) => ids.push(json!(id)),
            None => channels.push(json!({"name": name, "product_ids": [id]})),
        }
    }
    client
        .say(json!({"type": "subscriptions", "channels": channels}).to_string())
        .await?;
    for (name, id) in new {
        match name.as_str() {
            "matches" => {
                let said = client
                    .said(&format!("matches:{id}"))
                    .unwrap_or_else(|| BEFORE.replace("BTC-USD", &id));
                client
                    .say(said.replace(r#""type":"match""#, r#""type":"last_match""#))
                    .await?;
            }
            "heartbeat" => {
                let beat = json!({"type": "heartbeat", "sequence": 90, "last_trade_id": 280_232, "product_id": id,
                    "time": "2026-11-20T10:00:00.000000Z"});
                client.say(beat.to_string()).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The last trade before anybody came.
const BEFORE: &str = r#"{"type":"match","trade_id":280231,"maker_order_id":"2a0d0000-0000-4000-8000-000000000001","taker_order_id":"3c820000-0000-4000-8000-000000000001","side":"buy","size":"0.5","price":"37209.00","product_id":"BTC-USD","sequence":177100029,"time":"2026-11-20T09:59:59.000001Z"}"#;
