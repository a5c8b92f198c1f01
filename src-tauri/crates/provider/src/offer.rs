//! What a price must be to be one.

use model::{NotANumber, Price, Size};

use crate::Unreadable;

/// Where nobody offers, venues say zero, or nothing.
pub(crate) fn offer(price: Option<Price>, size: Option<Size>) -> Option<(Price, Option<Size>)> {
    Some((figure(price)?, size))
}

/// One of a day. A day on which nothing happened has zeros in the place of prices.
pub(crate) fn figure(price: Option<Price>) -> Option<Price> {
    price.filter(|price| is_price(*price))
}

/// Nothing is dealt in for nothing.
pub(crate) fn paid(field: &'static str, price: Price) -> Result<Price, Unreadable> {
    if is_price(price) {
        return Ok(price);
    }
    let why = NotANumber::OutOfRange;
    Err(Unreadable::Number { field, why })
}

fn is_price(price: Price) -> bool {
    let price = price.decimal();
    !price.is_zero() && !price.is_sign_negative()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_zero_nor_less_is_a_price() {
        for (text, holds) in [("0", false), ("0.00", false), ("-1", false), ("0.01", true)] {
            let price: Price = text.parse().unwrap();
            assert_eq!(figure(Some(price)).is_some(), holds, "{text}");
            assert_eq!(offer(Some(price), None).is_some(), holds, "{text}");
            assert_eq!(paid("p", price).is_ok(), holds, "{text}");
        }
        assert_eq!(offer(None, None), None);
    }
}
