//! What is asked, one name a message.
//!
//! ```json
//! {"type":"subscribe","symbol":"AAPL"}
//! {"type":"unsubscribe","symbol":"AAPL"}
//! ```

use std::collections::BTreeSet;

use serde::Serialize;

use super::channel::{SUBSCRIBE, UNSUBSCRIBE};

#[derive(Debug, Default)]
pub(super) struct Asked {
    /// In the order in which they were first asked for: where there are too many, the last ones are.
    names: Vec<String>,
    /// Nothing was heard of them since; nobody answers, so the first deal does.
    silent: BTreeSet<String>,
}

#[derive(Serialize)]
struct Request<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    symbol: &'a str,
}

impl Asked {
    pub(super) fn subscribe(&mut self, native: String) -> Option<String> {
        let message = message(SUBSCRIBE, &native);
        if !self.names.contains(&native) {
            self.names.push(native.clone());
        }
        self.silent.insert(native);
        message
    }

    pub(super) fn unsubscribe(&mut self, native: &str) -> Option<String> {
        self.names.retain(|name| name != native);
        self.silent.remove(native);
        message(UNSUBSCRIBE, native)
    }

    /// That for which there was no room.
    pub(super) fn last(&mut self) -> Option<String> {
        self.names.pop()
    }

    /// Whether it is the first that is heard of a name since it was asked for.
    pub(super) fn heard(&mut self, native: &str) -> bool {
        !self.silent.is_empty() && self.silent.remove(native)
    }
}

/// Texts can always be written.
fn message(kind: &'static str, symbol: &str) -> Option<String> {
    serde_json::to_string(&Request { kind, symbol }).ok()
}
