//! What is played before Coinbase Exchange.

use anyhow::Result;
use chrono::{DateTime, Utc};
use tests::venues::Coinbase;
use tokio::try_join;

use crate::head::{Answer, Head};
use crate::house::Order;
use crate::scenes::past::{self, Done, WithPast, all_done};
use crate::scenes::{self, limits, polls};
use crate::sheet::{Sheet, Unknown};

static SHEET: Sheet = Sheet {
    word: "coinbase",
    path: "/",
    key: None,
    known: "BTC-USD",
    unknown: Unknown::Refused("ZZZ-USD"),
    first: &["BTC-USD latest 37209.00 x 0.5 in open at 2026-11-20T09:59:59.000001Z"],
    sent: &[
        // The side is the maker's: one who sold to somebody who came to buy.
        (
            "matches:BTC-USD",
            r#"{"type":"match","trade_id":280232,"maker_order_id":"2a0d0000-0000-4000-8000-000000000002","taker_order_id":"3c820000-0000-4000-8000-000000000002","side":"sell","size":"985","price":"0.00001305","product_id":"BTC-USD","sequence":177100030,"time":"2026-11-20T10:00:00.089723Z"}"#,
        ),
        (
            "ticker:BTC-USD",
            r#"{"type":"ticker","sequence":333938798,"product_id":"BTC-USD","price":"37212.5","open_24h":"36000.10","volume_24h":"94381.28000000","low_24h":"35900.5","high_24h":"37999.99","volume_30d":"2295579.57000000","best_bid":"37212.40","best_bid_size":"0.125","best_ask":"37212.60","best_ask_size":"3.00000001","side":"buy","time":"2026-11-20T10:00:01.244075Z","trade_id":881613,"last_size":"0.04"}"#,
        ),
        // As it was in 2021: no sizes.
        (
            "ticker:BTC-USD",
            r#"{"type":"ticker","sequence":333938799,"product_id":"BTC-USD","price":"37212.5","open_24h":"36000.10","volume_24h":"94381.28000000","low_24h":"35900.5","high_24h":"37999.99","volume_30d":"2295579.57000000","best_bid":"37212.41","best_ask":"37212.59","side":"buy","time":"2026-11-20T10:00:02.244075Z","trade_id":881613,"last_size":"0.04"}"#,
        ),
        (
            "matches:BTC-USD",
            r#"{"type":"match","trade_id":280233,"maker_order_id":"2a0d0000-0000-4000-8000-000000000003","taker_order_id":"3c820000-0000-4000-8000-000000000003","side":"buy","size":"0.00000001","price":"37212.40","product_id":"BTC-USD","sequence":177100035,"time":"2026-11-20T10:00:03.000000Z"}"#,
        ),
    ],
    told: &[
        "BTC-USD trade 0.00001305 x 985 id 280232 bought at 2026-11-20T10:00:00.089723Z",
        "BTC-USD quote bid 37212.40 x 0.125 ask 37212.60 x 3.00000001 at 2026-11-20T10:00:01.244075Z",
        "BTC-USD quote bid 37212.41 ask 37212.59 at 2026-11-20T10:00:02.244075Z",
        "BTC-USD trade 37212.40 x 0.00000001 id 280233 sold at 2026-11-20T10:00:03Z",
    ],
    days: &[
        "BTC-USD 24 hours from 36000.10 high 37999.99 low 35900.5 volume 94381.28000000",
        "BTC-USD 24 hours from 36000.10 high 37999.99 low 35900.5 volume 94381.28000000",
    ],
    trades: [
        (
            (
                "matches:BTC-USD",
                r#"{"type":"match","trade_id":280232,"maker_order_id":"a","taker_order_id":"b","side":"sell","size":"1","price":"37210.01","product_id":"BTC-USD","sequence":177100030,"time":"2026-11-20T10:00:00.000001Z"}"#,
            ),
            "BTC-USD trade 37210.01 x 1 id 280232 bought at 2026-11-20T10:00:00.000001Z",
        ),
        (
            (
                "matches:BTC-USD",
                r#"{"type":"match","trade_id":280233,"maker_order_id":"a","taker_order_id":"b","side":"buy","size":"2","price":"37210.02","product_id":"BTC-USD","sequence":177100033,"time":"2026-11-20T10:00:01.000002Z"}"#,
            ),
            "BTC-USD trade 37210.02 x 2 id 280233 sold at 2026-11-20T10:00:01.000002Z",
        ),
        (
            (
                "matches:BTC-USD",
                r#"{"type":"match","trade_id":280234,"maker_order_id":"a","taker_order_id":"b","side":"buy","size":"3","price":"37210.03","product_id":"BTC-USD","sequence":177100034,"time":"2026-11-20T10:00:02.000003Z"}"#,
            ),
            "BTC-USD trade 37210.03 x 3 id 280234 sold at 2026-11-20T10:00:02.000003Z",
        ),
    ],
    broken: (
        "matches:BTC-USD",
        r#"{"type":"match","trade_id":280232,"side":"sell","size":"1","price":"","product_id":"BTC-USD","sequence":177100031,"time":"2026-11-20T10:00:00.500000Z"}"#,
    ),
};

/// What is said once more to whoever comes back.
const AGAIN: &[&str] = &["BTC-USD latest 37210.01 x 1 in open at 2026-11-20T10:00:00.000001Z"];

#[tokio::test]
async fn coinbase_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHEET, Coinbase).await
}

#[tokio::test]
async fn coinbase_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: Some(1001),
        reason: "ErrSlowConsume",
    };
    try_join!(
        scenes::ended(&SHEET, Coinbase, close, AGAIN),
        scenes::ended(&SHEET, Coinbase, Order::Cut, AGAIN),
    )?;
    Ok(())
}

#[tokio::test]
async fn coinbase_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHEET, Coinbase).await
}

#[tokio::test]
async fn coinbase_is_left_alone_for_as_long_as_it_says() -> Result<()> {
    limits::asked_to_wait(&SHEET, Coinbase, 429).await
}

/// Rows of time, low, high, open, close, volume; the newest first, and 300 at most.
fn candles(head: &Head) -> Option<Answer> {
    if head.place() != "/products/BTC-USD/candles" {
        return None;
    }
    let time = |name: &str| Some(head.query(name)?.parse::<DateTime<Utc>>().ok()?.timestamp());
    let (Some("60"), Some(start), Some(end)) =
        (head.query("granularity").as_deref(), time("start"), time("end"))
    else {
        return Some(Answer::status(400).saying(r#"{"message":"what is that"}"#));
    };
    if (end - start) / 60 >= 300 {
        let words =
            "granularity too small for the requested time range. Count of aggregations requested exceeds 300";
        return Some(Answer::status(400).saying(format!(r#"{{"message":"{words}"}}"#)));
    }
    let rows = all_done(start, end).rev().map(|done| {
        let Done {
            start,
            open,
            high,
            low,
            close,
            volume,
        } = done;
        format!("[{start},{low},{high},{open},{close},{volume}]")
    });
    Some(Answer::json(format!("[{}]", rows.collect::<Vec<_>>().join(","))))
}

#[tokio::test]
async fn coinbase_fills_a_chart_and_what_a_cut_has_kept_from_us() -> Result<()> {
    let house = WithPast {
        venue: Coinbase,
        past: candles,
    };
    past::filled(&SHEET, house, "/products/BTC-USD/candles").await
}

#[tokio::test]
async fn coinbase_may_not_tell_its_past() -> Result<()> {
    let past = |head: &Head| {
        let asked = head.place() == "/products/BTC-USD/candles";
        asked.then(|| Answer::status(404).saying(r#"{"message":"NotFound"}"#))
    };
    let house = WithPast {
        venue: Coinbase,
        past,
    };
    past::refused(&SHEET, house, "/products/BTC-USD/candles", "404").await
}

#[tokio::test]
async fn coinbase_may_be_asked_instead() -> Result<()> {
    let line =
        "BTC-USD latest 37213.05 x 0.25 bid 37213.00 ask 37213.10 in open at 2026-11-20T10:00:07.123456Z";
    polls::polled(&SHEET, Coinbase, line).await
}
