//! What the venue says when it does not like something.
//!
//! ```json
//! {"type":"error","msg":"Subscribing to too many symbols"}
//! {"error":"You don't have access to this resource."}
//! ```
//!
//! It has no codes, and never says which name it means.

use super::Finnhub;
use crate::sentence::sentence;
use crate::{Denial, Directory, Event};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// There was no room for a name.
    Full,
    Denied(Denial),
    /// This thing is not for this key, or there is no such thing.
    Refused,
}

pub(super) fn meaning(words: &str) -> Meaning {
    let words = words.to_lowercase();
    let says = |part: &str| words.contains(part);
    if says("too many symbols") {
        Meaning::Full
    } else if says("api key") || says("token") || says("unauthorized") {
        Meaning::Denied(Denial::Key)
    } else if says("connection") {
        Meaning::Denied(Denial::Crowded)
    } else if says("limit") || says("too many") {
        Meaning::Denied(Denial::Slower { patience: None })
    } else {
        Meaning::Refused
    }
}

pub(super) fn told(words: &str, finnhub: &mut Finnhub, directory: &Directory, events: &mut Vec<Event>) {
    let why = sentence(Some(words), None);
    match meaning(words) {
        // It keeps those that came first, and says this once for each of the others.
        Meaning::Full => match finnhub.asked.last() {
            Some(native) => finnhub.names.full(&[native], &why, directory, events),
            None => events.push(Event::Complaint { why }),
        },
        Meaning::Denied(denial) => events.push(Event::Denied { denial, why }),
        Meaning::Refused => events.push(Event::Complaint { why }),
    }
}

/// A wrong key is not let in at all; what is forbidden was not paid for.
pub(super) const fn refusal(status: u16) -> Option<Denial> {
    match status {
        403 => Some(Denial::Plan),
        _ => None,
    }
}
