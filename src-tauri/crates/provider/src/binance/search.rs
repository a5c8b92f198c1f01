//! All that can be dealt in there.
//!
//! ```json
//! {"timezone":"UTC","serverTime":1565246363776,"rateLimits":[],"exchangeFilters":[],"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","filters":[]}]}
//! ```

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, each, parse};
use crate::{Hit, Lookup, Unreadable};

const PATH: &str = "/api/v3/exchangeInfo";
/// Without what was dealt in once, and without what nobody here reads: else it is too long a message.
const SHORTER: &str = "?symbolStatus=TRADING&showPermissionSets=false";

/// Where it has houses of its own it knows fewer words.
pub(super) fn lookup(knows_all_words: bool) -> Lookup {
    let query = if knows_all_words { SHORTER } else { "" };
    Lookup::List(format!("{PATH}{query}"))
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    symbols: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pair<'a> {
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    quote_asset: Option<Text<'a>>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    let symbols = answer.symbols.ok_or(Unreadable::Missing { field: "symbols" })?;
    each(symbols.get(), |element| {
        let pair: Pair<'_> = parse(element)?;
        let symbol = pair.symbol.ok_or(Unreadable::Missing { field: "symbol" })?;
        if pair.status.is_none_or(|status| &*status == "TRADING") {
            Hit::coins(&symbol, pair.quote_asset.as_deref()).put(hits);
        }
        Ok(())
    })
}
