//! What a person wants to know of Finnhub.

use crate::About;

pub(super) const TRADES: About = About {
    covers: "US stocks, coins and currencies: trades, and no best prices. Up to 50 symbols on the free plan.",
    costs: "A free account will do.",
    needs: "An API key from Finnhub's dashboard. One key serves one connection: no other program may use it at the same time.",
    key_site: Some("https://finnhub.io/dashboard"),
    unofficial: false,
    delayed: false,
};
