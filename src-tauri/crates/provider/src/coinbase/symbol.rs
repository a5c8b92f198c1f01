//! What an instrument is called there.

use model::Symbol;

use crate::pair;

/// `BTC-USD` for `btc/usd` and itself.
pub(super) fn native(symbol: &Symbol) -> String {
    pair::joined(symbol, "-")
}
