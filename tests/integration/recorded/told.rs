//! What our adapters say, in words that both sides of the comparison use.

use chrono::{DateTime, Utc};
use model::{DaySpan, Precision, Price, Session, Side, Size, SymbolKey, Tick, Timeframe};
use provider::Event;

use super::Fields;

/// What an answer is: nothing is said by it but that something stands.
pub(super) fn accepted() -> Fields {
    vec![("accepted", String::new())]
}

#[expect(clippy::wildcard_enum_match_arm, reason = "whatever else it says is wrong")]
pub(super) fn told(event: &Event) -> (Option<SymbolKey>, Fields) {
    let mut said = Saying::default();
    let key = match event {
        Event::Accepted {
            key,
            session: Some(Session::Open),
            ..
        } => return (Some(*key), accepted()),
        Event::Tick {
            key,
            seq,
            tick: Tick::Trade(trade),
            precision,
        } => {
            said.one("price", Some(trade.price));
            said.one("size", trade.size);
            said.one("id", trade.id);
            said.one("seq", *seq);
            said.time(trade.time, *precision);
            said.one(
                "side",
                trade.side.map(|side| match side {
                    Side::Buy => "buy",
                    Side::Sell => "sell",
                }),
            );
            key
        }
        Event::Tick {
            key,
            seq,
            tick: Tick::Quote(quote),
            precision,
        } => {
            said.offer(["bid", "bid size"], quote.bid);
            said.offer(["ask", "ask size"], quote.ask);
            said.one("seq", *seq);
            said.time(quote.time, *precision);
            key
        }
        Event::Snapshot {
            key,
            seq,
            snapshot,
            precision,
        } => {
            said.offer(["last", "last size"], snapshot.last);
            said.offer(["bid", "bid size"], snapshot.bid);
            said.offer(["ask", "ask size"], snapshot.ask);
            said.one("high", snapshot.high);
            said.one("low", snapshot.low);
            said.one("volume", snapshot.volume);
            said.one("seq", *seq);
            said.time(snapshot.time, *precision);
            key
        }
        Event::Day { key, figures } => {
            let span = match figures.span {
                DaySpan::Session => "session",
                DaySpan::Rolling => "rolling",
            };
            said.one("day", Some(span));
            said.one("open", figures.open);
            said.one("high", figures.high);
            said.one("low", figures.low);
            said.one("volume", figures.volume);
            said.one("reference", figures.reference);
            key
        }
        Event::Bar {
            key,
            timeframe: Timeframe::Minute,
            candle,
        } => {
            said.one("open", Some(candle.open));
            said.one("high", Some(candle.high));
            said.one("low", Some(candle.low));
            said.one("close", Some(candle.close));
            said.one("volume", Some(candle.volume));
            said.one("trades", Some(candle.trades));
            said.time(DateTime::from_timestamp(candle.start, 0), Precision::new(3));
            key
        }
        other => return (None, vec![("unexpected", format!("{other:?}"))]),
    };
    (Some(*key), said.0)
}

#[derive(Default)]
struct Saying(Fields);

impl Saying {
    fn one<T: ToString>(&mut self, name: &'static str, value: Option<T>) {
        self.0.extend(value.map(|value| (name, value.to_string())));
    }

    fn offer(&mut self, [name, size]: [&'static str; 2], side: Option<(Price, Option<Size>)>) {
        self.one(name, side.map(|(price, _)| price));
        self.one(size, side.and_then(|(_, size)| size));
    }

    fn time(&mut self, time: Option<DateTime<Utc>>, precision: Precision) {
        self.one("time", time.map(|time| precision.text(time)));
    }
}
