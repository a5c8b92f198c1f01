//! What a person wants to know of EODHD.

use crate::About;

const SITE: Option<&str> = Some("https://eodhd.com/cp/settings");
const NEEDS: &str = "An API token from EODHD's settings page, or the word demo.";
const COSTS: &str = "Paid. The key demo is free and gives AAPL, MSFT and TSLA.";

pub(super) const US: About = About {
    covers: "US stocks and funds: trades, before and after hours too. Up to 50 symbols a key.",
    costs: COSTS,
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};

pub(super) const US_QUOTE: About = About {
    covers: "US stocks and funds: best prices with their sizes. Up to 50 symbols a key.",
    costs: COSTS,
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};

pub(super) const FOREX: About = About {
    covers: "Pairs of currencies: best prices. Up to 50 symbols a key.",
    costs: "Paid. The key demo is free and gives EURUSD.",
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};

pub(super) const CRYPTO: About = About {
    covers: "Coins for dollars: trades. Up to 50 symbols a key.",
    costs: "Paid. The key demo is free and gives BTC-USD and ETH-USD.",
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};
