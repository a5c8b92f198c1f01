//! What the venue says when it does not like something.
//!
//! ```json
//! {"event":"bts:error","channel":"","data":{"code":null,"message":"Bad subscription string."}}
//! {"event":"bts:error","channel":"","data":{"code":4009,"message":"Connection is unauthorized."}}
//! ```

use serde::Deserialize;
use serde_json::value::RawValue;

use super::channel::Channel;
use super::subscription::Frames;
use crate::json::{Digits, Text, parse};
use crate::names::Names;
use crate::sentence::sentence;
use crate::{Denial, Directory, Event, Unreadable};

/// A login that we never try, or some limit: it does not say which. To wait is right for both.
const LIMIT: &str = "4009";

#[derive(Deserialize)]
struct Error<'a> {
    #[serde(borrow)]
    code: Option<Digits<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

pub(super) fn told(
    channel: &str,
    data: Option<&RawValue>,
    (names, frames): (&Names, &mut Frames),
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let error: Option<Error<'_>> = data.map(|data| parse(data.get())).transpose()?;
    let words = error.as_ref().and_then(|error| error.message.as_deref());
    let why = sentence(words, None);
    let code = error.as_ref().and_then(|error| error.code?.text());
    if code == Some(LIMIT) {
        let denial = Denial::Slower { patience: None };
        events.push(Event::Denied { denial, why });
        return Ok(());
    }
    let asked = if channel.is_empty() {
        frames.oldest()
    } else {
        frames.answered(channel);
        Some(channel.to_owned())
    };
    match asked.as_deref().and_then(Channel::named) {
        // The book of a market that is refused is refused too, and that is said once.
        Some((Channel::Book, _)) => {}
        Some((Channel::Trades, native)) => names.refuse(native, &why, directory, events),
        None => events.push(Event::Complaint { why }),
    }
    Ok(())
}
