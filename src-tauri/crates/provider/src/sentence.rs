//! A venue's words, made fit for a person.

use model::one_line;

/// Long enough for any sentence, too short to fill a screen.
const LENGTH_MAX: usize = 200;

/// One line of them, with the venue's own number for it, where it has one.
pub(crate) fn sentence(words: Option<&str>, code: Option<&str>) -> String {
    let words = words.filter(|words| !words.trim().is_empty());
    let words = words.unwrap_or("it gave no reason");
    match code {
        Some(code) => one_line(&format!("{words} ({code})"), LENGTH_MAX),
        None => one_line(words, LENGTH_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_venue_that_says_nothing_is_said_to_say_nothing() {
        assert_eq!(sentence(Some("no such pair"), Some("7")), "no such pair (7)");
        assert_eq!(sentence(Some(" "), None), "it gave no reason");
        assert_eq!(sentence(None, Some("7")), "it gave no reason (7)");
        assert_eq!(sentence(Some("a\nb"), None), "a b");
        assert_eq!(sentence(Some(&"x".repeat(999)), None).len(), LENGTH_MAX);
    }
}
