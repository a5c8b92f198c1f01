//! What is fetched where no socket gets through.
//!
//! ```json
//! {"symbol":"BNBBTC","priceChange":"-94.99999800","priceChangePercent":"-95.960","weightedAvgPrice":"0.29628482","prevClosePrice":"0.10002000","lastPrice":"4.00000200","lastQty":"200.00000000","bidPrice":"4.00000000","bidQty":"100.00000000","askPrice":"4.00000200","askQty":"100.00000000","openPrice":"99.00000000","highPrice":"100.00000000","lowPrice":"0.10000000","volume":"8913.30000000","quoteVolume":"15.30000000","openTime":1499783499040,"closeTime":1499869899040,"firstId":28385,"lastId":28460,"count":76}
//! {"code":-1121,"msg":"Invalid symbol."}
//! ```
//!
//! It has the best prices, too, so nothing else has to be asked for.

use model::{DayFigures, DaySpan, Session, Snapshot};
use serde::Deserialize;

use crate::json::{Digits, Text, optional, parse};
use crate::names::Names;
use crate::offer::{figure, offer};
use crate::query::{escape, value};
use crate::sentence::sentence;
use crate::time::stated;
use crate::{Asking, Denial, Directory, Event, Unreadable, pair};

/// A ticker, or in its place what the venue does not like.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    #[serde(borrow)]
    last_price: Option<Digits<'a>>,
    #[serde(borrow)]
    last_qty: Option<Digits<'a>>,
    #[serde(borrow)]
    bid_price: Option<Digits<'a>>,
    #[serde(borrow)]
    bid_qty: Option<Digits<'a>>,
    #[serde(borrow)]
    ask_price: Option<Digits<'a>>,
    #[serde(borrow)]
    ask_qty: Option<Digits<'a>>,
    #[serde(borrow)]
    open_price: Option<Digits<'a>>,
    #[serde(borrow)]
    high_price: Option<Digits<'a>>,
    #[serde(borrow)]
    low_price: Option<Digits<'a>>,
    #[serde(borrow)]
    volume: Option<Digits<'a>>,
    #[serde(borrow)]
    close_time: Option<Digits<'a>>,
    /// The number of the last trade, as the stream counts them; -1 if there was none.
    #[serde(borrow)]
    last_id: Option<Digits<'a>>,
    code: Option<i64>,
    #[serde(borrow)]
    msg: Option<Text<'a>>,
}

/// One for each symbol: one that is unknown spoils the answer for all that are
/// asked for with it.
pub(super) fn tickers(asking: Asking<'_>, names: &mut Names) -> Vec<String> {
    let paths = asking.symbols.iter().map(|wanted| {
        names.add(wanted.symbol);
        let mut path = String::from("/api/v3/ticker/24hr?symbol=");
        escape(&mut path, &names.native(wanted.symbol));
        path
    });
    let mut paths: Vec<_> = paths.collect();
    // Two ways to write one symbol are one question.
    paths.sort_unstable();
    paths.dedup();
    paths
}

pub(super) fn read(
    path: &str,
    text: &str,
    names: &Names,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    if let Some(code) = answer.code {
        let why = sentence(answer.msg.as_deref(), Some(&code.to_string()));
        match denial(code) {
            Some(denial) => events.push(Event::Denied { denial, why }),
            None => {
                let native = value(path, "symbol").unwrap_or_default();
                names.refuse(native, &why, directory, events);
            }
        }
        return Ok(());
    }
    let native = answer.symbol.as_deref();
    let native = native.ok_or(Unreadable::Missing { field: "symbol" })?;
    let (time, precision) = stated(answer.close_time.and_then(Digits::text));
    let snapshot = Snapshot {
        last: offer(
            optional("lastPrice", answer.last_price)?,
            optional("lastQty", answer.last_qty)?,
        ),
        bid: offer(
            optional("bidPrice", answer.bid_price)?,
            optional("bidQty", answer.bid_qty)?,
        ),
        ask: offer(
            optional("askPrice", answer.ask_price)?,
            optional("askQty", answer.ask_qty)?,
        ),
        session: Some(Session::Open),
        time,
        ..Snapshot::default()
    };
    let open = figure(optional("openPrice", answer.open_price)?);
    let day = DayFigures {
        span: DaySpan::Rolling,
        open,
        high: figure(optional("highPrice", answer.high_price)?),
        low: figure(optional("lowPrice", answer.low_price)?),
        volume: optional("volume", answer.volume)?,
        // Its own change is counted from the price of 24 hours ago.
        reference: open,
        time,
    };
    let seq = answer
        .last_id
        .and_then(Digits::text)
        .and_then(|id| id.parse().ok());
    names.accept(native, directory, pair::coins, Some(Session::Open), events);
    names.snapshot(native, seq, (snapshot, precision), events);
    names.day(native, day, events);
    Ok(())
}

/// What is about more than a symbol.
const fn denial(code: i64) -> Option<Denial> {
    match code {
        // Too many requests, or too much weight of them.
        -1003 => Some(Denial::Slower { patience: None }),
        // Something unknown, disconnected, shutting down, or timed out.
        -1000 | -1001 | -1007 | -1016 => Some(Denial::Passing),
        _ => None,
    }
}
