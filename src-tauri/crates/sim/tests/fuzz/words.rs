//! What clients say: the words of `PROTOCOL.md`, right, nearly right and wrong.

use serde_json::{Value, json};

use crate::dice::Dice;

pub(crate) const TOKEN: &str = "secret";

const PATHS: [&str; 9] = [
    "/v1/stream",
    "/v1/events",
    "/v1/poll",
    "/v1/snapshot",
    "/v1/history",
    "/v1/search",
    "/v1/time",
    // None of our messages is a fault, so none begins.
    "/v1/faults",
    "/v1/nothing",
];
const ODD_PATHS: [&str; 14] = [
    "/",
    "*",
    "//",
    "/v1",
    "/v1/",
    "/v1/stream/",
    "/V1/TIME",
    "/v1/%74ime",
    "/v1/../v1/time",
    "http://127.0.0.1/v1/time",
    "http://example.com/v1/time",
    "127.0.0.1:80",
    "/v1/time#there",
    "/%",
];
const KEYS: [&str; 14] = [
    "symbols",
    "symbol",
    "epoch",
    "after",
    "bars",
    "last_event_id",
    "cursor",
    "interval",
    "from",
    "to",
    "limit",
    "q",
    "wait_ms",
    "token",
];
const SYMBOLS: [&str; 8] = ["NVX", "HLQ", "BTC-USD", "KYT", "XX", "nvx", "", "NVX NVX"];
const TIMES: [&str; 7] = [
    "2026-01-05T14:30:00Z",
    "2026-01-05T14:30:00.123456789+14:00",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "-262143-01-01T00:00:00Z",
    "+262142-12-31T23:59:59Z",
    "2016-12-31T23:59:60Z",
];

pub(crate) fn path(dice: &mut Dice) -> String {
    match dice.below(20) {
        0 => dice.one(&ODD_PATHS).to_owned(),
        1 => format!("/{}", dice.word(200)),
        _ => dice.one(&PATHS).to_owned(),
    }
}

/// `epoch` is the true one, so that what is asked for is there now and then.
pub(crate) fn query(dice: &mut Dice, path: &str, epoch: &str) -> String {
    let mut words = Vec::new();
    // Without these the answer would nearly always be that they are missing.
    let needed: &[&str] = match path {
        "/v1/events" | "/v1/poll" | "/v1/snapshot" => &["symbols"],
        "/v1/history" => &["symbol", "interval"],
        _ => &[],
    };
    for key in needed {
        if dice.percent(90) {
            words.push(format!("{key}={}", value(dice, key, epoch)));
        }
    }
    // A poll that waits holds up what is asked behind it.
    if path == "/v1/poll" {
        words.push(format!("wait_ms={}", dice.below(30)));
    }
    for _ in 0..dice.below(4) {
        let key = if dice.percent(90) {
            dice.one(&KEYS).to_owned()
        } else {
            dice.word(30)
        };
        words.push(format!("{key}={}", value(dice, &key, epoch)));
    }
    words.join("&")
}

fn value(dice: &mut Dice, key: &str, epoch: &str) -> String {
    if dice.percent(10) {
        return escaped(&dice.text(40));
    }
    match key {
        "symbols" => {
            let count = if dice.percent(2) { 600 } else { dice.between(1, 6) };
            let list: Vec<_> = (0..count).map(|_| symbol(dice)).collect();
            escaped(&list.join(","))
        }
        "symbol" => escaped(&symbol(dice)),
        "epoch" => {
            if dice.percent(50) {
                epoch.to_owned()
            } else {
                dice.word(20)
            }
        }
        "after" => {
            let count = dice.between(1, 6);
            let list: Vec<_> = (0..count)
                .map(|_| {
                    if dice.percent(20) {
                        String::new()
                    } else {
                        dice.number().to_string()
                    }
                })
                .collect();
            list.join(",")
        }
        "bars" => dice.one(&["true", "false", "1", "TRUE", ""]).to_owned(),
        "cursor" | "last_event_id" => {
            let place = if dice.percent(50) {
                dice.below(2_000) as u64
            } else {
                dice.number()
            };
            match dice.below(4) {
                0 => format!("{}-{place}", dice.word(16)),
                1 => dice.word(16),
                _ => format!("{epoch}-{place}"),
            }
        }
        "interval" => dice
            .one(&["1s", "1m", "5m", "15m", "1h", "1d", "1w", "0", "-1m"])
            .to_owned(),
        "from" | "to" => escaped(dice.one(&TIMES)),
        "q" => escaped(dice.one(&["novex", "a", "", "usd", "zzzz"])),
        "token" => dice.one(&[TOKEN, "wrong", ""]).to_owned(),
        "wait_ms" => dice.below(30).to_string(),
        "limit" => match dice.below(3) {
            0 => format!("-{}", dice.number()),
            1 => dice.number().to_string(),
            _ => dice.below(100).to_string(),
        },
        _ => dice.number().to_string(),
    }
}

fn symbol(dice: &mut Dice) -> String {
    if dice.percent(5) {
        dice.text(300)
    } else {
        dice.one(&SYMBOLS).to_owned()
    }
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A message of a client: JSON, and mostly one that the protocol knows.
pub(crate) fn message(dice: &mut Dice, epoch: &str) -> String {
    if dice.percent(3) {
        let deep = dice.between(1, 20_000);
        return if dice.percent(50) {
            "[".repeat(deep)
        } else {
            r#"{"op":"#.repeat(deep)
        };
    }
    let op = dice.one(&[
        "subscribe",
        "subscribe",
        "subscribe",
        "unsubscribe",
        "unsubscribe",
        "dance",
        "",
    ]);
    let count = match dice.below(40) {
        0 => 600,
        1 => 0,
        _ => dice.between(1, 5),
    };
    let symbols: Vec<Value> = (0..count)
        .map(|_| {
            if dice.percent(95) {
                symbol(dice).into()
            } else {
                anything(dice, 3)
            }
        })
        .collect();
    let mut message = json!({"op": op, "symbols": symbols});
    if let Some(fields) = message.as_object_mut() {
        if dice.percent(95) {
            let id = if dice.percent(90) {
                (dice.number() >> 11).into()
            } else {
                anything(dice, 3)
            };
            fields.insert("id".to_owned(), id);
        }
        if dice.percent(30) {
            let named = if dice.percent(70) {
                epoch.into()
            } else {
                anything(dice, 2)
            };
            fields.insert("epoch".to_owned(), named);
            let after: Vec<Value> = (0..count)
                .map(|_| match dice.below(4) {
                    0 => Value::Null,
                    1 => anything(dice, 2),
                    _ => dice.below(3_000).into(),
                })
                .collect();
            fields.insert("after".to_owned(), after.into());
        }
        if dice.percent(20) {
            fields.insert("bars".to_owned(), dice.percent(70).into());
        }
        if dice.percent(10) {
            let key = if dice.percent(50) {
                dice.one(&KEYS).to_owned()
            } else {
                dice.text(10)
            };
            fields.insert(key, anything(dice, 4));
        }
    }
    message.to_string()
}

/// Any JSON value at all.
fn anything(dice: &mut Dice, depth: usize) -> Value {
    let most = if depth == 0 { 6 } else { 8 };
    match dice.below(most) {
        0 => Value::Null,
        1 => dice.percent(50).into(),
        2 => dice.number().into(),
        3 => (-(dice.below(1 << 53) as i64)).into(),
        4 => (dice.number() as f64 * 1e-7).into(),
        5 => dice.text(30).into(),
        6 => {
            let count = dice.below(4);
            (0..count)
                .map(|_| anything(dice, depth - 1))
                .collect::<Vec<_>>()
                .into()
        }
        _ => json!({ dice.text(8): anything(dice, depth - 1) }),
    }
}
