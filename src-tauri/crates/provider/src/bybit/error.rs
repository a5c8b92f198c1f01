//! What the venue says when it does not like something.
//!
//! ```json
//! {"success":false,"ret_msg":"Invalid topic: invalid.topic.BTCUSDT","conn_id":"cejreaspqfm9se7usbrg-2xh","req_id":"1","op":"subscribe"}
//! {"retCode":10001,"retMsg":"Not supported symbols","result":{},"retExtInfo":{},"time":1732186800000}
//! ```
//!
//! Over the socket there are words and no codes.

use std::time::Duration;

use model::Symbol;

use crate::sentence::sentence;
use crate::unanswered::blamed;
use crate::{Denial, Directory, Event};

/// An address that was too fast is let in again after ten minutes.
const BAN: Duration = Duration::from_secs(600);

/// That we have what we asked for already.
pub(super) fn stands_already(words: &str) -> bool {
    words.contains("already subscribed")
}

/// One bad topic may spoil a request with several, and it is not said that it is so.
pub(super) fn told(words: &str, asked: Option<&[Symbol]>, directory: &Directory) -> Option<Event> {
    let why = sentence(Some(words), None);
    let words = words.to_ascii_lowercase();
    if words.contains("too many visits") || words.contains("rate limit") {
        let denial = Denial::Slower { patience: None };
        return Some(Event::Denied { denial, why });
    }
    blamed(asked, why, directory)
}

/// What is about more than a symbol, of what is fetched.
pub(super) fn denial(code: &str) -> Option<Denial> {
    match code {
        "10003" => Some(Denial::Key),
        // The second is that of everybody together.
        "10006" | "429" => Some(Denial::Slower { patience: None }),
        "10018" => Some(Denial::Slower { patience: Some(BAN) }),
        "10016" => Some(Denial::Passing),
        _ => None,
    }
}

/// It says 403 to whoever was too fast, and to some countries.
pub(super) fn refusal(status: u16, body: &str) -> Option<Denial> {
    if status != 403 {
        return None;
    }
    let body = body.to_ascii_lowercase();
    let place = ["country", "region", "restricted location", "jurisdiction"];
    if place.iter().any(|word| body.contains(word)) {
        return Some(Denial::Region);
    }
    Some(Denial::Slower { patience: Some(BAN) })
}
