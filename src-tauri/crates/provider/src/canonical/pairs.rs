//! Pairs: `BTC-USD`, `BTC/USD`, `BTCUSD`, `btcusd`.

use model::Symbol;

use super::{Canonical, Naming};
use crate::pair;

/// Stands where the money of a pair does, and is the end of a contract's name.
const PERPETUAL: &str = "PERP";

pub(crate) const DASHED: Naming = Naming {
    read: halves,
    write: |canonical| joined(canonical, "-"),
};
pub(crate) const SLASHED: Naming = Naming {
    read: halves,
    write: |canonical| joined(canonical, "/"),
};
pub(crate) const GLUED: Naming = Naming {
    read: halves,
    write: |canonical| joined(canonical, ""),
};
pub(crate) const SMALL: Naming = Naming {
    read: halves,
    write: |canonical| Some(joined(canonical, "")?.to_lowercase()),
};

/// However it is written. In one word it is parted where what is paid with is known.
pub(crate) fn halves(symbol: &Symbol) -> Option<Canonical> {
    if let Some((base, quote)) = pair::halves(symbol) {
        if ![base, quote].into_iter().all(is_word) || quote.eq_ignore_ascii_case(PERPETUAL) {
            return None;
        }
        return Some(Canonical::pair(&base.to_uppercase(), &quote.to_uppercase()));
    }
    let word = symbol.as_str().to_uppercase();
    if !is_word(&word) {
        return None;
    }
    // Two currencies have three letters each, and some of those end as a longer name of money does.
    let quote = match pair::paid_with(&word) {
        Some(quote) => quote,
        None if word.len() == 6 => word.get(3..)?,
        None => return None,
    };
    let base = word.strip_suffix(quote)?;
    Some(Canonical::pair(base, quote))
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// With this between.
pub(crate) fn joined(canonical: &Canonical, between: &str) -> Option<String> {
    match canonical {
        Canonical::Pair { base, quote } => Some(format!("{base}{between}{quote}")),
        Canonical::Share { .. } | Canonical::Index { .. } => None,
    }
}
