//! The pieces that JSON is made of, as they stand in a text.

/// Where each piece begins and ends. What is no JSON is cut into single characters.
pub(crate) fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => quoted(rest),
            first if is_bare(first) => rest.find(|c| !is_bare(c)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let (word, behind) = rest.split_at(length);
        words.push(word);
        rest = behind;
    }
    words
}

fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_')
}

/// Up to the closing quote, or to the end.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[test]
fn a_text_is_all_of_its_words() {
    let _alone = crate::fuzz::alone();
    let text = r#"{"a\"b":[-1.5e3,"x é",true], "c":{}"#;
    let cut = words(text);
    assert_eq!(cut.concat(), text);
    assert!(cut.contains(&r#""a\"b""#) && cut.contains(&"-1.5e3") && cut.contains(&"true"));
}
