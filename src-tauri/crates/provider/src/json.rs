//! Pieces of JSON as venues write them, borrowed from the message.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use model::NotANumber;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::Unreadable;

/// Borrowed unless it has escapes in it; a bare `Option<Cow>` would always be owned.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Text<'a> {
    pub(crate) fn into_inner(self) -> Cow<'a, str> {
        self.0
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A number with the digits that it came with, be it written as one or as a
/// text: some venues do both.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Digits<'a>(#[serde(borrow)] &'a RawValue);

impl<'a> Digits<'a> {
    /// `None` for nothing: `null`, an empty text and what stands for neither.
    pub(crate) fn text(self) -> Option<&'a str> {
        let text = self.0.get();
        let text = match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(inside) => inside,
            None if text == "null" => return None,
            None => text,
        };
        (!text.is_empty()).then_some(text)
    }

    /// One that has to be there.
    pub(crate) fn read<N>(self, field: &'static str) -> Result<N, Unreadable>
    where
        N: FromStr<Err = NotANumber>,
    {
        let text = self.text().ok_or(Unreadable::Missing { field })?;
        text.parse().map_err(|why| Unreadable::Number { field, why })
    }
}

/// A number that may be missing. Written wrong it is an error all the same.
pub(crate) fn optional<N>(field: &'static str, digits: Option<Digits<'_>>) -> Result<Option<N>, Unreadable>
where
    N: FromStr<Err = NotANumber>,
{
    match digits.and_then(Digits::text) {
        Some(text) => text
            .parse()
            .map(Some)
            .map_err(|why| Unreadable::Number { field, why }),
        None => Ok(None),
    }
}

/// A number that has to be there.
pub(crate) fn required<N>(field: &'static str, digits: Option<Digits<'_>>) -> Result<N, Unreadable>
where
    N: FromStr<Err = NotANumber>,
{
    digits.ok_or(Unreadable::Missing { field })?.read(field)
}

pub(crate) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|_| Unreadable::Json)
}

/// Reads each element of a list by itself, so that one that is bad never loses
/// the others. The first error is told when all were read.
pub(crate) fn each<'a>(
    list: &'a str,
    read: impl FnMut(&'a str) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let mut reader = serde_json::Deserializer::from_str(list);
    let told = reader.deserialize_seq(Elements(read));
    told.unwrap_or(Err(Unreadable::Json))
}

struct Elements<F>(F);

impl<'a, F: FnMut(&'a str) -> Result<(), Unreadable>> Visitor<'a> for Elements<F> {
    type Value = Result<(), Unreadable>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut told = Ok(());
        while let Some(element) = list.next_element::<&RawValue>()? {
            told = told.and((self.0)(element.get()));
        }
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use model::Price;

    use super::*;

    #[derive(Deserialize)]
    struct Said<'a> {
        #[serde(borrow)]
        p: Option<Digits<'a>>,
    }

    fn price(text: &str) -> Result<Option<Price>, Unreadable> {
        optional("p", parse::<Said<'_>>(text)?.p)
    }

    #[test]
    fn a_number_keeps_its_digits_however_it_is_written() {
        for (text, digits) in [
            (r#"{"p":105944.20}"#, "105944.20"),
            (r#"{"p":"105944.20"}"#, "105944.20"),
            (r#"{"p":41853}"#, "41853"),
            (r#"{"p":6.517e-5}"#, "0.00006517"),
            (r#"{"p":"1e-8"}"#, "0.00000001"),
        ] {
            assert_eq!(price(text).unwrap().unwrap().to_string(), digits, "{text}");
        }
    }

    #[test]
    fn nothing_is_no_number_and_no_error() {
        for text in [r#"{"p":null}"#, r#"{"p":""}"#, "{}"] {
            assert_eq!(price(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_an_error_that_names_its_field() {
        for text in [r#"{"p":"NA"}"#, r#"{"p":[1]}"#, r#"{"p":true}"#, r#"{"p":"1_0"}"#] {
            let error = price(text).unwrap_err();
            assert!(matches!(error, Unreadable::Number { field: "p", .. }), "{text}");
        }
    }

    #[test]
    fn a_bad_element_loses_no_other() {
        let read = |list| {
            let mut prices = Vec::new();
            let told = each(list, |element| {
                let price = optional("p", parse::<Said<'_>>(element)?.p)?;
                prices.extend(price.map(|price: Price| price.to_string()));
                Ok(())
            });
            (prices, told)
        };
        let (prices, told) = read(r#"[{"p":1},{"p":"x"},7,{"p":"2.50"}]"#);
        assert_eq!(prices, ["1", "2.50"]);
        assert!(matches!(told, Err(Unreadable::Number { field: "p", .. })));
        assert_eq!(read("[]"), (vec![], Ok(())));
        assert_eq!(read("{}"), (vec![], Err(Unreadable::Json)));
    }
}
