//! What the venue says when it does not like something.
//!
//! ```json
//! [{"T":"error","code":406,"msg":"connection limit exceeded"}]
//! [{"T":"error","code":405,"msg":"symbol limit exceeded"}]
//! ```

use super::Alpaca;
use super::subscription::Request;
use crate::sentence::sentence;
use crate::{Denial, Directory, Event};

pub(super) fn told(
    code: i64,
    words: Option<&str>,
    alpaca: &mut Alpaca,
    directory: &Directory,
    events: &mut Vec<Event>,
) {
    let why = sentence(words, Some(&code.to_string()));
    let denied = |denial, why| Event::Denied { denial, why };
    match code {
        402 => events.push(denied(Denial::Key, why)),
        // It was said already, and once is enough.
        403 => {}
        406 => {
            let why = format!("{why}: another app uses this key");
            events.push(denied(Denial::Crowded, why));
        }
        // The next connection logs in anew; a slow one is fast again.
        401 | 404 | 407 | 500 => events.push(denied(Denial::Passing, why)),
        409..=411 => match alpaca.requests.answered() {
            Some(Request::Halts(_)) => alpaca.requests.halts_are_refused(),
            Some(Request::Prices(_) | Request::Nothing) | None => events.push(denied(Denial::Plan, why)),
        },
        405 => match alpaca.requests.answered() {
            Some(Request::Prices(names)) => match alpaca.requests.without_halts(&names) {
                Some(again) => events.extend(again.into_iter().map(Event::Reply)),
                // It adds nothing of a request that is too large.
                None => alpaca.names.full(&names, &why, directory, events),
            },
            Some(Request::Halts(_)) => alpaca.requests.halts_are_refused(),
            Some(Request::Nothing) | None => events.push(Event::Complaint { why }),
        },
        _ => match alpaca.requests.answered() {
            Some(Request::Prices(names)) if names.len() == 1 => {
                refuse(&names, &why, alpaca, directory, events);
            }
            Some(Request::Halts(_)) => alpaca.requests.halts_are_refused(),
            // Of several names nobody can say which of them it was.
            Some(Request::Prices(_) | Request::Nothing) | None => events.push(Event::Complaint { why }),
        },
    }
}

fn refuse(names: &[String], why: &str, alpaca: &Alpaca, directory: &Directory, events: &mut Vec<Event>) {
    for name in names {
        alpaca.names.refuse(name, why, directory, events);
    }
}

/// Where things are fetched it forbids what was not paid for and what needs another key alike.
pub(super) fn refusal(status: u16, body: &str) -> Option<Denial> {
    (status == 403 && body.contains("subscription")).then_some(Denial::Plan)
}
