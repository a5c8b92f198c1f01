//! All that can be dealt in there.
//!
//! ```json
//! {"products":[{"product_id":"BTC-USD","price":"68900.50","base_name":"Bitcoin","quote_name":"US Dollar","quote_currency_id":"USD","base_currency_id":"BTC","is_disabled":false,"trading_disabled":false,"product_type":"SPOT"}],"num_products":1}
//! ```

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, each, parse};
use crate::{Hit, Lookup, Unreadable};

pub(in crate::coinbase) fn lookup() -> Lookup {
    Lookup::List("/api/v3/brokerage/market/products?product_type=SPOT".to_owned())
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    products: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Product<'a> {
    #[serde(borrow)]
    product_id: Option<Text<'a>>,
    #[serde(borrow)]
    base_name: Option<Text<'a>>,
    #[serde(borrow)]
    quote_currency_id: Option<Text<'a>>,
    is_disabled: Option<bool>,
    trading_disabled: Option<bool>,
}

pub(in crate::coinbase) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    let products = answer.products.ok_or(Unreadable::Missing { field: "products" })?;
    each(products.get(), |element| {
        let product: Product<'_> = parse(element)?;
        let id = product.product_id;
        let id = id.ok_or(Unreadable::Missing { field: "product_id" })?;
        let shut = [product.is_disabled, product.trading_disabled].contains(&Some(true));
        if !shut {
            let hit = Hit::coins(&id, product.quote_currency_id.as_deref());
            hit.named(product.base_name.as_deref()).put(hits);
        }
        Ok(())
    })
}
