//! What a person wants to know of Alpaca.

use crate::About;

const SITE: Option<&str> = Some("https://app.alpaca.markets");
const NEEDS: &str = "The key ID and the secret key from Alpaca's dashboard, both.";
const COSTS: &str = "A free account will do, for 15 symbols at a time (30 streams).";

pub(super) const IEX: About = About {
    covers: "US stocks and funds on the exchange IEX alone, which sees a small part of all trades: trades, best prices, candles, halts.",
    costs: COSTS,
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};

pub(super) const SIP: About = About {
    covers: "US stocks and funds on all exchanges: trades, best prices, candles, halts.",
    costs: "The paid plan Algo Trader Plus.",
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};

pub(super) const DELAYED: About = About {
    covers: "US stocks and funds on all exchanges, 15 minutes late.",
    costs: "An account is free. Alpaca's papers do not say which plan this stream takes; if yours is too small, the feed says so.",
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: true,
};

pub(super) const TEST: About = About {
    covers: "One made-up share, FAKEPACA, at every hour of every day: to try out a key.",
    costs: "A free account will do.",
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};

pub(super) const CRYPTO: About = About {
    covers: "Coins at Alpaca: trades, best prices and candles.",
    costs: COSTS,
    needs: NEEDS,
    key_site: SITE,
    unofficial: false,
    delayed: false,
};
