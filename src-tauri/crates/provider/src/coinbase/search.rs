//! All that can be dealt in there.
//!
//! ```json
//! [{"id":"BTC-USD","base_currency":"BTC","quote_currency":"USD","quote_increment":"0.01","base_increment":"0.00000001","display_name":"BTC-USD","status":"online","trading_disabled":false}]
//! ```

use serde::Deserialize;

use crate::json::{Text, each, parse};
use crate::{Hit, Lookup, Unreadable};

pub(super) fn lookup() -> Lookup {
    Lookup::List("/products".to_owned())
}

#[derive(Deserialize)]
struct Product<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    quote_currency: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    trading_disabled: Option<bool>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    each(text, |element| {
        let product: Product<'_> = parse(element)?;
        let id = product.id.ok_or(Unreadable::Missing { field: "id" })?;
        let online = product.status.is_none_or(|status| &*status == "online");
        if online && product.trading_disabled != Some(true) {
            Hit::coins(&id, product.quote_currency.as_deref()).put(hits);
        }
        Ok(())
    })
}
