//! What a person wants to know of Massive.

use crate::About;

const SITE: Option<&str> = Some("https://massive.com/dashboard");
const NEEDS: &str = "An API key from Massive's dashboard.";

pub(super) const STOCKS: About = About {
    covers: "US stocks and funds on all exchanges: trades, best prices and candles.",
    costs: "The plan Advanced (about 199 dollars a month in 2026).",
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};

pub(super) const STOCKS_DELAYED: About = About {
    covers: "US stocks and funds on all exchanges, 15 minutes late.",
    costs: "A paid plan, Starter or larger (from about 29 dollars a month in 2026).",
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: true,
};

pub(super) const CRYPTO: About = About {
    covers: "Coins on several exchanges at once: trades, best prices and candles.",
    costs: "A paid plan for coins.",
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};

pub(super) const FOREX: About = About {
    covers: "Pairs of currencies: best prices of banks and brokers, without sizes, and candles.",
    costs: "A paid plan for currencies.",
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};
