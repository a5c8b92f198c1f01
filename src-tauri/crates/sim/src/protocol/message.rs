//! What the server says, one function for each kind of message.

use std::time::Duration;

use chrono::{DateTime, Utc};
use model::{Candle, Condition, Instrument, Price, Session, SessionChange, Side, Size, Snapshot, Tick};

use super::line::Line;
use super::{Code, PROTOCOL};

const SERVER: &str = concat!("tickwire-sim/", env!("CARGO_PKG_VERSION"));
/// Enough to recognise what was asked for.
const QUOTED_LENGTH_MAX: usize = 40;

pub(crate) fn welcome(epoch: &str, market_time: DateTime<Utc>, rate: f64, heartbeat: Duration) -> String {
    Line::of("welcome")
        .text("protocol", PROTOCOL)
        .text("server", SERVER)
        .text("epoch", epoch)
        .time("market_time", market_time)
        .ratio("rate", rate)
        .number("heartbeat_ms", heartbeat.as_millis() as u64)
        .end()
}

/// What is said to a client that wants a symbol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ack<'a> {
    pub(crate) id: u64,
    pub(crate) symbol: &'a str,
    pub(crate) seq: u64,
    /// For a client that has said what it has: whether the rest follows.
    pub(crate) recovered: Option<bool>,
    pub(crate) instrument: &'a Instrument,
    pub(crate) session: Option<Session>,
}

pub(crate) fn ack(ack: &Ack<'_>) -> String {
    let instrument = ack.instrument;
    let mut line = Line::of("ack")
        .number("id", ack.id)
        .text("symbol", ack.symbol)
        .number("seq", ack.seq);
    if let Some(recovered) = ack.recovered {
        line = line.truth("recovered", recovered);
    }
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
    if let Some(kind) = instrument.kind {
        line = line.text("kind", kind.as_str());
    }
    if let Some(exchange) = &instrument.exchange {
        line = line.text("exchange", exchange);
    }
    if let Some(session) = ack.session {
        line = line.text("session", session.as_str());
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
    if let Some(session) = state.session {
        line = line.text("session", session.as_str());
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
            line = match trade.side {
                Some(Side::Buy) => line.text("side", "buy"),
                Some(Side::Sell) => line.text("side", "sell"),
                None => line,
            };
            if !trade.conditions.is_empty() {
                let conditions: Vec<_> = trade.conditions.iter().map(Condition::as_str).collect();
                line = line.texts("conditions", &conditions);
            }
            line.end()
        }
    }
}

pub(crate) fn status(symbol: &str, seq: u64, change: &SessionChange) -> String {
    let mut line = Line::of("status").text("symbol", symbol).number("seq", seq);
    if let Some(time) = change.time {
        line = line.time("time", time);
    }
    line = line.text("session", change.session.as_str());
    if let Some(reason) = &change.reason {
        line = line.text("reason", reason);
    }
    line.end()
}

/// Quotes that were left out, `from` and `to` included.
pub(crate) fn conflated(symbol: &str, from: u64, to: u64) -> String {
    Line::of("conflated")
        .text("symbol", symbol)
        .number("from", from)
        .number("to", to)
        .end()
}

pub(crate) fn bar(symbol: &str, interval: &str, candle: &Candle) -> String {
    let line = Line::of("bar").text("symbol", symbol).text("interval", interval);
    let start = DateTime::from_timestamp(candle.start, 0).unwrap_or_default();
    line.time("time", start)
        .decimal("open", candle.open)
        .decimal("high", candle.high)
        .decimal("low", candle.low)
        .decimal("close", candle.close)
        .decimal("volume", candle.volume)
        .number("trades", u64::from(candle.trades))
        .end()
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

pub(crate) fn shutdown(notice: Duration) -> String {
    Line::of("shutdown")
        .number("in_ms", notice.as_millis() as u64)
        .text("message", "the simulated venue is closing")
        .end()
}

fn book(mut line: Line, bid: Option<(Price, Option<Size>)>, ask: Option<(Price, Option<Size>)>) -> Line {
    for ((price_key, size_key), offer) in [(("bid", "bid_size"), bid), (("ask", "ask_size"), ask)] {
        if let Some((price, size)) = offer {
            line = line.decimal(price_key, price);
            if let Some(size) = size {
                line = line.decimal(size_key, size);
            }
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use model::{Conditions, InstrumentKind, Quote, Trade, TradeId};
    use serde_json::Value;

    use super::*;

    /// A client may rely on the order of a tick's keys, so these are whole texts.
    #[test]
    fn writes_the_messages_of_the_page_to_the_letter() {
        let page = include_str!("../../PROTOCOL.md").replace("tickwire-sim/0.1.0", SERVER);
        let time = |micros: i64| DateTime::from_timestamp_micros(1_767_623_400_000_000 + micros);
        let price = |text: &str| text.parse::<Price>().unwrap();
        let size = |text: &str| text.parse::<Size>().unwrap();
        let bid = Some((price("187.23"), Some(size("300"))));
        let ask = Some((price("187.25"), Some(size("200"))));
        let instrument = Instrument {
            name: Some("Novex Systems".into()),
            currency: Some("USD".into()),
            tick: Some(price("0.01")),
            previous_close: Some(price("187.20")),
            kind: Some(InstrumentKind::Stock),
            exchange: Some("XNAS".into()),
        };
        let state = Snapshot {
            last: Some((price("187.24"), Some(size("100")))),
            bid,
            ask,
            high: Some(price("188.01")),
            low: Some(price("186.40")),
            volume: Some(size("120300")),
            session: Some(Session::Open),
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
        let auction = Tick::Trade(Trade {
            price: price("187.30"),
            size: Some(size("41200")),
            time: time(1_000_000),
            id: TradeId::new("1044"),
            side: None,
            conditions: Conditions::NONE.with(Condition::OpeningAuction),
        });
        let halt = SessionChange {
            session: Session::Halted,
            reason: Some("news pending".into()),
            time: time(2_000_000),
        };
        let candle = Candle {
            start: 1_767_623_340,
            open: price("187.20"),
            high: price("187.31"),
            low: price("187.18"),
            close: price("187.24"),
            volume: size("5300"),
            trades: 12,
        };
        let acknowledged = |recovered| Ack {
            id: 7,
            symbol: "NVX",
            seq: 1041,
            recovered,
            instrument: &instrument,
            session: Some(Session::Open),
        };
        let quote = Tick::Quote(Quote {
            bid,
            ask,
            time: time(251_870),
        });
        for text in [
            welcome("5f1c09be77a2d340", time(0).unwrap(), 1.0, Duration::from_secs(5)),
            ack(&acknowledged(None)),
            ack(&acknowledged(Some(true))),
            snapshot("NVX", 1041, &state),
            tick("NVX", 1042, &trade),
            tick("NVX", 1043, &quote),
            tick("NVX", 1044, &auction),
            status("NVX", 1045, &halt),
            conflated("NVX", 1046, 1090),
            bar("NVX", "1m", &candle),
            gone(8, "NVX"),
            heartbeat(time(5_000_000).unwrap()),
            unknown_symbol(7, "XX"),
            shutdown(Duration::ZERO),
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
