//! What an instrument is called wherever one speaks of it, so that two feeds of it can be told to be
//! of the same.
//!
//! - [`Canonical`]: that name
//! - `Naming`: how a venue writes it, both ways; each venue names its own in its
//!   [`Listing`](crate::Listing)
//! - `pairs`, `shares`: what several venues have in common of that

mod pairs;
mod shares;
#[cfg(test)]
mod tests;

use std::fmt;

use model::{InstrumentKind, Symbol};

use crate::Listed;

/// The market of all American exchanges together, on which a ticker is one share wherever it is dealt in.
pub(crate) const AMERICA: &str = "US";

/// In capitals, save where a small letter tells one share from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Canonical {
    /// A share or a fund: the ticker of its exchange, a class behind a dot, and the ISO 10383 code of
    /// that exchange, or `US` for all American ones.
    Share { ticker: String, exchange: String },
    /// What is bought and what is paid with. A dollar is none of the coins that stand for one.
    Pair { base: String, quote: String },
    /// By the ticker of whoever reckons it.
    Index { ticker: String },
}

impl Canonical {
    /// That of one in the list of well-known instruments.
    pub fn of(listed: &Listed) -> Option<Self> {
        match listed.kind {
            InstrumentKind::Stock | InstrumentKind::Etf => {
                let american = crate::bundle::native::american(listed, ".").is_some();
                let exchange = if american { AMERICA } else { listed.exchange? };
                Some(Self::share(listed.ticker, exchange))
            }
            InstrumentKind::Crypto | InstrumentKind::Fx => {
                let (base, quote) = listed.halves()?;
                Some(Self::pair(base, quote))
            }
            InstrumentKind::Index => {
                let ticker = listed.ticker.to_owned();
                Some(Self::Index { ticker })
            }
        }
    }

    pub(crate) fn share(ticker: &str, exchange: &str) -> Self {
        let (ticker, exchange) = (ticker.to_owned(), exchange.to_owned());
        Self::Share { ticker, exchange }
    }

    pub(crate) fn pair(base: &str, quote: &str) -> Self {
        let (base, quote) = (base.to_owned(), quote.to_owned());
        Self::Pair { base, quote }
    }

    /// What it is called where nothing else can be meant: `AAPL`, `BTC`, `SPX`.
    pub fn ticker(&self) -> &str {
        match self {
            Self::Share { ticker, .. } | Self::Index { ticker } => ticker,
            Self::Pair { base, .. } => base,
        }
    }
}

/// `AAPL (US)`, `BTC/USD`, `SPX`.
impl fmt::Display for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { ticker, exchange } => write!(f, "{ticker} ({exchange})"),
            Self::Pair { base, quote } => write!(f, "{base}/{quote}"),
            Self::Index { ticker } => f.write_str(ticker),
        }
    }
}

/// How a venue writes what has a name everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Naming {
    /// `None` for what it alone has, or for what nobody can tell apart.
    pub(crate) read: fn(&Symbol) -> Option<Canonical>,
    /// `None` for what it cannot have.
    pub(crate) write: fn(&Canonical) -> Option<String>,
}

/// Of a venue whose names mean nothing elsewhere.
pub(crate) const NONE: Naming = Naming {
    read: |_| None,
    write: |_| None,
};

pub(crate) use pairs::{DASHED, GLUED, SLASHED, SMALL, halves, joined};
pub(crate) use shares::{CLASS_DASHED, CLASS_DOTTED, american, class};
