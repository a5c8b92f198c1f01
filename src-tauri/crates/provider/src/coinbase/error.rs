//! What the venue says when it does not like something.
//!
//! ```json
//! {"type":"error","message":"Failed to subscribe","reason":"FOO-BAR is not a valid product"}
//! {"type":"error","message":"ErrSlowConsume"}
//! {"type":"error","message":"ErrSlowRead"}
//! ```

use std::time::Duration;

use super::standing::Standing;
use crate::names::Names;
use crate::sentence::sentence;
use crate::{Denial, Directory, Event};

/// It disconnects whoever does not read what it sends.
const SLOW: &str = "ErrSlowConsume";
/// The first is of whoever sends too much; the others are words of what is fetched.
const TOO_MANY: [&str; 3] = ["errslowread", "rate limit", "too many requests"];

pub(super) fn told(
    message: &str,
    reason: &str,
    names: &Names,
    standing: &mut Standing,
    directory: &Directory,
    events: &mut Vec<Event>,
) {
    let why = both(message, reason);
    if why.contains(SLOW) {
        let within = Duration::ZERO;
        events.push(Event::Leaving { why, within });
        return;
    }
    if is_too_many(&why) {
        let denial = Denial::Slower { patience: None };
        events.push(Event::Denied { denial, why });
        return;
    }
    // It names the product, and says nothing of the others in the same message.
    let mut words = message.split_whitespace().chain(reason.split_whitespace());
    if let Some(product) = words.find(|word| !names.symbols(word).is_empty()) {
        if standing.spoiled_by(product) {
            let why = why.clone();
            events.push(Event::Complaint { why });
        }
        names.refuse(product, &why, directory, events);
    } else {
        standing.disliked();
        events.push(Event::Complaint { why });
    }
}

fn both(message: &str, reason: &str) -> String {
    match (message, reason) {
        (words, "") | ("", words) => sentence(Some(words), None),
        (message, reason) => sentence(Some(&format!("{message}: {reason}")), None),
    }
}

pub(super) fn is_too_many(why: &str) -> bool {
    let why = why.to_lowercase();
    TOO_MANY.iter().any(|words| why.contains(words))
}
