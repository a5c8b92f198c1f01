//! Coinbase Exchange: books, tickers and trades of ten products.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use provider::VenueName;
use serde_json::Value;

use super::{Recording, Said, expect, fields, folder, received, told};

const PRODUCTS: [(&str, &str); 10] = [
    ("SKL-USD", "SKL-USD"),
    ("skl/btc", "SKL-BTC"),
    ("BAND-GBP", "BAND-GBP"),
    ("NMR-EUR", "NMR-EUR"),
    ("BAND-BTC", "BAND-BTC"),
    ("YFI-BTC", "YFI-BTC"),
    ("DASH-BTC", "DASH-BTC"),
    ("NU-GBP", "NU-GBP"),
    ("CRV-EUR", "CRV-EUR"),
    ("SKL-GBP", "SKL-GBP"),
];

#[test]
fn what_coinbase_sent_is_what_our_adapter_says() -> Result<()> {
    let Some(folder) = folder("Coinbase Exchange") else {
        return Ok(());
    };
    let recording = Recording {
        venue: VenueName::from_word("coinbase").context("no such venue")?,
        symbols: &PRODUCTS,
        read: &read,
    };
    let frames = received(&folder.join("coinbase_exchange.ws.txt"))?;
    expect(
        &recording.compare(frames)?,
        &[
            ("l2update", 2_921),
            ("last_match", 10),
            ("match", 21),
            ("snapshot", 10),
            ("subscriptions", 3),
            ("ticker", 31),
        ],
    )
}

#[test]
fn the_numbers_of_coinbases_trades_have_no_holes() -> Result<()> {
    let Some(folder) = folder("Coinbase Exchange") else {
        return Ok(());
    };
    let mut last: BTreeMap<String, i64> = BTreeMap::new();
    for frame in received(&folder.join("coinbase_exchange.ws.txt"))? {
        let frame: Value = serde_json::from_str(&frame?)?;
        let (Some(product), Some(number)) = (frame["product_id"].as_str(), frame["trade_id"].as_i64()) else {
            continue;
        };
        match frame["type"].as_str() {
            Some("last_match") => ensure!(last.insert(product.to_owned(), number).is_none(), "{frame}"),
            Some("match") => {
                let before = last.insert(product.to_owned(), number);
                ensure!(before.is_some_and(|before| before + 1 == number), "{frame}");
            }
            Some(_) | None => {}
        }
    }
    ensure!(last.len() == PRODUCTS.len(), "{last:?}");
    Ok(())
}

/// The frame in its own words.
fn read(frame: &Value) -> (String, Vec<Said>) {
    let kind = frame["type"].as_str().unwrap_or_default();
    let product = frame["product_id"].as_str().unwrap_or_default().to_owned();
    let said = match kind {
        "match" => {
            let mut said = fields(
                frame,
                &[
                    ("price", "price"),
                    ("size", "size"),
                    ("id", "trade_id"),
                    ("seq", "trade_id"),
                    ("time", "time"),
                ],
            );
            // Theirs is the side of the one who waited.
            let side = if frame["side"] == "sell" { "buy" } else { "sell" };
            said.push(("side", side.to_owned()));
            vec![(product, said)]
        }
        "last_match" => {
            let names = [
                ("last", "price"),
                ("last size", "size"),
                ("seq", "trade_id"),
                ("time", "time"),
            ];
            vec![(product, fields(frame, &names))]
        }
        "ticker" => {
            let quote = fields(
                frame,
                &[("bid", "best_bid"), ("ask", "best_ask"), ("time", "time")],
            );
            let mut day = vec![("day", "rolling".to_owned())];
            day.extend(fields(
                frame,
                &[
                    ("open", "open_24h"),
                    ("high", "high_24h"),
                    ("low", "low_24h"),
                    ("volume", "volume_24h"),
                    ("reference", "open_24h"),
                ],
            ));
            vec![(product.clone(), quote), (product, day)]
        }
        "subscriptions" => standing(frame),
        _book => Vec::new(),
    };
    (kind.to_owned(), said)
}

/// Three lists came, each longer than the one before; trades stand in the last.
fn standing(frame: &Value) -> Vec<Said> {
    let channels = frame["channels"].as_array().into_iter().flatten();
    let mut trades = channels.filter(|channel| channel["name"] == "matches");
    let products = trades
        .next()
        .and_then(|channel| channel["product_ids"].as_array());
    let products = products.into_iter().flatten().filter_map(Value::as_str);
    products
        .map(|product| (product.to_owned(), told::accepted()))
        .collect()
}
