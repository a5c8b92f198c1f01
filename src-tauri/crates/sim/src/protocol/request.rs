//! What a client says.
//!
//! ```json
//! {"op":"subscribe","id":7,"symbols":["NVX","BTC-USD"]}
//! {"op":"subscribe","id":7,"symbols":["NVX"],"epoch":"5f1c09be77a2d340","after":[1041]}
//! {"op":"unsubscribe","id":8,"symbols":["NVX"]}
//! ```

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::Code;

/// The largest whole number that every JSON reader keeps exactly.
const ID_MAX: u64 = 1 << 53;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Subscribe { id: u64, wish: Wish },
    Unsubscribe { id: u64, symbols: Vec<String> },
}

/// What a client wants to hear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) symbols: Vec<String>,
    pub(crate) since: Since,
    /// Whether it also wants each minute as a bar.
    pub(crate) bars: bool,
}

/// What it has heard already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Since {
    #[default]
    Nothing,
    /// The newest number of each symbol, in the order of the symbols.
    Numbers { epoch: String, after: Vec<Option<u64>> },
    /// Everything up to a place in the stream of all symbols.
    Place(Place),
}

/// A place in the stream of all symbols, as the ids of server-sent events and
/// the cursors of polls name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) epoch: String,
    pub(crate) position: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.position)
    }
}

impl FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (epoch, position) = text.rsplit_once('-').ok_or(NotAPlace)?;
        Ok(Self {
            epoch: epoch.to_owned(),
            position: position.parse().map_err(|_| NotAPlace)?,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAPlace;

/// A message that nothing can be done for, and how to answer it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) id: Option<u64>,
    pub(crate) code: Code,
    pub(crate) why: &'static str,
}

pub(crate) fn read(text: &str) -> Result<Request, Unreadable> {
    let bad = |id, why| Unreadable {
        id,
        code: Code::BadJson,
        why,
    };
    let Ok(Value::Object(fields)) = serde_json::from_str(text) else {
        return Err(bad(None, "a message is one JSON object"));
    };
    let id = fields
        .get("id")
        .and_then(Value::as_u64)
        .filter(|id| *id <= ID_MAX);
    let Some(op) = fields.get("op").and_then(Value::as_str) else {
        return Err(bad(id, "a message has an `op`, which is text"));
    };
    let subscribes = match op {
        "subscribe" => true,
        "unsubscribe" => false,
        _ => {
            return Err(Unreadable {
                id,
                code: Code::UnknownOp,
                why: "an `op` is `subscribe` or `unsubscribe`",
            });
        }
    };
    let Some(id) = id else {
        return Err(bad(None, "a message has an `id`, a whole number up to 2^53"));
    };
    let symbols = fields
        .get("symbols")
        .and_then(Value::as_array)
        .and_then(|list| texts(list))
        .filter(|symbols| !symbols.is_empty())
        .ok_or_else(|| bad(Some(id), "`symbols` is a list of at least one text"))?;
    if !subscribes {
        return Ok(Request::Unsubscribe { id, symbols });
    }
    let since = since(&fields, symbols.len()).map_err(|why| bad(Some(id), why))?;
    let bars = match fields.get("bars") {
        None => false,
        Some(bars) => bars
            .as_bool()
            .ok_or_else(|| bad(Some(id), "`bars` is true or false"))?,
    };
    let wish = Wish { symbols, since, bars };
    Ok(Request::Subscribe { id, wish })
}

fn texts(list: &[Value]) -> Option<Vec<String>> {
    list.iter()
        .map(|symbol| symbol.as_str().map(str::to_owned))
        .collect()
}

fn since(fields: &Map<String, Value>, symbols: usize) -> Result<Since, &'static str> {
    let (epoch, after) = match (fields.get("epoch"), fields.get("after")) {
        (None, None) => return Ok(Since::Nothing),
        (Some(Value::String(epoch)), Some(Value::Array(after))) => (epoch.clone(), after),
        _ => return Err("`after` is a list and comes with the `epoch` it is about, a text"),
    };
    let after: Option<Vec<_>> = after
        .iter()
        .map(|number| {
            if number.is_null() {
                Some(None)
            } else {
                number.as_u64().map(Some)
            }
        })
        .collect();
    match after {
        Some(after) if after.len() == symbols => Ok(Since::Numbers { epoch, after }),
        Some(_) | None => Err("`after` has a whole number, or null, for each of the symbols"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_the_page_describes_in_any_order_of_fields() {
        assert_eq!(
            read(r#"{"op":"subscribe","id":7,"symbols":["NVX","BTC-USD"]}"#),
            Ok(Request::Subscribe {
                id: 7,
                wish: Wish {
                    symbols: vec!["NVX".into(), "BTC-USD".into()],
                    ..Wish::default()
                }
            })
        );
        assert_eq!(
            read(r#" {"more":[1], "symbols":["\u004eVX"], "id":0, "op":"unsubscribe"}"#),
            Ok(Request::Unsubscribe {
                id: 0,
                symbols: vec!["NVX".into()]
            })
        );
    }

    #[test]
    fn a_client_may_say_what_it_has() {
        let read = |rest| {
            let text = format!(r#"{{"op":"subscribe","id":7,"symbols":["NVX","HLQ"],{rest}}}"#);
            match read(&text) {
                Ok(Request::Subscribe { wish, .. }) => Some((wish.since, wish.bars)),
                _ => None,
            }
        };
        let numbers = Since::Numbers {
            epoch: "e".into(),
            after: vec![Some(1041), None],
        };
        assert_eq!(
            read(r#""epoch":"e","after":[1041,null],"bars":true"#),
            Some((numbers, true))
        );
        for wrong in [
            r#""after":[1,2]"#,
            r#""epoch":"e""#,
            r#""epoch":"e","after":[1]"#,
            r#""epoch":"e","after":[1,-2]"#,
            r#""epoch":7,"after":[1,2]"#,
            r#""bars":1"#,
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_place_is_read_back_and_its_epoch_may_have_a_hyphen() {
        let place = Place {
            epoch: "a-b".into(),
            position: 17,
        };
        assert_eq!(place.to_string().parse(), Ok(place));
        for text in ["", "17", "e-", "e-x", "e--1-"] {
            assert_eq!(text.parse::<Place>(), Err(NotAPlace), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong_and_keeps_the_id_where_it_can() {
        let answer = |text| read(text).map_err(|unreadable| (unreadable.id, unreadable.code));
        for text in [
            "",
            "{",
            "[]",
            "7",
            r#"{"id":-1,"op":"subscribe","symbols":["A"]}"#,
            r#"{"op":"subscribe","symbols":["A"]}"#,
            r#"{"id":9007199254740993,"op":"subscribe","symbols":["A"]}"#,
        ] {
            assert_eq!(answer(text), Err((None, Code::BadJson)), "{text}");
        }
        for text in [
            r#"{"id":4}"#,
            r#"{"id":4,"op":1}"#,
            r#"{"id":4,"op":"subscribe"}"#,
            r#"{"id":4,"op":"subscribe","symbols":[]}"#,
            r#"{"id":4,"op":"subscribe","symbols":["A",1]}"#,
            r#"{"id":4,"op":"subscribe","symbols":"A"}"#,
        ] {
            assert_eq!(answer(text), Err((Some(4), Code::BadJson)), "{text}");
        }
        assert_eq!(answer(r#"{"id":4,"op":"buy"}"#), Err((Some(4), Code::UnknownOp)));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            let _answer = read(&text);
        }
    }
}
