//! How the nouns of the market are written in a file, and which texts are none.

use model::{FeedId, Symbol};

/// Longer than any name that a person types, and short enough for every keyring.
const FEED_ID_LENGTH_MAX: usize = 40;
const SYMBOL_BYTES_MAX: usize = 80;

/// A text that a list would not be able to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a symbol is 1 to {SYMBOL_BYTES_MAX} bytes of printable characters")]
pub struct NotASymbol;

/// Everything else is the venue's business: symbols are kept verbatim. Whoever
/// adds one to a list asks here first, since a list is read by the same rule.
pub fn read_symbol(text: &str) -> Result<Symbol, NotASymbol> {
    if text.is_empty() || text.len() > SYMBOL_BYTES_MAX || text.chars().any(char::is_control) {
        return Err(NotASymbol);
    }
    Ok(Symbol::new(text))
}

pub(crate) mod feed_id {
    use model::FeedId;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(id: &FeedId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(id.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FeedId, D::Error> {
        super::read_feed_id(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

pub(crate) mod symbol {
    use model::Symbol;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(symbol: &Symbol, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(symbol.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Symbol, D::Error> {
        super::read_symbol(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A text that no feed can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a feed's id is 1 to {FEED_ID_LENGTH_MAX} letters, digits, hyphens or underscores")]
pub struct NotAFeedId;

/// The id also names the feed's key in the keyring, so it is kept plain.
pub fn read_feed_id(text: &str) -> Result<FeedId, NotAFeedId> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if text.is_empty() || text.len() > FEED_ID_LENGTH_MAX || !plain {
        return Err(NotAFeedId);
    }
    Ok(FeedId::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_id_is_a_plain_word() {
        for good in ["sim", "alpaca-2", "my_feed"] {
            assert_eq!(read_feed_id(good).unwrap().as_str(), good);
        }
        for bad in ["", "a b", "../up", "ä", &"x".repeat(41)] {
            assert!(read_feed_id(bad).is_err(), "{bad} was taken for an id");
        }
    }

    #[test]
    fn a_symbol_is_kept_verbatim() {
        for good in ["BTC-USD", "^GSPC", "BRK/B", "JPY=X", "7203.T"] {
            assert_eq!(read_symbol(good).unwrap().as_str(), good);
        }
        for bad in ["", "A\nB", &"x".repeat(81), &"ä".repeat(41)] {
            assert!(read_symbol(bad).is_err(), "{bad:?} was taken for a symbol");
        }
    }
}
