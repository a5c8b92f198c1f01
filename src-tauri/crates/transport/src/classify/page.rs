//! What an error page says to a person.

use http::HeaderMap;
use model::one_line;
use serde_json::Value;

/// How much of an error page is worth showing.
const BODY_SHOWN_MAX: usize = 120;
/// A sentence that was meant to be read is worth more of it.
const SENTENCE_SHOWN_MAX: usize = 200;
const SENTENCES: [&str; 9] = [
    "message",
    "msg",
    "errmsg",
    "retMsg",
    "detail",
    "error_description",
    "error",
    "errors",
    "reason",
];
/// An error may have its sentence in an object of its own.
const PLACES_DEEP: u8 = 2;
pub(super) const CHALLENGE: &str = "a Cloudflare challenge, which only a browser can pass";
/// Marks whose contents nobody sees, and how they end.
const HIDDEN: [(&str, &str); 2] = [("style", "</style"), ("script", "</script")];

/// The beginning of an error page, for a person. One that is written for
/// programs has its sentence in a place of its own.
pub(crate) fn quoted(headers: &HeaderMap, body: &[u8]) -> String {
    let mitigated = headers.get("cf-mitigated");
    if mitigated.is_some_and(|how| how.as_bytes() == b"challenge") {
        return CHALLENGE.to_owned();
    }
    let page = serde_json::from_slice::<Value>(body).ok();
    match page.as_ref().and_then(|page| sentence(page, PLACES_DEEP)) {
        Some(words) => one_line(words, SENTENCE_SHOWN_MAX),
        None => {
            let text = String::from_utf8_lossy(body);
            if text.trim_start().starts_with('<') {
                one_line(&visible(&text), SENTENCE_SHOWN_MAX)
            } else {
                one_line(&text, BODY_SHOWN_MAX)
            }
        }
    }
}

/// What a browser would show of a page: no marks, nothing of what is written for browsers.
fn visible(page: &str) -> String {
    let mut shown = String::new();
    let mut rest = page;
    while let Some((text, behind)) = rest.split_once('<') {
        shown.push_str(text);
        shown.push(' ');
        if let Some(remark) = behind.strip_prefix("!--") {
            rest = remark.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (mark, after) = behind.split_once('>').unwrap_or((behind, ""));
        let hidden = HIDDEN.iter().find(|(name, _)| begins(mark, name));
        rest = hidden.map_or(after, |(_, end)| behind_mark(after, end));
    }
    shown.push_str(rest);
    let words: Vec<_> = shown.split_whitespace().collect();
    words.join(" ")
}

fn begins(text: &str, with: &str) -> bool {
    let beginning = text.as_bytes().get(..with.len());
    beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(with.as_bytes()))
}

/// Nothing where it never comes.
fn behind_mark<'a>(text: &'a str, mark: &str) -> &'a str {
    let at = text.char_indices().find(|(at, _)| begins(&text[*at..], mark));
    at.map_or("", |(at, _)| &text[at..])
}

/// Where nearly every service has it, the most telling place first.
fn sentence(page: &Value, deep: u8) -> Option<&str> {
    let places = SENTENCES.iter().filter_map(|name| page.get(name));
    let mut words = places.filter_map(|place| match place {
        Value::String(words) => Some(words.as_str()),
        Value::Object(_) if deep > 0 => sentence(place, deep - 1),
        Value::Array(several) if deep > 0 => several.iter().find_map(|one| match one {
            Value::String(words) => Some(words.as_str()),
            Value::Object(_) => sentence(one, deep - 1),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    });
    words.find(|words| !words.trim().is_empty())
}
