//! Everything that comes over the WebSocket.
//!
//! ```json
//! [{"ev":"status","status":"connected","message":"Connected Successfully"}]
//! [{"ev":"status","status":"auth_success","message":"authenticated"}]
//! [{"ev":"status","status":"success","message":"subscribed to: T.AAPL"}]
//! ```
//!
//! Each frame is a list, of several channels and symbols.

use model::{Candle, Snapshot, Symbol, Tick, Timeframe};
use serde::Deserialize;

use super::channel::Channel;
use super::subscription::login;
use super::symbol::Market;
use super::{Massive, error, symbol, tick};
use crate::json::{Text, each, parse};
use crate::names::Said;
use crate::{Denial, Directory, Event, Unreadable};

/// What tells the kinds apart.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    ev: Option<Text<'a>>,
    #[serde(borrow)]
    sym: Option<Text<'a>>,
    #[serde(borrow)]
    pair: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

pub(super) fn read(
    text: &str,
    massive: &mut Massive,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    massive.names.compare(directory);
    each(text, |element| one(element, massive, directory, events))
}

fn one(
    text: &str,
    massive: &mut Massive,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let outline: Outline<'_> = parse(text)?;
    let kind = outline.ev.as_deref().ok_or(Unreadable::UnknownKind)?;
    match kind {
        "status" => return status(&outline, massive, directory, events),
        "T" | "Q" | "A" | "AM" | "XT" | "XQ" | "XA" | "XAS" => {}
        "C" | "CA" | "CAS" if massive.market == Market::Currencies => {
            return currencies(kind, text, massive, events);
        }
        // Bands, imbalances, values that somebody has reckoned, books, currencies and indices.
        "LULD" | "NOI" | "FMV" | "XL2" | "C" | "CA" | "CAS" | "V" => return Ok(()),
        _ => return Err(Unreadable::UnknownKind),
    }
    let field = if kind.starts_with('X') { "pair" } else { "sym" };
    let symbol = outline.sym.or(outline.pair);
    let symbol = symbol.as_deref().ok_or(Unreadable::Missing { field })?;
    match kind {
        "T" | "XT" => {
            let trade: tick::Trade<'_> = parse(text)?;
            let (deal, precision) = tick::deal(&trade, massive.market)?;
            let said = Said {
                symbol,
                seq: trade.seq(),
                tick: Tick::Trade(deal),
                precision,
            };
            massive.names.tell(said, events);
        }
        "Q" | "XQ" => {
            let (quote, precision) = tick::best(&parse(text)?)?;
            let said = Said {
                symbol,
                seq: None,
                tick: Tick::Quote(quote),
                precision,
            };
            massive.names.tell(said, events);
        }
        // `A` is of a second for shares, and `XA` of a minute for coins.
        _ => {
            let bar: tick::Bar<'_> = parse(text)?;
            let timeframe = match kind {
                "A" | "XAS" => Timeframe::Second,
                _ => Timeframe::Minute,
            };
            let candle = tick::candle(&bar)?;
            massive.names.bar(symbol, timeframe, candle, events);
            last_of(&bar, candle, symbol, massive, events);
            if let Some(figures) = tick::day(&bar)? {
                massive.names.day(symbol, figures, events);
            }
        }
    }
    Ok(())
}

/// Written in one of two ways, of which its papers show both.
fn currencies(kind: &str, text: &str, massive: &Massive, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let native = |name: Option<&Text<'_>>| {
        let name = name.ok_or(Unreadable::Missing { field: "pair" })?;
        Ok(symbol::currencies(&Symbol::new(name)))
    };
    if kind == "C" {
        let offers: tick::Offers<'_> = parse(text)?;
        let (quote, precision) = tick::offers(&offers)?;
        let said = Said {
            symbol: &native(offers.p.as_ref())?,
            seq: None,
            tick: Tick::Quote(quote),
            precision,
        };
        massive.names.tell(said, events);
        return Ok(());
    }
    let outline: Outline<'_> = parse(text)?;
    let timeframe = if kind == "CAS" {
        Timeframe::Second
    } else {
        Timeframe::Minute
    };
    let bar: tick::Bar<'_> = parse(text)?;
    let candle = tick::candle(&bar)?;
    let native = native(outline.pair.as_ref())?;
    massive.names.bar(&native, timeframe, candle, events);
    last_of(&bar, candle, &native, massive, events);
    Ok(())
}

/// Where there are no deals, their last price is all that is known of them.
fn last_of(bar: &tick::Bar<'_>, candle: Candle, native: &str, massive: &Massive, events: &mut Vec<Event>) {
    if !massive.requests.has_minutes_alone() {
        return;
    }
    let (time, precision) = bar.end();
    let snapshot = Snapshot {
        last: Some((candle.close, None)),
        session: massive.market.session(),
        time,
        ..Snapshot::default()
    };
    massive
        .names
        .snapshot(native, None, (snapshot, precision), events);
}

fn status(
    outline: &Outline<'_>,
    massive: &mut Massive,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let status = outline.status.as_deref();
    let status = status.ok_or(Unreadable::Missing { field: "status" })?;
    let words = outline.message.as_deref().unwrap_or_default();
    match status {
        "connected" => events.push(massive.key.as_ref().and_then(login).map_or_else(
            || Event::Denied {
                denial: Denial::Key,
                why: "it wants a key".to_owned(),
            },
            Event::Reply,
        )),
        "auth_success" => events.push(Event::Admitted),
        "success" if words == "authenticated" => events.push(Event::Admitted),
        "success" => {
            let item = words.strip_prefix("subscribed to: ");
            let Some((channel, native)) = item.and_then(|item| Channel::split(item, massive.market)) else {
                return Ok(());
            };
            let native = massive.names.native(&Symbol::new(native));
            let native = native.as_str();
            if massive.requests.answered(channel, native) {
                let (known, session) = (massive.market.instrument(), massive.market.session());
                massive.names.accept(native, directory, known, session, events);
            }
        }
        _ => error::told(status, words, massive, events),
    }
    Ok(())
}
