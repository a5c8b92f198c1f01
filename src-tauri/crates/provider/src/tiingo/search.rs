//! American shares and funds by a part of their name; it has no such place for pairs.
//!
//! ```json
//! [{"name":"Apple Inc","ticker":"AAPL","permaTicker":"US000000000038","openFIGIComposite":"BBG000B9XRY4","assetType":"Stock","isActive":true,"countryCode":"US"}]
//! ```

use model::Symbol;
use serde::Deserialize;

use super::channel::Market;
use super::symbol;
use crate::hit::kind;
use crate::json::{Text, each, parse};
use crate::query::escape;
use crate::{Hit, Lookup, Unreadable};

const HERE: &str = "US";

pub(super) fn lookup(market: Market, words: &str) -> Option<Lookup> {
    match market {
        Market::Iex => {
            let mut path = String::from("/tiingo/utilities/search?limit=50&query=");
            escape(&mut path, words);
            Some(Lookup::Search(path))
        }
        Market::Crypto | Market::Fx => None,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asset<'a> {
    #[serde(borrow)]
    ticker: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    asset_type: Option<Text<'a>>,
    is_active: Option<bool>,
    #[serde(borrow)]
    country_code: Option<Text<'a>>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    each(text, |element| {
        let asset: Asset<'_> = parse(element)?;
        let ticker = asset.ticker.ok_or(Unreadable::Missing { field: "ticker" })?;
        let here = asset.country_code.is_none_or(|country| &*country == HERE);
        if here && asset.is_active != Some(false) {
            // As people write it; on its way to the stream it becomes small.
            let native = symbol::stock(&Symbol::new(&ticker)).to_uppercase();
            let hit = Hit::new(&native).named(asset.name.as_deref());
            hit.paid_in(Some("USD"))
                .of_kind(asset.asset_type.as_deref().and_then(kind))
                .put(hits);
        }
        Ok(())
    })
}
