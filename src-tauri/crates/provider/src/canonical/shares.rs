//! Shares that are listed in the United States: `AAPL`, `BRK.B`, `BRK-B`.

use model::Symbol;

use super::{AMERICA, Canonical, Naming};
use crate::ticker;

pub(crate) const CLASS_DOTTED: Naming = Naming {
    read: american,
    write: |canonical| class(canonical, "."),
};
pub(crate) const CLASS_DASHED: Naming = Naming {
    read: american,
    write: |canonical| class(canonical, "-"),
};

/// However its class is written.
pub(crate) fn american(symbol: &Symbol) -> Option<Canonical> {
    let ticker = ticker::dotted(symbol);
    let only = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.';
    (!ticker.is_empty() && ticker.bytes().all(only)).then(|| Canonical::share(&ticker, AMERICA))
}

/// With this before its class.
pub(crate) fn class(canonical: &Canonical, before: &str) -> Option<String> {
    match canonical {
        Canonical::Share { ticker, exchange } if exchange == AMERICA => Some(ticker.replace('.', before)),
        Canonical::Share { .. } | Canonical::Pair { .. } | Canonical::Index { .. } => None,
    }
}
