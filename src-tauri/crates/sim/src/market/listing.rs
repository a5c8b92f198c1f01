//! What a venue's directory says about an instrument, and how lively it is.
//!
//! The instruments themselves stand in `table`.

mod table;

use std::sync::Arc;

use model::{Instrument, InstrumentKind, Price, Size};
use rust_decimal::Decimal;

use super::exchange::{self, EXCHANGES, Exchange};
pub(super) use table::{FIRST_WATCHED, LISTINGS};

#[derive(Clone, Copy, Debug)]
pub(super) struct Listing {
    pub(super) symbol: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: InstrumentKind,
    /// Its place in [`EXCHANGES`].
    pub(super) exchange: usize,
    pub(super) sector: Sector,
    currency: &'static str,
    tick: Step,
    lot: Step,
    /// The price that it is drawn back to over the years, in steps of `tick`.
    pub(super) home: f64,
    /// The deviation of its price's logarithm after a second of regular trading, in ten thousandths.
    pub(super) volatility: f64,
    /// The usual distance of bid and ask, in steps of `tick`.
    pub(super) spread: f64,
    /// What a middling trade is worth, in steps of `lot`; an index is not traded and has none.
    pub(super) usual_size: f64,
    /// Ticks a second at the usual rate of the market.
    pub(super) activity: f64,
}

/// What moves together beyond the market as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sector {
    Technology,
    Finance,
    Energy,
    Health,
    Industry,
    Materials,
    Consumer,
    Utilities,
    /// Many of all: an index, and what follows one.
    Broad,
    Coins,
    Currencies,
}

/// How much of its moves an instrument shares, as parts whose squares add up to one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    pub(super) market: f64,
    pub(super) sector: f64,
    pub(super) own: f64,
}

impl Sector {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Technology => "technology",
            Self::Finance => "finance",
            Self::Energy => "energy",
            Self::Health => "health",
            Self::Industry => "industry",
            Self::Materials => "materials",
            Self::Consumer => "consumer",
            Self::Utilities => "utilities",
            Self::Broad => "broad",
            Self::Coins => "coins",
            Self::Currencies => "currencies",
        }
    }

    /// How far it follows a move of the whole market.
    pub(super) const fn beta(self) -> f64 {
        match self {
            Self::Technology => 1.3,
            Self::Finance => 1.1,
            Self::Energy | Self::Industry | Self::Broad => 1.0,
            Self::Materials => 1.2,
            Self::Health | Self::Consumer => 0.7,
            Self::Utilities => 0.5,
            Self::Coins => 1.4,
            Self::Currencies => 0.05,
        }
    }

    pub(super) const fn shares(self) -> Shares {
        let (market, sector, own) = match self {
            Self::Broad => (0.96, 0.0, 0.28),
            Self::Coins => (0.28, 0.66, 0.6971370),
            Self::Currencies => (0.1, 0.5, 0.8602325),
            Self::Utilities | Self::Health | Self::Consumer => (0.42, 0.42, 0.8044874),
            Self::Technology | Self::Finance | Self::Energy | Self::Industry | Self::Materials => {
                (0.52, 0.45, 0.7260165)
            }
        };
        Shares { market, sector, own }
    }
}

impl Listing {
    pub(super) fn exchange(&self) -> &'static Exchange {
        &EXCHANGES[self.exchange]
    }

    pub(super) fn price(&self, ticks: i64) -> Price {
        Price::new(self.tick.times(ticks))
    }

    pub(super) fn size(&self, lots: i64) -> Size {
        Size::new(self.lot.times(lots))
    }

    pub(super) fn instrument(&self) -> Instrument {
        Instrument {
            name: Some(Arc::from(self.name)),
            kind: Some(self.kind),
            exchange: self.exchange().code.map(Arc::from),
            currency: Some(Arc::from(self.currency)),
            tick: Some(self.price(1)),
            previous_close: None,
        }
    }

    /// An index is a number: it has neither quotes nor sizes.
    pub(super) fn is_index(&self) -> bool {
        self.kind == InstrumentKind::Index
    }

    /// The unit that it is usually traded in, in lots; one where every size is usual.
    pub(super) const fn round_lot(&self) -> i64 {
        let american = matches!(
            self.exchange,
            exchange::NEW_YORK | exchange::NASDAQ | exchange::TORONTO
        );
        if american && self.usual_size >= 50.0 && self.lot.mantissa == 1 {
            100
        } else {
            1
        }
    }

    const fn lots_of(self, lot: Step) -> Self {
        Self { lot, ..self }
    }

    const fn a(self, kind: InstrumentKind) -> Self {
        Self { kind, ..self }
    }
}

/// The smallest amount by which something changes: `mantissa / 10^scale`.
#[derive(Clone, Copy, Debug)]
struct Step {
    mantissa: i64,
    scale: u32,
}

impl Step {
    const fn new(mantissa: i64, scale: u32) -> Self {
        Self { mantissa, scale }
    }

    fn times(self, count: i64) -> Decimal {
        Decimal::new(self.mantissa.saturating_mul(count), self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_have_as_many_digits_as_their_tick() {
        let home = |symbol: &str| {
            let listing = LISTINGS.iter().find(|listing| listing.symbol == symbol).unwrap();
            listing.price(listing.home as i64).to_string()
        };
        assert_eq!(home("NVX"), "187.20");
        assert_eq!(home("CSTL"), "612400.00");
        assert_eq!(home("PBH"), "0.0425");
        assert_eq!(home("BRNK"), "1482.5");
        assert_eq!(home("HSKW"), "4215");
        assert_eq!(home("QUOX-USD"), "0.00002817");
    }

    #[test]
    fn there_are_sixty_and_more_and_none_is_listed_twice() {
        let mut symbols: Vec<_> = LISTINGS.iter().map(|listing| listing.symbol).collect();
        let mut names: Vec<_> = LISTINGS.iter().map(|listing| listing.name).collect();
        for words in [&mut symbols, &mut names] {
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), LISTINGS.len());
        }
        assert!(LISTINGS.len() >= 60);
        for kind in InstrumentKind::ALL {
            assert!(LISTINGS.iter().any(|listing| listing.kind == kind), "{kind:?}");
        }
    }

    #[test]
    fn the_first_watchlist_is_listed() {
        for symbol in FIRST_WATCHED {
            assert!(
                LISTINGS.iter().any(|listing| listing.symbol == *symbol),
                "{symbol}"
            );
        }
    }

    #[test]
    fn the_shares_of_a_move_make_up_the_whole() {
        for listing in &LISTINGS {
            let Shares { market, sector, own } = listing.sector.shares();
            let whole = market * market + sector * sector + own * own;
            assert!((whole - 1.0).abs() < 1e-6, "{}", listing.symbol);
        }
    }
}
