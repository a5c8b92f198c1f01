//! What is asked for, as a part of an address.

use std::fmt::Write;

/// Everything but what RFC 3986 calls unreserved. A comma inside of a name is
/// escaped too, so that it is not taken for one between two.
pub(crate) fn escape(path: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            path.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _written = write!(path, "%{byte:02X}");
        }
    }
}

/// The value of the first parameter of this name, as it is written there.
pub(crate) fn value<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = path.split_once('?')?;
    let values = query.split('&').filter_map(|pair| pair.split_once('='));
    values
        .into_iter()
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// Those of all names that stand, escaped, in the list that is the value of this parameter.
pub(crate) fn named<'a>(
    path: &str,
    parameter: &str,
    names: &'a [String],
) -> impl Iterator<Item = &'a String> {
    let list = value(path, parameter).unwrap_or_default();
    let list: Vec<_> = list.split(',').map(str::to_owned).collect();
    names.iter().filter(move |name| {
        let mut escaped = String::new();
        escape(&mut escaped, name);
        list.contains(&escaped)
    })
}

/// What our own escaping made is made undone.
pub(crate) fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let escaped = match (first, behind) {
            (b'%', [high, low, ..]) => hexadecimal(*high).zip(hexadecimal(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn hexadecimal(digit: u8) -> Option<u8> {
    let digit = char::from(digit).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_a_path_are_known_again() {
        let names = ["A&B", "BTC/USD", "C"].map(str::to_owned);
        let asked: Vec<_> = named("/x?symbols=BTC%2FUSD,A%26B,D&feed=iex", "symbols", &names).collect();
        assert_eq!(asked, ["A&B", "BTC/USD"]);
        assert_eq!(named("/x", "symbols", &names).count(), 0);
    }

    #[test]
    fn what_was_asked_for_is_found_in_the_address() {
        let mut path = String::from("/ticker?kind=spot&symbol=");
        escape(&mut path, "A&B");
        assert_eq!(path, "/ticker?kind=spot&symbol=A%26B");
        assert_eq!(value(&path, "symbol"), Some("A%26B"));
        assert_eq!(unescaped("A%26B"), "A&B");
        assert_eq!(value(&path, "sym"), None);
        assert_eq!(value("/ticker", "symbol"), None);
    }

    #[test]
    fn what_was_escaped_is_read_back_and_nothing_else_changes() {
        let mut path = String::new();
        escape(&mut path, "RY:TSX é,%41");
        assert_eq!(unescaped(&path), "RY:TSX é,%41");
        for text in ["%", "%4", "%zz", "plain"] {
            assert_eq!(unescaped(text), text);
        }
        assert_eq!(unescaped("%ff"), "", "no text at all");
    }
}
