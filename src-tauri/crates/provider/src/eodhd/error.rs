//! What the venue says about a connection, in two kinds of message.
//!
//! ```json
//! {"status_code":200,"message":"Authorized"}
//! {"status":403,"message":"Server error"}
//! {"status":500,"message":"Server error"}
//! {"status_code":422,"message":"Symbols limit reached"}
//! {"status_code":422,"message":"Action and symbols should be string"}
//! ```

use crate::names::Names;
use crate::sentence::sentence;
use crate::{Denial, Directory, Event};

/// What it did not like was all that was asked for last.
pub(super) fn told(
    code: Option<u16>,
    words: Option<&str>,
    (names, asked): (&Names, &mut Vec<String>),
    directory: &Directory,
    events: &mut Vec<Event>,
) {
    let why = sentence(words, code.map(|code| code.to_string()).as_deref());
    let denial = match code {
        // Said once, after the opening; nothing else is good news.
        Some(200) => {
            events.push(Event::Admitted);
            return;
        }
        Some(401 | 403) => Denial::Key,
        Some(402) => Denial::Plan,
        Some(429) => Denial::Slower { patience: None },
        // Also the answer to whoever asks before it was told that it may.
        Some(500..=599) => Denial::Passing,
        Some(422) if !asked.is_empty() => {
            let asked = std::mem::take(asked);
            if words.is_some_and(|words| words.to_ascii_lowercase().contains("limit")) {
                names.full(&asked, &why, directory, events);
            } else {
                asked
                    .iter()
                    .for_each(|name| names.refuse(name, &why, directory, events));
            }
            return;
        }
        Some(_) | None => {
            events.push(Event::Complaint { why });
            return;
        }
    };
    events.push(Event::Denied { denial, why });
}
