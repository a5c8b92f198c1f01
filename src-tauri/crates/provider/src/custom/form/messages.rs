//! The kinds of messages of a description.

use crate::Denial;
use crate::custom::draft::{Draft, MessageDraft};
use crate::custom::fault::Faults;
use crate::custom::pointer::Pointer;
use crate::custom::rule::{Field, Kind, Meaning, Rule};
use crate::custom::time::Unit;

/// More than any venue has.
const MESSAGES_MAX: usize = 32;

pub(super) fn read(draft: &Draft, faults: &mut Faults) -> Vec<Rule> {
    if draft.messages.is_empty() {
        faults.tell(
            "messages",
            "say where a price stands: describe at least one kind of message",
        );
    }
    if draft.messages.len() > MESSAGES_MAX {
        faults.tell(
            "messages",
            format!("these are too many kinds of messages: {MESSAGES_MAX} at most"),
        );
    }
    let messages = draft.messages.iter().take(MESSAGES_MAX).enumerate();
    let rules: Vec<_> = messages
        .filter_map(|(place, message)| rule(place, message, faults))
        .collect();
    let tells = |rule: &Rule| matches!(rule.kind, Kind::Trade | Kind::Quote | Kind::Latest);
    if !draft.messages.is_empty() && faults.is_none() && !rules.iter().any(tells) {
        faults.tell(
            "messages",
            "none of these messages tells a price: describe one of kind trade, quote or latest",
        );
    }
    rules
}

fn rule(place: usize, message: &MessageDraft, faults: &mut Faults) -> Option<Rule> {
    let field = |name: &str| format!("messages.{place}.{name}");
    let kind = kind(message, &field, faults);
    let unit = Unit::from_word(message.unit.trim());
    if unit.is_none() {
        faults.tell(field("unit"), "a time is told in s, ms, us or ns since 1970, or as iso; leave it empty to have it told by its look");
    }
    let buy = Some(message.buy.trim().to_owned()).filter(|buy| !buy.is_empty());
    let mut rule = Rule::new(kind?, unit?, buy);
    for (number, when) in message.when.iter().enumerate() {
        let name = field(&format!("when.{number}.pointer"));
        let Some(pointer) = faults.keep(&name, Pointer::parse(when.pointer.trim())) else {
            continue;
        };
        faults.keep(&name, rule.known_by(pointer, when.equals.trim().to_owned()));
    }
    for known in Field::ALL {
        let text = pointer_of(message, known).trim();
        if text.is_empty() {
            continue;
        }
        let name = field(known.as_str());
        if let Some(pointer) = faults.keep(&name, Pointer::parse(text)) {
            faults.keep(&name, rule.look_at(known, pointer));
        }
    }
    complete(&rule, &field, faults);
    Some(rule)
}

/// What a kind of message cannot be without.
fn complete(rule: &Rule, field: &dyn Fn(&str) -> String, faults: &mut Faults) {
    let has_offer = rule.has(Field::Bid) || rule.has(Field::Ask);
    match &rule.kind {
        Kind::Trade if !rule.has(Field::Price) => {
            faults.tell(
                field("price"),
                "say where the price of a trade stands, as /data/p",
            );
        }
        Kind::Quote if !has_offer => {
            faults.tell(field("bid"), "say where the best prices stand, as /bid and /ask");
        }
        Kind::Latest if !rule.has(Field::Price) && !has_offer => {
            faults.tell(field("price"), "say where the price stands, as /last");
        }
        Kind::Trade | Kind::Quote | Kind::Latest => {}
        Kind::Error(_) if rule.is_of_any() && !rule.has(Field::Text) => {
            faults.tell(
                field("text"),
                "say where an error says what is wrong, or what it is known by",
            );
        }
        Kind::Error(_) => {}
        Kind::Heartbeat { .. } | Kind::Ready if rule.is_of_any() => {
            faults.tell(
                field("when"),
                "say what such a message is known by: where something stands, and what",
            );
        }
        Kind::Heartbeat { .. } | Kind::Ready => {}
    }
    for (size, price) in [
        (Field::Size, Field::Price),
        (Field::BidSize, Field::Bid),
        (Field::AskSize, Field::Ask),
    ] {
        if rule.has(size) && !rule.has(price) {
            let (size, price) = (size.as_str(), price.as_str());
            faults.tell(
                field(size),
                format!("a {size} belongs to a {price}: say where that stands, or leave this empty"),
            );
        }
    }
}

fn kind(message: &MessageDraft, field: &dyn Fn(&str) -> String, faults: &mut Faults) -> Option<Kind> {
    Some(match message.kind.trim() {
        "trade" => Kind::Trade,
        "quote" => Kind::Quote,
        "latest" => Kind::Latest,
        "heartbeat" => Kind::Heartbeat {
            answer: Some(message.answer.trim().to_owned()).filter(|answer| !answer.is_empty()),
        },
        "ready" => Kind::Ready,
        "error" => Kind::Error(meaning(message, field, faults)?),
        other => {
            let told = if other.is_empty() { "a message" } else { other };
            faults.tell(
                field("kind"),
                format!("{told} is of no kind that is known: it is trade, quote, latest, heartbeat, ready or error"),
            );
            return None;
        }
    })
}

fn meaning(message: &MessageDraft, field: &dyn Fn(&str) -> String, faults: &mut Faults) -> Option<Meaning> {
    Some(match message.means.trim() {
        "" | "symbol" => Meaning::Symbol,
        "key" => Meaning::Connection(Denial::Key),
        "plan" => Meaning::Connection(Denial::Plan),
        "slower" => Meaning::Connection(Denial::Slower { patience: None }),
        "passing" => Meaning::Connection(Denial::Passing),
        other => {
            faults.tell(
                field("means"),
                format!("{other} is nothing that an error means: it is symbol, key, plan, slower or passing"),
            );
            return None;
        }
    })
}

pub(in crate::custom) fn pointer_of(message: &MessageDraft, field: Field) -> &str {
    match field {
        Field::Symbol => &message.symbol,
        Field::Price => &message.price,
        Field::Size => &message.size,
        Field::Time => &message.time,
        Field::Sequence => &message.sequence,
        Field::Side => &message.side,
        Field::Bid => &message.bid,
        Field::BidSize => &message.bid_size,
        Field::Ask => &message.ask,
        Field::AskSize => &message.ask_size,
        Field::Text => &message.text,
    }
}
