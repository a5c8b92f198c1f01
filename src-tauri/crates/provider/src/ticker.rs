//! Shares as people write them: `AAPL`, `brk-b`.

use std::sync::Arc;

use model::{Instrument, Symbol};

/// `BRK.B` for itself, `brk-b` and `BRK/B`: behind the name of a company one letter tells the class of its
/// shares. In capitals, save where somebody has chosen them: `BACpA` is another share than `BACPA`.
pub(crate) fn dotted(symbol: &Symbol) -> String {
    let mut name = symbol.as_str().to_owned();
    if !name.contains(char::is_uppercase) {
        name = name.to_uppercase();
    }
    match name.rsplit_once(['-', '/']) {
        Some((company, class)) if !company.is_empty() && is_letter(class) => format!("{company}.{class}"),
        Some(_) | None => name,
    }
}

/// What is known of whatever is listed in the United States: a fund looks like a share.
pub(crate) fn american(_symbol: &Symbol) -> Instrument {
    Instrument {
        currency: Some(Arc::from("USD")),
        ..Instrument::default()
    }
}

fn is_letter(text: &str) -> bool {
    matches!(text.as_bytes(), [letter] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_of_shares_stands_behind_a_dot() {
        for (written, native) in [
            ("AAPL", "AAPL"),
            ("aapl", "AAPL"),
            ("BRK.B", "BRK.B"),
            ("brk-b", "BRK.B"),
            ("BRK/B", "BRK.B"),
            ("BACpA", "BACpA"),
            ("-B", "-B"),
            ("BTC-USD", "BTC-USD"),
        ] {
            assert_eq!(dotted(&Symbol::new(written)), native);
        }
    }
}
