//! What the venue says when it does not like something, and when it goes.
//!
//! ```json
//! {"event":"error","code":"60018","msg":"Wrong URL or channel:trades,instId:NONE-USDT doesn't exist. Please use the correct URL, channel and parameters referring to API document.","connId":"25ebf8bb"}
//! {"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect.","connId":"a4d3ae55"}
//! {"event":"channel-conn-count-error","channel":"trades","connCount":"30","connId":"abcd1234"}
//! ```

use std::time::Duration;

use model::{Symbol, one_line};

use crate::names::Names;
use crate::unanswered::blamed;
use crate::{Denial, Directory, Event};

/// Long enough for any sentence, too short to fill a screen.
const SENTENCE_LENGTH_MAX: usize = 200;
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
    let why = sentence(code, words);
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
        why: one_line(why, SENTENCE_LENGTH_MAX),
    }
}

/// `None` for one that says nothing about the end of the connection.
pub(super) fn notice(code: Option<&str>, words: Option<&str>) -> Option<Event> {
    (code == Some("64008")).then(|| Event::Leaving {
        why: sentence(code, words),
        within: LEAVES_WITHIN,
    })
}

/// The same words mean the same over HTTP.
pub(super) fn answered(code: &str, words: Option<&str>) -> (Option<Denial>, String) {
    (denial(Some(code)), sentence(Some(code), words))
}

fn sentence(code: Option<&str>, words: Option<&str>) -> String {
    let words = words.filter(|words| !words.is_empty());
    let words = words.unwrap_or("it gave no reason");
    let code = code.unwrap_or("no code");
    one_line(&format!("{words} ({code})"), SENTENCE_LENGTH_MAX)
}

/// It names what it does not have in the middle of a sentence.
fn instrument(words: &str) -> Option<&str> {
    let (_, rest) = words.split_once("instId:")?;
    rest.split([' ', ',', '"', '}']).next()
}
