//! What the server says, one function for each kind of message.

use std::time::Duration;

use chrono::{DateTime, Utc};
use model::{Instrument, Price, Side, Size, Snapshot, Tick};

use super::line::Line;
use super::{Code, PROTOCOL};

const SERVER: &str = concat!("tickwire-sim/", env!("CARGO_PKG_VERSION"));
/// Enough to recognise what was asked for.
const QUOTED_LENGTH_MAX: usize = 40;

pub(crate) fn welcome(epoch: &str, market_time: DateTime<Utc>, heartbeat: Duration) -> String {
    Line::of("welcome")
        .text("protocol", PROTOCOL)
        .text("server", SERVER)
        .text("epoch", epoch)
        .time("market_time", market_time)
        .number("rate", 1)
        .number("heartbeat_ms", heartbeat.as_millis() as u64)
        .end()
}

pub(crate) fn ack(id: u64, symbol: &str, seq: u64, instrument: &Instrument) -> String {
    let mut line = Line::of("ack")
        .number("id", id)
        .text("symbol", symbol)
        .number("seq", seq);
    if let Some(name) = &instrument.name {
        line = line.text("name", name);
    }
    if let Some(currency) = &instrument.currency {
        line = line.text("currency", currency);
    }
    if let Some(tick) = instrument.tick {
        line = line.decimal("tick", tick);
    }
    if let Some(close) = instrument.previous_close {
        line = line.decimal("previous_close", close);
    }
    line.end()
}

pub(crate) fn snapshot(symbol: &str, seq: u64, state: &Snapshot) -> String {
    let mut line = Line::of("snapshot").text("symbol", symbol).number("seq", seq);
    if let Some(time) = state.time {
        line = line.time("time", time);
    }
    if let Some((price, size)) = state.last {
        line = line.decimal("price", price);
        if let Some(size) = size {
            line = line.decimal("size", size);
        }
    }
    line = book(line, state.bid, state.ask);
    if let Some(high) = state.high {
        line = line.decimal("high", high);
    }
    if let Some(low) = state.low {
        line = line.decimal("low", low);
    }
    if let Some(volume) = state.volume {
        line = line.decimal("volume", volume);
    }
    line.end()
}

pub(crate) fn tick(symbol: &str, seq: u64, tick: &Tick) -> String {
    let kind = match tick {
        Tick::Trade(_) => "trade",
        Tick::Quote(_) => "quote",
    };
    let mut line = Line::of(kind).text("symbol", symbol).number("seq", seq);
    if let Some(time) = tick.time() {
        line = line.time("time", time);
    }
    match tick {
        Tick::Quote(quote) => book(line, quote.bid, quote.ask).end(),
        Tick::Trade(trade) => {
            line = line.decimal("price", trade.price);
            if let Some(size) = trade.size {
                line = line.decimal("size", size);
            }
            if let Some(id) = &trade.id {
                line = line.text("id", id.as_str());
            }
            match trade.side {
                Some(Side::Buy) => line.text("side", "buy").end(),
                Some(Side::Sell) => line.text("side", "sell").end(),
                None => line.end(),
            }
        }
    }
}

pub(crate) fn gone(id: u64, symbol: &str) -> String {
    Line::of("gone").number("id", id).text("symbol", symbol).end()
}

pub(crate) fn heartbeat(time: DateTime<Utc>) -> String {
    Line::of("heartbeat").time("time", time).end()
}

/// A message as a whole was refused.
pub(crate) fn refused(id: Option<u64>, code: Code, why: &str) -> String {
    let line = Line::of("error");
    match id {
        Some(id) => line.number("id", id),
        None => line,
    }
    .text("code", code.as_str())
    .text("message", why)
    .end()
}

pub(crate) fn unknown_symbol(id: u64, symbol: &str) -> String {
    let quoted: String = symbol.chars().take(QUOTED_LENGTH_MAX).collect();
    Line::of("error")
        .number("id", id)
        .text("code", Code::UnknownSymbol.as_str())
        .text("symbol", symbol)
        .text("message", &format!("no instrument is called {quoted} here"))
        .end()
}

pub(crate) fn shutdown() -> String {
    Line::of("shutdown")
        .number("in_ms", 0)
        .text("message", "the simulated venue is closing")
        .end()
}

fn book(mut line: Line, bid: Option<(Price, Size)>, ask: Option<(Price, Size)>) -> Line {
    if let Some((price, size)) = bid {
        line = line.decimal("bid", price).decimal("bid_size", size);
    }
    if let Some((price, size)) = ask {
        line = line.decimal("ask", price).decimal("ask_size", size);
    }
    line
}

#[cfg(test)]
mod tests {
    use model::{Conditions, Quote, Trade, TradeId};
    use serde_json::Value;

    use super::*;

    /// A client may rely on the order of a tick's keys, so these are whole texts.
    #[test]
    fn writes_the_messages_of_the_page_to_the_letter() {
        let page = include_str!("../../PROTOCOL.md").replace("tickwire-sim/0.1.0", SERVER);
        let time = |micros: i64| DateTime::from_timestamp_micros(1_767_623_400_000_000 + micros);
        let price = |text: &str| text.parse::<Price>().unwrap();
        let size = |text: &str| text.parse::<Size>().unwrap();
        let bid = Some((price("187.23"), size("300")));
        let ask = Some((price("187.25"), size("200")));
        let instrument = Instrument {
            name: Some("Novex Systems".into()),
            currency: Some("USD".into()),
            tick: Some(price("0.01")),
            previous_close: Some(price("187.20")),
            ..Instrument::default()
        };
        let state = Snapshot {
            last: Some((price("187.24"), Some(size("100")))),
            bid,
            ask,
            high: Some(price("188.01")),
            low: Some(price("186.40")),
            volume: Some(size("120300")),
            session: None,
            time: time(120_391),
        };
        let trade = Tick::Trade(Trade {
            price: price("187.24"),
            size: Some(size("100")),
            time: time(250_113),
            id: TradeId::new("1042"),
            side: Some(Side::Buy),
            conditions: Conditions::NONE,
        });
        let quote = Tick::Quote(Quote {
            bid,
            ask,
            time: time(251_870),
        });
        for text in [
            welcome("5f1c09be77a2d340", time(0).unwrap(), Duration::from_secs(5)),
            ack(7, "NVX", 1041, &instrument),
            snapshot("NVX", 1041, &state),
            tick("NVX", 1042, &trade),
            tick("NVX", 1043, &quote),
            gone(8, "NVX"),
            heartbeat(time(5_000_000).unwrap()),
            unknown_symbol(7, "XX"),
            shutdown(),
        ] {
            assert!(page.contains(&format!("\n{text}\n")), "not on the page: {text}");
        }
    }

    #[test]
    fn text_from_a_client_is_escaped() {
        let symbol = "A\"B\\\n\u{0}é";
        let told: Value = serde_json::from_str(&unknown_symbol(1, symbol)).unwrap();
        assert_eq!(told["symbol"], symbol);
        let told: Value = serde_json::from_str(&refused(None, Code::BadJson, "a \"b\"")).unwrap();
        assert_eq!(told["message"], "a \"b\"");
        assert_eq!(told.get("id"), None);
    }
}
