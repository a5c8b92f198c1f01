//! A description that was looked through and holds together.

mod card;
mod messages;

use std::borrow::Cow;

use model::Secret;

pub(super) use self::card::NAMES_TOGETHER;
pub(super) use self::messages::pointer_of;
use super::TITLE;
use super::draft::Draft;
use super::fault::{Fault, Faults};
use super::rule::{Field, Kind, Rule};
use super::template::{Hole, KEY, Template};
use crate::{Card, KeyNeed};

/// Those of the handshake and of HTTP itself, which are not a person's to write.
const RESERVED: [&str; 9] = [
    "host",
    "connection",
    "upgrade",
    "content-length",
    "transfer-encoding",
    "te",
    "trailer",
    "keep-alive",
    "accept-encoding",
];

/// A venue that a person has described. It is compared by what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    draft: Draft,
    key_need: KeyNeed,
    pub(super) card: Card,
    pub(super) dialect: Dialect,
    pub(super) hello: Vec<Template>,
    pub(super) subscribe: Option<Template>,
    pub(super) unsubscribe: Option<Template>,
    pub(super) events: Option<Template>,
    pub(super) poll: Option<Template>,
    pub(super) rules: Vec<Rule>,
}

/// What is spoken over the WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Messages of the venue's own making.
    Json,
    GraphQl(GraphQl),
}

/// Which of the two ways GraphQL is spoken over a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GraphQl {
    /// `graphql-transport-ws`.
    Transport,
    /// `graphql-ws`, that of subscriptions-transport-ws.
    Older,
}

/// Where it is, as far as a description depends on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Addresses<'a> {
    pub stream: Option<&'a str>,
    pub rest: Option<&'a str>,
}

impl Form {
    /// All that is wrong with it is told at once.
    pub fn of(draft: &Draft, addresses: Addresses<'_>) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let dialect = dialect(draft, &mut faults);
        headers(draft, &mut faults);
        let message = |field: &str, text: &str, faults: &mut Faults| {
            let text = text.trim();
            (!text.is_empty())
                .then(|| faults.keep(field, Template::message(text)))
                .flatten()
        };
        let path = |field: &str, text: &str, faults: &mut Faults| {
            let text = text.trim();
            (!text.is_empty())
                .then(|| faults.keep(field, Template::path(text)))
                .flatten()
        };
        let hello: Vec<_> = (0..)
            .zip(&draft.hello)
            .filter_map(|(place, text): (usize, _)| message(&format!("hello.{place}"), text, &mut faults))
            .collect();
        let subscribe = match dialect {
            Dialect::Json => message("subscribe", &draft.subscribe, &mut faults),
            Dialect::GraphQl(_) => operation(draft, &mut faults),
        };
        let unsubscribe = match dialect {
            Dialect::Json => message("unsubscribe", &draft.unsubscribe, &mut faults),
            Dialect::GraphQl(_) => None,
        };
        let mut form = Self {
            key_need: KeyNeed::None,
            card: card::EMPTY.clone(),
            dialect,
            hello,
            subscribe,
            unsubscribe,
            events: path("events", &draft.events, &mut faults),
            poll: path("poll", &draft.poll, &mut faults),
            rules: messages::read(draft, &mut faults),
            draft: draft.clone(),
        };
        form.key_need = form.wants_key(addresses);
        form.card = card::card(&form, addresses, &mut faults);
        if faults.is_none() {
            Ok(form)
        } else {
            Err(faults.into_vec())
        }
    }

    pub const fn draft(&self) -> &Draft {
        &self.draft
    }

    pub const fn card(&self) -> &Card {
        &self.card
    }

    pub fn title(&self) -> &str {
        match self.draft.title.trim() {
            "" => TITLE,
            title => title,
        }
    }

    pub fn example(&self) -> &str {
        self.draft.example.trim()
    }

    /// It wants one where a person has left a place for it.
    pub const fn key_need(&self) -> KeyNeed {
        self.key_need
    }

    /// Fields of the head of each request, with the key where it belongs.
    pub fn headers<'a>(&'a self, key: Option<&'a Secret>) -> impl Iterator<Item = (&'a str, Secret)> {
        let key = key.map(Secret::reveal).unwrap_or_default();
        self.draft.headers.iter().map(move |header| {
            (
                header.name.trim(),
                Secret::new(header.value.trim().replace(KEY, key)),
            )
        })
    }

    fn wants_key(&self, addresses: Addresses<'_>) -> KeyNeed {
        let in_address = [addresses.stream, addresses.rest].into_iter().flatten();
        let in_heads = self.draft.headers.iter().map(|header| &*header.value);
        let mut texts = in_address.chain(in_heads);
        let templates = [&self.subscribe, &self.unsubscribe, &self.events, &self.poll];
        let mut templates = templates.into_iter().flatten().chain(&self.hello);
        if texts.any(|text| text.contains(KEY)) || templates.any(|template| template.has(Hole::Key)) {
            KeyNeed::Needed
        } else {
            KeyNeed::None
        }
    }

    /// Whether every price says whose it is.
    pub(super) fn names_symbols(&self) -> bool {
        let prices = self.rules.iter().filter(|rule| match rule.kind {
            Kind::Trade | Kind::Quote | Kind::Latest => true,
            Kind::Heartbeat { .. } | Kind::Ready | Kind::Error(_) => false,
        });
        prices.into_iter().all(|rule| rule.has(Field::Symbol))
    }
}

fn dialect(draft: &Draft, faults: &mut Faults) -> Dialect {
    let dialect = match draft.dialect.trim() {
        "" | "json" => Dialect::Json,
        "graphql-transport-ws" => Dialect::GraphQl(GraphQl::Transport),
        "graphql-ws" => Dialect::GraphQl(GraphQl::Older),
        other => {
            faults.tell(
                "dialect",
                format!("{other} is not spoken here: it is json, graphql-transport-ws or graphql-ws"),
            );
            return Dialect::Json;
        }
    };
    let subprotocol = draft.subprotocol.trim();
    match dialect {
        Dialect::Json if !subprotocol.bytes().all(is_token) => {
            faults.tell("subprotocol", "a subprotocol is one word, as v1.prices.example");
        }
        Dialect::Json => {
            for (field, text) in [("query", &draft.query), ("variables", &draft.variables)] {
                if !text.trim().is_empty() {
                    faults.tell(
                        field,
                        "only GraphQL has this: choose its dialect, or leave it empty",
                    );
                }
            }
        }
        Dialect::GraphQl(_) => {
            for (field, text) in [
                ("subprotocol", &draft.subprotocol),
                ("subscribe", &draft.subscribe),
                ("unsubscribe", &draft.unsubscribe),
            ] {
                if !text.trim().is_empty() {
                    faults.tell(field, "GraphQL says this by itself: leave it empty");
                }
            }
            if draft.hello.len() > 1 {
                faults.tell("hello.1", "GraphQL says one thing first, its connection_init");
            }
        }
    }
    dialect
}

/// What is asked of GraphQL: the text as it stands, and its variables with their holes.
fn operation(draft: &Draft, faults: &mut Faults) -> Option<Template> {
    let query = draft.query.trim();
    if query.is_empty() {
        faults.tell(
            "query",
            "write the subscription, as subscription($s:String!){price(symbol:$s){last}}",
        );
        return None;
    }
    let variables = match draft.variables.trim() {
        "" => "{}",
        variables if variables.starts_with('{') => variables,
        _ => {
            faults.tell("variables", "variables are a JSON object, as {\"s\":{symbol}}");
            return None;
        }
    };
    let variables = faults.keep("variables", Template::message(variables))?;
    if variables.has(Hole::Symbols) {
        faults.tell(
            "variables",
            "one subscription asks for one symbol: write {symbol}",
        );
        return None;
    }
    Some(variables)
}

fn headers(draft: &Draft, faults: &mut Faults) {
    for (place, header) in draft.headers.iter().enumerate() {
        let name = header.name.trim();
        let lower = name.to_ascii_lowercase();
        if name.is_empty() || !name.bytes().all(is_token) {
            faults.tell(
                format!("headers.{place}.name"),
                "the name of a header is one word, as X-Api-Key",
            );
        } else if RESERVED.contains(&&*lower) || lower.starts_with("sec-websocket-") {
            faults.tell(
                format!("headers.{place}.name"),
                format!("{name} is said by the connection itself: leave it out"),
            );
        }
        let value = header.value.trim();
        if value.is_empty() || value.chars().any(char::is_control) || !value.is_ascii() {
            faults.tell(
                format!("headers.{place}.value"),
                "what a header says is one line of plain letters; {key} stands for the key",
            );
        } else if is_secret_by_name(&lower) && !value.contains(KEY) {
            faults.tell(
                format!("headers.{place}.value"),
                "this looks like a place for a key: write {key} here, as Bearer {key}, and set the key apart, so that it is kept in the keyring",
            );
        }
    }
}

fn is_secret_by_name(name: &str) -> bool {
    let words = [
        "authorization",
        "token",
        "secret",
        "password",
        "api-key",
        "apikey",
        "cookie",
    ];
    words.iter().any(|word| name.contains(word))
}

/// RFC 9110, 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// What GraphQL's own subprotocols are called.
impl GraphQl {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Transport => "graphql-transport-ws",
            Self::Older => "graphql-ws",
        }
    }
}

fn subprotocol(form: &Form) -> Option<Cow<'static, str>> {
    match form.dialect {
        Dialect::GraphQl(way) => Some(Cow::Borrowed(way.as_str())),
        Dialect::Json => match form.draft.subprotocol.trim() {
            "" => None,
            name => Some(Cow::Owned(name.to_owned())),
        },
    }
}
