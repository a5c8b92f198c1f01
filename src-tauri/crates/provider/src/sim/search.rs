//! What the server deals in, by a part of its name. The order is that of its own good guess.
//!
//! ```json
//! {"instruments":[{"symbol":"NVX","name":"Novex Systems","kind":"stock","exchange":"XNAS","currency":"USD","tick":"0.01","session":"open"}]}
//! ```

use model::InstrumentKind;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, each, parse};
use crate::query::escape;
use crate::{Hit, Lookup, Unreadable};

pub(super) fn lookup(words: &str) -> Lookup {
    let mut path = String::from("/v1/search?limit=50&q=");
    escape(&mut path, words);
    Lookup::Search(path)
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    instruments: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    exchange: Option<Text<'a>>,
    #[serde(borrow)]
    currency: Option<Text<'a>>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    const FIELD: &str = "instruments";
    let answer: Answer<'_> = parse(text)?;
    let instruments = answer.instruments.ok_or(Unreadable::Missing { field: FIELD })?;
    each(instruments.get(), |element| {
        let listed: Listed<'_> = parse(element)?;
        let symbol = listed.symbol.ok_or(Unreadable::Missing { field: "symbol" })?;
        Hit::new(&symbol)
            .named(listed.name.as_deref())
            .at(listed.exchange.as_deref())
            .paid_in(listed.currency.as_deref())
            .of_kind(listed.kind.as_deref().and_then(InstrumentKind::from_word))
            .put(hits);
        Ok(())
    })
}
