//! What is asked, and which products stand.
//!
//! ```json
//! {"type":"subscribe","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}
//! {"type":"unsubscribe","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}
//! ```
//!
//! Products stand inside of each channel and nowhere else: an empty list beside
//! them has been taken for a product without a name.

use std::collections::{BTreeSet, VecDeque};

use serde::Serialize;

use super::channel::Channel;
use super::{CARD, symbol};
use crate::Asking;

/// More than any connection asks before its answers come.
const UNANSWERED_MAX: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Requests {
    /// What was asked for by each message of which nothing was answered, the oldest first.
    unanswered: VecDeque<Vec<String>>,
    /// Products of which the venue has said so since they were last asked for.
    standing: BTreeSet<String>,
}

#[derive(Serialize)]
struct Request<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    channels: [Part<'a>; Channel::ALL.len()],
}

#[derive(Serialize)]
struct Part<'a> {
    name: &'static str,
    product_ids: &'a [String],
}

impl Requests {
    pub(super) fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        let chunks = asking.chunks(CARD.symbols_per_message);
        let messages = chunks.filter_map(|chunk| {
            let mut products: Vec<_> = Vec::with_capacity(chunk.symbols.len());
            for wanted in chunk.symbols {
                let product = symbol::native(wanted.symbol);
                self.standing.remove(&product);
                if !products.contains(&product) {
                    products.push(product);
                }
            }
            let message = request("subscribe", &products);
            // One that nobody will answer any more makes place.
            if self.unanswered.len() >= UNANSWERED_MAX {
                self.unanswered.pop_front();
            }
            self.unanswered.push_back(products);
            message
        });
        messages.collect()
    }

    pub(super) fn unsubscribe(&self, products: &[String]) -> Vec<String> {
        let chunks = products.chunks(CARD.symbols_per_message);
        chunks.filter_map(|chunk| request("unsubscribe", chunk)).collect()
    }

    /// These stand, says the venue. Which of them it had not said so of.
    pub(super) fn stand(&mut self, all: BTreeSet<String>) -> Vec<String> {
        self.unanswered
            .retain(|asked| !asked.iter().any(|product| all.contains(product)));
        let new = all.difference(&self.standing).cloned().collect();
        self.standing = all;
        new
    }

    /// It answers in order, and one bad product spoils a message. Whether others
    /// were asked for together with this one, which have to be asked for again.
    pub(super) fn spoiled_by(&mut self, product: &str) -> bool {
        let oldest = self.unanswered.front();
        if !oldest.is_some_and(|asked| asked.iter().any(|other| other == product)) {
            return false;
        }
        self.unanswered.pop_front().is_some_and(|asked| asked.len() > 1)
    }

    /// It did not like the oldest, and does not say what of it.
    pub(super) fn disliked(&mut self) {
        self.unanswered.pop_front();
    }
}

fn request(kind: &'static str, products: &[String]) -> Option<String> {
    let channels = Channel::ALL.map(|channel| Part {
        name: channel.word(),
        product_ids: products,
    });
    // Texts can always be written.
    serde_json::to_string(&Request { kind, channels }).ok()
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
        requests.subscribe(Asking {
            symbols: &wanted,
            epoch: None,
            bars: false,
        })
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn products_are_asked_for_once_in_each_channel() {
        let mut requests = Requests::default();
        assert_eq!(
            ask(&mut requests, &["btc/usd", "BTC-USD"]),
            [
                r#"{"type":"subscribe","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}"#
            ]
        );
        assert_eq!(
            requests.unsubscribe(&["BTC-USD".to_owned()]),
            [
                r#"{"type":"unsubscribe","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}"#
            ]
        );
        assert_eq!(requests.unsubscribe(&[]), [] as [String; 0]);
    }

    #[test]
    fn no_message_is_longer_than_the_card_says() {
        let names: Vec<_> = (0..201).map(|n| format!("SYMBOL{n}-USDT")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let messages = ask(&mut Requests::default(), &names);
        assert_eq!(messages.len(), 5);
        assert!(messages.iter().all(|message| message.len() <= CARD.message_max));
    }

    #[test]
    fn what_stands_is_new_once_and_again_when_it_is_asked_for_again() {
        let mut requests = Requests::default();
        ask(&mut requests, &["A-B", "C-D"]);
        assert_eq!(requests.stand(set(&["A-B"])), ["A-B"]);
        assert_eq!(requests.stand(set(&["A-B", "C-D"])), ["C-D"]);
        assert_eq!(requests.stand(set(&["A-B", "C-D"])), [] as [String; 0]);
        ask(&mut requests, &["A-B"]);
        assert_eq!(requests.stand(set(&["A-B", "C-D"])), ["A-B"]);
        assert_eq!(requests.stand(set(&["C-D"])), [] as [String; 0]);
        assert_eq!(
            requests.stand(set(&["A-B", "C-D"])),
            ["A-B"],
            "it was given up between"
        );
    }

    #[test]
    fn a_bad_product_spoils_the_oldest_message_without_an_answer_alone() {
        let mut requests = Requests::default();
        ask(&mut requests, &["A-B", "X-X"]);
        ask(&mut requests, &["C-D", "Y-Y"]);
        assert!(!requests.spoiled_by("Y-Y"), "that is not the oldest");
        assert!(requests.spoiled_by("X-X"));
        assert!(!requests.spoiled_by("X-X"), "it was said once");
        requests.stand(set(&["C-D"]));
        assert!(!requests.spoiled_by("Y-Y"), "a part of it was answered");
        ask(&mut requests, &["Y-Y"]);
        assert!(!requests.spoiled_by("Y-Y"), "nothing was asked for beside it");
    }

    #[test]
    fn a_name_cannot_break_out_of_its_quotes() {
        let asked = ask(&mut Requests::default(), &["a\"]}"]);
        assert!(asked[0].contains(r#"["A\"]}"]"#), "{asked:?}");
    }

    #[test]
    fn questions_that_nobody_answers_do_not_pile_up() {
        let mut requests = Requests::default();
        for _ in 0..1_000 {
            ask(&mut requests, &["BTC-USD"]);
        }
        assert_eq!(requests.unanswered.len(), UNANSWERED_MAX);
    }
}
