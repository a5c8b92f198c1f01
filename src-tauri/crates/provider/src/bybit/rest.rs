//! What is fetched where no socket gets through. Here a ticker has best prices.
//!
//! ```json
//! {"retCode":0,"retMsg":"OK","result":{"category":"spot","list":[{"symbol":"BTCUSDT","bid1Price":"20517.96","bid1Size":"2","ask1Price":"20527.77","ask1Size":"1.862172","lastPrice":"20533.13","prevPrice24h":"20393.48","price24hPcnt":"0.0068","highPrice24h":"21128.12","lowPrice24h":"20318.89","turnover24h":"243765620.65","volume24h":"11801.27771","usdIndexPrice":""}]},"retExtInfo":{},"time":1673859087947}
//! {"retCode":10001,"retMsg":"Not supported symbols","result":{},"retExtInfo":{},"time":1673859087947}
//! ```

use model::{Session, Snapshot};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::error;
use super::message::day;
use crate::json::{Digits, Text, each, optional, parse};
use crate::names::Names;
use crate::offer::offer;
use crate::query::{escape, value};
use crate::sentence::sentence;
use crate::time::stated;
use crate::{Asking, Directory, Event, Unreadable, pair};

/// Errors come with the status 200, too.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    ret_code: Digits<'a>,
    #[serde(borrow)]
    ret_msg: Option<Text<'a>>,
    #[serde(borrow)]
    result: Option<List<'a>>,
    #[serde(borrow)]
    time: Option<Digits<'a>>,
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    list: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Ticker<'a> {
    #[serde(borrow)]
    symbol: Text<'a>,
    #[serde(rename = "lastPrice", borrow)]
    last: Option<Digits<'a>>,
    #[serde(rename = "bid1Price", borrow)]
    bid: Option<Digits<'a>>,
    #[serde(rename = "bid1Size", borrow)]
    bid_size: Option<Digits<'a>>,
    #[serde(rename = "ask1Price", borrow)]
    ask: Option<Digits<'a>>,
    #[serde(rename = "ask1Size", borrow)]
    ask_size: Option<Digits<'a>>,
}

pub(super) fn tickers(asking: Asking<'_>, names: &mut Names) -> Vec<String> {
    let natives = names.take_in(asking).into_iter();
    let paths = natives.map(|native| {
        let mut path = String::from("/v5/market/tickers?category=spot&symbol=");
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
    let code = answer.ret_code.text().unwrap_or_default();
    if code != "0" {
        let why = sentence(answer.ret_msg.as_deref(), Some(code));
        match error::denial(code) {
            Some(denial) => events.push(Event::Denied { denial, why }),
            None => {
                let native = value(path, "symbol").unwrap_or_default();
                names.refuse(native, &why, directory, events);
            }
        }
        return Ok(());
    }
    let list = answer.result.and_then(|result| result.list);
    let list = list.ok_or(Unreadable::Missing { field: "list" })?;
    let (time, precision) = stated(answer.time.and_then(Digits::text));
    each(list.get(), |element| {
        let ticker: Ticker<'_> = parse(element)?;
        let snapshot = Snapshot {
            last: offer(optional("lastPrice", ticker.last)?, None),
            bid: offer(
                optional("bid1Price", ticker.bid)?,
                optional("bid1Size", ticker.bid_size)?,
            ),
            ask: offer(
                optional("ask1Price", ticker.ask)?,
                optional("ask1Size", ticker.ask_size)?,
            ),
            session: Some(Session::Open),
            time,
            ..Snapshot::default()
        };
        let native = &*ticker.symbol;
        names.accept(native, directory, pair::coins, Some(Session::Open), events);
        names.snapshot(native, None, (snapshot, precision), events);
        names.day(native, day(&parse(element)?, answer.time)?, events);
        Ok(())
    })
}
