//! What a venue finds when it is asked for an instrument.

use model::{InstrumentKind, Symbol};

/// So many at most are taken of one answer: no venue has as many that a person can deal in.
pub const HITS_MAX: usize = 5_000;
/// Longer names of instruments and of everything else are no names.
const NATIVE_MAX: usize = 40;
/// Longer words of a person are cut.
const TEXT_MAX: usize = 120;

/// What is asked of a venue, as a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// It searches by these words itself.
    Search(String),
    /// It tells all that it has, whatever is looked for; that can be kept for a day.
    List(String),
}

impl Lookup {
    pub fn path(&self) -> &str {
        match self {
            Self::Search(path) | Self::List(path) => path,
        }
    }
}

/// One instrument of a venue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// As its stream calls it.
    pub native: Symbol,
    pub name: Option<Box<str>>,
    /// In the venue's words.
    pub exchange: Option<Box<str>>,
    pub currency: Option<Box<str>>,
    pub kind: Option<InstrumentKind>,
}

impl Hit {
    pub(crate) fn new(native: &str) -> Self {
        Self {
            native: Symbol::new(native),
            name: None,
            exchange: None,
            currency: None,
            kind: None,
        }
    }

    /// A pair of coins.
    pub(crate) fn coins(native: &str, quote: Option<&str>) -> Self {
        let currency = quote.and_then(text);
        Self {
            currency,
            kind: Some(InstrumentKind::Crypto),
            ..Self::new(native)
        }
    }

    pub(crate) fn named(self, name: Option<&str>) -> Self {
        let name = name.and_then(text);
        Self { name, ..self }
    }

    pub(crate) fn at(self, exchange: Option<&str>) -> Self {
        let exchange = exchange.and_then(text);
        Self { exchange, ..self }
    }

    pub(crate) fn paid_in(self, currency: Option<&str>) -> Self {
        let currency = currency.and_then(text);
        Self { currency, ..self }
    }

    pub(crate) fn of_kind(self, kind: Option<InstrumentKind>) -> Self {
        Self { kind, ..self }
    }

    /// Unless it is no name at all, or one too many.
    pub(crate) fn put(self, hits: &mut Vec<Self>) {
        let native = self.native.as_str();
        let is_name = !native.is_empty()
            && native.len() <= NATIVE_MAX
            && !native.contains(|letter: char| letter.is_control());
        if is_name && hits.len() < HITS_MAX {
            hits.push(self);
        }
    }
}

/// A sort of thing by the words of several venues.
pub(crate) fn kind(word: &str) -> Option<InstrumentKind> {
    let word = word.to_ascii_lowercase();
    let says = |part: &str| word.contains(part);
    if says("etf") || says("etp") || says("etn") || says("exchange-traded") {
        Some(InstrumentKind::Etf)
    } else if says("index") {
        Some(InstrumentKind::Index)
    } else if says("crypto") || says("digital currency") {
        Some(InstrumentKind::Crypto)
    } else if says("physical currency") || word == "currency" || says("forex") || word == "fx" {
        Some(InstrumentKind::Fx)
    } else if says("stock")
        || says("equity")
        || says("depositary")
        || says("adr")
        || word == "cs"
        || says("reit")
    {
        Some(InstrumentKind::Stock)
    } else {
        None
    }
}

/// On one line, and no longer than somebody reads.
fn text(words: &str) -> Option<Box<str>> {
    let words: String = words
        .trim()
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(TEXT_MAX)
        .collect();
    (!words.is_empty()).then(|| words.into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_is_not_kept_and_no_answer_has_more_than_a_venue_can_have() {
        let mut hits = Vec::new();
        for name in ["", "A\nB", &"A".repeat(41)] {
            Hit::new(name).put(&mut hits);
        }
        assert_eq!(hits, []);
        for number in 0..HITS_MAX + 7 {
            Hit::new(&number.to_string()).put(&mut hits);
        }
        assert_eq!(hits.len(), HITS_MAX);
    }

    #[test]
    fn words_for_people_stay_on_one_line_of_some_length() {
        let hit = Hit::new("A").named(Some(" a\nb ")).at(Some("  "));
        assert_eq!((hit.name.as_deref(), hit.exchange), (Some("a b"), None));
        let long = Hit::new("A").named(Some(&"é".repeat(500)));
        assert_eq!(long.name.unwrap().chars().count(), TEXT_MAX);
    }

    #[test]
    fn sorts_of_things_are_known_by_several_words() {
        for (word, known) in [
            ("Common Stock", Some(InstrumentKind::Stock)),
            ("EQUITY", Some(InstrumentKind::Stock)),
            ("CS", Some(InstrumentKind::Stock)),
            ("ADR", Some(InstrumentKind::Stock)),
            ("ETF", Some(InstrumentKind::Etf)),
            ("INDEX", Some(InstrumentKind::Index)),
            ("Digital Currency", Some(InstrumentKind::Crypto)),
            ("CRYPTOCURRENCY", Some(InstrumentKind::Crypto)),
            ("CURRENCY", Some(InstrumentKind::Fx)),
            ("Physical Currency", Some(InstrumentKind::Fx)),
            ("Warrant", None),
        ] {
            assert_eq!(kind(word), known, "{word}");
        }
    }
}
