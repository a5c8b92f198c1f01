//! What a client has heard: which numbers of which symbol, and when.

use std::collections::HashMap;

use anyhow::Result;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// As it came; read when the measuring is over.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    texts: Vec<(DateTime<Utc>, String)>,
    /// Of this many, all together, the messages themselves.
    pub(crate) bytes: u64,
    pub(crate) messages: u64,
}

/// An event, by symbol and number.
pub(crate) type Number = (String, u64);

impl Heard {
    /// The least that a program does with a message: where is it from, and what is its number.
    pub(crate) fn take(&mut self, text: &str) {
        let now = Utc::now();
        for line in text.lines().filter(|line| !line.is_empty()) {
            self.bytes += line.len() as u64;
            self.messages += 1;
            self.texts.push((now, line.to_owned()));
        }
    }

    /// When each event became known: it, or a state that is newer.
    pub(crate) fn known(&self) -> Result<Vec<(Number, DateTime<Utc>)>> {
        let mut newest: HashMap<String, u64> = HashMap::new();
        let mut known = Vec::new();
        for (at, text) in &self.texts {
            let line: Value = serde_json::from_str(text)?;
            let kind = line.get("type").and_then(Value::as_str).unwrap_or_default();
            let (Some(symbol), Some(seq)) = (
                line.get("symbol").and_then(Value::as_str),
                line.get("seq").and_then(Value::as_u64),
            ) else {
                continue;
            };
            match kind {
                "trade" | "quote" | "status" => {
                    newest.insert(symbol.to_owned(), seq);
                    known.push(((symbol.to_owned(), seq), *at));
                }
                "snapshot" => {
                    // The first only says from where on we count.
                    let before = newest.insert(symbol.to_owned(), seq).unwrap_or(seq);
                    for passed in before + 1..=seq {
                        known.push(((symbol.to_owned(), passed), *at));
                    }
                }
                _ => {}
            }
        }
        Ok(known)
    }

    /// When each event happened, by the market's clock.
    pub(crate) fn happened(&self) -> Result<HashMap<Number, DateTime<Utc>>> {
        let mut happened = HashMap::new();
        for (_, text) in &self.texts {
            let line: Value = serde_json::from_str(text)?;
            let field = |name: &str| line.get(name).and_then(Value::as_str);
            if let (Some("trade" | "quote" | "status"), Some(symbol), Some(seq), Some(time)) = (
                field("type"),
                field("symbol"),
                line.get("seq").and_then(Value::as_u64),
                field("time"),
            ) {
                happened.insert((symbol.to_owned(), seq), time.parse()?);
            }
        }
        Ok(happened)
    }
}
