//! What a client says.
//!
//! ```json
//! {"op":"subscribe","id":7,"symbols":["NVX","BTC-USD"]}
//! {"op":"unsubscribe","id":8,"symbols":["NVX"]}
//! ```

use serde_json::Value;

use super::Code;

/// The largest whole number that every JSON reader keeps exactly.
const ID_MAX: u64 = 1 << 53;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Subscribe { id: u64, symbols: Vec<String> },
    Unsubscribe { id: u64, symbols: Vec<String> },
}

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
    let request: fn(u64, Vec<String>) -> Request = match op {
        "subscribe" => |id, symbols| Request::Subscribe { id, symbols },
        "unsubscribe" => |id, symbols| Request::Unsubscribe { id, symbols },
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
    let symbols = fields.get("symbols").and_then(Value::as_array).and_then(|list| {
        list.iter()
            .map(|symbol| symbol.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
    });
    match symbols {
        Some(symbols) if !symbols.is_empty() => Ok(request(id, symbols)),
        Some(_) | None => Err(bad(Some(id), "`symbols` is a list of at least one text")),
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
                symbols: vec!["NVX".into(), "BTC-USD".into()]
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
