//! Its four sockets.

use model::{Instrument, Session, Symbol};

use super::symbol;
use crate::{pair, ticker};

/// Each is an address of its own. What comes tells by itself what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Market {
    Us,
    UsQuote,
    Forex,
    Crypto,
}

impl Market {
    pub(super) const fn native(self) -> fn(&Symbol) -> String {
        match self {
            Self::Us | Self::UsQuote => symbol::stock,
            Self::Forex => symbol::currencies,
            Self::Crypto => symbol::coins,
        }
    }

    /// What is known by the name alone.
    pub(super) fn known(self, symbol: &Symbol) -> Instrument {
        match self {
            Self::Us | Self::UsQuote => ticker::american(symbol),
            Self::Forex => pair::currencies(symbol),
            Self::Crypto => pair::coins(symbol),
        }
    }

    /// Where it never changes.
    pub(super) const fn session(self) -> Option<Session> {
        match self {
            Self::Us | Self::UsQuote | Self::Forex => None,
            Self::Crypto => Some(Session::Open),
        }
    }
}
