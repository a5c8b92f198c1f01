//! What its states mean.
//!
//! ```json
//! [{"ev":"status","status":"auth_failed","message":"authentication failed"}]
//! [{"ev":"status","status":"not_authorized","message":"not authorized"}]
//! [{"ev":"status","status":"max_connections","message":"Maximum number of websocket connections exceeded."}]
//! ```

use super::Massive;
use super::subscription::Refusal;
use super::symbol::Market;
use crate::sentence::sentence;
use crate::{Denial, Event};

/// What came neither with a login nor with an answer.
pub(super) fn told(status: &str, words: &str, massive: &mut Massive, events: &mut Vec<Event>) {
    let why = sentence(Some(words), None);
    let words = words.to_lowercase();
    let says = |part: &str| words.contains(part);
    match status {
        // It says so, too, of a key whose plan has no stream.
        "auth_failed" if says("plan") => denied(Denial::Plan, why, events),
        "auth_failed" => denied(Denial::Key, why, events),
        "auth_timeout" => denied(Denial::Passing, why, events),
        "max_connections" => crowded(&why, events),
        "not_authorized" => unpaid(why, massive, events),
        "error" if says("authentication failed") => denied(Denial::Key, why, events),
        "error"
            if ["not authorized", "access", "entitled", "upgrade"]
                .into_iter()
                .any(says) =>
        {
            unpaid(why, massive, events);
        }
        "error" if says("connections") => crowded(&why, events),
        "error" => events.push(Event::Complaint { why }),
        // Something to read, and nothing to do.
        _ => {}
    }
}

fn denied(denial: Denial, why: String, events: &mut Vec<Event>) {
    events.push(Event::Denied { denial, why });
}

fn crowded(why: &str, events: &mut Vec<Event>) {
    let why = format!("{why}: another app uses this key");
    denied(Denial::Crowded, why, events);
}

/// Who has paid for a part of it goes on with that part, and is told what it is.
fn unpaid(why: String, massive: &mut Massive, events: &mut Vec<Event>) {
    let note = |what: &str| Event::Notice {
        why: format!("{what} ({why})"),
    };
    match massive.requests.refused() {
        Refusal::Everything => denied(Denial::Plan, why, events),
        Refusal::First { instead } => {
            events.push(note(match massive.market {
                Market::Shares | Market::Coins => {
                    "the plan has no single deals, so the price is the last one of each minute"
                }
                Market::Currencies => {
                    "the plan has no best prices, so the price is the last one of each minute"
                }
            }));
            events.extend(instead.into_iter().map(Event::Reply));
        }
        Refusal::Beside => events.push(note(
            "the plan has deals, and not all that was asked for beside them",
        )),
        Refusal::Known => {}
    }
}

/// A wrong key is not let in at all; what is forbidden was not paid for.
pub(super) const fn refusal(status: u16) -> Option<Denial> {
    match status {
        403 => Some(Denial::Plan),
        _ => None,
    }
}
