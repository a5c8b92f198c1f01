//! `{"op":"subscribe","id":7,"symbols":["NVX","BTC-USD"]}`

use model::Symbol;
use serde::Serialize;

use super::CARD;

#[derive(Serialize)]
struct Request<'a> {
    op: &'static str,
    id: u64,
    symbols: Vec<&'a str>,
}

pub(super) fn requests(op: &'static str, symbols: &[&Symbol], count: &mut u64) -> Vec<String> {
    symbols
        .chunks(CARD.symbols_per_message)
        .filter_map(|chunk| {
            *count += 1;
            let symbols = chunk.iter().map(|symbol| symbol.as_str()).collect();
            serde_json::to_string(&Request {
                op,
                id: *count,
                symbols,
            })
            .ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_at_most_a_hundred_symbols_in_a_message_and_numbers_them() {
        let symbols: Vec<_> = (0..201).map(|n| Symbol::new(&format!("S{n}"))).collect();
        let mut count = 6;
        let messages = requests("subscribe", &symbols.iter().collect::<Vec<_>>(), &mut count);
        assert_eq!(messages.len(), 3);
        assert_eq!(messages[2], r#"{"op":"subscribe","id":9,"symbols":["S200"]}"#);
        assert_eq!(count, 9);
    }

    #[test]
    fn a_symbol_cannot_break_out_of_its_quotes() {
        let messages = requests("subscribe", &[&Symbol::new("A\"]}")], &mut 0);
        assert_eq!(messages, [r#"{"op":"subscribe","id":1,"symbols":["A\"]}"]}"#]);
    }
}
