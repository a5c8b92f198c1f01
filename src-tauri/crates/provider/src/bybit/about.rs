//! What a person wants to know of Bybit.

use crate::About;

pub(super) const SPOT: About = About {
    covers: "Coins, mostly for Tether's dollars (USDT): trades, best prices, candles and the figures of the last 24 hours.",
    costs: "Free.",
    needs: "No account and no key. Whoever asks from the United States is turned away.",
    key_site: None,
    unofficial: false,
    delayed: false,
};
