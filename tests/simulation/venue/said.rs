//! The messages, after the protocol's page.

use std::fmt::Write;

use super::exchange::{Known, figure};

/// Any time does: the simulation begins at the same one for every seed.
const TIME: &str = "2026-01-05T14:30:00.000000Z";
pub(super) const HEARTBEAT_MS: u64 = 5_000;

pub(super) fn welcome(epoch: u64) -> String {
    format!(
        r#"{{"type":"welcome","protocol":"tickwire.v1","server":"simulation/1","epoch":"{epoch}","market_time":"{TIME}","rate":1,"heartbeat_ms":{HEARTBEAT_MS}}}"#
    )
}

pub(super) fn ack(id: u64, symbol: &str, seq: u64, recovered: Option<bool>, open: bool) -> String {
    let mut text = format!(r#"{{"type":"ack","id":{id},"symbol":"{symbol}","seq":{seq}"#);
    if let Some(recovered) = recovered {
        write!(text, r#","recovered":{recovered}"#).unwrap();
    }
    let session = session(open);
    write!(
        text,
        r#","currency":"USD","tick":"0.01","kind":"stock","session":"{session}"}}"#
    )
    .unwrap();
    text
}

pub(super) fn snapshot(symbol: &str, epoch: u64, seq: u64, open: bool) -> String {
    let price = figure(Known { epoch, seq });
    let session = session(open);
    format!(
        r#"{{"type":"snapshot","symbol":"{symbol}","seq":{seq},"time":"{TIME}","price":"{price}","size":"1","session":"{session}"}}"#
    )
}

/// The reason is the figure, as a price would be.
pub(super) fn status(symbol: &str, epoch: u64, seq: u64, open: bool) -> String {
    let figure = figure(Known { epoch, seq });
    let session = session(open);
    format!(
        r#"{{"type":"status","symbol":"{symbol}","seq":{seq},"time":"{TIME}","session":"{session}","reason":"{figure}"}}"#
    )
}

const fn session(open: bool) -> &'static str {
    if open { "open" } else { "closed" }
}

pub(super) fn trade(symbol: &str, epoch: u64, seq: u64) -> String {
    let price = figure(Known { epoch, seq });
    format!(
        r#"{{"type":"trade","symbol":"{symbol}","seq":{seq},"time":"{TIME}","price":"{price}","size":"{seq}","id":"{price}"}}"#
    )
}

pub(super) fn gone(id: u64, symbol: &str) -> String {
    format!(r#"{{"type":"gone","id":{id},"symbol":"{symbol}"}}"#)
}

pub(super) fn heartbeat() -> String {
    format!(r#"{{"type":"heartbeat","time":"{TIME}"}}"#)
}

pub(super) fn unknown(id: u64, symbol: &str) -> String {
    format!(
        r#"{{"type":"error","id":{id},"code":"unknown_symbol","symbol":"{symbol}","message":"no instrument is called {symbol} here"}}"#
    )
}

pub(super) fn shutdown(in_ms: u128) -> String {
    format!(r#"{{"type":"shutdown","in_ms":{in_ms},"message":"the venue is closing"}}"#)
}

/// What stands where a message should.
pub(super) const GARBAGE: [&str; 3] = [
    "<html>502 Bad Gateway</html>",
    r#"{"type":7,"symbol":["NVX"],"price":1e400}"#,
    r#"{"type":"trade","symbol":"NVX","seq":-1,"price":"NaN"}"#,
];
