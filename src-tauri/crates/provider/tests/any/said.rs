//! What must hold of whatever a venue was heard to say.

use std::collections::BTreeSet;

use model::{Price, SymbolKey, Tick};
use provider::Event;

pub(crate) const fn key(event: &Event) -> Option<SymbolKey> {
    match event {
        Event::Accepted { key, .. }
        | Event::Refused { key, .. }
        | Event::Released { key }
        | Event::Snapshot { key, .. }
        | Event::Tick { key, .. }
        | Event::Session { key, .. }
        | Event::Bar { key, .. }
        | Event::Day { key, .. }
        | Event::Amended { key, .. } => Some(*key),
        Event::Welcome(_)
        | Event::Heartbeat
        | Event::Reply(_)
        | Event::Admitted
        | Event::Denied { .. }
        | Event::Leaving { .. }
        | Event::Full { .. }
        | Event::Notice { .. }
        | Event::Complaint { .. } => None,
    }
}

/// Of one symbol's market. An answer is of whatever was asked for, and a venue
/// that shuts does so for all.
pub(crate) const fn is_data(event: &Event) -> bool {
    key(event).is_some()
        && !matches!(
            event,
            Event::Accepted { .. } | Event::Refused { .. } | Event::Released { .. } | Event::Session { .. }
        )
}

/// What a price is now, and none that is reckoned from others.
fn prices(event: &Event) -> Vec<Price> {
    let sides = |sides: [Option<(Price, Option<model::Size>)>; 2]| sides.into_iter().flatten();
    match event {
        Event::Tick {
            tick: Tick::Trade(trade),
            ..
        } => vec![trade.price],
        Event::Tick {
            tick: Tick::Quote(quote),
            ..
        } => sides([quote.bid, quote.ask]).map(|(price, _)| price).collect(),
        Event::Snapshot { snapshot, .. } => {
            let last = snapshot.last.into_iter();
            let all = last.chain(sides([snapshot.bid, snapshot.ask]));
            all.map(|(price, _)| price).collect()
        }
        Event::Bar { candle, .. } => vec![candle.open, candle.high, candle.low, candle.close],
        Event::Welcome(_)
        | Event::Accepted { .. }
        | Event::Refused { .. }
        | Event::Released { .. }
        | Event::Session { .. }
        | Event::Day { .. }
        | Event::Amended { .. }
        | Event::Heartbeat
        | Event::Reply(_)
        | Event::Admitted
        | Event::Denied { .. }
        | Event::Leaving { .. }
        | Event::Full { .. }
        | Event::Notice { .. }
        | Event::Complaint { .. } => Vec::new(),
    }
}

/// Each with the digits of a number in the message.
pub(crate) fn prices_stand_in(text: &str, events: &[Event]) -> Result<(), String> {
    let told: Vec<_> = events.iter().flat_map(prices).collect();
    // A digit may be escaped, and then nothing is found by looking at it.
    if told.is_empty() || text.contains('\\') {
        return Ok(());
    }
    let numbers = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E')));
    let numbers: BTreeSet<_> = numbers
        .filter_map(|number| number.parse::<Price>().ok())
        .map(|price| price.to_string())
        .collect();
    let lost = told.iter().find(|price| !numbers.contains(&price.to_string()));
    lost.map_or(Ok(()), |price| Err(format!("{price} does not stand in {text}")))
}
