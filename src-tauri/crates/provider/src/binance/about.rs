//! What a person wants to know of Binance.

use crate::About;

pub(super) const WORLD: About = About {
    covers: "Coins, mostly for Tether's dollars (USDT): every trade, best prices and one-minute candles.",
    costs: "Free.",
    needs: "No account and no key. Some countries, the United States among them, may be turned away.",
    key_site: None,
    unofficial: false,
    delayed: false,
};

pub(super) const US: About = About {
    covers: "Coins as they are dealt in at Binance's American exchange: every trade, best prices and one-minute candles.",
    costs: "Free.",
    needs: "No account and no key.",
    key_site: None,
    unofficial: false,
    delayed: false,
};
