//! On which exchange the best prices of a pair of coins are.
//!
//! The stream tells those of many exchanges in turn. A bid of one beside an ask
//! of another is no market, and prices that jump between them are none either.

use chrono::{DateTime, TimeDelta, Utc};

use crate::directory::ByName;

/// An exchange that has said nothing for so long, while others spoke, is down or
/// has given the pair up. On the quietest pairs some minutes without a change are usual elsewhere.
const SILENCE_MAX: TimeDelta = TimeDelta::seconds(60);

/// By ticker, whose best prices are told: of the one that spoke first.
#[derive(Debug, Default)]
pub(super) struct Houses(ByName<String, House>);

#[derive(Debug)]
struct House {
    name: String,
    heard: DateTime<Utc>,
}

impl Houses {
    /// Whether what this one says at this time is told.
    pub(super) fn leads(&mut self, ticker: &str, name: &str, time: Option<DateTime<Utc>>) -> bool {
        // Whoever does not say when has no claim against one who does.
        let time = time.unwrap_or(DateTime::<Utc>::MIN_UTC);
        let Some(house) = self.0.get_mut(ticker) else {
            let name = name.to_owned();
            self.0.insert(ticker.to_owned(), House { name, heard: time });
            return true;
        };
        if house.name == name {
            house.heard = house.heard.max(time);
            return true;
        }
        let is_silent = time.signed_duration_since(house.heard) > SILENCE_MAX;
        if is_silent {
            name.clone_into(&mut house.name);
            house.heard = time;
        }
        is_silent
    }

    pub(super) fn forget(&mut self, ticker: &str) {
        self.0.remove(ticker);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn best_prices_are_those_of_one_exchange_until_it_is_silent() {
        let at = |seconds: i64| DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap();
        let mut houses = Houses::default();
        assert!(houses.leads("btcusd", "gdax", Some(at(0))));
        assert!(!houses.leads("btcusd", "kraken", Some(at(1))));
        assert!(
            houses.leads("ethusd", "kraken", Some(at(1))),
            "of each pair it is another"
        );
        assert!(houses.leads("btcusd", "gdax", Some(at(50))));
        assert!(
            !houses.leads("btcusd", "kraken", Some(at(110))),
            "sixty seconds are not too long"
        );
        assert!(houses.leads("btcusd", "kraken", Some(at(111))));
        assert!(
            !houses.leads("btcusd", "gdax", Some(at(112))),
            "and then it is the other one"
        );
        houses.forget("btcusd");
        assert!(houses.leads("btcusd", "gdax", Some(at(113))));
    }
}
