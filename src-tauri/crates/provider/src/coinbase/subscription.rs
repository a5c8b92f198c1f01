//! What is asked.
//!
//! ```json
//! {"type":"subscribe","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}
//! {"type":"unsubscribe","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}
//! ```
//!
//! Products stand inside of each channel and nowhere else: an empty list beside
//! them has been taken for a product without a name.

use serde::Serialize;

use super::channel::Channel;
use super::standing::Standing;
use super::{CARD, symbol};
use crate::Asking;

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

pub(super) fn subscribe(asking: Asking<'_>, standing: &mut Standing) -> Vec<String> {
    let chunks = asking.chunks(CARD.symbols_per_message);
    let messages = chunks.filter_map(|chunk| request("subscribe", &standing.asked(chunk, symbol::native)));
    messages.collect()
}

pub(super) fn unsubscribe(products: &[String]) -> Vec<String> {
    let chunks = products.chunks(CARD.symbols_per_message);
    chunks.filter_map(|chunk| request("unsubscribe", chunk)).collect()
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
    use super::*;
    use crate::coinbase::tests::asking;

    fn ask(names: &[&str]) -> Vec<String> {
        asking(names, |asking| subscribe(asking, &mut Standing::default()))
    }

    #[test]
    fn products_are_asked_for_once_in_each_channel() {
        assert_eq!(
            ask(&["btc/usd", "BTC-USD"]),
            [
                r#"{"type":"subscribe","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}"#
            ]
        );
        assert_eq!(
            unsubscribe(&["BTC-USD".to_owned()]),
            [
                r#"{"type":"unsubscribe","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}"#
            ]
        );
        assert_eq!(unsubscribe(&[]), [] as [String; 0]);
    }

    #[test]
    fn no_message_is_longer_than_the_card_says() {
        let names: Vec<_> = (0..201).map(|n| format!("SYMBOL{n}-USDT")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let messages = ask(&names);
        assert_eq!(messages.len(), 5);
        assert!(messages.iter().all(|message| message.len() <= CARD.message_max));
    }

    #[test]
    fn a_name_cannot_break_out_of_its_quotes() {
        let asked = ask(&["a\"]}"]);
        assert!(asked[0].contains(r#"["A\"]}"]"#), "{asked:?}");
    }
}
