//! Its three streams, and how much of each is asked for.

use model::{Instrument, Symbol};

use super::symbol;
use crate::{pair, ticker};

/// Each is an address of its own, with messages of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Market {
    Iex,
    Crypto,
    Fx,
}

impl Market {
    /// Its word for how much it shall tell.
    pub(super) const fn threshold(self) -> u8 {
        match self {
            // The reference price; everything else wants a contract with the exchange.
            Self::Iex => 6,
            // Trades and best prices.
            Self::Crypto => 2,
            // Every change of the best prices; it has no trades.
            Self::Fx => 5,
        }
    }

    pub(super) const fn native(self) -> fn(&Symbol) -> String {
        match self {
            Self::Iex => symbol::stock,
            Self::Crypto | Self::Fx => symbol::pair,
        }
    }

    /// What is known by the name alone.
    pub(super) const fn known(self) -> fn(&Symbol) -> Instrument {
        match self {
            Self::Iex => ticker::american,
            Self::Crypto => pair::coins,
            Self::Fx => pair::currencies,
        }
    }

    /// What its latest prices are fetched by.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Iex => "/iex/?tickers=",
            Self::Crypto => "/tiingo/crypto/top?tickers=",
            Self::Fx => "/tiingo/fx/top?tickers=",
        }
    }
}
