//! What is fetched where no socket gets through. Pairs have other names there,
//! and the answer may call them by a third: `XBTUSD` is answered as `XXBTZUSD`.
//!
//! ```json
//! {"error":[],"result":{"XXBTZUSD":{"a":["64121.00000","1","1.000"],"b":["64119.00000","3","3.000"],"c":["64120.00000","0.00040000"],"v":["801.1","1650.11320871"],"p":["63900.1","63711.2"],"t":[21034,44800],"l":["63000.00000","62500.00000"],"h":["64500.00000","64990.00000"],"o":"63900.00000"}}}
//! {"error":["EQuery:Unknown asset pair"]}
//! ```

use std::collections::BTreeMap;

use model::{DayFigures, DaySpan, Session, Snapshot};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{error, symbol};
use crate::json::{Digits, Text, optional, parse};
use crate::names::Names;
use crate::offer::{figure, offer};
use crate::query::{escape, value};
use crate::{Asking, Directory, Event, Unreadable, pair};

/// From a pair's name in an address to that which we know it by.
#[derive(Debug, Default)]
pub(super) struct Pairs(BTreeMap<String, String>);

/// Errors come with the status 200, too.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    error: Vec<Text<'a>>,
    #[serde(borrow)]
    result: Option<BTreeMap<String, &'a RawValue>>,
}

/// Of each the first is today's, the second that of 24 hours.
#[derive(Deserialize)]
struct Ticker<'a> {
    /// The price, how many whole lots, how many.
    #[serde(borrow)]
    a: Vec<Digits<'a>>,
    #[serde(borrow)]
    b: Vec<Digits<'a>>,
    #[serde(borrow)]
    c: Vec<Digits<'a>>,
    #[serde(borrow)]
    v: Vec<Digits<'a>>,
    #[serde(borrow)]
    l: Vec<Digits<'a>>,
    #[serde(borrow)]
    h: Vec<Digits<'a>>,
}

impl Pairs {
    /// One for each pair: one that is unknown would spoil the answer for all others.
    pub(super) fn tickers(&mut self, asking: Asking<'_>, names: &mut Names) -> Vec<String> {
        let paths = asking.symbols.iter().map(|wanted| {
            names.add(wanted.symbol);
            let native = symbol::native(wanted.symbol);
            let mut path = String::from("/0/public/Ticker?pair=");
            let mut asked = String::new();
            escape(&mut asked, &symbol::fetched(&native));
            path.push_str(&asked);
            self.0.insert(asked, native);
            path
        });
        let mut paths: Vec<_> = paths.collect();
        // Two ways to write one pair are one question.
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    pub(super) fn read(
        &self,
        path: &str,
        text: &str,
        names: &Names,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        let answer: Answer<'_> = parse(text)?;
        let native = value(path, "pair").and_then(|asked| self.0.get(asked));
        let native = native.ok_or(Unreadable::UnknownKind)?;
        // Those that begin with a W are warnings.
        if let Some(words) = answer.error.iter().find(|words| words.starts_with('E')) {
            error::told(words, Some(native), (names, None), directory, events);
            return Ok(());
        }
        let tickers = answer.result.ok_or(Unreadable::Missing { field: "result" })?;
        let ticker = tickers.into_values().next();
        let ticker = ticker.ok_or(Unreadable::Missing { field: "result" })?;
        let (snapshot, day) = state(&parse(ticker.get())?)?;
        names.accept(native, directory, pair::coins, Some(Session::Open), events);
        names.snapshot(native, None, (snapshot, Default::default()), events);
        names.day(native, day, events);
        Ok(())
    }
}

fn state(ticker: &Ticker<'_>) -> Result<(Snapshot, DayFigures), Unreadable> {
    let Ticker { a, b, c, v, l, h } = ticker;
    let snapshot = Snapshot {
        last: offer(optional("c", at(c, 0))?, optional("c", at(c, 1))?),
        bid: offer(optional("b", at(b, 0))?, optional("b", at(b, 2))?),
        ask: offer(optional("a", at(a, 0))?, optional("a", at(a, 2))?),
        session: Some(Session::Open),
        ..Snapshot::default()
    };
    // `o` is of a day that begins at midnight.
    let day = DayFigures {
        span: DaySpan::Rolling,
        high: figure(optional("h", at(h, 1))?),
        low: figure(optional("l", at(l, 1))?),
        volume: optional("v", at(v, 1))?,
        ..DayFigures::default()
    };
    Ok((snapshot, day))
}

fn at<'a>(list: &[Digits<'a>], at: usize) -> Option<Digits<'a>> {
    list.get(at).copied()
}
