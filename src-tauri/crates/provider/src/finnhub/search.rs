//! American shares and funds by a part of their name.
//!
//! ```json
//! {"count":2,"result":[{"description":"APPLE INC","displaySymbol":"AAPL","symbol":"AAPL","type":"Common Stock"},{"description":"APPLE HOSPITALITY REIT INC","displaySymbol":"APLE","symbol":"APLE","type":"REIT"}]}
//! ```

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::hit::kind;
use crate::json::{Text, each, parse};
use crate::query::escape;
use crate::{Hit, Lookup, Unreadable};

/// What is listed elsewhere is on its stream for nobody.
pub(super) fn lookup(words: &str) -> Lookup {
    let mut path = String::from("/api/v1/search?exchange=US&q=");
    escape(&mut path, words);
    Lookup::Search(path)
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Share<'a> {
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
    #[serde(rename = "type", borrow)]
    sort: Option<Text<'a>>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    let found = answer.result.ok_or(Unreadable::Missing { field: "result" })?;
    each(found.get(), |element| {
        let share: Share<'_> = parse(element)?;
        let symbol = share.symbol.ok_or(Unreadable::Missing { field: "symbol" })?;
        let hit = Hit::new(&symbol).named(share.description.as_deref());
        hit.paid_in(Some("USD"))
            .of_kind(share.sort.as_deref().and_then(kind))
            .put(hits);
        Ok(())
    })
}
