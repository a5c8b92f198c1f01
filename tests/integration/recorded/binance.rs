//! Binance, and Binance.US, which speaks the same.

use std::io::{BufRead, BufReader};

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use provider::VenueName;
use serde_json::Value;

use super::{Fields, Recording, Said, expect, fields, folder, open, thousandths};

#[test]
fn what_binance_sent_is_what_our_adapter_says() -> Result<()> {
    let Some(folder) = folder("Binance") else {
        return Ok(());
    };
    let file = folder.join("binance_spot_btcusdt.gz");
    let text = BufReader::new(GzDecoder::new(open(&file)?));
    let frames = text.lines().map(|line| {
        let line = line?;
        let (_received, json) = line.split_once(' ').context("no time before the frame")?;
        Ok(json.to_owned())
    });
    let recording = Recording {
        venue: VenueName::BINANCE,
        symbols: &[("BTC-USDT", "BTCUSDT")],
        read: &read,
    };
    expect(
        &recording.compare(frames)?,
        &[
            ("", 1),
            ("bookTicker", 28_040),
            ("depthUpdate", 3_451),
            ("trade", 9_757),
        ],
    )
}

#[test]
fn what_binance_us_sent_is_what_our_adapter_says() -> Result<()> {
    let Some(folder) = folder("Binance.US") else {
        return Ok(());
    };
    let text = BufReader::new(open(&folder.join("binance_us.ws.txt"))?);
    let frames = text.lines().filter_map(|line| match line {
        // The first line says where it was listened to.
        Ok(line) => Some(Ok(format!("{{{}", line.split_once(": {")?.1))),
        Err(error) => Some(Err(error.into())),
    });
    let recording = Recording {
        venue: VenueName::from_word("binance-us").context("no such venue")?,
        symbols: &[
            ("COMPUSDT", "COMPUSDT"),
            ("CRVUSDT", "CRVUSDT"),
            ("OMGBUSD", "OMGBUSD"),
            ("ZRXUSDT", "ZRXUSDT"),
        ],
        read: &read,
    };
    expect(
        &recording.compare(frames)?,
        &[
            ("aggTrade", 11),
            ("bookTicker", 128),
            ("depthUpdate", 336),
            ("kline", 5),
        ],
    )
}

/// The frame in its own words.
fn read(frame: &Value) -> (String, Vec<Said>) {
    let data = frame.get("data").unwrap_or(frame);
    let kind = match (data["e"].as_str(), &data["b"]) {
        (Some(kind), _) => kind,
        (None, Value::String(_)) => "bookTicker",
        (None, _) => "",
    };
    let symbol = data["s"].as_str().unwrap_or_default().to_owned();
    let said = of_kind(kind, data).map(|fields| (symbol, fields));
    (kind.to_owned(), said.into_iter().collect())
}

fn of_kind(kind: &str, data: &Value) -> Option<Fields> {
    let deal = |names: &[(&'static str, &str)]| {
        let mut fields = fields(data, names);
        fields.push(thousandths(data, "T"));
        // Whoever waited did not choose the moment.
        let side = if data["m"] == true { "sell" } else { "buy" };
        fields.push(("side", side.to_owned()));
        fields
    };
    match kind {
        "trade" => Some(deal(&[("price", "p"), ("size", "q"), ("id", "t"), ("seq", "t")])),
        "aggTrade" => Some(deal(&[("price", "p"), ("size", "q"), ("id", "a")])),
        "bookTicker" => Some(fields(
            data,
            &[("bid", "b"), ("bid size", "B"), ("ask", "a"), ("ask size", "A")],
        )),
        "kline" => {
            let bar = &data["k"];
            let mut fields = fields(
                bar,
                &[
                    ("open", "o"),
                    ("high", "h"),
                    ("low", "l"),
                    ("close", "c"),
                    ("volume", "v"),
                    ("trades", "n"),
                ],
            );
            fields.push(thousandths(bar, "t"));
            Some(fields)
        }
        _no_price => None,
    }
}
