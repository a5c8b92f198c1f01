//! What the venue says when it does not like something.
//!
//! ```json
//! {"method":"subscribe","req_id":1,"success":false,"error":"Currency pair not supported NONE/USD","symbol":"NONE/USD","time_in":"2023-09-25T09:04:31.742599Z","time_out":"2023-09-25T09:04:31.742648Z"}
//! {"error":["EAPI:Rate limit exceeded"]}
//! ```
//!
//! There are no codes, only words.

use std::time::Duration;

use model::Symbol;

use crate::names::Names;
use crate::sentence::sentence;
use crate::unanswered::blamed;
use crate::{Denial, Directory, Event};

/// For so long is an address shut out.
const BAN: Duration = Duration::from_secs(600);

/// That we have what we asked for already.
pub(super) fn stands_already(words: &str) -> bool {
    says(words, "already subscribed")
}

pub(super) fn told(
    words: &str,
    symbol: Option<&str>,
    (names, asked): (&Names, Option<&[Symbol]>),
    directory: &Directory,
    events: &mut Vec<Event>,
) {
    let why = sentence(Some(words), None);
    if let Some(denial) = denial(words) {
        events.push(Event::Denied { denial, why });
        return;
    }
    match symbol.filter(|name| !names.symbols(name).is_empty()) {
        Some(native) => names.refuse(native, &why, directory, events),
        None => events.extend(blamed(asked, why, directory)),
    }
}

/// What is about more than a symbol.
pub(super) fn denial(words: &str) -> Option<Denial> {
    let slower = ["rate limit", "msg rate", "too many requests", "temporary lockout"];
    if slower.iter().any(|known| says(words, known)) {
        return Some(Denial::Slower { patience: None });
    }
    says(words, "eservice:").then_some(Denial::Passing)
}

/// Whoever dials too often is shut out by those in front of it, for as long. Its
/// own errors come with the status 200.
pub(super) fn refusal(status: u16, body: &str) -> Option<Denial> {
    let shut_out = status == 429 || (status == 403 && (says(body, "1015") || says(body, "rate limit")));
    shut_out.then_some(Denial::Slower { patience: Some(BAN) })
}

fn says(words: &str, known: &str) -> bool {
    words.to_ascii_lowercase().contains(known)
}
