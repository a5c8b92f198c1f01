//! What a person wants to know of Kraken.

use crate::About;

pub(super) const SPOT: About = About {
    covers: "Coins for dollars, euros and other money: trades, best prices, candles and the figures of the last 24 hours.",
    costs: "Free.",
    needs: "No account and no key.",
    key_site: None,
    unofficial: false,
    delayed: false,
};
