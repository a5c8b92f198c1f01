//! What is asked on a WebSocket.
//!
//! ```json
//! {"op":"subscribe","id":7,"symbols":["NVX","HLQ"],"epoch":"5f1c","after":[1041,null],"bars":true}
//! {"op":"unsubscribe","id":8,"symbols":["NVX"]}
//! ```

use model::Symbol;
use serde::Serialize;

use super::CARD;
use crate::Asking;

#[derive(Serialize)]
struct Request<'a> {
    op: &'static str,
    id: u64,
    symbols: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<&'a str>,
    /// Beside each symbol the number of the last that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Vec<Option<u64>>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    bars: bool,
}

pub(super) fn subscribe(asking: Asking<'_>, count: &mut u64) -> Vec<String> {
    let chunks = asking.chunks(CARD.symbols_per_message);
    let messages = chunks.filter_map(|chunk| {
        let known = chunk.is_after_something();
        message(&Request {
            op: "subscribe",
            id: next(count),
            symbols: chunk
                .symbols
                .iter()
                .map(|wanted| wanted.symbol.as_str())
                .collect(),
            epoch: chunk.epoch.filter(|_| known),
            after: known.then(|| chunk.symbols.iter().map(|wanted| wanted.after).collect()),
            bars: chunk.bars,
        })
    });
    messages.collect()
}

pub(super) fn unsubscribe(symbols: &[&Symbol], count: &mut u64) -> Vec<String> {
    let chunks = symbols.chunks(CARD.symbols_per_message);
    let messages = chunks.filter_map(|chunk| {
        message(&Request {
            op: "unsubscribe",
            id: next(count),
            symbols: chunk.iter().map(|symbol| symbol.as_str()).collect(),
            epoch: None,
            after: None,
            bars: false,
        })
    });
    messages.collect()
}

const fn next(count: &mut u64) -> u64 {
    *count += 1;
    *count
}

/// Texts and numbers can always be written.
fn message(request: &Request<'_>) -> Option<String> {
    serde_json::to_string(request).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Wanted;

    fn wanted(symbol: &Symbol, after: Option<u64>) -> Wanted<'_> {
        Wanted { symbol, after }
    }

    fn asking<'a>(symbols: &'a [Wanted<'a>]) -> Asking<'a> {
        Asking {
            symbols,
            epoch: Some("e1"),
            bars: false,
        }
    }

    #[test]
    fn names_at_most_a_hundred_symbols_in_a_message_and_numbers_them() {
        let symbols: Vec<_> = (0..201).map(|n| Symbol::new(&format!("S{n}"))).collect();
        let symbols: Vec<_> = symbols.iter().map(|symbol| wanted(symbol, None)).collect();
        let mut count = 6;
        let messages = subscribe(asking(&symbols), &mut count);
        assert_eq!(messages.len(), 3);
        assert_eq!(messages[2], r#"{"op":"subscribe","id":9,"symbols":["S200"]}"#);
        assert_eq!(count, 9);
    }

    #[test]
    fn says_what_it_knows_already_and_asks_for_bars_where_they_are_wanted() {
        let (nvx, hlq) = (Symbol::new("NVX"), Symbol::new("HLQ"));
        let symbols = [wanted(&nvx, Some(1_041)), wanted(&hlq, None)];
        let messages = subscribe(
            Asking {
                bars: true,
                ..asking(&symbols)
            },
            &mut 0,
        );
        assert_eq!(
            messages,
            [
                r#"{"op":"subscribe","id":1,"symbols":["NVX","HLQ"],"epoch":"e1","after":[1041,null],"bars":true}"#
            ]
        );
    }

    #[test]
    fn a_symbol_cannot_break_out_of_its_quotes() {
        let messages = unsubscribe(&[&Symbol::new("A\"]}")], &mut 0);
        assert_eq!(messages, [r#"{"op":"unsubscribe","id":1,"symbols":["A\"]}"]}"#]);
    }
}
