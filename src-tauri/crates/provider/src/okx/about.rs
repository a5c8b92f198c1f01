//! What a person wants to know of OKX.

use crate::About;

const NEEDS: &str = "No account and no key.";

pub(super) const WORLD: About = About {
    covers: "Coins, mostly for Tether's dollars (USDT): trades, best prices and the figures of the last 24 hours.",
    costs: "Free.",
    needs: "No account and no key. Europe and the United States have addresses of their own.",
    key_site: None,
    unofficial: false,
    delayed: false,
};

pub(super) const EUROPE: About = About {
    covers: "Coins at OKX for Europe: trades, best prices and the figures of the last 24 hours.",
    costs: "Free.",
    needs: NEEDS,
    key_site: None,
    unofficial: false,
    delayed: false,
};

pub(super) const AMERICA: About = About {
    covers: "Coins at OKX for the United States: trades, best prices and the figures of the last 24 hours.",
    costs: "Free.",
    needs: NEEDS,
    key_site: None,
    unofficial: false,
    delayed: false,
};
