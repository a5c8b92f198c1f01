//! What a person wants to know of Bitstamp.

use crate::About;

pub(super) const SPOT: About = About {
    covers: "Coins for dollars, euros and pounds: every trade and the best prices.",
    costs: "Free.",
    needs: "No account and no key.",
    key_site: None,
    unofficial: false,
    delayed: false,
};
