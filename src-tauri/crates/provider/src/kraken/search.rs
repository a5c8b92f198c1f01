//! All that can be dealt in there, by the names that the stream of old had for it.
//!
//! ```json
//! {"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","aclass_base":"currency","base":"XXBT","aclass_quote":"currency","quote":"ZUSD","fees":[[0,0.4]],"tick_size":"0.1","status":"online"}}}
//! {"error":["EGeneral:Too many requests"]}
//! ```

use std::collections::BTreeMap;

use model::Symbol;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol;
use crate::json::{Text, parse};
use crate::{Hit, Lookup, Unreadable, pair};

/// What is in such a state cannot be dealt in.
const SHUT: [&str; 2] = ["cancel_only", "delisted"];

pub(super) fn lookup() -> Lookup {
    Lookup::List("/0/public/AssetPairs".to_owned())
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    result: Option<BTreeMap<String, &'a RawValue>>,
}

#[derive(Deserialize)]
struct Pair<'a> {
    /// What is dealt in apart from everybody's eyes has none.
    #[serde(borrow)]
    wsname: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    let pairs = answer.result.ok_or(Unreadable::Missing { field: "result" })?;
    let mut told = Ok(());
    for element in pairs.values() {
        told = told.and(one(element.get(), hits));
    }
    told
}

fn one(element: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let listed: Pair<'_> = parse(element)?;
    let shut = listed.status.is_some_and(|status| SHUT.contains(&&*status));
    if let Some(name) = listed.wsname.filter(|_| !shut) {
        let native = Symbol::new(&symbol::native(&Symbol::new(&name)));
        let quote = pair::halves(&native).map(|(_, quote)| quote);
        Hit::coins(native.as_str(), quote).put(hits);
    }
    Ok(())
}
