//! What is asked: one channel in each message.
//!
//! ```json
//! {"type":"subscribe","channel":"ticker","product_ids":["BTC-USD"]}
//! {"type":"subscribe","channel":"market_trades","product_ids":["BTC-USD"]}
//! {"type":"subscribe","channel":"heartbeats"}
//! ```

use serde::Serialize;

use super::channel::{Channel, HEARTBEATS};
use super::{CARD, symbol};
use crate::Asking;
use crate::coinbase::standing::Standing;

#[derive(Serialize)]
struct Request<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    channel: &'static str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    product_ids: &'a [String],
}

pub(super) fn heartbeats() -> Option<String> {
    request("subscribe", HEARTBEATS, &[])
}

pub(super) fn subscribe(asking: Asking<'_>, standing: &mut Standing) -> Vec<String> {
    let chunks = asking.chunks(CARD.symbols_per_message);
    let messages = chunks.flat_map(|chunk| {
        let products = standing.asked(chunk, symbol::native);
        Channel::ALL.map(|channel| request("subscribe", channel.word(), &products))
    });
    messages.flatten().collect()
}

pub(super) fn unsubscribe(products: &[String]) -> Vec<String> {
    let chunks = products.chunks(CARD.symbols_per_message);
    let messages =
        chunks.flat_map(|chunk| Channel::ALL.map(|channel| request("unsubscribe", channel.word(), chunk)));
    messages.flatten().collect()
}

fn request(kind: &'static str, channel: &'static str, product_ids: &[String]) -> Option<String> {
    // Texts can always be written.
    serde_json::to_string(&Request {
        kind,
        channel,
        product_ids,
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coinbase::tests::asking;

    fn ask(names: &[&str]) -> Vec<String> {
        asking(names, |asking| subscribe(asking, &mut Standing::default()))
    }

    #[test]
    fn each_channel_has_a_message_of_its_own() {
        assert_eq!(
            ask(&["btc/usd", "BTC-USD"]),
            [
                r#"{"type":"subscribe","channel":"ticker","product_ids":["BTC-USD"]}"#,
                r#"{"type":"subscribe","channel":"market_trades","product_ids":["BTC-USD"]}"#,
            ]
        );
        let given_up = unsubscribe(&["BTC-USD".to_owned()]);
        assert_eq!(
            given_up[1],
            r#"{"type":"unsubscribe","channel":"market_trades","product_ids":["BTC-USD"]}"#
        );
        assert_eq!(unsubscribe(&[]), [] as [String; 0], "none would be all of them");
        assert_eq!(
            heartbeats().as_deref(),
            Some(r#"{"type":"subscribe","channel":"heartbeats"}"#)
        );
    }

    #[test]
    fn no_message_is_longer_than_the_card_says() {
        let names: Vec<_> = (0..201).map(|n| format!("SYMBOL{n}-USDT")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let messages = ask(&names);
        assert_eq!(messages.len(), 10);
        assert!(messages.iter().all(|message| message.len() <= CARD.message_max));
    }
}
