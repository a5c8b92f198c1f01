//! What a person wants to know of Tiingo.

use crate::About;

const SITE: Option<&str> = Some("https://www.tiingo.com/account/api/token");
const NEEDS: &str = "A token from Tiingo's account page.";
const COSTS: &str = "A free account will do, with 50 questions an hour; paid plans may ask more often.";

pub(super) const IEX: About = About {
    covers: "US stocks and funds: a reference price made from the exchange IEX, neither trades nor best prices.",
    costs: COSTS,
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};

pub(super) const CRYPTO: About = About {
    covers: "Coins on many exchanges at once: trades, and the best prices of one exchange.",
    costs: COSTS,
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};

pub(super) const FX: About = About {
    covers: "Pairs of currencies: best prices of several banks and brokers.",
    costs: COSTS,
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};
