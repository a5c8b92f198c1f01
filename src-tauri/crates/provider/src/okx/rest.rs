//! What is fetched where no socket gets through.
//!
//! ```json
//! {"code":"0","msg":"","data":[{"instType":"SPOT","instId":"BTC-USDT","last":"9999.99","lastSz":"1","askPx":"9999.99","askSz":"11","bidPx":"8888.88","bidSz":"5","open24h":"9000","high24h":"10000","low24h":"8888.88","volCcy24h":"2222","vol24h":"2222","sodUtc0":"0.1","sodUtc8":"0.1","ts":"1597026383085"}]}
//! {"code":"51001","msg":"Instrument ID, Instrument ID code, or Spread ID doesn't exist.","data":[]}
//! ```

use model::{Session, Snapshot};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::error;
use super::message::{Ticker, day, quote};
use crate::json::{Digits, Text, each, optional, parse};
use crate::names::Names;
use crate::offer::offer;
use crate::query::{escape, value};
use crate::{Asking, Directory, Event, Unreadable, pair};

/// What every answer is wrapped in. An error comes with the status 200, too.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    code: Digits<'a>,
    #[serde(borrow)]
    msg: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

pub(super) fn tickers(asking: Asking<'_>, names: &mut Names) -> Vec<String> {
    let natives = names.take_in(asking).into_iter();
    let paths = natives.map(|native| {
        let mut path = String::from("/api/v5/market/ticker?instId=");
        escape(&mut path, &native);
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
    let answer: Answer<'_> = parse(text)?;
    let code = answer.code.text().unwrap_or_default();
    if code != "0" {
        match error::answered(code, answer.msg.as_deref()) {
            (Some(denial), why) => events.push(Event::Denied { denial, why }),
            (None, why) => {
                let native = value(path, "instId").unwrap_or_default();
                names.refuse(native, &why, directory, events);
            }
        }
        return Ok(());
    }
    let data = answer.data.ok_or(Unreadable::Missing { field: "data" })?;
    each(data.get(), |element| {
        let ticker: Ticker<'_> = parse(element)?;
        let native = ticker.inst_id.as_deref();
        let native = native.ok_or(Unreadable::Missing { field: "instId" })?;
        let (snapshot, precision) = {
            let (quote, precision) = quote(&ticker)?;
            let last = optional("last", ticker.last)?;
            let snapshot = Snapshot {
                last: offer(last, optional("lastSz", ticker.last_sz)?),
                bid: quote.bid,
                ask: quote.ask,
                session: Some(Session::Open),
                time: quote.time,
                ..Snapshot::default()
            };
            (snapshot, precision)
        };
        names.accept(native, directory, pair::coins, Some(Session::Open), events);
        names.snapshot(native, None, (snapshot, precision), events);
        names.day(native, day(&ticker)?, events);
        Ok(())
    })
}
