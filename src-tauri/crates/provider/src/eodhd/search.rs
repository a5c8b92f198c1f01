//! What there is of each of its markets, by a part of its name. It tells of all markets at once.
//!
//! ```json
//! [{"Code":"AAPL","Exchange":"US","Name":"Apple Inc","Type":"Common Stock","Country":"USA","Currency":"USD","ISIN":"US0378331005","previousClose":189.98,"previousCloseDate":"2026-05-15"},{"Code":"BTC-USD","Exchange":"CC","Name":"Bitcoin","Type":"Currency","Country":"Unknown","Currency":"USD"}]
//! ```

use model::InstrumentKind;
use serde::Deserialize;

use super::channel::Market;
use crate::hit::kind;
use crate::json::{Text, each, parse};
use crate::query::escape;
use crate::{Hit, Lookup, Unreadable};

pub(super) fn lookup(words: &str) -> Lookup {
    let mut path = String::from("/search/");
    escape(&mut path, words);
    path.push_str("?limit=50&fmt=json");
    Lookup::Search(path)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed<'a> {
    #[serde(borrow)]
    code: Option<Text<'a>>,
    #[serde(borrow)]
    exchange: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(rename = "Type", borrow)]
    sort: Option<Text<'a>>,
    #[serde(borrow)]
    currency: Option<Text<'a>>,
}

pub(super) fn read(market: Market, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let here = match market {
        Market::Us | Market::UsQuote => "US",
        Market::Forex => "FOREX",
        Market::Crypto => "CC",
    };
    each(text, |element| {
        let listed: Listed<'_> = parse(element)?;
        let code = listed.code.ok_or(Unreadable::Missing { field: "Code" })?;
        if listed.exchange.as_deref() != Some(here) {
            return Ok(());
        }
        let sort = match market {
            Market::Us | Market::UsQuote => listed.sort.as_deref().and_then(kind),
            Market::Forex => Some(InstrumentKind::Fx),
            Market::Crypto => Some(InstrumentKind::Crypto),
        };
        let hit = Hit::new(&code).named(listed.name.as_deref());
        hit.paid_in(listed.currency.as_deref()).of_kind(sort).put(hits);
        Ok(())
    })
}
