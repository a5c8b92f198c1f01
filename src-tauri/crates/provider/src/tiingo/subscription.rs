//! What is asked, with the key in each message, and what was not answered yet.
//!
//! ```json
//! {"eventName":"subscribe","authorization":"KEY","eventData":{"thresholdLevel":6,"tickers":["spy","uso"]}}
//! {"eventName":"unsubscribe","authorization":"KEY","eventData":{"subscriptionId":49792869,"tickers":["spy"]}}
//! ```

use std::collections::VecDeque;

use model::Secret;
use serde::Serialize;

use super::channel::Market;
use crate::Asking;
use crate::names::Names;

/// More than any connection asks before its answers come.
const UNANSWERED_MAX: usize = 256;
/// As many tickers in one message.
const TICKERS_MAX: usize = super::STOCKS.symbols_per_message;

#[derive(Debug, Default)]
pub(super) struct Requests {
    key: Option<Secret>,
    /// The venue's number for all that is asked on this connection, once it was told.
    subscription: Option<u64>,
    /// Tickers of each question, the oldest first.
    unanswered: VecDeque<Vec<String>>,
}

#[derive(Serialize)]
struct Request<'a> {
    #[serde(rename = "eventName")]
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<&'a str>,
    #[serde(rename = "eventData")]
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    #[serde(rename = "subscriptionId", skip_serializing_if = "Option::is_none")]
    subscription: Option<u64>,
    #[serde(rename = "thresholdLevel", skip_serializing_if = "Option::is_none")]
    threshold: Option<u8>,
    tickers: &'a [String],
}

impl Requests {
    pub(super) fn begin(&mut self, key: Option<&Secret>) {
        *self = Self {
            key: key.cloned(),
            ..Self::default()
        };
    }

    pub(super) fn subscribe(&mut self, market: Market, names: &Names, asking: Asking<'_>) -> Vec<String> {
        let chunks = asking.chunks(TICKERS_MAX);
        let messages = chunks.filter_map(|chunk| {
            let mut tickers = Vec::with_capacity(chunk.symbols.len());
            for wanted in chunk.symbols {
                let ticker = names.native(wanted.symbol);
                if !tickers.contains(&ticker) {
                    tickers.push(ticker);
                }
            }
            let message = self.request("subscribe", Some(market.threshold()), &tickers);
            // One that nobody will answer any more makes place.
            if self.unanswered.len() >= UNANSWERED_MAX {
                self.unanswered.pop_front();
            }
            self.unanswered.push_back(tickers);
            message
        });
        messages.collect()
    }

    pub(super) fn unsubscribe(&mut self, tickers: &[String]) -> Vec<String> {
        let chunks = tickers.chunks(TICKERS_MAX);
        chunks
            .filter_map(|chunk| self.request("unsubscribe", None, chunk))
            .collect()
    }

    /// Everything on this connection belongs to it.
    pub(super) const fn numbered(&mut self, subscription: u64) {
        self.subscription = Some(subscription);
    }

    /// What the oldest question asked for; it will not be answered twice.
    pub(super) fn answered(&mut self) -> Option<Vec<String>> {
        self.unanswered.pop_front()
    }

    /// Those of the unanswered that are wanted now, told by what is subscribed in all.
    pub(super) fn standing(&mut self, is_standing: impl Fn(&str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        self.unanswered.retain_mut(|tickers| {
            found.extend(tickers.extract_if(.., |ticker| is_standing(ticker)));
            !tickers.is_empty()
        });
        found
    }

    fn request(&self, event: &'static str, threshold: Option<u8>, tickers: &[String]) -> Option<String> {
        let request = Request {
            event,
            authorization: self.key.as_ref().map(Secret::reveal),
            data: Data {
                subscription: self.subscription,
                threshold,
                tickers,
            },
        };
        // Texts and numbers can always be written.
        serde_json::to_string(&request).ok()
    }
}

#[cfg(test)]
mod tests {
    use model::Symbol;

    use super::*;
    use crate::Wanted;

    fn ask(requests: &mut Requests, names: &[&str]) -> Vec<String> {
        let symbols: Vec<_> = names.iter().map(|name| Symbol::new(name)).collect();
        let wanted: Vec<_> = symbols
            .iter()
            .map(|symbol| Wanted { symbol, after: None })
            .collect();
        let asking = Asking {
            symbols: &wanted,
            epoch: None,
            bars: false,
        };
        requests.subscribe(Market::Iex, &Names::new(Market::Iex.native()), asking)
    }

    #[test]
    fn the_key_is_in_each_message_and_the_number_once_it_is_known() {
        let mut requests = Requests::default();
        requests.begin(Some(&Secret::new("KEY".to_owned())));
        assert_eq!(
            ask(&mut requests, &["SPY", "USO", "spy"]),
            [
                r#"{"eventName":"subscribe","authorization":"KEY","eventData":{"thresholdLevel":6,"tickers":["spy","uso"]}}"#
            ]
        );
        requests.numbered(7);
        assert_eq!(
            requests.unsubscribe(&["spy".to_owned()]),
            [
                r#"{"eventName":"unsubscribe","authorization":"KEY","eventData":{"subscriptionId":7,"tickers":["spy"]}}"#
            ]
        );
        assert_eq!(
            ask(&mut requests, &["MSFT"]),
            [
                r#"{"eventName":"subscribe","authorization":"KEY","eventData":{"subscriptionId":7,"thresholdLevel":6,"tickers":["msft"]}}"#
            ]
        );
        assert!(!format!("{requests:?}").contains("KEY"));
    }

    #[test]
    fn a_new_connection_knows_nothing_of_the_one_before() {
        let mut requests = Requests::default();
        requests.begin(None);
        requests.numbered(7);
        ask(&mut requests, &["SPY"]);
        requests.begin(None);
        assert_eq!(requests.answered(), None);
        assert_eq!(
            ask(&mut requests, &["SPY"]),
            [r#"{"eventName":"subscribe","eventData":{"thresholdLevel":6,"tickers":["spy"]}}"#]
        );
    }

    #[test]
    fn no_message_is_longer_than_the_card_says() {
        let mut requests = Requests::default();
        requests.begin(Some(&Secret::new("k".repeat(40))));
        let names: Vec<_> = (0..201).map(|n| format!("LONGSYMBOL{n}")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let messages = ask(&mut requests, &names);
        assert_eq!(messages.len(), 3);
        let length_max = crate::tiingo::STOCKS.message_max;
        assert!(messages.iter().all(|message| message.len() <= length_max));
    }

    #[test]
    fn questions_that_nobody_answers_do_not_pile_up() {
        let mut requests = Requests::default();
        for _ in 0..1_000 {
            ask(&mut requests, &["SPY"]);
        }
        assert_eq!(requests.unanswered.len(), UNANSWERED_MAX);
        assert_eq!(requests.standing(|_| false), [] as [String; 0]);
        assert_eq!(requests.standing(|ticker| ticker == "spy").len(), UNANSWERED_MAX);
        assert_eq!(requests.answered(), None);
    }
}
