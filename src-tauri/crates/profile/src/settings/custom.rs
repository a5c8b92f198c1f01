//! A venue that a person has described, as it stands in the settings.
//!
//! ```toml
//! [[feeds]]
//! id = "mine"
//! kind = "custom"
//! url = "wss://ticks.example/v1?key={key}"
//! token = "keyring"
//!
//! [feeds.custom]
//! subscribe = '{"op":"subscribe","symbol":"{symbol}"}'
//!
//! [[feeds.custom.messages]]
//! kind = "trade"
//! symbol = "/s"
//! price = "/p"
//! ```
//!
//! All that can stand there is in `provider/CUSTOM.md`.

use provider::custom::{Addresses, Draft, Fault, Form, HeaderDraft, MessageDraft, WhenDraft};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::feed::FeedUrl;
use super::venue::BadVenue;

/// What it is called among the keys of a feed.
pub(super) const KEY: &str = "custom";

/// Of several faults a person is told the first ones.
const FAULTS_TOLD: usize = 3;

/// As it is written. What was left out is empty.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct CustomForm {
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    example: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    dialect: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    subprotocol: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hello: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    subscribe: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    unsubscribe: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    query: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    variables: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    events: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    poll: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    polls_per_minute: Option<u32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    beat: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    beat_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    symbols_max: Option<u32>,
    #[serde(skip_serializing_if = "is_false")]
    always_open: bool,
    #[serde(skip_serializing_if = "is_false")]
    gapless: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<HeaderForm>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<MessageForm>,
    /// What a newer version may have written.
    #[serde(flatten)]
    other: Table,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderForm {
    name: String,
    value: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MessageForm {
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    symbol: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    price: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    size: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    time: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    unit: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    sequence: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    side: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    buy: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    bid: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    bid_size: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    ask: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    ask_size: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    means: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    answer: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    when: Vec<WhenForm>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WhenForm {
    pointer: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    equals: String,
}

/// The description among a feed's keys, and of its table what nobody here knows.
pub(super) fn read(
    table: &Table,
    url: Option<&FeedUrl>,
    rest: Option<&FeedUrl>,
) -> Result<(Form, Table), BadVenue> {
    let described = table
        .get(KEY)
        .cloned()
        .unwrap_or_else(|| Value::Table(Table::new()));
    let form =
        CustomForm::deserialize(described).map_err(|error| BadVenue::Custom(plain(error.message())))?;
    let other = form.other.clone();
    let (url, rest) = (url.map(FeedUrl::text), rest.map(FeedUrl::text));
    let addresses = Addresses {
        stream: url.as_deref(),
        rest: rest.as_deref(),
    };
    let form = Form::of(&form.into(), addresses).map_err(|faults| BadVenue::Custom(told(&faults)))?;
    Ok((form, other))
}

/// The library repeats what stands there, which may be a key in the wrong place.
fn plain(message: &str) -> String {
    match message.split_once(", expected ") {
        Some((_, expected)) if message.starts_with("invalid") => format!("expected {expected}"),
        Some(_) | None => message.to_owned(),
    }
}

fn told(faults: &[Fault]) -> String {
    let first: Vec<_> = faults.iter().take(FAULTS_TOLD).map(ToString::to_string).collect();
    let more = faults.len().saturating_sub(FAULTS_TOLD);
    if more == 0 {
        first.join("; ")
    } else {
        format!("{}; and {more} more", first.join("; "))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks in this form")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl CustomForm {
    pub(super) fn new(draft: &Draft, other: Table) -> Self {
        let draft = draft.clone();
        Self {
            title: draft.title,
            example: draft.example,
            dialect: draft.dialect,
            subprotocol: draft.subprotocol,
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
            headers: draft.headers.into_iter().map(Into::into).collect(),
            messages: draft.messages.into_iter().map(Into::into).collect(),
            other,
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

impl From<HeaderDraft> for HeaderForm {
    fn from(HeaderDraft { name, value }: HeaderDraft) -> Self {
        Self { name, value }
    }
}

impl From<HeaderForm> for HeaderDraft {
    fn from(HeaderForm { name, value }: HeaderForm) -> Self {
        Self { name, value }
    }
}

impl From<WhenDraft> for WhenForm {
    fn from(WhenDraft { pointer, equals }: WhenDraft) -> Self {
        Self { pointer, equals }
    }
}

impl From<WhenForm> for WhenDraft {
    fn from(WhenForm { pointer, equals }: WhenForm) -> Self {
        Self { pointer, equals }
    }
}

impl From<MessageDraft> for MessageForm {
    fn from(draft: MessageDraft) -> Self {
        Self {
            kind: draft.kind,
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
            when: draft.when.into_iter().map(Into::into).collect(),
        }
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

#[cfg(test)]
mod tests;
