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
mod tests {
    use model::TransportKind;

    use super::super::{FeedKind, FeedSettings};
    use super::*;

    const WHOLE: &str = r#"id = "mine"
kind = "custom"
url = "wss://ticks.example/{key}/v1?format=json&key={key}"
rest = "https://ticks.example/api"
token = "keyring"
transports = ["ws", "poll"]
colour = "blue"

[custom]
title = "Ticks"
subscribe = '{"op":"sub","s":{symbol}}'
poll = "/price?s={symbol}"
polls_per_minute = 6
always_open = true
mood = "newer"

[[custom.headers]]
name = "Authorization"
value = "Bearer {key}"

[[custom.messages]]
kind = "trade"
symbol = "/s"
price = "/p"

[[custom.messages.when]]
pointer = "/t"
equals = "trade"
"#;

    fn unread(text: &str) -> String {
        let feed: FeedSettings = toml::from_str(text).unwrap();
        let FeedKind::Unread { why, .. } = &feed.kind else {
            panic!("{feed:?}")
        };
        let written: Table = toml::to_string(&feed).unwrap().parse().unwrap();
        assert_eq!(written, text.parse::<Table>().unwrap(), "it is kept as it came");
        why.to_string()
    }

    #[test]
    fn a_description_is_read_and_written_the_same_with_what_a_newer_version_has_put_there() {
        let feed: FeedSettings = toml::from_str(WHOLE).unwrap();
        let FeedKind::Venue(settings) = &feed.kind else {
            panic!("{feed:?}")
        };
        assert_eq!(
            (settings.venue.as_str(), settings.venue.title()),
            ("custom", "Ticks")
        );
        let ways = [TransportKind::WebSocket, TransportKind::Poll];
        assert_eq!(settings.venue.card().transports, ways);
        let place = settings.place().unwrap();
        assert_eq!(place.rest.unwrap().as_str(), "https://ticks.example/api");
        let written: Table = toml::to_string(&feed).unwrap().parse().unwrap();
        assert_eq!(written, WHOLE.parse::<Table>().unwrap());
    }

    #[test]
    fn what_is_wrong_is_told_by_its_field_and_what_stands_there_is_kept() {
        for (was, becomes, sentence) in [
            (
                "price = \"/p\"",
                "price = \"p\"",
                "messages.0.price: p is no JSON pointer: it begins with a slash, as /p",
            ),
            (
                "poll = \"/price",
                "poll = \"price",
                "poll: a path begins with a slash, as /v1/price?symbol={symbol}",
            ),
            (
                "polls_per_minute = 6",
                "polls_per_minute = \"hush\"",
                "expected u32",
            ),
            (
                "kind = \"trade\"",
                "kind = \"trade\"\nnews = \"/n\"",
                "unknown field `news`",
            ),
        ] {
            let told = unread(&WHOLE.replace(was, becomes));
            assert!(told.contains(sentence) && !told.contains("hush"), "{told}");
        }
    }

    #[test]
    fn the_feeds_of_the_page_for_people_are_what_they_say() {
        let page = include_str!("../../../provider/CUSTOM.md");
        let blocks: Vec<_> = page.split("```toml\n").skip(1).collect();
        assert_eq!(blocks.len(), 2);
        for block in blocks {
            let (text, _) = block.split_once("```").unwrap();
            let settings: super::super::Settings = toml::from_str(text).unwrap();
            let feed = &settings.feeds[0];
            assert!(matches!(feed.kind, FeedKind::Venue(_)), "{feed:?}");
        }
    }

    #[test]
    fn a_key_belongs_into_the_keyring_and_not_into_an_address() {
        for (address, fine) in [
            ("wss://ticks.example/v1?symbols=A,B", true),
            ("wss://ticks.example/v1?token={key}", true),
            ("wss://ticks.example/v1?token=hush", false),
            ("wss://ann:hush@ticks.example/v1", false),
        ] {
            let text = WHOLE.replace("wss://ticks.example/{key}/v1?format=json&key={key}", address);
            let feed: FeedSettings = toml::from_str(&text).unwrap();
            assert_eq!(matches!(feed.kind, FeedKind::Venue(_)), fine, "{address}");
            if !fine {
                assert!(!unread(&text).contains("hush"));
            }
        }
    }
}
