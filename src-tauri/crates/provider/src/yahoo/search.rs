//! What is listed anywhere, by a part of its name.
//!
//! ```json
//! {"explains":[],"count":1,"quotes":[{"exchange":"NYQ","shortname":"Alibaba Group Holding Limited","quoteType":"EQUITY","symbol":"BABA","index":"quotes","score":1111958.0,"typeDisp":"Equity","longname":"Alibaba Group Holding Limited","exchDisp":"NYSE","isYahooFinance":true}],"news":[]}
//! ```

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::hit::kind;
use crate::json::{Text, each, parse};
use crate::query::escape;
use crate::{Hit, Lookup, Unreadable};

pub(super) fn lookup(words: &str) -> Lookup {
    let mut path = String::from("/v1/finance/search?quotesCount=30&newsCount=0&q=");
    escape(&mut path, words);
    Lookup::Search(path)
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    quotes: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    /// Some are companies that nobody can deal in, and have none.
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    #[serde(borrow)]
    longname: Option<Text<'a>>,
    #[serde(borrow)]
    shortname: Option<Text<'a>>,
    #[serde(borrow)]
    quote_type: Option<Text<'a>>,
    #[serde(borrow)]
    exch_disp: Option<Text<'a>>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    let quotes = answer.quotes.ok_or(Unreadable::Missing { field: "quotes" })?;
    each(quotes.get(), |element| {
        let listed: Listed<'_> = parse(element)?;
        if let Some(symbol) = listed.symbol {
            let name = listed.longname.as_deref().or(listed.shortname.as_deref());
            let hit = Hit::new(&symbol).named(name).at(listed.exch_disp.as_deref());
            hit.of_kind(listed.quote_type.as_deref().and_then(kind)).put(hits);
        }
        Ok(())
    })
}
