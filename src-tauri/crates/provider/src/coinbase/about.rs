//! What a person wants to know of Coinbase.

use crate::About;

const NEEDS: &str = "No account and no key.";

pub(super) const EXCHANGE: About = About {
    covers: "Coins for dollars, euros and pounds: every trade, best prices and the figures of the last 24 hours.",
    costs: "Free.",
    needs: NEEDS,
    key_site: None,
    unofficial: false,
    delayed: false,
};

pub(super) const ADVANCED: About = About {
    covers: "The same coins as the app of Coinbase shows them: trades, best prices with sizes, figures of the last 24 hours.",
    costs: "Free.",
    needs: NEEDS,
    key_site: None,
    unofficial: false,
    delayed: false,
};
