//! What the venue says when it does not like something.
//!
//! ```json
//! {"messageType":"E","response":{"code":403,"message":"Not authorized for service: boats"}}
//! {"messageType":"E","response":{"code":401,"message":"Invalid token"}}
//! ```

use super::subscription::Requests;
use crate::names::Names;
use crate::sentence::sentence;
use crate::{Denial, Directory, Event};

/// Its codes are those of HTTP.
pub(super) fn told(
    code: Option<u16>,
    words: Option<&str>,
    requests: &mut Requests,
    names: &Names,
    directory: &Directory,
    events: &mut Vec<Event>,
) {
    let why = sentence(words, code.map(|code| code.to_string()).as_deref());
    let denial = match code {
        Some(401) => Denial::Key,
        Some(403) => forbidden(words.unwrap_or_default()),
        Some(429) => Denial::Slower { patience: None },
        Some(500..=599) => Denial::Passing,
        Some(_) | None => {
            // About the oldest question, and if that was one symbol, about that one.
            match requests.answered().as_deref() {
                Some([ticker]) => names.refuse(ticker, &why, directory, events),
                Some(_) | None => events.push(Event::Complaint { why }),
            }
            return;
        }
    };
    events.push(Event::Denied { denial, why });
}

/// The same in the place of a stream or of what was fetched.
pub(super) fn refusal(status: u16, body: &str) -> Option<Denial> {
    (status == 403).then(|| forbidden(body))
}

/// Said of a key that it does not know, and of one that has not paid for it.
fn forbidden(words: &str) -> Denial {
    if words.to_lowercase().contains("token") {
        Denial::Key
    } else {
        Denial::Plan
    }
}
