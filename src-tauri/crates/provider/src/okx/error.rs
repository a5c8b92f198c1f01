//! What the venue says when it does not like something, and when it goes.
//!
//! ```json
//! {"event":"error","code":"60018","msg":"Wrong URL or channel:trades,instId:NONE-USDT doesn't exist. Please use the correct URL, channel and parameters referring to API document.","connId":"25ebf8bb"}
//! {"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect.","connId":"a4d3ae55"}
//! {"event":"channel-conn-count-error","channel":"trades","connCount":"30","connId":"abcd1234"}
//! ```

use std::time::Duration;

use model::Symbol;

use crate::names::Names;
use crate::sentence::sentence;
use crate::unanswered::blamed;
use crate::{Denial, Directory, Event};

/// One of its papers says a minute, an older one half of that.
const LEAVES_WITHIN: Duration = Duration::from_secs(30);

/// What an error is about: the connection, or something that was asked.
pub(super) fn told(
    code: Option<&str>,
    words: Option<&str>,
    (names, asked): (&Names, Option<&[Symbol]>),
    directory: &Directory,
    events: &mut Vec<Event>,
) {
    let why = sentence(words, code);
    if let Some(denial) = denial(code) {
        events.push(Event::Denied { denial, why });
        return;
    }
    let named = words
        .and_then(instrument)
        .filter(|name| !names.symbols(name).is_empty());
    match named {
        Some(native) => names.refuse(native, &why, directory, events),
        None => events.extend(blamed(asked, why, directory)),
    }
}

/// What is about the whole connection.
fn denial(code: Option<&str>) -> Option<Denial> {
    match code? {
        // A login that went wrong, or is wanted.
        "60009" | "60011" => Some(Denial::Key),
        // Too many requests. It does not say for how long.
        "50011" | "50113" | "60014" => Some(Denial::Slower { patience: None }),
        // Silent for too long, and the service's own troubles.
        "60001" | "60005" | "50001" | "50004" | "50005" | "50013" | "50026" => Some(Denial::Passing),
        _ => None,
    }
}

/// It was subscribed, and is not any more: others of this account have as many as there may be.
pub(super) fn crowded(words: Option<&str>) -> Event {
    let why = words.unwrap_or("too many connections to one channel");
    Event::Denied {
        denial: Denial::Crowded,
        why: sentence(Some(why), None),
    }
}

/// `None` for one that says nothing about the end of the connection.
pub(super) fn notice(code: Option<&str>, words: Option<&str>) -> Option<Event> {
    (code == Some("64008")).then(|| Event::Leaving {
        why: sentence(words, code),
        within: LEAVES_WITHIN,
    })
}

/// The same words mean the same over HTTP.
pub(super) fn answered(code: &str, words: Option<&str>) -> (Option<Denial>, String) {
    (denial(Some(code)), sentence(words, Some(code)))
}

/// It names what it does not have in the middle of a sentence.
fn instrument(words: &str) -> Option<&str> {
    let (_, rest) = words.split_once("instId:")?;
    rest.split([' ', ',', '"', '}']).next()
}
