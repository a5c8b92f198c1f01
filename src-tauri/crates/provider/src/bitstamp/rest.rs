//! What is fetched where no socket gets through. An answer does not say which
//! market it is of.
//!
//! ```json
//! {"timestamp":"1732186800","open":"63900","high":"64990","low":"62500","last":"64120","volume":"1650.11320871","vwap":"63711","bid":"64119","ask":"64121","side":"0","open_24":"63010","percent_change_24":"1.76"}
//! {"status":"error","reason":"Invalid market symbol."}
//! ```

use model::{DayFigures, DaySpan, Session, Snapshot};
use serde::Deserialize;

use crate::json::{Digits, Text, optional, parse};
use crate::names::Names;
use crate::offer::{figure, offer};
use crate::query::escape;
use crate::sentence::sentence;
use crate::time::stated;
use crate::{Asking, Directory, Event, Unreadable, pair};

const TICKER: &str = "/api/v2/ticker/";

#[derive(Deserialize)]
struct Ticker<'a> {
    #[serde(borrow)]
    last: Option<Digits<'a>>,
    #[serde(borrow)]
    bid: Option<Digits<'a>>,
    #[serde(borrow)]
    ask: Option<Digits<'a>>,
    #[serde(borrow)]
    high: Option<Digits<'a>>,
    #[serde(borrow)]
    low: Option<Digits<'a>>,
    /// Not `open`, which is of a day that begins at midnight.
    #[serde(borrow)]
    open_24: Option<Digits<'a>>,
    #[serde(borrow)]
    volume: Option<Digits<'a>>,
    #[serde(borrow)]
    timestamp: Option<Digits<'a>>,
    #[serde(borrow)]
    reason: Option<Text<'a>>,
}

pub(super) fn tickers(asking: Asking<'_>, names: &mut Names) -> Vec<String> {
    let natives = names.take_in(asking).into_iter();
    let paths = natives.map(|native| {
        let mut path = String::from(TICKER);
        escape(&mut path, &native);
        path.push('/');
        path
    });
    paths.collect()
}

pub(super) fn read(
    path: &str,
    text: &str,
    names: &Names,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let ticker: Ticker<'_> = parse(text)?;
    let (_, native) = path.split_once(TICKER).ok_or(Unreadable::UnknownKind)?;
    let native = native.trim_end_matches('/');
    if let Some(reason) = ticker.reason {
        let why = sentence(Some(&reason), None);
        names.refuse(native, &why, directory, events);
        return Ok(());
    }
    let (time, precision) = stated(ticker.timestamp.and_then(Digits::text));
    let last = ticker.last.ok_or(Unreadable::Missing { field: "last" })?;
    let snapshot = Snapshot {
        last: offer(optional("last", Some(last))?, None),
        bid: offer(optional("bid", ticker.bid)?, None),
        ask: offer(optional("ask", ticker.ask)?, None),
        session: Some(Session::Open),
        time,
        ..Snapshot::default()
    };
    let open = figure(optional("open_24", ticker.open_24)?);
    let day = DayFigures {
        span: DaySpan::Rolling,
        open,
        high: figure(optional("high", ticker.high)?),
        low: figure(optional("low", ticker.low)?),
        volume: optional("volume", ticker.volume)?,
        reference: open,
        time,
    };
    names.accept(native, directory, pair::coins, Some(Session::Open), events);
    names.snapshot(native, None, (snapshot, precision), events);
    names.day(native, day, events);
    Ok(())
}
