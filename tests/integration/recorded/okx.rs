//! OKX: trades, tickers and books of a pair, a future and a swap.

use std::cell::RefCell;
use std::collections::BTreeSet;

use anyhow::{Context, Result};
use provider::VenueName;
use serde_json::Value;

use super::{Recording, Said, expect, fields, folder, received, thousandths, told};

#[test]
fn what_okx_sent_is_what_our_adapter_says() -> Result<()> {
    let Some(folder) = folder("OKX") else {
        return Ok(());
    };
    // Of those the price before it is known no more, or has been told.
    let dealt = RefCell::new(BTreeSet::new());
    let read = |frame: &Value| read(frame, &mut dealt.borrow_mut());
    let recording = Recording {
        venue: VenueName::from_word("okx").context("no such venue")?,
        symbols: &[
            ("BTC-USD-220527", "BTC-USD-220527"),
            ("UNI-USD-SWAP", "UNI-USD-SWAP"),
            ("btc/usdt", "BTC-USDT"),
        ],
        read: &read,
    };
    let frames = received(&folder.join("okx.ws.txt"))?;
    expect(
        &recording.compare(frames)?,
        &[("books", 290), ("subscribe", 18), ("tickers", 28), ("trades", 74)],
    )
}

/// The frame in its own words.
fn read(frame: &Value, dealt: &mut BTreeSet<String>) -> (String, Vec<Said>) {
    let arg = &frame["arg"];
    let channel = arg["channel"].as_str().unwrap_or_default();
    let kind = frame["event"].as_str().unwrap_or(channel);
    let elements = frame["data"].as_array().into_iter().flatten();
    let said = match (kind, channel) {
        ("subscribe", "trades") => vec![(name(arg), told::accepted())],
        ("trades", _) => elements
            .map(|data| {
                dealt.insert(name(data));
                deal(data)
            })
            .collect(),
        ("tickers", _) => elements
            .flat_map(|data| ticker(data, dealt.insert(name(data))))
            .collect(),
        _no_price => Vec::new(),
    };
    (kind.to_owned(), said)
}

fn name(of: &Value) -> String {
    of["instId"].as_str().unwrap_or_default().to_owned()
}

fn deal(data: &Value) -> Said {
    let mut said = fields(
        data,
        &[
            ("price", "px"),
            ("size", "sz"),
            ("id", "tradeId"),
            ("seq", "tradeId"),
        ],
    );
    said.push(thousandths(data, "ts"));
    said.extend(fields(data, &[("side", "side")]));
    (name(data), said)
}

fn ticker(data: &Value, is_first: bool) -> Vec<Said> {
    let mut quote = fields(
        data,
        &[
            ("bid", "bidPx"),
            ("bid size", "bidSz"),
            ("ask", "askPx"),
            ("ask size", "askSz"),
        ],
    );
    quote.push(thousandths(data, "ts"));
    let mut day = vec![("day", "rolling".to_owned())];
    day.extend(fields(
        data,
        &[
            ("open", "open24h"),
            ("high", "high24h"),
            ("low", "low24h"),
            ("volume", "vol24h"),
            ("reference", "open24h"),
        ],
    ));
    let mut said = vec![(name(data), quote)];
    if is_first {
        let last = fields(data, &[("last", "last"), ("last size", "lastSz")]);
        said.push((name(data), last));
    }
    said.push((name(data), day));
    said
}
