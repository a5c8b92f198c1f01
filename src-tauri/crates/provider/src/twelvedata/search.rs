//! What is listed anywhere, by a part of its name.
//!
//! ```json
//! {"data":[{"symbol":"AAPL","instrument_name":"Apple Inc","exchange":"NASDAQ","mic_code":"XNGS","exchange_timezone":"America/New_York","instrument_type":"Common Stock","country":"United States","currency":"USD"},{"symbol":"RY","instrument_name":"Royal Bank of Canada","exchange":"TSX","mic_code":"XTSE","exchange_timezone":"America/Toronto","instrument_type":"Common Stock","country":"Canada","currency":"CAD"}],"status":"ok"}
//! {"code":429,"message":"You have run out of API credits for the current minute.","status":"error"}
//! ```

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::hit::kind;
use crate::json::{Text, each, parse};
use crate::query::escape;
use crate::{Hit, Lookup, Unreadable};

/// What is listed there needs no exchange beside its ticker.
const HERE: &str = "United States";

pub(super) fn lookup(words: &str) -> Lookup {
    let mut path = String::from("/symbol_search?outputsize=50&symbol=");
    escape(&mut path, words);
    Lookup::Search(path)
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    #[serde(borrow)]
    instrument_name: Option<Text<'a>>,
    #[serde(borrow)]
    exchange: Option<Text<'a>>,
    #[serde(borrow)]
    instrument_type: Option<Text<'a>>,
    #[serde(borrow)]
    country: Option<Text<'a>>,
    #[serde(borrow)]
    currency: Option<Text<'a>>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    let data = answer.data.ok_or(Unreadable::Missing { field: "data" })?;
    each(data.get(), |element| {
        let listed: Listed<'_> = parse(element)?;
        let symbol = listed.symbol.ok_or(Unreadable::Missing { field: "symbol" })?;
        let country = listed.country.as_deref().unwrap_or_default();
        let exchange = listed.exchange.as_deref().unwrap_or_default();
        // Pairs have the house in the place of an exchange, and belong to no country.
        let alone = country == HERE || country.is_empty() || exchange.is_empty() || symbol.contains('/');
        let native = if alone {
            symbol.to_string()
        } else {
            format!("{}:{exchange}", &*symbol)
        };
        // The same on another exchange here is the same name.
        if hits.iter().any(|hit| hit.native.as_str() == native) {
            return Ok(());
        }
        Hit::new(&native)
            .named(listed.instrument_name.as_deref())
            .at(Some(exchange))
            .paid_in(listed.currency.as_deref())
            .of_kind(listed.instrument_type.as_deref().and_then(kind))
            .put(hits);
        Ok(())
    })
}
