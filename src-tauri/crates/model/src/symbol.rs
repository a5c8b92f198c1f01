//! What an instrument is called.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use crate::Price;

/// An instrument's name in the words of its feed, kept verbatim.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(Arc<str>);

impl Symbol {
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Symbol {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// Lets a map keyed by `Symbol` be asked with the text of a message.
impl Borrow<str> for Symbol {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A symbol's number inside one feed, given when it is first wanted and never
/// given to another symbol.
///
/// A tick carries this and not the name, so that reading one allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolKey(pub u32);

/// What sort of thing is traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstrumentKind {
    Stock,
    Etf,
    Index,
    Crypto,
    Fx,
}

impl InstrumentKind {
    pub const ALL: [Self; 5] = [Self::Stock, Self::Etf, Self::Index, Self::Crypto, Self::Fx];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Etf => "etf",
            Self::Index => "index",
            Self::Crypto => "crypto",
            Self::Fx => "fx",
        }
    }

    /// `None` for a word that is none of ours.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What a feed says about a symbol when it accepts it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instrument {
    pub name: Option<Arc<str>>,
    pub kind: Option<InstrumentKind>,
    /// Where it is listed, by its ISO 10383 code; a pair of coins has none.
    pub exchange: Option<Arc<str>>,
    /// ISO 4217, or the venue's own word for what it quotes in (`GBX`, `USDT`).
    pub currency: Option<Arc<str>>,
    /// The smallest step of its price.
    pub tick: Option<Price>,
    /// The last price of the session before, which changes are counted from.
    pub previous_close: Option<Price>,
}
