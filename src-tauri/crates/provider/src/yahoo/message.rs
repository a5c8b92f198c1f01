//! What comes, from the outside to the prices.
//!
//! ```json
//! {"type":"pricing","message":"CgRBQVBMFZqZmUMYgMeKhIdoKgNOTVMwCDgARS7/4T5I9PGVBWXNzKw/2AEE"}
//! ```
//!
//! It is no stream of deals: each is the last price at some second, and the
//! first one may be of days ago.

use std::sync::Arc;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::{
    Condition, Conditions, DayFigures, DaySpan, Instrument, Quote, SessionChange, Snapshot, Symbol, Tick,
    Trade,
};
use serde::Deserialize;

use super::heard::Heard;
use super::pricing::Pricing;
use crate::json::{Text, parse};
use crate::names::{Names, Said};
use crate::offer::offer;
use crate::{Directory, Event, Unreadable};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

/// With or without the signs at the end that fill it up.
const PACKED: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn read(
    text: &str,
    names: &Names,
    heard: &mut Heard,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    // An older version of it has no envelope.
    if !text.starts_with('{') {
        return packed(text.trim(), names, heard, directory, events);
    }
    let envelope: Envelope<'_> = parse(text)?;
    match (envelope.kind.as_deref(), envelope.message.as_deref()) {
        (Some("pricing"), Some(message)) => packed(message, names, heard, directory, events),
        (Some("pricing"), None) => Err(Unreadable::Missing { field: "message" }),
        (Some("heartbeat"), _) => {
            events.push(Event::Heartbeat);
            Ok(())
        }
        (Some(_), _) => Err(Unreadable::UnknownKind),
        (None, _) => Err(Unreadable::Missing { field: "type" }),
    }
}

fn packed(
    text: &str,
    names: &Names,
    heard: &mut Heard,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let bytes = PACKED.decode(text).map_err(|_| Unreadable::Packed)?;
    let pricing = Pricing::of(&bytes).map_err(|_| Unreadable::Packed)?;
    if pricing.is_heartbeat() {
        events.push(Event::Heartbeat);
        return Ok(());
    }
    let symbol = pricing.symbol.ok_or(Unreadable::Missing { field: "id" })?;
    let price = pricing.price.ok_or(Unreadable::Missing { field: "price" })?;
    let keys = names.keys(symbol);
    if keys.is_empty() {
        return Ok(());
    }
    let (time, precision) = match pricing.time {
        Some((time, precision)) => (Some(time), precision),
        None => (None, model::Precision::default()),
    };
    let session = pricing.session();
    let is_first = heard.is_first(symbol, session);
    if is_first {
        let known = |_: &Symbol| known(&pricing);
        names.accept(symbol, directory, known, session, events);
    }
    let figures = DayFigures {
        span: DaySpan::Session,
        open: pricing.open,
        high: pricing.high,
        low: pricing.low,
        volume: pricing.volume,
        reference: pricing.reference(),
        time,
    };
    if figures.volume.is_some() || figures.reference.or(figures.open).is_some() {
        names.day(symbol, figures, events);
    }
    let (bid, ask) = (
        offer(pricing.bid, pricing.bid_size),
        offer(pricing.ask, pricing.ask_size),
    );
    if is_first {
        let snapshot = Snapshot {
            last: Some((price, None)),
            bid,
            ask,
            high: figures.high,
            low: figures.low,
            volume: figures.volume,
            session,
            time,
        };
        names.snapshot(symbol, None, (snapshot, precision), events);
        return Ok(());
    }
    if let Some(session) = heard.change(symbol, session) {
        events.extend(keys.iter().map(|key| Event::Session {
            key: *key,
            seq: None,
            change: SessionChange {
                session,
                reason: None,
                time,
            },
            precision,
        }));
    }
    // A price and no deal: it draws the line and counts for no volume.
    let mut conditions = Conditions::NONE.with(Condition::NotVolume);
    if pricing.is_extended() {
        conditions = conditions.with(Condition::Extended);
    }
    let said = |tick| Said {
        symbol,
        seq: None,
        tick,
        precision,
    };
    let last = Tick::Trade(Trade {
        price,
        size: None,
        time,
        id: None,
        side: None,
        conditions,
    });
    names.tell(said(last), events);
    if bid.is_some() || ask.is_some() {
        names.tell(said(Tick::Quote(Quote { bid, ask, time })), events);
    }
    Ok(())
}

fn known(pricing: &Pricing<'_>) -> Instrument {
    Instrument {
        name: pricing.name.map(Arc::from),
        kind: pricing.kind(),
        exchange: pricing.exchange.map(Arc::from),
        currency: pricing.currency.map(Arc::from),
        ..Instrument::default()
    }
}
