//! What an instrument is called there.

use model::Symbol;

use crate::pair;

/// `BTCUSDT` for `BTC-USDT`, `btc/usdt` and itself.
pub(super) fn native(symbol: &Symbol) -> String {
    pair::joined(symbol, "")
}
