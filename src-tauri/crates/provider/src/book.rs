//! The top of an order book: `[["77188","0.41122"],["77187","2"]]`.

use std::fmt;

use model::{Price, Size};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::Unreadable;
use crate::json::{Digits, optional};
use crate::offer::offer;

/// The first price of one side and its size; nothing is kept of the others.
#[derive(Debug)]
pub(crate) struct Top<'a>(Option<Level<'a>>);

#[derive(Debug)]
struct Level<'a> {
    price: Digits<'a>,
    size: Option<Digits<'a>>,
}

impl Top<'_> {
    /// `None` where nobody offers.
    pub(crate) fn offer(&self) -> Result<Option<(Price, Option<Size>)>, Unreadable> {
        let Some(level) = &self.0 else {
            return Ok(None);
        };
        let price = optional("the first price of the book", Some(level.price))?;
        let size = optional("the first size of the book", level.size)?;
        Ok(offer(price, size))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Top<'a> {
    fn deserialize<D: Deserializer<'de>>(side: D) -> Result<Self, D::Error> {
        side.deserialize_seq(Levels).map(Top)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Level<'a> {
    fn deserialize<D: Deserializer<'de>>(level: D) -> Result<Self, D::Error> {
        level.deserialize_seq(Numbers)
    }
}

struct Levels;

impl<'a> Visitor<'a> for Levels {
    type Value = Option<Level<'a>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one side of a book")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut levels: A) -> Result<Self::Value, A::Error> {
        let first = levels.next_element()?;
        while levels.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }
}

struct Numbers;

impl<'a> Visitor<'a> for Numbers {
    type Value = Level<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a price and a size")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut numbers: A) -> Result<Self::Value, A::Error> {
        let price = numbers.next_element()?;
        let price = price.ok_or_else(|| serde::de::Error::custom("a level without a price"))?;
        let size = numbers.next_element()?;
        while numbers.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Level { price, size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn only_the_first_level_counts() {
        let read = |text| {
            let offer = parse::<Top<'_>>(text).and_then(|top| top.offer());
            offer.map(|side| side.map(|(price, size)| (price.to_string(), size.map(|size| size.to_string()))))
        };
        let best = Some(("77188.10".to_owned(), Some("0.41122".to_owned())));
        assert_eq!(read(r#"[["77188.10","0.41122"],["x"]]"#), Ok(best.clone()));
        assert_eq!(read(r#"[["77188.10","0.41122","order"]]"#), Ok(best));
        assert_eq!(read(r#"[["5"]]"#), Ok(Some(("5".to_owned(), None))));
        assert_eq!(read("[]"), Ok(None));
        assert_eq!(read(r#"[["0","1"]]"#), Ok(None));
        for text in ["{}", "[[]]", "[5]", r#"[["x","1"]]"#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
