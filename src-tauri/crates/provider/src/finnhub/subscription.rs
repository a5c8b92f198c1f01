//! What is asked, one name a message.
//!
//! ```json
//! {"type":"subscribe","symbol":"AAPL"}
//! {"type":"unsubscribe","symbol":"AAPL"}
//! ```

use serde::Serialize;

use super::channel::{SUBSCRIBE, UNSUBSCRIBE};

/// Names in the order in which they were first asked for: where there are too many, the last ones are.
#[derive(Debug, Default)]
pub(super) struct Asked(Vec<String>);

#[derive(Serialize)]
struct Request<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    symbol: &'a str,
}

impl Asked {
    pub(super) fn subscribe(&mut self, native: String) -> Option<String> {
        let message = message(SUBSCRIBE, &native);
        if !self.0.contains(&native) {
            self.0.push(native);
        }
        message
    }

    pub(super) fn unsubscribe(&mut self, native: &str) -> Option<String> {
        self.0.retain(|name| name != native);
        message(UNSUBSCRIBE, native)
    }

    /// That for which there was no room.
    pub(super) fn last(&mut self) -> Option<String> {
        self.0.pop()
    }
}

/// Texts can always be written.
fn message(kind: &'static str, symbol: &str) -> Option<String> {
    serde_json::to_string(&Request { kind, symbol }).ok()
}
