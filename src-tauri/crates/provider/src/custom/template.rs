//! Texts with holes: `{symbol}`, `{symbols}`, `{id}` and `{key}`.
//!
//! In JSON a hole within quotes is filled with what belongs between them, one
//! outside of them with a whole value. In a path everything is escaped, and the
//! key's hole stays open: only who dials fills it.

use model::Secret;

use super::tree::whole;
use crate::query::escape;

pub(super) const KEY: &str = "{key}";
/// Longer than any message that asks for something.
const LENGTH_MAX: usize = 16 << 10;
const HOLES: [(&str, Hole); 6] = [
    ("{symbol}", Hole::Symbol(Case::AsItIs)),
    ("{symbol:lower}", Hole::Symbol(Case::Lower)),
    ("{symbol:upper}", Hole::Symbol(Case::Upper)),
    ("{symbols}", Hole::Symbols),
    ("{id}", Hole::Id),
    (KEY, Hole::Key),
];

/// A message of ours, or a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    sort: Sort,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Message,
    Path,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole { hole: Hole, around: Around },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    Symbol(Case),
    Symbols,
    Id,
    Key,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    AsItIs,
    Lower,
    Upper,
}

/// What stands around a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    /// Nothing that escapes.
    Words,
    /// The quotes of a JSON text.
    Quotes,
    /// JSON, in which a value is missing.
    Json,
    Path,
}

/// What the holes are filled with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Filling<'a> {
    pub(super) symbols: &'a [String],
    pub(super) id: u64,
    pub(super) key: Option<&'a Secret>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadTemplate {
    #[error("this is no JSON when its holes are filled; a hole in quotes is a text, one without is a value")]
    NotJson,
    #[error("{0} is none of {{symbol}}, {{symbol:lower}}, {{symbol:upper}}, {{symbols}}, {{id}} and {{key}}")]
    Unknown(String),
    #[error("a path begins with a slash, as /v1/price?symbol={{symbol}}")]
    NoSlash,
    #[error("a path has no spaces and no #")]
    NotAPath,
    #[error("{{symbol}} and {{symbols}} cannot stand in one text: it is sent for one or for all")]
    OneOrAll,
    #[error("it is longer than {LENGTH_MAX} bytes")]
    Long,
}

impl Template {
    /// A message. What does not look like JSON is sent as it stands.
    pub(super) fn message(text: &str) -> Result<Self, BadTemplate> {
        let text = text.trim();
        let is_json = text.starts_with(['{', '[', '"']);
        let template = Self::cut(
            text,
            Sort::Message,
            if is_json { Around::Json } else { Around::Words },
        )?;
        let tried = template.fill(Filling {
            symbols: &["A\"B".to_owned()],
            id: 1,
            key: Some(&Secret::new("a\"b".to_owned())),
        });
        if is_json && whole(tried.reveal()).is_none() {
            return Err(BadTemplate::NotJson);
        }
        Ok(template)
    }

    pub(super) fn path(text: &str) -> Result<Self, BadTemplate> {
        let text = text.trim();
        if !text.starts_with('/') {
            return Err(BadTemplate::NoSlash);
        }
        let other = |byte: u8| byte <= b' ' || byte == b'#' || byte >= 0x7F;
        if text.bytes().any(other) {
            return Err(BadTemplate::NotAPath);
        }
        Self::cut(text, Sort::Path, Around::Path)
    }

    fn cut(text: &str, sort: Sort, around: Around) -> Result<Self, BadTemplate> {
        if text.len() > LENGTH_MAX {
            return Err(BadTemplate::Long);
        }
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        let (mut quoted, mut escaped) = (false, false);
        while let Some(letter) = rest.chars().next() {
            let hole = HOLES.iter().find(|(word, _)| rest.starts_with(word));
            if let Some((word, hole)) = hole.filter(|_| !escaped) {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                let around = if around == Around::Json && quoted {
                    Around::Quotes
                } else {
                    around
                };
                pieces.push(Piece::Hole { hole: *hole, around });
                rest = &rest[word.len()..];
                continue;
            }
            if let Some(word) = misspelt(rest) {
                return Err(BadTemplate::Unknown(word.to_owned()));
            }
            quoted ^= letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            plain.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
        pieces.push(Piece::Text(plain));
        let template = Self { sort, pieces };
        if template.names_one() && template.has(Hole::Symbols) {
            return Err(BadTemplate::OneOrAll);
        }
        Ok(template)
    }

    /// Whether it is said for one symbol at a time.
    pub(super) fn names_one(&self) -> bool {
        [Case::AsItIs, Case::Lower, Case::Upper]
            .into_iter()
            .any(|case| self.has(Hole::Symbol(case)))
    }

    pub(super) fn has(&self, wanted: Hole) -> bool {
        let mut pieces = self.pieces.iter();
        pieces.any(|piece| matches!(piece, Piece::Hole { hole, .. } if *hole == wanted))
    }

    pub(super) fn fill(&self, filling: Filling<'_>) -> Secret {
        let mut filled = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Hole { hole, around } => fill(&mut filled, *hole, *around, filling),
            }
        }
        Secret::new(filled)
    }

    /// The same of what holds no key that is secret: a path, whose key is filled in by who dials.
    pub(super) fn text(&self, filling: Filling<'_>) -> String {
        self.fill(filling).reveal().to_owned()
    }
}

fn fill(filled: &mut String, hole: Hole, around: Around, filling: Filling<'_>) {
    let first = || filling.symbols.first().map(String::as_str).unwrap_or_default();
    match (hole, around) {
        (Hole::Symbol(case), _) => {
            let symbol = match case {
                Case::AsItIs => first().to_owned(),
                Case::Lower => first().to_lowercase(),
                Case::Upper => first().to_uppercase(),
            };
            put(filled, &symbol, around);
        }
        (Hole::Symbols, Around::Json) => filled.push_str(&json(filling.symbols)),
        (Hole::Symbols, _) => {
            for (place, symbol) in filling.symbols.iter().enumerate() {
                if place > 0 {
                    filled.push(',');
                }
                put(filled, symbol, around);
            }
        }
        // A number needs no escaping anywhere.
        (Hole::Id, _) => filled.push_str(&filling.id.to_string()),
        (Hole::Key, Around::Path) => filled.push_str(KEY),
        (Hole::Key, _) => put(
            filled,
            filling.key.map(Secret::reveal).unwrap_or_default(),
            around,
        ),
    }
}

fn put(filled: &mut String, text: &str, around: Around) {
    match around {
        Around::Words => filled.push_str(text),
        Around::Path => escape(filled, text),
        Around::Json => filled.push_str(&json(text)),
        Around::Quotes => {
            let quoted = json(text);
            filled.push_str(quoted.get(1..quoted.len() - 1).unwrap_or_default());
        }
    }
}

/// Texts and lists of them can always be written.
fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// One lower-case word in braces is no JSON, and must have been meant for a hole.
fn misspelt(rest: &str) -> Option<&str> {
    let inside = rest.strip_prefix('{')?;
    let length = inside.find('}')?;
    let word = &inside[..length];
    let plain = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b':' | b'_');
    let plain = !word.is_empty() && word.bytes().all(plain);
    plain.then(|| &rest[..length + 2])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filled(text: &str, symbols: &[&str]) -> String {
        let symbols: Vec<_> = symbols.iter().map(|symbol| (*symbol).to_owned()).collect();
        let template = if text.starts_with('/') {
            Template::path(text)
        } else {
            Template::message(text)
        };
        let key = Secret::new("hu\"sh".to_owned());
        template.unwrap().text(Filling {
            symbols: &symbols,
            id: 7,
            key: Some(&key),
        })
    }

    #[test]
    fn a_hole_is_filled_as_what_stands_around_it_wants() {
        for (text, expected) in [
            (
                r#"{"op":"sub","s":"{symbol}","id":{id}}"#,
                r#"{"op":"sub","s":"A\"B","id":7}"#,
            ),
            (r#"{"s":{symbol},"id":"{id}"}"#, r#"{"s":"A\"B","id":"7"}"#),
            (r#"["{symbol:lower}@trade"]"#, r#"["a\"b@trade"]"#),
            (
                r#"{"all":{symbols},"text":"{symbols}"}"#,
                r#"{"all":["A\"B","C"],"text":"A\"B,C"}"#,
            ),
            (r#"{"token":"{key}"}"#, r#"{"token":"hu\"sh"}"#),
            ("SUB {symbol}", "SUB A\"B"),
            ("/p?s={symbol}&k={key}", "/p?s=A%22B&k={key}"),
            ("/p/{symbols}", "/p/A%22B,C"),
        ] {
            assert_eq!(filled(text, &["A\"B", "C"]), expected);
        }
    }

    #[test]
    fn what_can_never_be_sent_says_why() {
        for (text, why) in [
            (r#"{"op":{symbol}"#, BadTemplate::NotJson),
            (r#"{"op":sub}"#, BadTemplate::NotJson),
            (
                r#"{"op":"{ticker}"}"#,
                BadTemplate::Unknown("{ticker}".to_owned()),
            ),
            (r#"["{symbol}",{symbols}]"#, BadTemplate::OneOrAll),
            (&"x".repeat(LENGTH_MAX + 1), BadTemplate::Long),
        ] {
            assert_eq!(Template::message(text), Err(why));
        }
        assert_eq!(Template::path("v1"), Err(BadTemplate::NoSlash));
        for bad in ["/a b", "/a#b", "/ä", "/a\nb"] {
            assert_eq!(Template::path(bad), Err(BadTemplate::NotAPath));
        }
    }

    proptest! {
        /// Whatever a symbol is called, the message stays JSON and says that name.
        #[test]
        fn no_symbol_spoils_a_message(symbol in ".{0,20}", other in ".{0,20}") {
            let text = filled(r#"{"one":"{symbol}","two":{symbol},"n":{id}}"#, &[&symbol]);
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(read["one"].as_str(), Some(&*symbol));
            prop_assert_eq!(read["two"].as_str(), Some(&*symbol));
            let text = filled(r#"{"all":{symbols}}"#, &[&symbol, &other]);
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(read["all"][1].as_str(), Some(&*other));
        }

        #[test]
        fn no_symbol_leaves_its_place_in_a_path(symbol in ".{0,20}") {
            let path = filled("/p?s={symbol}&t=1", &[&symbol]);
            prop_assert!(path.is_ascii() && !path.contains(' '));
            prop_assert_eq!(path.matches(['&', '?', '/']).count(), 3);
            prop_assert_eq!(crate::query::unescaped(crate::query::value(&path, "s").unwrap()), symbol);
        }
    }
}
