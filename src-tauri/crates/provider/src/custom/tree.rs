//! A message as a tree of which only the wanted branches are read.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Something that was found: what stands there as it is written, or what a member is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Json(&'a str),
    Name(Cow<'a, str>),
}

impl<'a> Piece<'a> {
    /// As a person would write it: of a text what is in it, of a number its digits.
    /// `None` for nothing, for a list and for an object.
    pub(super) fn text(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Json(json) => match json.as_bytes().first()? {
                b'"' => serde_json::from_str::<Owned<'a>>(json).ok().map(|text| text.0),
                b'{' | b'[' => None,
                _ if *json == "null" => None,
                _ => Some(Cow::Borrowed(*json)),
            },
            Self::Name(name) => Some(name.clone()),
        }
    }

    /// What it is written with in the message.
    pub(super) fn raw(&self) -> &str {
        match self {
            Self::Json(json) => json,
            Self::Name(name) => name,
        }
    }
}

#[derive(Deserialize)]
struct Owned<'a>(#[serde(borrow)] Cow<'a, str>);

/// The whole of a message, if it is JSON.
pub(super) fn whole(text: &str) -> Option<&str> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    Some(raw.get())
}

/// What the last member of this name is, which is the one that counts.
pub(super) fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    serde_json::Deserializer::from_str(object)
        .deserialize_map(Member { name })
        .ok()?
}

pub(super) fn at(list: &str, index: usize) -> Option<&str> {
    serde_json::Deserializer::from_str(list)
        .deserialize_seq(At { index })
        .ok()?
}

/// Tells each element of a list, or each member of an object with its name, until
/// one answers that it is enough.
pub(super) fn each<'a>(json: &'a str, tell: &mut dyn FnMut(&'a str, Option<Cow<'a, str>>) -> bool) {
    let mut reader = serde_json::Deserializer::from_str(json);
    // The whole message was found to be JSON before, so it only ends early when it was enough.
    let _ended = match json.as_bytes().first() {
        Some(b'[') => reader.deserialize_seq(Each(tell)),
        Some(b'{') => reader.deserialize_map(Each(tell)),
        Some(_) | None => Ok(()),
    };
}

struct Member<'n> {
    name: &'n str,
}

impl<'a> Visitor<'a> for Member<'_> {
    type Value = Option<&'a str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(Owned(name)) = object.next_key()? {
            if name == self.name {
                found = Some(object.next_value::<&'a RawValue>()?.get());
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

struct At {
    index: usize,
}

impl<'a> Visitor<'a> for At {
    type Value = Option<&'a str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        for _ in 0..self.index {
            if list.next_element::<IgnoredAny>()?.is_none() {
                return Ok(None);
            }
        }
        let found = list.next_element::<&'a RawValue>()?.map(RawValue::get);
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(found)
    }
}

struct Each<'f, 'a>(&'f mut dyn FnMut(&'a str, Option<Cow<'a, str>>) -> bool);

impl<'a> Visitor<'a> for Each<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element::<&'a RawValue>()? {
            if !(self.0)(element.get(), None) {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(Owned(name)) = object.next_key()? {
            let value = object.next_value::<&'a RawValue>()?;
            if !(self.0)(value.get(), Some(name)) {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_two_members_of_one_name_counts() {
        assert_eq!(member(r#"{"a":1,"b":2,"a":{"c":3}}"#, "a"), Some(r#"{"c":3}"#));
        assert_eq!(member(r#"{"\u0061":1}"#, "a"), Some("1"), "however it is written");
        assert_eq!(member("[1]", "a"), None);
        assert_eq!(at("[1, 2 ,3]", 1), Some("2"));
        assert_eq!(at("[1]", 1), None);
    }

    #[test]
    fn what_is_found_reads_as_a_person_would_write_it() {
        let text = |json| Piece::Json(json).text().map(Cow::into_owned);
        assert_eq!(text(r#""a\"b""#).as_deref(), Some("a\"b"));
        assert_eq!(text("1.50").as_deref(), Some("1.50"));
        assert_eq!(text("true").as_deref(), Some("true"));
        for nothing in ["null", "[1]", "{}"] {
            assert_eq!(text(nothing), None);
        }
    }

    #[test]
    fn members_are_told_with_their_names_and_elements_without() {
        let told = |json: &'static str| {
            let mut told = Vec::new();
            each(json, &mut |value, name| {
                told.push((value, name.map(Cow::into_owned)));
                told.len() < 2
            });
            told
        };
        assert_eq!(told("[1,[2],3]"), [("1", None), ("[2]", None)]);
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(told(r#"{"a":1,"b":{}}"#), [("1", name("a")), ("{}", name("b"))]);
        assert_eq!(told("7"), []);
    }
}
