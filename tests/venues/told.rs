//! What the engine has told, each piece in one line, so that a scene can say what it expects.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use feed::Update;
use model::{
    Candle, DayFigures, DaySpan, Price, Quote, Side, Size, Snapshot, SymbolKey, Tick, Timeframe, Trade,
};

/// Everything that was told of prices, in its order, and apart from it what was told of days.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) names: BTreeMap<SymbolKey, String>,
    pub(crate) prices: Vec<String>,
    pub(crate) days: Vec<String>,
    pub(crate) refused: Vec<String>,
    pub(crate) accepted: Vec<String>,
}

impl Told {
    pub(crate) fn note(&mut self, update: &Update) {
        match update {
            Update::Tick { key, tick, .. } => {
                let line = match tick {
                    Tick::Trade(trade) => traded(trade),
                    Tick::Quote(quote) => quoted(quote),
                };
                self.price(*key, &line);
            }
            Update::Snapshot { key, snapshot, .. } => self.price(*key, &latest(snapshot)),
            Update::Bar {
                key,
                timeframe,
                candle,
            } => self.price(*key, &bar(*timeframe, candle)),
            Update::Amended { key, amendment, .. } => {
                let instead = match &amendment.instead {
                    Some(trade) => traded(trade),
                    None => "nothing".to_owned(),
                };
                self.price(*key, &format!("not {} but {instead}", amendment.original));
            }
            Update::Session { key, change, .. } => {
                self.price(*key, &format!("session {}", change.session));
            }
            Update::Gap { key, gap } => self.price(*key, &format!("gap {} to {}", gap.from, gap.to)),
            Update::Filled { key, gap } => self.price(*key, &format!("filled {} to {}", gap.from, gap.to)),
            Update::Day { key, figures } => {
                let line = format!("{} {}", self.name(*key), day(figures));
                self.days.push(line);
            }
            Update::Refused { key, why } => {
                let line = format!("{}: {why}", self.name(*key));
                self.refused.push(line);
            }
            Update::Accepted { key, .. } => {
                let name = self.name(*key);
                self.accepted.push(name);
            }
            Update::Clock(_) | Update::Source(_) | Update::Pong { .. } => {}
        }
    }

    fn price(&mut self, key: SymbolKey, line: &str) {
        let line = format!("{} {line}", self.name(key));
        self.prices.push(line);
    }

    fn name(&self, key: SymbolKey) -> String {
        self.names
            .get(&key)
            .cloned()
            .unwrap_or_else(|| format!("{key:?}"))
    }
}

fn traded(trade: &Trade) -> String {
    let mut line = format!("trade {}{}", trade.price, sized(trade.size));
    if let Some(id) = trade.id {
        line += &format!(" id {id}");
    }
    match trade.side {
        Some(Side::Buy) => line += " bought",
        Some(Side::Sell) => line += " sold",
        None => {}
    }
    line += &timed(trade.time);
    for condition in trade.conditions.iter() {
        line += &format!(" {}", condition.as_str());
    }
    line
}

fn quoted(quote: &Quote) -> String {
    format!("quote{}{}", book(quote.bid, quote.ask), timed(quote.time))
}

fn latest(snapshot: &Snapshot) -> String {
    let mut line = "latest".to_owned();
    if let Some((price, size)) = snapshot.last {
        line += &format!(" {price}{}", sized(size));
    }
    line += &book(snapshot.bid, snapshot.ask);
    if let Some(session) = snapshot.session {
        line += &format!(" in {session}");
    }
    line + &timed(snapshot.time)
}

fn book(bid: Option<(Price, Option<Size>)>, ask: Option<(Price, Option<Size>)>) -> String {
    let side = |name: &str, side: Option<(Price, Option<Size>)>| {
        side.map_or_else(String::new, |(price, size)| {
            format!(" {name} {price}{}", sized(size))
        })
    };
    side("bid", bid) + &side("ask", ask)
}

fn bar(timeframe: Timeframe, candle: &Candle) -> String {
    let Candle {
        open,
        high,
        low,
        close,
        volume,
        ..
    } = candle;
    let start = DateTime::from_timestamp(candle.start, 0);
    format!(
        "{timeframe:?} {open} {high} {low} {close} of {volume}{}",
        timed(start)
    )
}

/// A day that is the last 24 hours begins with the price that changes are counted from.
fn day(figures: &DayFigures) -> String {
    let known = |name: &str, figure: Option<String>| {
        figure.map_or_else(String::new, |figure| format!(" {name} {figure}"))
    };
    let text = |price: Option<Price>| price.map(|price| price.to_string());
    let (word, from) = match figures.span {
        DaySpan::Session => ("day", figures.reference),
        DaySpan::Rolling => ("24 hours", figures.reference.or(figures.open)),
    };
    word.to_owned()
        + &known("from", text(from))
        + &known("high", text(figures.high))
        + &known("low", text(figures.low))
        + &known("volume", figures.volume.map(|volume| volume.to_string()))
}

fn sized(size: Option<Size>) -> String {
    size.map_or_else(String::new, |size| format!(" x {size}"))
}

fn timed(time: Option<DateTime<Utc>>) -> String {
    time.map_or_else(String::new, |time| {
        time.format(" at %Y-%m-%dT%H:%M:%S%.fZ").to_string()
    })
}
