//! The last deal and the day so far, asked for again and again, name by name.
//!
//! ```json
//! {"c":261.74,"d":0.29,"dp":0.1109,"h":263.31,"l":260.68,"o":261.07,"pc":261.45,"t":1582641000}
//! {"c":0,"d":null,"dp":null,"h":0,"l":0,"o":0,"pc":0,"t":0}
//! ```
//!
//! The answer does not say whose it is: the path does.

use model::{DayFigures, DaySpan, Snapshot};
use serde::Deserialize;

use super::error::{Meaning, meaning};
use super::{Finnhub, symbol};
use crate::json::{Digits, Text, optional, parse};
use crate::offer::figure;
use crate::query::{escape, named};
use crate::sentence::sentence;
use crate::{Directory, Event, Unreadable, time};

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    c: Option<Digits<'a>>,
    #[serde(borrow)]
    h: Option<Digits<'a>>,
    #[serde(borrow)]
    l: Option<Digits<'a>>,
    #[serde(borrow)]
    o: Option<Digits<'a>>,
    #[serde(borrow)]
    pc: Option<Digits<'a>>,
    #[serde(borrow)]
    t: Option<Digits<'a>>,
    #[serde(borrow)]
    error: Option<Text<'a>>,
}

pub(super) fn path(native: &str) -> String {
    let mut path = String::from("/api/v1/quote?symbol=");
    escape(&mut path, native);
    path
}

pub(super) fn read(
    path: &str,
    text: &str,
    finnhub: &mut Finnhub,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    finnhub.names.compare(directory);
    let answer: Answer<'_> = parse(text)?;
    let native = named(path, "symbol", &finnhub.fetched).next();
    let native = native.ok_or(Unreadable::Missing { field: "symbol" })?;
    if let Some(words) = answer.error.as_deref() {
        let why = sentence(Some(words), None);
        match meaning(words) {
            Meaning::Denied(denial) => events.push(Event::Denied { denial, why }),
            Meaning::Full | Meaning::Refused => finnhub.names.refuse(native, &why, directory, events),
        }
        return Ok(());
    }
    let last = figure(optional("c", answer.c)?);
    let (time, precision) = time::stated(answer.t.and_then(Digits::text));
    let figures = DayFigures {
        span: DaySpan::Session,
        open: figure(optional("o", answer.o)?),
        high: figure(optional("h", answer.h)?),
        low: figure(optional("l", answer.l)?),
        volume: None,
        reference: figure(optional("pc", answer.pc)?),
        time,
    };
    if last.is_none() && figures.reference.is_none() {
        // Zeros are its way to say so.
        let why = "it knows no such symbol";
        finnhub.names.refuse(native, why, directory, events);
        return Ok(());
    }
    finnhub
        .names
        .accept(native, directory, symbol::instrument, None, events);
    let snapshot = Snapshot {
        last: last.map(|price| (price, None)),
        time,
        ..Snapshot::default()
    };
    finnhub
        .names
        .snapshot(native, None, (snapshot, precision), events);
    finnhub.names.day(native, figures, events);
    Ok(())
}
