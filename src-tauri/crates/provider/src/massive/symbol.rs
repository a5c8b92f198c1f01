//! What an instrument is called there, and on which of its markets.

use model::{Instrument, Session, Symbol};

use crate::{pair, ticker};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Market {
    Shares,
    Coins,
}

impl Market {
    /// `BRK.B` for `BRK-B`, `BTC-USD` for `btc/usd`.
    pub(super) fn native(self) -> fn(&Symbol) -> String {
        match self {
            Self::Shares => ticker::dotted,
            Self::Coins => |symbol| pair::joined(symbol, "-"),
        }
    }

    pub(super) fn instrument(self) -> fn(&Symbol) -> Instrument {
        match self {
            Self::Shares => ticker::american,
            Self::Coins => pair::coins,
        }
    }

    /// There is no hour at which coins are not traded. Of shares it says nothing.
    pub(super) const fn session(self) -> Option<Session> {
        match self {
            Self::Shares => None,
            Self::Coins => Some(Session::Open),
        }
    }
}
