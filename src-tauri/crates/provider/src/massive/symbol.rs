//! What an instrument is called there, and on which of its markets.

use model::{Instrument, Session, Symbol};

use crate::{pair, ticker};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Market {
    Shares,
    Coins,
    /// Of which it tells what is offered, and no deals.
    Currencies,
}

impl Market {
    /// `BRK.B` for `BRK-B`, `BTC-USD` for `btc/usd`, `EUR/USD` for `eurusd`.
    pub(super) fn native(self) -> fn(&Symbol) -> String {
        match self {
            Self::Shares => ticker::dotted,
            Self::Coins => |symbol| pair::joined(symbol, "-"),
            Self::Currencies => currencies,
        }
    }

    pub(super) fn instrument(self) -> fn(&Symbol) -> Instrument {
        match self {
            Self::Shares => ticker::american,
            Self::Coins => pair::coins,
            Self::Currencies => pair::currencies,
        }
    }

    /// There is no hour at which coins are not traded. Of shares it says nothing.
    pub(super) const fn session(self) -> Option<Session> {
        match self {
            Self::Shares | Self::Currencies => None,
            Self::Coins => Some(Session::Open),
        }
    }
}

/// Whichever of its two ways to write them it was: each half has three letters.
pub(super) fn currencies(symbol: &Symbol) -> String {
    let name = pair::joined(symbol, "/");
    match name.split_at_checked(3) {
        Some((base, quote)) if name.len() == 6 && !name.contains('/') => format!("{base}/{quote}"),
        Some(_) | None => name,
    }
}
