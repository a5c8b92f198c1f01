//! What looks like a secret by its name: a venue may want a signature that was
//! only made for this message, and nobody has told us of it before.

use std::ops::Range;

use super::STRUCK;

/// Parts of names that end no harmless field of a request.
const ENDINGS: [&str; 11] = [
    "token",
    "key",
    "secret",
    "sign",
    "signature",
    "password",
    "passphrase",
    "passwd",
    "auth",
    "authorization",
    "jwt",
];

/// Strikes out `"name": "value"` and `?name=value` where the name is that of a
/// secret. The length stays.
pub fn blank_by_name(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let in_query = in_query(text, |name, _value| is_key(name, ""));
    for place in in_json(text).into_iter().chain(in_query) {
        if let Some(secret) = bytes.get_mut(place) {
            secret.fill(b'*');
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// For a person: every value of a query that its name or its look tells to be a key.
pub(crate) fn strike_query(text: &str) -> String {
    let mut told = String::new();
    let mut from = 0;
    for place in in_query(text, is_key) {
        told.push_str(text.get(from..place.start).unwrap_or_default());
        told.push_str(STRUCK);
        from = place.end;
    }
    told + text.get(from..).unwrap_or_default()
}

/// Whether what stands in a query by this name is a key, as its name or its look tells.
///
/// A list of symbols in a query is no secret, and striking it out would spoil every message.
pub fn is_key(name: &str, value: &str) -> bool {
    const NAMES: [&str; 8] = ["token", "key", "secret", "sign", "pass", "auth", "jwt", "session"];
    const LONG: usize = 20;
    let name = name.to_ascii_lowercase();
    let lists = value.contains([',', ' ']);
    NAMES.iter().any(|part| name.contains(part)) || (value.len() >= LONG && !lists)
}

fn in_json(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(string) = next_string(bytes, at) {
        at = string.end + 1;
        let Some(colon) = after_spaces(bytes, at).filter(|place| bytes.get(*place) == Some(&b':')) else {
            continue;
        };
        let name = text.get(string).unwrap_or_default();
        let Some(value) = after_spaces(bytes, colon + 1).filter(|_| is_secret(name)) else {
            continue;
        };
        match bytes.get(value) {
            Some(b'"') => {
                let end = string_end(bytes, value + 1);
                found.push(value + 1..end);
                at = end + 1;
            }
            // What is inside has names of its own.
            Some(b'{' | b'[') | None => {}
            Some(_) => {
                let rest = bytes.get(value..).unwrap_or_default();
                let end = rest.iter().position(|byte| b",}] \t\r\n".contains(byte));
                found.push(value..end.map_or(bytes.len(), |end| value + end));
            }
        }
    }
    found
}

/// The values of such pairs, in their order. Behind the query of a request stands the version of HTTP.
fn in_query(text: &str, is_meant: impl Fn(&str, &str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (mark, _) in text.match_indices(['?', '&']) {
        let rest = text.get(mark + 1..).unwrap_or_default();
        let end = rest.find(['&', '#', '"', ' ']).unwrap_or(rest.len());
        let pair = rest.get(..end).unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=')
            && is_meant(name, value)
        {
            let to = mark + 1 + end;
            found.push(to - value.len()..to);
        }
    }
    found
}

/// Where the next text in quotes stands, without the quotes.
fn next_string(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let begin = from + memchr::memchr(b'"', bytes.get(from..)?)? + 1;
    Some(begin..string_end(bytes, begin))
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn after_spaces(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .map(|spaces| from + spaces)
}

fn is_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    ENDINGS.iter().any(|end| plain.ends_with(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_we_say_is_read_for_names() {
        for (said, kept) in [
            (
                r#"{"op":"auth","key":"PK1","secret" : "s\"x","list":["a"]}"#,
                r#"{"op":"auth","key":"***","secret" : "****","list":["a"]}"#,
            ),
            (
                r#"{"args":[{"apiKey":"ab","sign":12,"timestamp":"5"}]}"#,
                r#"{"args":[{"apiKey":"**","sign":**,"timestamp":"5"}]}"#,
            ),
            (
                "/v1/poll?symbols=A,B&access_token=abc&after=5",
                "/v1/poll?symbols=A,B&access_token=***&after=5",
            ),
        ] {
            assert_eq!(blank_by_name(said), kept);
        }
        let plain = r#"{"op":"subscribe","symbols":["NVX"],"after":[5]}"#;
        assert_eq!(blank_by_name(plain), plain);
    }

    #[test]
    fn a_person_sees_of_a_query_what_is_no_key() {
        assert_eq!(
            strike_query("GET /ws?symbols=NVX,BTC&apiKey=hush&u=0123456789abcdefghij HTTP/1.1"),
            "GET /ws?symbols=NVX,BTC&apiKey=***&u=*** HTTP/1.1"
        );
        assert_eq!(strike_query("GET / HTTP/1.1"), "GET / HTTP/1.1");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_change_its_length(text in ".{0,80}") {
            prop_assert_eq!(blank_by_name(&text).len(), text.len());
            let _shown = strike_query(&text);
        }
    }
}
