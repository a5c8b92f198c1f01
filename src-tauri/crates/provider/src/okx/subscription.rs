//! What is asked.
//!
//! ```json
//! {"id":"1","op":"subscribe","args":[{"channel":"trades","instId":"BTC-USDT"},{"channel":"tickers","instId":"BTC-USDT"}]}
//! {"id":"2","op":"unsubscribe","args":[{"channel":"trades","instId":"BTC-USDT"},{"channel":"tickers","instId":"BTC-USDT"}]}
//! ```

use model::Symbol;
use serde::Serialize;

use super::channel::Channel;
use super::{CARD, symbol};
use crate::Asking;
use crate::names::distinct;
use crate::unanswered::Unanswered;

#[derive(Serialize)]
struct Request {
    id: String,
    op: &'static str,
    args: Vec<Argument>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Argument {
    channel: &'static str,
    inst_id: String,
}

pub(super) fn subscribe(asking: Asking<'_>, unanswered: &mut Unanswered) -> Vec<String> {
    let chunks = asking.chunks(CARD.symbols_per_message);
    let messages = chunks.filter_map(|chunk| {
        let symbols: Vec<_> = chunk.symbols.iter().map(|wanted| wanted.symbol).collect();
        let id = unanswered.ask(symbols.iter().copied().cloned().collect());
        request(id, "subscribe", &symbols)
    });
    messages.collect()
}

pub(super) fn unsubscribe(symbols: &[&Symbol], unanswered: &mut Unanswered) -> Vec<String> {
    let chunks = symbols.chunks(CARD.symbols_per_message);
    chunks
        .filter_map(|chunk| request(unanswered.number(), "unsubscribe", chunk))
        .collect()
}

fn request(id: u64, op: &'static str, symbols: &[&Symbol]) -> Option<String> {
    let names = distinct(symbols.iter().map(|symbol| symbol::native(symbol)));
    let args = names.iter().flat_map(|name| {
        Channel::ALL.map(|channel| Argument {
            channel: channel.as_str(),
            inst_id: name.clone(),
        })
    });
    // Texts can always be written.
    serde_json::to_string(&Request {
        id: id.to_string(),
        op,
        args: args.collect(),
    })
    .ok()
}
