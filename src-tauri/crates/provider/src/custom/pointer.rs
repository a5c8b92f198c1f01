//! Where something stands in a message: a JSON pointer (RFC 6901), in which `*`
//! stands for each element of a list or each member of an object.
//!
//! ```text
//! /data/0/p      the first element's p
//! /data/*/p      that of each of them
//! /*#            what each member of an object is called
//! /a~1b/~0/~2    a/b, then ~, then *
//! ```

use super::tree::{at, member};

/// So many steps lead to anything that somebody reads.
const STEPS_MAX: usize = 24;
/// Lists within lists within lists.
pub(super) const LOOPS_MAX: usize = 3;

/// Checked, and cut at each of its stars.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pointer {
    /// The way to each list, from the element of the one before it.
    pub(super) loops: Vec<Path>,
    pub(super) tail: Tail,
}

/// What is read of the element that the loops lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    At(Path),
    /// What the member is called, and not what it is.
    Name,
}

/// Steps without any star.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path(Vec<String>);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadPointer {
    #[error("{0} is no JSON pointer: it begins with a slash, as /{0}")]
    NoSlash(String),
    #[error("{0} is no JSON pointer: behind ~ stands 0 for ~, 1 for / or 2 for *")]
    Tilde(String),
    #[error("{0} has too many steps: {STEPS_MAX} at most")]
    Long(String),
    #[error("{0} has too many stars: {LOOPS_MAX} at most")]
    Stars(String),
    #[error("{0} reads a name by *#, which can only stand at its end")]
    Name(String),
}

impl Default for Tail {
    fn default() -> Self {
        Self::At(Path::default())
    }
}

impl Pointer {
    pub(super) fn parse(text: &str) -> Result<Self, BadPointer> {
        let told = || text.to_owned();
        let mut pointer = Self::default();
        let mut path = Path::default();
        let Some(steps) = text.strip_prefix('/') else {
            return if text.is_empty() {
                Ok(pointer)
            } else {
                Err(BadPointer::NoSlash(told()))
            };
        };
        let steps: Vec<_> = steps.split('/').collect();
        if steps.len() > STEPS_MAX {
            return Err(BadPointer::Long(told()));
        }
        let last = steps.len() - 1;
        for (place, step) in steps.into_iter().enumerate() {
            match step {
                "*" => pointer.loops.push(std::mem::take(&mut path)),
                "*#" if place == last => {
                    pointer.loops.push(std::mem::take(&mut path));
                    pointer.tail = Tail::Name;
                }
                "*#" => return Err(BadPointer::Name(told())),
                step => path.0.push(plain(step).ok_or_else(|| BadPointer::Tilde(told()))?),
            }
        }
        if pointer.loops.len() > LOOPS_MAX {
            return Err(BadPointer::Stars(told()));
        }
        if pointer.tail != Tail::Name {
            pointer.tail = Tail::At(path);
        }
        Ok(pointer)
    }
}

impl Path {
    /// What stands there, as it is written.
    pub(super) fn find<'a>(&self, json: &'a str) -> Option<&'a str> {
        self.0.iter().try_fold(json, |json, step| step_into(json, step))
    }
}

fn step_into<'a>(json: &'a str, step: &str) -> Option<&'a str> {
    match json.as_bytes().first()? {
        b'{' => member(json, step),
        b'[' => at(json, index(step)?),
        _ => None,
    }
}

/// RFC 6901 has no leading zeros.
fn index(step: &str) -> Option<usize> {
    let plain = step.bytes().all(|byte| byte.is_ascii_digit());
    let plain = plain && (step == "0" || !step.starts_with('0'));
    plain.then(|| step.parse().ok()).flatten()
}

fn plain(step: &str) -> Option<String> {
    let mut letters = step.chars();
    let mut plain = String::with_capacity(step.len());
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '~' => match letters.next()? {
                '0' => '~',
                '1' => '/',
                '2' => '*',
                _ => return None,
            },
            letter => letter,
        });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found<'a>(pointer: &str, json: &'a str) -> Option<&'a str> {
        let pointer = Pointer::parse(pointer).unwrap();
        assert!(pointer.loops.is_empty());
        let Tail::At(path) = pointer.tail else {
            panic!("a name")
        };
        path.find(json)
    }

    /// The document and the table of RFC 6901, section 5.
    #[test]
    fn finds_what_the_standard_says() {
        let json =
            r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#;
        for (pointer, value) in [
            ("", json),
            ("/foo", r#"["bar","baz"]"#),
            ("/foo/0", r#""bar""#),
            ("/", "0"),
            ("/a~1b", "1"),
            ("/c%d", "2"),
            ("/e^f", "3"),
            ("/g|h", "4"),
            ("/i\\j", "5"),
            ("/k\"l", "6"),
            ("/ ", "7"),
            ("/m~0n", "8"),
        ] {
            assert_eq!(found(pointer, json), Some(value), "{pointer}");
        }
    }

    #[test]
    fn what_is_not_there_is_nothing() {
        let json = r#"{"a":[1,{"b":null}],"*":2}"#;
        for pointer in [
            "/b", "/a/2", "/a/-", "/a/01", "/a/b", "/a/0/0", "/a/1/b/c", "/a/ 1",
        ] {
            assert_eq!(found(pointer, json), None, "{pointer}");
        }
        assert_eq!(found("/a/1/b", json), Some("null"));
        assert_eq!(found("/~2", json), Some("2"), "a member that is called so");
    }

    #[test]
    fn a_star_cuts_a_pointer_and_a_name_ends_it() {
        let pointer = Pointer::parse("/data/*/deals/*/p").unwrap();
        assert_eq!(pointer.loops.len(), 2);
        assert_eq!(pointer.tail, Tail::At(Path(vec!["p".to_owned()])));
        let pointer = Pointer::parse("/*#").unwrap();
        assert_eq!((pointer.loops, pointer.tail), (vec![Path::default()], Tail::Name));
    }

    #[test]
    fn what_is_no_pointer_says_why() {
        for (text, sentence) in [
            (
                "data/p",
                "data/p is no JSON pointer: it begins with a slash, as /data/p",
            ),
            (
                "/a~3",
                "/a~3 is no JSON pointer: behind ~ stands 0 for ~, 1 for / or 2 for *",
            ),
            (
                "/a~",
                "/a~ is no JSON pointer: behind ~ stands 0 for ~, 1 for / or 2 for *",
            ),
            (
                "/*#/p",
                "/*#/p reads a name by *#, which can only stand at its end",
            ),
            ("/*/*/*/*", "/*/*/*/* has too many stars: 3 at most"),
        ] {
            assert_eq!(Pointer::parse(text).unwrap_err().to_string(), sentence);
        }
        assert!(Pointer::parse(&"/a".repeat(STEPS_MAX + 1)).is_err());
    }

    proptest! {
        /// The library's own pointers find the same, whatever the document is.
        #[test]
        fn finds_what_the_library_finds(
            names in proptest::collection::vec("[a-c~/0-2]{0,2}", 1..4),
            values in proptest::collection::vec(0..9u8, 1..4),
        ) {
            let list: Vec<_> = values.iter().map(|value| serde_json::json!({ "a": value, "0": [value] })).collect();
            let mut document = serde_json::json!({ "": list });
            for name in &names {
                document = serde_json::json!({ name.clone(): document, "b": 1 });
            }
            let text = document.to_string();
            let escape = |name: &String| name.replace('~', "~0").replace('/', "~1");
            let whole: String = names.iter().rev().map(|name| format!("/{}", escape(name))).collect();
            for pointer in [whole.clone(), format!("{whole}//0/a"), format!("{whole}//1/0/0"), format!("{whole}/b")] {
                let library = document.pointer(&pointer).map(ToString::to_string);
                prop_assert_eq!(found(&pointer, &text).map(str::to_owned), library);
            }
        }
    }
}
