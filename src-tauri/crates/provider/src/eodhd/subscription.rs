//! What is sent. A list in the place of the one text is refused.
//!
//! ```json
//! {"action":"subscribe","symbols":"AAPL,TSLA"}
//! {"action":"unsubscribe","symbols":"AAPL"}
//! ```

use serde::Serialize;

#[derive(Serialize)]
struct Request<'a> {
    action: &'static str,
    symbols: &'a str,
}

pub(super) fn subscribe(names: &[String]) -> Option<String> {
    request("subscribe", names)
}

pub(super) fn unsubscribe(names: &[String]) -> Option<String> {
    request("unsubscribe", names)
}

fn request(action: &'static str, names: &[String]) -> Option<String> {
    let symbols = &names.join(",");
    // Texts can always be written.
    serde_json::to_string(&Request { action, symbols }).ok()
}
