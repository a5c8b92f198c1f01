//! The words of `tickwire.v1`, as its PROTOCOL.md has them, and what is asked in them.

use std::collections::BTreeMap;

use chrono::{SecondsFormat, Utc};
use serde_json::Value;

use super::market::{Market, Place, Traded};

pub(crate) fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)
}

pub(crate) fn epoch(place: Place) -> String {
    format!("e{}", place.epoch)
}

pub(crate) fn welcome(place: Place, heartbeat_ms: u128) -> String {
    format!(
        r#"{{"type":"welcome","protocol":"tickwire.v1","server":"fault-venue/1","epoch":"{}","market_time":"{}","rate":1,"heartbeat_ms":{heartbeat_ms}}}"#,
        epoch(place),
        now()
    )
}

pub(crate) fn ack(id: u64, symbol: &str, seq: u64, recovered: Option<bool>, session: &str) -> String {
    let recovered = recovered.map_or(String::new(), |word| format!(r#""recovered":{word},"#));
    format!(
        r#"{{"type":"ack","id":{id},"symbol":"{symbol}","seq":{seq},{recovered}"name":"{symbol} Works","currency":"USD","tick":"0.01","previous_close":"100.00","kind":"stock","exchange":"XNAS","session":"{session}"}}"#
    )
}

/// The name of the newest tick stands where the size of the last trade is, so that a look can be told from an older one.
pub(crate) fn snapshot(symbol: &str, seq: u64, name: u64, session: &str) -> String {
    let time = now();
    let traded = if name == 0 {
        String::new()
    } else {
        format!(r#""price":"100.00","size":"{name}","#)
    };
    format!(
        r#"{{"type":"snapshot","symbol":"{symbol}","seq":{seq},"time":"{time}",{traded}"session":"{session}"}}"#
    )
}

pub(crate) fn trade(market: &Market, tick: Traded) -> String {
    let Traded {
        symbol,
        seq,
        name,
        time,
        session,
    } = tick;
    let time = time.to_rfc3339_opts(SecondsFormat::Micros, true);
    let symbol = &market.symbols[usize::from(symbol)];
    if let Some(session) = session {
        return format!(
            r#"{{"type":"status","symbol":"{symbol}","seq":{seq},"time":"{time}","session":"{session}"}}"#
        );
    }
    format!(
        r#"{{"type":"trade","symbol":"{symbol}","seq":{seq},"time":"{time}","price":"100.00","size":"{name}","id":"{name}","side":"buy"}}"#
    )
}

pub(crate) fn gone(id: u64, symbol: &str) -> String {
    format!(r#"{{"type":"gone","id":{id},"symbol":"{symbol}"}}"#)
}

/// The same with a field that nobody knows, so that it is as long as this.
pub(crate) fn lengthened(text: String, least: usize) -> String {
    let missing = least.saturating_sub(text.len());
    if missing == 0 {
        return text;
    }
    let rest = text.strip_prefix('{').unwrap_or(&text);
    format!(r#"{{"note":"{}",{rest}"#, "x".repeat(missing))
}

pub(crate) fn poisoned(id: u64) -> String {
    format!(
        r#"{{"type":"error","id":{id},"code":"too_many_symbols","message":"one of these is subscribed already, so none was taken"}}"#
    )
}

pub(crate) fn heartbeat() -> String {
    format!(r#"{{"type":"heartbeat","time":"{}"}}"#, now())
}

pub(crate) fn unknown(id: u64, symbol: &str) -> String {
    format!(
        r#"{{"type":"error","id":{id},"code":"unknown_symbol","symbol":"{symbol}","message":"no instrument is called {symbol} here"}}"#
    )
}

pub(crate) fn shutdown(in_ms: u128) -> String {
    format!(r#"{{"type":"shutdown","in_ms":{in_ms},"message":"the fault venue is closing"}}"#)
}

/// What a client wants: symbols, and from where on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) id: u64,
    pub(crate) symbols: Vec<String>,
    pub(crate) epoch: Option<String>,
    pub(crate) after: Vec<Option<u64>>,
    pub(crate) cursor: Option<Place>,
    pub(crate) wait_ms: u64,
}

/// What a client says on a WebSocket.
pub(crate) enum Said {
    Subscribe(Wish),
    Unsubscribe(Wish),
    Nonsense,
}

pub(crate) fn said(text: &[u8]) -> Said {
    let Ok(value) = serde_json::from_slice::<Value>(text) else {
        return Said::Nonsense;
    };
    let list = |name: &str| {
        value
            .get(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let wish = Wish {
        id: value.get("id").and_then(Value::as_u64).unwrap_or(0),
        symbols: list("symbols")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        epoch: value.get("epoch").and_then(Value::as_str).map(str::to_owned),
        after: list("after").iter().map(Value::as_u64).collect(),
        ..Wish::default()
    };
    match value.get("op").and_then(Value::as_str) {
        Some("subscribe") => Said::Subscribe(wish),
        Some("unsubscribe") => Said::Unsubscribe(wish),
        Some(_) | None => Said::Nonsense,
    }
}

/// The same from the query of a path.
pub(crate) fn asked(path: &str) -> Wish {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let pairs: BTreeMap<_, _> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let list = |name: &str| {
        let text = pairs.get(name).copied().unwrap_or_default();
        text.split(',').map(str::to_owned).collect::<Vec<_>>()
    };
    Wish {
        id: 0,
        symbols: list("symbols"),
        epoch: pairs.get("epoch").map(|text| (*text).to_owned()),
        after: list("after").iter().map(|text| text.parse().ok()).collect(),
        cursor: pairs.get("cursor").and_then(|text| {
            let (epoch, at) = text.split_once('-')?;
            Some(Place {
                epoch: epoch.parse().ok()?,
                at: at.parse().ok()?,
            })
        }),
        wait_ms: pairs
            .get("wait_ms")
            .and_then(|text| text.parse().ok())
            .unwrap_or(25_000),
    }
}

impl Wish {
    /// The number that the client has already, in the epoch that holds now.
    pub(crate) fn has(&self, index: usize, place: Place) -> Option<u64> {
        let same = self.epoch.as_deref() == Some(epoch(place).as_str());
        self.after.get(index).copied().flatten().filter(|_| same)
    }

    /// Whether it says what it has at all.
    pub(crate) fn says_what_it_has(&self, index: usize) -> bool {
        self.after.get(index).copied().flatten().is_some()
    }
}
