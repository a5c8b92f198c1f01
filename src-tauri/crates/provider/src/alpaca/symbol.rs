//! What an instrument is called there, and on which of its markets.

use model::{Instrument, Session, Symbol};

use crate::{pair, ticker};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Market {
    /// Shares, as one small exchange deals in them.
    Iex,
    /// Shares on all exchanges.
    Sip,
    /// The same, a quarter of an hour later.
    Delayed,
    /// One share that does not exist, dealt in at all hours.
    Test,
    Crypto,
}

impl Market {
    /// `BRK.B` for `BRK-B`, `BTC/USD` for `BTC-USD`.
    pub(super) fn native(self) -> fn(&Symbol) -> String {
        match self {
            Self::Iex | Self::Sip | Self::Delayed | Self::Test => ticker::dotted,
            Self::Crypto => |symbol| pair::joined(symbol, "/"),
        }
    }

    pub(super) fn instrument(self) -> fn(&Symbol) -> Instrument {
        match self {
            Self::Iex | Self::Sip | Self::Delayed | Self::Test => ticker::american,
            Self::Crypto => pair::coins,
        }
    }

    /// There is no hour at which coins are not traded. Of shares it tells halts alone.
    pub(super) const fn session(self) -> Option<Session> {
        match self {
            Self::Iex | Self::Sip | Self::Delayed | Self::Test => None,
            Self::Crypto => Some(Session::Open),
        }
    }
}
