//! What a person wants to know of Yahoo.

use crate::About;

pub(super) const PAGES: About = About {
    covers: "Stocks, funds, indices, currencies, futures and coins of the whole world: the last price every few seconds. Up to 100 symbols a connection.",
    costs: "Free, but Yahoo has not agreed to it: its terms forbid programs to read this and anybody to pass it on. It may end any day.",
    needs: "No account and no key.",
    key_site: None,
    unofficial: true,
    delayed: false,
};
