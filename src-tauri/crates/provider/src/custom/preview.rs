//! What a description finds in a sample that a person has pasted.

use model::{Price, Size, one_line};

use super::form::{Dialect, Form, pointer_of};
use super::graphql::payload_of;
use super::message::number;
use super::rule::{Field, Found, Kind, Rule};
use super::tree::whole;

/// Nobody reads more of them than that.
const MESSAGES_MAX: usize = 20;
const SEEN_MAX: usize = 20;
const SAMPLE_MAX: usize = 1 << 20;
const EXCERPT_MAX: usize = 120;

/// The messages of a sample, the first ones at least.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    pub messages: Vec<Glimpse>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glimpse {
    /// How it begins.
    pub text: String,
    /// What would come of it, as a sentence.
    pub verdict: String,
    pub seen: Vec<Seen>,
}

/// An element of it that is of a kind that was described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which of the description's messages it is.
    pub message: usize,
    pub kind: String,
    pub reads: Vec<Read>,
}

/// What one pointer has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub field: &'static str,
    pub pointer: String,
    /// As it stands there.
    pub found: Option<String>,
    /// As it is understood.
    pub read: Option<String>,
    pub problem: Option<String>,
}

/// A sample is one message, or one in each line; of an event stream its `data:` lines.
pub fn preview(form: &Form, sample: &str) -> Preview {
    let sample = cut(sample, SAMPLE_MAX).trim();
    let messages: Vec<&str> = if whole(sample).is_some() {
        vec![sample]
    } else {
        let lines = sample.lines().map(str::trim);
        let lines = lines.filter(|line| !is_around_data(line));
        lines
            .map(|line| line.strip_prefix("data:").map_or(line, str::trim))
            .take(MESSAGES_MAX)
            .collect()
    };
    let messages = messages.into_iter().map(|text| glimpse(form, text)).collect();
    Preview { messages }
}

fn is_around_data(line: &str) -> bool {
    let starts = |word| line.starts_with(word);
    line.is_empty() || starts(":") || starts("event:") || starts("id:") || starts("retry:")
}

fn glimpse(form: &Form, text: &str) -> Glimpse {
    let excerpt = one_line(text, EXCERPT_MAX);
    let json = match form.dialect {
        Dialect::Json => whole(text),
        Dialect::GraphQl(_) => payload_of(text),
    };
    let Some(json) = json else {
        let is_known = form.rules.iter().any(|rule| rule.is_word(text));
        let verdict = if is_known {
            "A sign of life."
        } else {
            "This is no JSON, and nothing is found in it."
        };
        return Glimpse {
            text: excerpt,
            verdict: verdict.to_owned(),
            seen: Vec::new(),
        };
    };
    let mut seen = Vec::new();
    let mut all = 0usize;
    let mut bounded = Ok(());
    for (message, rule) in form.rules.iter().enumerate() {
        let walked = rule.walk(json, &mut |found| {
            if let Some(element) = element(form, message, rule, found) {
                all += 1;
                if seen.len() < SEEN_MAX {
                    seen.push(element);
                }
            }
            Ok(())
        });
        bounded = bounded.and(walked);
    }
    let verdict = match bounded {
        Ok(()) => verdict(&seen, all),
        Err(error) => format!("Not all of it is read: {error}."),
    };
    Glimpse {
        text: excerpt,
        verdict,
        seen,
    }
}

fn verdict(seen: &[Seen], all: usize) -> String {
    let bad = seen.iter().flat_map(|seen| &seen.reads).find_map(|read| {
        let problem = read.problem.as_ref()?;
        Some(format!("{}: {problem}", read.field))
    });
    match (all, bad) {
        (0, _) => "Nothing that was described is in it: it would be passed over.".to_owned(),
        (_, Some(bad)) => format!("It cannot be read: {bad}."),
        (1, None) => format!("It is read as {}.", named(seen)),
        (all, None) => format!("{all} are read in it: {}.", named(seen)),
    }
}

fn named(seen: &[Seen]) -> String {
    let mut kinds: Vec<_> = seen.iter().map(|seen| &*seen.kind).collect();
    kinds.dedup();
    kinds.join(", ")
}

fn element(form: &Form, message: usize, rule: &Rule, found: &Found<'_>) -> Option<Seen> {
    let draft = form.draft().messages.get(message)?;
    let tells_something = [Field::Price, Field::Bid, Field::Ask, Field::Text]
        .iter()
        .any(|field| found.text(*field).is_some());
    if rule.is_of_any() && !tells_something {
        return None;
    }
    let described = Field::ALL.into_iter().filter(|field| rule.has(*field));
    let reads = described.map(|field| {
        let (read, problem) = match understood(rule, field, found) {
            Ok(read) => (read, None),
            Err(problem) => (None, Some(problem)),
        };
        Read {
            field: field.as_str(),
            pointer: pointer_of(draft, field).trim().to_owned(),
            found: found.get(field).map(|piece| one_line(piece.raw(), EXCERPT_MAX)),
            read,
            problem,
        }
    });
    Some(Seen {
        message,
        kind: draft.kind.trim().to_owned(),
        reads: reads.collect(),
    })
}

fn understood(rule: &Rule, field: Field, found: &Found<'_>) -> Result<Option<String>, String> {
    let text = found.text(field);
    let is_there = text.is_some();
    let read = match field {
        Field::Symbol | Field::Text => text.map(std::borrow::Cow::into_owned),
        Field::Price | Field::Bid | Field::Ask => numeral::<Price>(field, found)?,
        Field::Size | Field::BidSize | Field::AskSize => numeral::<Size>(field, found)?,
        Field::Time => text
            .as_deref()
            .and_then(|text| rule.unit.read(text))
            .map(|(time, precision)| precision.text(time)),
        Field::Sequence => text
            .as_deref()
            .and_then(|text| text.parse::<u64>().ok())
            .map(|number| number.to_string()),
        Field::Side => super::message::side(rule, found).map(|side| match side {
            model::Side::Buy => "buy".to_owned(),
            model::Side::Sell => "sell".to_owned(),
        }),
    };
    match (field, &read) {
        (_, Some(_)) => Ok(read),
        (Field::Time, None) if is_there => Err("this is no time in that unit".to_owned()),
        (Field::Sequence, None) if is_there => Err("this is no whole number".to_owned()),
        (Field::Side, None) if is_there => Err("this is neither buy nor sell".to_owned()),
        (Field::Symbol, None) if tells_price(rule) => Err("nothing stands there".to_owned()),
        (Field::Price, None) if rule.kind == Kind::Trade => Err("nothing stands there".to_owned()),
        (_, None) => Ok(None),
    }
}

fn tells_price(rule: &Rule) -> bool {
    matches!(rule.kind, Kind::Trade | Kind::Quote | Kind::Latest)
}

fn numeral<N>(field: Field, found: &Found<'_>) -> Result<Option<String>, String>
where
    N: std::str::FromStr<Err = model::NotANumber> + ToString,
{
    match number::<N>(field, found) {
        Ok(number) => Ok(number.map(|number| number.to_string())),
        Err(crate::Unreadable::Number { why, .. }) => Err(why.to_string()),
        Err(other) => Err(other.to_string()),
    }
}

fn cut(text: &str, length: usize) -> &str {
    let end = (0..=length.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}
