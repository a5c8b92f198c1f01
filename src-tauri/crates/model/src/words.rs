//! Text from the outside world, made fit to be shown and logged.

/// One line of at most `length_max` characters. What looks like an address
/// loses its query: that is where some venues want their key, and an error
/// page may repeat it.
pub fn one_line(text: &str, length_max: usize) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<_> = visible.split(' ').map(without_query).collect();
    words.join(" ").trim().chars().take(length_max).collect()
}

fn without_query(word: &str) -> &str {
    match word.split_once('?') {
        Some((address, query)) if address.contains('/') || query.contains('=') => address,
        Some(_) | None => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_cannot_write_a_second_line_into_our_log() {
        assert_eq!(
            one_line("busy\r\nERROR forged \u{1b}[31m", 120),
            "busy  ERROR forged  [31m"
        );
        assert_eq!(one_line(&"x".repeat(500), 120).len(), 120);
    }

    #[test]
    fn an_address_loses_its_query_and_a_question_keeps_its_mark() {
        let page = "no /v1/stream?apikey=hush here, nor wss://feed.example/x?token=hush or ?token=hush";
        assert_eq!(
            one_line(page, 200),
            "no /v1/stream here, nor wss://feed.example/x or"
        );
        assert_eq!(one_line("who are you?", 200), "who are you?");
    }
}
