//! Words from outside, made fit for a log and for a sentence.

/// One line of at most `limit` characters: control characters are escaped, and
/// the query of an address is left out, since keys travel there.
pub(crate) fn plain(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut rest = text;
    while let Some(scheme) = rest.find("://") {
        let (before, address) = rest.split_at(scheme + "://".len());
        let end = address.find(ends_an_address).unwrap_or(address.len());
        let (address, after) = address.split_at(end);
        line.push_str(before);
        line.push_str(address.split(['?', '#']).next().unwrap_or_default());
        rest = after;
    }
    line.push_str(rest);
    shortened(&line, limit)
}

/// An error as a sentence of its own, though it was made for the middle of one.
pub(crate) fn sentence(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn ends_an_address(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '"' | '\'' | '`' | '<' | '>' | ')')
}

fn shortened(line: &str, limit: usize) -> String {
    let mut characters = line.chars();
    let mut short = String::new();
    for character in characters.by_ref().take(limit) {
        if character.is_control() {
            short.extend(character.escape_default());
        } else {
            short.push(character);
        }
    }
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_pretend_to_be_two() {
        assert_eq!(
            plain("one\nERROR two\u{1b}[31m\0", 100),
            "one\\nERROR two\\u{1b}[31m\\u{0}"
        );
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(plain("äöüß", 3), "äöü…");
        assert_eq!(plain("äöü", 3), "äöü");
    }

    #[test]
    fn the_query_of_an_address_is_left_out() {
        let text = r#"at wss://feed.example/v1?token=hush&x=1 and (http://a/b?key=hush) "ws://c#hush" end"#;
        let plain = plain(text, 1_000);
        assert_eq!(plain, r#"at wss://feed.example/v1 and (http://a/b) "ws://c" end"#);
    }
}
