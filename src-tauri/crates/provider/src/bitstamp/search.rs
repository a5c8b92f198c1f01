//! All that can be dealt in there.
//!
//! ```json
//! [{"name":"BTC/USD","url_symbol":"btcusd","base_decimals":8,"counter_decimals":0,"minimum_order":"10 USD","trading":"Enabled","description":"Bitcoin / U.S. dollar"}]
//! ```

use serde::Deserialize;

use crate::json::{Text, each, parse};
use crate::{Hit, Lookup, Unreadable};

pub(super) fn lookup() -> Lookup {
    Lookup::List("/api/v2/trading-pairs-info/".to_owned())
}

#[derive(Deserialize)]
struct Pair<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    url_symbol: Option<Text<'a>>,
    #[serde(borrow)]
    trading: Option<Text<'a>>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    each(text, |element| {
        let pair: Pair<'_> = parse(element)?;
        let symbol = pair.url_symbol;
        let symbol = symbol.ok_or(Unreadable::Missing { field: "url_symbol" })?;
        if pair.trading.is_none_or(|trading| &*trading == "Enabled") {
            let halves = pair.name.as_deref().and_then(|name| name.split_once('/'));
            let hit = Hit::coins(&symbol, halves.map(|(_, quote)| quote));
            hit.named(pair.description.as_deref()).put(hits);
        }
        Ok(())
    })
}
