//! What is sent.
//!
//! ```json
//! {"action":"subscribe","params":{"symbols":"AAPL,RY:TSX,EUR/USD,BTC/USD"}}
//! {"action":"unsubscribe","params":{"symbols":"AAPL"}}
//! {"action":"heartbeat"}
//! ```

use serde::Serialize;

use super::{CARD, symbol};
use crate::Asking;

pub(super) const HEARTBEAT: &str = r#"{"action":"heartbeat"}"#;

#[derive(Serialize)]
struct Request<'a> {
    action: &'static str,
    params: Params<'a>,
}

#[derive(Serialize)]
struct Params<'a> {
    symbols: &'a str,
}

pub(super) fn subscribe(asking: Asking<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(asking.symbols.len());
    for wanted in asking.symbols {
        let name = symbol::native(wanted.symbol);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    requests("subscribe", &names)
}

pub(super) fn unsubscribe(names: &[String]) -> Vec<String> {
    requests("unsubscribe", names)
}

fn requests(action: &'static str, names: &[String]) -> Vec<String> {
    let chunks = names.chunks(CARD.symbols_per_message);
    let requests = chunks.filter_map(|names| {
        let symbols = &names.join(",");
        let params = Params { symbols };
        // Texts can always be written.
        serde_json::to_string(&Request { action, params }).ok()
    });
    requests.collect()
}
