//! Bitstamp: trades of ten markets, and what has changed in their books.

use anyhow::{Context, Result};
use chrono::DateTime;
use provider::VenueName;
use serde_json::Value;

use super::{Recording, Said, expect, fields, folder, received, told};

#[test]
fn what_bitstamp_sent_is_what_our_adapter_says() -> Result<()> {
    let Some(folder) = folder("Bitstamp") else {
        return Ok(());
    };
    let recording = Recording {
        venue: VenueName::from_word("bitstamp").context("no such venue")?,
        symbols: &[
            ("ADA-EUR", "adaeur"),
            ("BATBTC", "batbtc"),
            ("bat/eur", "bateur"),
            ("ETH-USD", "ethusd"),
            ("GALA-EUR", "galaeur"),
            ("SGB-EUR", "sgbeur"),
            ("USDT-EUR", "usdteur"),
            ("USDT-USD", "usdtusd"),
            ("XLM-GBP", "xlmgbp"),
            ("XRP-EUR", "xrpeur"),
        ],
        read: &read,
    };
    let frames = received(&folder.join("bitstamp.ws.txt"))?;
    expect(
        &recording.compare(frames)?,
        &[("bts:subscription_succeeded", 20), ("data", 717), ("trade", 10)],
    )
}

/// The frame in its own words.
fn read(frame: &Value) -> (String, Vec<Said>) {
    let kind = frame["event"].as_str().unwrap_or_default();
    let channel = frame["channel"].as_str().unwrap_or_default();
    let said = match (kind, channel.strip_prefix("live_trades_")) {
        ("bts:subscription_succeeded", Some(market)) => vec![(market.to_owned(), told::accepted())],
        ("trade", Some(market)) => vec![deal(market, &frame["data"])],
        _book => Vec::new(),
    };
    (kind.to_owned(), said)
}

/// Of numbers that come twice, the one that no float has touched.
fn deal(market: &str, data: &Value) -> Said {
    let mut said = fields(
        data,
        &[
            ("price", "price_str"),
            ("size", "amount_str"),
            ("id", "id"),
            ("seq", "id"),
        ],
    );
    let micros = data["microtimestamp"].as_str().and_then(|text| text.parse().ok());
    let time = micros.and_then(DateTime::from_timestamp_micros);
    said.extend(time.map(|time| ("time", time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())));
    let side = if data["type"] == 0 { "buy" } else { "sell" };
    said.push(("side", side.to_owned()));
    (market.to_owned(), said)
}
