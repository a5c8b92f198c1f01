//! A venue that a person describes: its form, and what it finds in a sample.

use profile::FeedUrl;
use provider::custom::{
    Addresses, Draft, Fault as Wrong, Form, Glimpse, HeaderDraft, MessageDraft, Read, Seen, WhenDraft,
    preview,
};
use serde::{Deserialize, Serialize};

use super::config::{Fault, FeedForm};

/// What every field of the description is called by in a fault.
const FIELD: &str = "custom";

/// The description as it is typed; an empty text is one that was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct CustomForm {
    pub(crate) title: String,
    pub(crate) example: String,
    pub(crate) dialect: String,
    pub(crate) subprotocol: String,
    pub(crate) headers: Vec<HeaderForm>,
    pub(crate) hello: Vec<String>,
    pub(crate) subscribe: String,
    pub(crate) unsubscribe: String,
    pub(crate) query: String,
    pub(crate) variables: String,
    pub(crate) events: String,
    pub(crate) poll: String,
    pub(crate) polls_per_minute: Option<u32>,
    pub(crate) beat: String,
    pub(crate) beat_seconds: Option<u32>,
    pub(crate) symbols_max: Option<u32>,
    pub(crate) always_open: bool,
    pub(crate) gapless: bool,
    pub(crate) messages: Vec<MessageForm>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct HeaderForm {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// One kind of message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct MessageForm {
    pub(crate) kind: String,
    pub(crate) when: Vec<WhenForm>,
    pub(crate) symbol: String,
    pub(crate) price: String,
    pub(crate) size: String,
    pub(crate) time: String,
    pub(crate) unit: String,
    pub(crate) sequence: String,
    pub(crate) side: String,
    pub(crate) buy: String,
    pub(crate) bid: String,
    pub(crate) bid_size: String,
    pub(crate) ask: String,
    pub(crate) ask_size: String,
    pub(crate) text: String,
    pub(crate) means: String,
    pub(crate) answer: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct WhenForm {
    pub(crate) pointer: String,
    pub(crate) equals: String,
}

/// What a description finds in a sample, or what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct PreviewView {
    pub(crate) faults: Vec<Fault>,
    pub(crate) messages: Vec<GlimpseView>,
}

/// One message of the sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct GlimpseView {
    /// How it begins.
    pub(crate) text: String,
    /// What would come of it, as a sentence.
    pub(crate) verdict: String,
    pub(crate) found: Vec<SeenView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SeenView {
    pub(crate) kind: String,
    /// Which of the description's messages it is.
    pub(crate) message: usize,
    pub(crate) values: Vec<ReadView>,
}

/// What one pointer has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct ReadView {
    pub(crate) field: String,
    pub(crate) pointer: String,
    pub(crate) found: Option<String>,
    pub(crate) read: Option<String>,
    pub(crate) problem: Option<String>,
}

/// What the form's pointers find in a sample that a person has pasted.
#[tauri::command]
pub(super) fn preview_custom(form: FeedForm, sample: String) -> PreviewView {
    let address = |text: &str, is_stream| FeedUrl::parse_custom(text.trim(), is_stream).ok();
    let url = address(&form.url, true);
    let rest = address(&form.rest, false);
    match described(form.custom.as_ref(), url.as_ref(), rest.as_ref()) {
        Ok(form) => PreviewView {
            faults: Vec::new(),
            messages: preview(&form, &sample)
                .messages
                .into_iter()
                .map(Into::into)
                .collect(),
        },
        Err(faults) => PreviewView {
            faults,
            messages: Vec::new(),
        },
    }
}

/// The description looked through, or each fault in its field.
pub(super) fn described(
    form: Option<&CustomForm>,
    url: Option<&FeedUrl>,
    rest: Option<&FeedUrl>,
) -> Result<Form, Vec<Fault>> {
    let draft = form.cloned().unwrap_or_default().into();
    let (url, rest) = (url.map(FeedUrl::text), rest.map(FeedUrl::text));
    let addresses = Addresses {
        stream: url.as_deref(),
        rest: rest.as_deref(),
    };
    Form::of(&draft, addresses).map_err(|faults| faults.iter().map(fault).collect())
}

/// In the page's own names, and as a sentence.
fn fault(wrong: &Wrong) -> Fault {
    let mut letters = wrong.sentence.chars();
    // What begins with a word of the person's own is not changed.
    let first = letters.next().map(String::from).unwrap_or_default();
    let first = if first.chars().all(|letter| letter.is_ascii_lowercase())
        && !wrong.sentence.contains(" is no JSON pointer")
    {
        first.to_uppercase()
    } else {
        first
    };
    Fault {
        field: format!("{FIELD}.{}", camel(&wrong.field)),
        sentence: format!("{first}{}.", letters.as_str()),
    }
}

/// `bid_size` as `bidSize`.
fn camel(field: &str) -> String {
    let mut camel = String::with_capacity(field.len());
    let mut is_next = false;
    for letter in field.chars() {
        match letter {
            '_' => is_next = true,
            letter if std::mem::take(&mut is_next) => camel.extend(letter.to_uppercase()),
            letter => camel.push(letter),
        }
    }
    camel
}

impl From<Glimpse> for GlimpseView {
    fn from(Glimpse { text, verdict, seen }: Glimpse) -> Self {
        let found = seen.into_iter().map(Into::into).collect();
        Self { text, verdict, found }
    }
}

impl From<Seen> for SeenView {
    fn from(Seen { message, kind, reads }: Seen) -> Self {
        let values = reads.into_iter().map(Into::into).collect();
        Self {
            kind,
            message,
            values,
        }
    }
}

impl From<Read> for ReadView {
    fn from(read: Read) -> Self {
        Self {
            field: camel(read.field),
            pointer: read.pointer,
            found: read.found,
            read: read.read,
            problem: read.problem,
        }
    }
}

impl From<CustomForm> for Draft {
    fn from(form: CustomForm) -> Self {
        Self {
            title: form.title,
            example: form.example,
            dialect: form.dialect,
            subprotocol: form.subprotocol,
            headers: form.headers.into_iter().map(Into::into).collect(),
            hello: form.hello,
            subscribe: form.subscribe,
            unsubscribe: form.unsubscribe,
            query: form.query,
            variables: form.variables,
            events: form.events,
            poll: form.poll,
            polls_per_minute: form.polls_per_minute,
            beat: form.beat,
            beat_seconds: form.beat_seconds,
            symbols_max: form.symbols_max,
            always_open: form.always_open,
            gapless: form.gapless,
            messages: form.messages.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<&Draft> for CustomForm {
    fn from(draft: &Draft) -> Self {
        let draft = draft.clone();
        Self {
            title: draft.title,
            example: draft.example,
            dialect: draft.dialect,
            subprotocol: draft.subprotocol,
            headers: draft.headers.into_iter().map(Into::into).collect(),
            hello: draft.hello,
            subscribe: draft.subscribe,
            unsubscribe: draft.unsubscribe,
            query: draft.query,
            variables: draft.variables,
            events: draft.events,
            poll: draft.poll,
            polls_per_minute: draft.polls_per_minute,
            beat: draft.beat,
            beat_seconds: draft.beat_seconds,
            symbols_max: draft.symbols_max,
            always_open: draft.always_open,
            gapless: draft.gapless,
            messages: draft.messages.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<HeaderForm> for HeaderDraft {
    fn from(HeaderForm { name, value }: HeaderForm) -> Self {
        Self { name, value }
    }
}

impl From<HeaderDraft> for HeaderForm {
    fn from(HeaderDraft { name, value }: HeaderDraft) -> Self {
        Self { name, value }
    }
}

impl From<WhenForm> for WhenDraft {
    fn from(WhenForm { pointer, equals }: WhenForm) -> Self {
        Self { pointer, equals }
    }
}

impl From<WhenDraft> for WhenForm {
    fn from(WhenDraft { pointer, equals }: WhenDraft) -> Self {
        Self { pointer, equals }
    }
}

impl From<MessageForm> for MessageDraft {
    fn from(form: MessageForm) -> Self {
        Self {
            kind: form.kind,
            when: form.when.into_iter().map(Into::into).collect(),
            symbol: form.symbol,
            price: form.price,
            size: form.size,
            time: form.time,
            unit: form.unit,
            sequence: form.sequence,
            side: form.side,
            buy: form.buy,
            bid: form.bid,
            bid_size: form.bid_size,
            ask: form.ask,
            ask_size: form.ask_size,
            text: form.text,
            means: form.means,
            answer: form.answer,
        }
    }
}

impl From<MessageDraft> for MessageForm {
    fn from(draft: MessageDraft) -> Self {
        Self {
            kind: draft.kind,
            when: draft.when.into_iter().map(Into::into).collect(),
            symbol: draft.symbol,
            price: draft.price,
            size: draft.size,
            time: draft.time,
            unit: draft.unit,
            sequence: draft.sequence,
            side: draft.side,
            buy: draft.buy,
            bid: draft.bid,
            bid_size: draft.bid_size,
            ask: draft.ask,
            ask_size: draft.ask_size,
            text: draft.text,
            means: draft.means,
            answer: draft.answer,
        }
    }
}

#[cfg(test)]
mod tests;
