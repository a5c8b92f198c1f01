//! Bitstamp's public feed, from its sheet.

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, limits, polls};
use crate::sheet::{Sheet, Unknown};

/// A longer message ends the connection.
const MESSAGE_MAX: usize = 512;
const CHANNELS_MAX: usize = 1024;
const MARKETS: [&str; 2] = ["btcusd", "ethusd"];

struct Bitstamp;

impl Venue for Bitstamp {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        match head.place() {
            "/" => Ok(()),
            _ => Err(Answer::status(404)),
        }
    }

    fn fetched(&self, head: &Head) -> Answer {
        match head.place() {
            "/api/v2/ticker/btcusd/" => Answer::json(
                r#"{"timestamp":"1763632801","open":"76000","high":"78000.5","low":"75500","last":"77188","volume":"1001.25","vwap":"77000","bid":"77187","ask":"77189","side":"0","open_24":"76100","percent_change_24":"1.43"}"#,
            ),
            _ => Answer::status(404).saying(r#"{"status":"error","reason":"Not found","code":"API0010"}"#),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            loop {
                let text = client.hear().await?;
                if text.len() >= MESSAGE_MAX {
                    client.must(false, "512 bytes and more", &text)?;
                }
                let said = client.json(&text)?;
                let channel = said["data"]["channel"].as_str().unwrap_or_default();
                let (kind, market) = channel.rsplit_once('_').unwrap_or_default();
                let known = matches!(kind, "live_trades" | "order_book");
                let answer = match said["event"].as_str() {
                    Some("bts:heartbeat") => json!({"event": "bts:heartbeat", "channel": "", "data": {"status": "success"}}),
                    Some("bts:subscribe") if !known || market != market.to_lowercase() || market.contains('/') => {
                        json!({"event": "bts:error", "channel": "", "data": {"code": null, "message": "Invalid channel provided."}})
                    }
                    Some("bts:subscribe") => {
                        // A market that there is not is taken too, and never heard of.
                        if MARKETS.contains(&market) {
                            client.seat(channel);
                        }
                        client.must(client.all_seats().len() <= CHANNELS_MAX, "too many", channel)?;
                        json!({"event": "bts:subscription_succeeded", "channel": channel, "data": {}})
                    }
                    Some("bts:unsubscribe") => {
                        client.unseat(channel);
                        json!({"event": "bts:unsubscription_succeeded", "channel": channel, "data": {}})
                    }
                    _ => return client.wrong(text),
                };
                client.say(answer.to_string()).await?;
            }
        }
        .boxed()
    }
}

const RECONNECT: &str = r#"{"event":"bts:request_reconnect","channel":"","data":null}"#;

static SHEET: Sheet = Sheet {
    word: "bitstamp",
    path: "/",
    key: None,
    known: "btcusd",
    unknown: Unknown::Fetched("zzzusd"),
    first: &[],
    sent: &[
        // As it was in 2022: seconds beside microseconds, and a number that is not what the text says.
        (
            "live_trades_btcusd",
            r#"{"data":{"id":216000477,"timestamp":"1763632801","amount":0.0016429999999999999,"amount_str":"0.00164300","price":77188.4,"price_str":"77188.40","type":0,"microtimestamp":"1763632801596000","buy_order_id":1443875737346049,"sell_order_id":1443875731320832},"channel":"live_trades_btcusd","event":"trade"}"#,
        ),
        (
            "order_book_btcusd",
            r#"{"data":{"timestamp":"1763632802","microtimestamp":"1763632802906487","bids":[["77188","0.41122"],["77187","1"]],"asks":[["77189","0.41124"],["77190","2"]]},"channel":"order_book_btcusd","event":"data"}"#,
        ),
        // As it is in 2026: milliseconds, and an id that no double can hold.
        (
            "live_trades_btcusd",
            r#"{"data":{"id":2001939623936278528,"id_str":"2001939623936278529","timestamp":"1763632803596","amount":1,"amount_str":"1.00000000","price":77187,"price_str":"77187","type":1,"microtimestamp":"1763632803596001","buy_order_id":1443875737346049,"sell_order_id":1443875731320832},"channel":"live_trades_btcusd","event":"trade"}"#,
        ),
    ],
    told: &[
        "btcusd trade 77188.40 x 0.00164300 id 216000477 bought at 2025-11-20T10:00:01.596Z",
        "btcusd quote bid 77188 x 0.41122 ask 77189 x 0.41124 at 2025-11-20T10:00:02.906487Z",
        "btcusd trade 77187 x 1.00000000 id 2001939623936278529 sold at 2025-11-20T10:00:03.596001Z",
    ],
    days: &[],
    trades: [
        (
            (
                "live_trades_btcusd",
                r#"{"data":{"id":216000477,"id_str":"216000477","timestamp":"1763632801","amount":1,"amount_str":"1","price":77188.01,"price_str":"77188.01","type":0,"microtimestamp":"1763632801000001","buy_order_id":1,"sell_order_id":2},"channel":"live_trades_btcusd","event":"trade"}"#,
            ),
            "btcusd trade 77188.01 x 1 id 216000477 bought at 2025-11-20T10:00:01.000001Z",
        ),
        (
            (
                "live_trades_btcusd",
                r#"{"data":{"id":216000479,"id_str":"216000479","timestamp":"1763632802","amount":2,"amount_str":"2","price":77188.02,"price_str":"77188.02","type":1,"microtimestamp":"1763632802000001","buy_order_id":1,"sell_order_id":2},"channel":"live_trades_btcusd","event":"trade"}"#,
            ),
            "btcusd trade 77188.02 x 2 id 216000479 sold at 2025-11-20T10:00:02.000001Z",
        ),
        (
            (
                "live_trades_btcusd",
                r#"{"data":{"id":216000481,"id_str":"216000481","timestamp":"1763632803","amount":3,"amount_str":"3","price":77188.03,"price_str":"77188.03","type":1,"microtimestamp":"1763632803000001","buy_order_id":1,"sell_order_id":2},"channel":"live_trades_btcusd","event":"trade"}"#,
            ),
            "btcusd trade 77188.03 x 3 id 216000481 sold at 2025-11-20T10:00:03.000001Z",
        ),
    ],
    broken: (
        "live_trades_btcusd",
        r#"{"data":{"id":216000478,"id_str":"216000478","timestamp":"1763632801","amount":1,"amount_str":"1","price":"","price_str":"","type":0,"microtimestamp":"1763632801500001","buy_order_id":1,"sell_order_id":2},"channel":"live_trades_btcusd","event":"trade"}"#,
    ),
};

#[tokio::test]
async fn bitstamp_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHEET, Bitstamp).await
}

#[tokio::test]
async fn bitstamp_may_close_and_cut_off_and_send_us_away() -> Result<()> {
    let close = Order::Close {
        code: Some(1009),
        reason: "read limited at 513 bytes",
    };
    let away = Order::Announce {
        text: RECONNECT.to_owned(),
    };
    try_join!(
        scenes::ended(&SHEET, Bitstamp, close, &[]),
        scenes::ended(&SHEET, Bitstamp, Order::Cut, &[]),
        scenes::ended(&SHEET, Bitstamp, away, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn bitstamp_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHEET, Bitstamp).await
}

#[tokio::test]
async fn bitstamp_takes_one_name_at_a_time() -> Result<()> {
    limits::many(&SHEET, Bitstamp, 30, "zz", "usd").await
}

#[tokio::test]
async fn bitstamp_is_asked_for_the_last_price_before_the_first_trade() -> Result<()> {
    let line = "btcusd latest 77188 bid 77187 ask 77189 in open at 2025-11-20T10:00:01Z";
    scenes::unpriced(&SHEET, Bitstamp, line).await
}

#[tokio::test]
async fn bitstamp_may_be_asked_instead() -> Result<()> {
    let line = "btcusd latest 77188 bid 77187 ask 77189 in open at 2025-11-20T10:00:01Z";
    polls::polled(&SHEET, Bitstamp, line).await
}
