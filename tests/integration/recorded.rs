//! Frames that venues really sent, read by our adapters and, apart from them,
//! field by field: both must find the same.
//!
//! The folder of recordings is not a part of this project. `TICKWIRE_RECORDED`
//! names it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use model::{Side, Symbol, SymbolKey, Tick, Timeframe};
use provider::{Asking, Directory, Event, VenueName, Wanted};
use serde_json::Value;
use tests::not_run;

#[test]
fn what_binance_sent_is_what_our_adapter_says() -> Result<()> {
    let Some(folder) = folder() else {
        not_run("no recorded frames of Binance were read: TICKWIRE_RECORDED names their folder");
        return Ok(());
    };
    let file = folder.join("binance_spot_btcusdt.gz");
    let text = BufReader::new(GzDecoder::new(open(&file)?));
    let lines = text.lines().map(|line| {
        let line = line?;
        let (_received, json) = line.split_once(' ').context("no time before the frame")?;
        Ok(json.to_owned())
    });
    let counts = compare(&["BTC-USDT"], lines)?;
    let expected = [
        ("", 1),
        ("bookTicker", 28_040),
        ("depthUpdate", 3_451),
        ("trade", 9_757),
    ];
    ensure!(
        counts == BTreeMap::from(expected.map(|(kind, count)| (kind.to_owned(), count))),
        "{counts:?}"
    );
    Ok(())
}

#[test]
fn what_binance_us_sent_is_what_our_adapter_says() -> Result<()> {
    let Some(folder) = folder() else {
        not_run("no recorded frames of Binance.US were read: TICKWIRE_RECORDED names their folder");
        return Ok(());
    };
    let text = BufReader::new(open(&folder.join("binance_us.ws.txt"))?);
    let lines = text.lines().filter_map(|line| match line {
        // The first line says where it was listened to.
        Ok(line) => Some(Ok(format!("{{{}", line.split_once(": {")?.1))),
        Err(error) => Some(Err(error.into())),
    });
    let counts = compare(&["COMPUSDT", "CRVUSDT", "OMGBUSD", "ZRXUSDT"], lines)?;
    let expected = [
        ("aggTrade", 11),
        ("bookTicker", 128),
        ("depthUpdate", 336),
        ("kline", 5),
    ];
    ensure!(
        counts == BTreeMap::from(expected.map(|(kind, count)| (kind.to_owned(), count))),
        "{counts:?}"
    );
    Ok(())
}

fn folder() -> Option<PathBuf> {
    std::env::var_os("TICKWIRE_RECORDED")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir())
}

fn open(file: &Path) -> Result<File> {
    File::open(file).with_context(|| format!("cannot read {}", file.display()))
}

/// How many frames there were of each kind.
fn compare(names: &[&str], frames: impl Iterator<Item = Result<String>>) -> Result<BTreeMap<String, u64>> {
    let symbols: Vec<_> = names.iter().map(|name| Symbol::new(name)).collect();
    let mut directory = Directory::default();
    let mut keys = BTreeMap::new();
    for (number, symbol) in (0..).zip(&symbols) {
        directory.insert(symbol.clone(), SymbolKey(number));
        keys.insert(symbol.as_str().replace('-', ""), SymbolKey(number));
    }
    let wanted: Vec<_> = symbols
        .iter()
        .map(|symbol| Wanted { symbol, after: None })
        .collect();
    let mut translator = VenueName::BINANCE.translator();
    translator.subscribe(Asking {
        symbols: &wanted,
        epoch: None,
        bars: true,
    });
    let mut counts = BTreeMap::new();
    let mut events = Vec::new();
    for frame in frames {
        let frame = frame?;
        events.clear();
        translator
            .read(&frame, &directory, &mut events)
            .with_context(|| frame.clone())?;
        let value: Value = serde_json::from_str(&frame)?;
        let data = value.get("data").unwrap_or(&value);
        let kind = match (data["e"].as_str(), &data["b"]) {
            (Some(kind), _) => kind,
            (None, Value::String(_)) => "bookTicker",
            (None, _) => "",
        };
        *counts.entry(kind.to_owned()).or_default() += 1;
        let key = data["s"].as_str().and_then(|name| keys.get(name)).copied();
        let said: Vec<_> = events.iter().map(told).collect();
        let expected: Vec<_> = read(kind, data).into_iter().map(|fields| (key, fields)).collect();
        ensure!(said == expected, "{frame}\n{said:?}\n{expected:?}");
    }
    Ok(counts)
}

type Fields = Vec<(&'static str, String)>;

/// The frame in its own words.
fn read(kind: &str, data: &Value) -> Option<Fields> {
    let text = |data: &Value, name: &str| {
        let field = &data[name];
        field.as_str().map_or_else(|| field.to_string(), str::to_owned)
    };
    let fields = |data: &Value, names: &[(&'static str, &str)]| -> Fields {
        names
            .iter()
            .map(|(ours, theirs)| (*ours, text(data, theirs)))
            .collect()
    };
    match kind {
        "trade" => Some(fields(
            data,
            &[
                ("price", "p"),
                ("size", "q"),
                ("id", "t"),
                ("seq", "t"),
                ("time", "T"),
                ("sold", "m"),
            ],
        )),
        "aggTrade" => Some(fields(
            data,
            &[
                ("price", "p"),
                ("size", "q"),
                ("id", "a"),
                ("time", "T"),
                ("sold", "m"),
            ],
        )),
        "bookTicker" => Some(fields(
            data,
            &[("bid", "b"), ("size", "B"), ("ask", "a"), ("size", "A")],
        )),
        "kline" => Some(fields(
            &data["k"],
            &[
                ("open", "o"),
                ("high", "h"),
                ("low", "l"),
                ("close", "c"),
                ("size", "v"),
                ("trades", "n"),
                ("time", "t"),
            ],
        )),
        _no_price => None,
    }
}

/// What our adapter has made of it.
#[expect(clippy::wildcard_enum_match_arm, reason = "whatever else it says is wrong")]
fn told(event: &Event) -> (Option<SymbolKey>, Fields) {
    let millis = |time: Option<chrono::DateTime<chrono::Utc>>| {
        time.map_or_else(String::new, |time| time.timestamp_millis().to_string())
    };
    match event {
        Event::Tick {
            key,
            seq,
            tick: Tick::Trade(trade),
            ..
        } => {
            let mut fields = vec![
                ("price", trade.price.to_string()),
                (
                    "size",
                    trade.size.map_or_else(String::new, |size| size.to_string()),
                ),
                ("id", trade.id.map_or_else(String::new, |id| id.to_string())),
            ];
            fields.extend(seq.map(|seq| ("seq", seq.to_string())));
            fields.push(("time", millis(trade.time)));
            fields.push(("sold", (trade.side == Some(Side::Sell)).to_string()));
            (Some(*key), fields)
        }
        Event::Tick {
            key,
            seq: None,
            tick: Tick::Quote(quote),
            ..
        } => {
            let side = |name, side: Option<(model::Price, Option<model::Size>)>| {
                side.map(|(price, size)| [(name, price.to_string()), ("size", size.unwrap().to_string())])
            };
            let sides = [side("bid", quote.bid), side("ask", quote.ask)];
            (Some(*key), sides.into_iter().flatten().flatten().collect())
        }
        Event::Bar {
            key,
            timeframe: Timeframe::Minute,
            candle,
        } => {
            let fields = vec![
                ("open", candle.open.to_string()),
                ("high", candle.high.to_string()),
                ("low", candle.low.to_string()),
                ("close", candle.close.to_string()),
                ("size", candle.volume.to_string()),
                ("trades", candle.trades.to_string()),
                ("time", (candle.start * 1_000).to_string()),
            ];
            (Some(*key), fields)
        }
        other => (None, vec![("unexpected", format!("{other:?}"))]),
    }
}
