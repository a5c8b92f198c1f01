//! The instruments that are traded here.
//!
//! The companies do not exist. They were chosen to be as different as a real
//! watchlist: a penny stock and one at six figures, prices in pence and in whole
//! yen, crypto pairs with two and with eight digits.

use std::sync::Arc;

use model::{Instrument, Price, Size};
use rust_decimal::Decimal;

/// What a venue's directory says about an instrument, and how lively it is.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) symbol: &'static str,
    name: &'static str,
    currency: &'static str,
    tick: Step,
    lot: Step,
    /// In steps of `tick`.
    pub(super) previous_close: i64,
    /// The deviation of its price's logarithm after one second.
    pub(super) volatility: f64,
    /// The usual distance of bid and ask, in steps of `tick`.
    pub(super) spread: f64,
    /// What a middling trade is worth, in steps of `lot`.
    pub(super) usual_size: f64,
    /// Ticks a second at the usual rate of the market.
    pub(super) activity: f64,
}

impl Listing {
    pub(super) fn price(&self, ticks: i64) -> Price {
        Price::new(self.tick.times(ticks))
    }

    pub(super) fn size(&self, lots: i64) -> Size {
        Size::new(self.lot.times(lots))
    }

    pub(super) fn instrument(&self) -> Instrument {
        Instrument {
            name: Some(Arc::from(self.name)),
            currency: Some(Arc::from(self.currency)),
            tick: Some(self.price(1)),
            previous_close: Some(self.price(self.previous_close)),
            ..Instrument::default()
        }
    }
}

/// The smallest amount by which something changes: `mantissa / 10^scale`.
#[derive(Debug)]
struct Step {
    mantissa: i64,
    scale: u32,
}

impl Step {
    const fn new(mantissa: i64, scale: u32) -> Self {
        Self { mantissa, scale }
    }

    fn times(&self, count: i64) -> Decimal {
        Decimal::new(self.mantissa.saturating_mul(count), self.scale)
    }
}

const CENT: Step = Step::new(1, 2);
const SHARE: Step = Step::new(1, 0);

pub(super) static LISTINGS: [Listing; 12] = [
    Listing {
        symbol: "NVX",
        name: "Novex Systems",
        currency: "USD",
        tick: CENT,
        lot: SHARE,
        previous_close: 18_720,
        volatility: 1.1e-4,
        spread: 2.0,
        usual_size: 100.0,
        activity: 7.0,
    },
    Listing {
        symbol: "BTC-USD",
        name: "Bitcoin",
        currency: "USD",
        tick: CENT,
        lot: Step::new(1, 4),
        previous_close: 6_425_000,
        volatility: 0.9e-4,
        spread: 350.0,
        usual_size: 420.0,
        activity: 8.0,
    },
    Listing {
        symbol: "ETH-USD",
        name: "Ether",
        currency: "USD",
        tick: CENT,
        lot: Step::new(1, 3),
        previous_close: 312_045,
        volatility: 1.1e-4,
        spread: 24.0,
        usual_size: 800.0,
        activity: 7.0,
    },
    Listing {
        symbol: "HLQ",
        name: "Hollowquill Foods",
        currency: "USD",
        tick: CENT,
        lot: SHARE,
        previous_close: 4_235,
        volatility: 0.6e-4,
        spread: 1.4,
        usual_size: 140.0,
        activity: 4.0,
    },
    Listing {
        symbol: "ORVN",
        name: "Orvane Freight",
        currency: "USD",
        tick: CENT,
        lot: SHARE,
        previous_close: 31_860,
        volatility: 0.8e-4,
        spread: 6.0,
        usual_size: 60.0,
        activity: 5.0,
    },
    Listing {
        symbol: "CSTL",
        name: "Castellane Holdings A",
        currency: "USD",
        tick: Step::new(50, 2),
        lot: SHARE,
        previous_close: 1_224_800,
        volatility: 0.4e-4,
        spread: 300.0,
        usual_size: 2.0,
        activity: 3.0,
    },
    Listing {
        symbol: "PBH",
        name: "Pebblehorn Mining",
        currency: "USD",
        tick: Step::new(1, 4),
        lot: Step::new(100, 0),
        previous_close: 842,
        volatility: 4.0e-4,
        spread: 4.0,
        usual_size: 35.0,
        activity: 4.0,
    },
    Listing {
        symbol: "BRNK",
        name: "Brennock & Sons",
        currency: "GBX",
        tick: Step::new(5, 1),
        lot: SHARE,
        previous_close: 2_965,
        volatility: 0.7e-4,
        spread: 2.0,
        usual_size: 250.0,
        activity: 4.0,
    },
    Listing {
        symbol: "VLTB",
        name: "Voltabe Energie",
        currency: "EUR",
        tick: Step::new(2, 2),
        lot: SHARE,
        previous_close: 3_174,
        volatility: 0.7e-4,
        spread: 1.6,
        usual_size: 180.0,
        activity: 4.0,
    },
    Listing {
        symbol: "EDLW",
        name: "Edelwyss Pharma",
        currency: "CHF",
        tick: Step::new(5, 2),
        lot: SHARE,
        previous_close: 5_483,
        volatility: 0.5e-4,
        spread: 2.0,
        usual_size: 45.0,
        activity: 4.0,
    },
    Listing {
        symbol: "HSKW",
        name: "Hoshikage Denki",
        currency: "JPY",
        tick: Step::new(1, 0),
        lot: Step::new(100, 0),
        previous_close: 4_215,
        volatility: 0.9e-4,
        spread: 1.3,
        usual_size: 6.0,
        activity: 5.0,
    },
    Listing {
        symbol: "QUOX-USD",
        name: "Quoxcoin",
        currency: "USD",
        tick: Step::new(1, 8),
        lot: SHARE,
        previous_close: 2_817,
        volatility: 3.0e-4,
        spread: 3.0,
        usual_size: 900_000.0,
        activity: 5.0,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_have_as_many_digits_as_their_tick() {
        let first_price = |symbol: &str| {
            let listing = LISTINGS.iter().find(|listing| listing.symbol == symbol).unwrap();
            listing.price(listing.previous_close).to_string()
        };
        assert_eq!(first_price("NVX"), "187.20");
        assert_eq!(first_price("CSTL"), "612400.00");
        assert_eq!(first_price("BRNK"), "1482.5");
        assert_eq!(first_price("HSKW"), "4215");
        assert_eq!(first_price("QUOX-USD"), "0.00002817");
    }

    #[test]
    fn no_symbol_is_listed_twice() {
        let mut symbols: Vec<_> = LISTINGS.iter().map(|listing| listing.symbol).collect();
        symbols.sort_unstable();
        symbols.dedup();
        assert_eq!(symbols.len(), LISTINGS.len());
    }
}
