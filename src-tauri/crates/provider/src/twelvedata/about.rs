//! What a person wants to know of Twelve Data.

use crate::About;

pub(super) const PRICES: About = About {
    covers: "Stocks, funds, indices, currencies and coins of many countries: the last price, without sizes.",
    costs: "A free account has one connection and a few symbols to try out. All symbols come with the plan Pro.",
    needs: "An API key from Twelve Data's account page.",
    key_site: Some("https://twelvedata.com/account/api-keys"),
    unofficial: false,
    delayed: false,
};
