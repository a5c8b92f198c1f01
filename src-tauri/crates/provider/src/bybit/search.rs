//! All that can be dealt in there.
//!
//! ```json
//! {"retCode":0,"retMsg":"OK","result":{"category":"spot","list":[{"symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT","innovation":"0","status":"Trading","marginTrading":"utaOnly"}]},"retExtInfo":{},"time":1672712468011}
//! {"retCode":10006,"retMsg":"Too many visits!","result":{}}
//! ```

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, each, parse};
use crate::{Hit, Lookup, Unreadable};

pub(super) fn lookup() -> Lookup {
    Lookup::List("/v5/market/instruments-info?category=spot".to_owned())
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    result: Option<Listed<'a>>,
}

#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(borrow)]
    list: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pair<'a> {
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    #[serde(borrow)]
    quote_coin: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    let list = answer.result.and_then(|result| result.list);
    let list = list.ok_or(Unreadable::Missing { field: "list" })?;
    each(list.get(), |element| {
        let pair: Pair<'_> = parse(element)?;
        let symbol = pair.symbol.ok_or(Unreadable::Missing { field: "symbol" })?;
        if pair.status.is_none_or(|status| &*status == "Trading") {
            Hit::coins(&symbol, pair.quote_coin.as_deref()).put(hits);
        }
        Ok(())
    })
}
