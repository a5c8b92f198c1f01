//! One kind of message, as a form describes it: what it is known by, and where
//! things stand in it.
//!
//! A rule is walked through a message list by list. What stands outside of a list
//! is looked up once, and not for each of its elements.

use std::borrow::Cow;

use super::pointer::{LOOPS_MAX, Path, Pointer, Tail};
use super::time::Unit;
use super::tree::{Piece, each};
use crate::{Denial, Unreadable};

/// No venue has more of anything in one message.
pub(super) const ELEMENTS_MAX: usize = 20_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) kind: Kind,
    loops: Vec<Path>,
    conditions: Vec<Condition>,
    places: Vec<(Field, Place)>,
    pub(super) unit: Unit,
    /// What stands at the side where a buyer came.
    pub(super) buy: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Trade,
    Quote,
    /// What is true now; no deal.
    Latest,
    Heartbeat {
        answer: Option<String>,
    },
    /// It may be asked for something.
    Ready,
    Error(Meaning),
}

/// What an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Symbol,
    Connection(Denial),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Symbol,
    Price,
    Size,
    Time,
    Sequence,
    Side,
    Bid,
    BidSize,
    Ask,
    AskSize,
    Text,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    place: Place,
    equals: String,
}

/// What is read of the element that so many loops lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    depth: usize,
    tail: Tail,
}

/// What was found in one element.
#[derive(Clone, Debug, Default)]
pub(super) struct Found<'a> {
    values: [Option<Piece<'a>>; Field::ALL.len()],
}

/// The stars of two pointers of one kind of message do not stand in the same lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "its stars stand in other lists than those of the pointers before it; describe it as a message of its own"
)]
pub(super) struct OtherLists;

impl Field {
    pub(super) const ALL: [Self; 11] = [
        Self::Symbol,
        Self::Price,
        Self::Size,
        Self::Time,
        Self::Sequence,
        Self::Side,
        Self::Bid,
        Self::BidSize,
        Self::Ask,
        Self::AskSize,
        Self::Text,
    ];

    /// As the form calls it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Symbol => "symbol",
            Self::Price => "price",
            Self::Size => "size",
            Self::Time => "time",
            Self::Sequence => "sequence",
            Self::Side => "side",
            Self::Bid => "bid",
            Self::BidSize => "bid_size",
            Self::Ask => "ask",
            Self::AskSize => "ask_size",
            Self::Text => "text",
        }
    }
}

impl<'a> Found<'a> {
    pub(super) fn get(&self, field: Field) -> Option<&Piece<'a>> {
        self.values[field as usize].as_ref()
    }

    pub(super) fn text(&self, field: Field) -> Option<Cow<'a, str>> {
        self.get(field)?.text().filter(|text| !text.is_empty())
    }

    fn set(&mut self, field: Field, piece: Option<Piece<'a>>) {
        self.values[field as usize] = piece;
    }
}

impl Rule {
    pub(super) const fn new(kind: Kind, unit: Unit, buy: Option<String>) -> Self {
        Self {
            kind,
            loops: Vec::new(),
            conditions: Vec::new(),
            places: Vec::new(),
            unit,
            buy,
        }
    }

    pub(super) fn look_at(&mut self, field: Field, pointer: Pointer) -> Result<(), OtherLists> {
        let place = self.place(pointer)?;
        self.places.push((field, place));
        Ok(())
    }

    pub(super) fn known_by(&mut self, pointer: Pointer, equals: String) -> Result<(), OtherLists> {
        let place = self.place(pointer)?;
        self.conditions.push(Condition { place, equals });
        Ok(())
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.places.iter().any(|(known, _)| *known == field)
    }

    /// Whether any message may be of this kind.
    pub(super) const fn is_of_any(&self) -> bool {
        self.conditions.is_empty()
    }

    fn place(&mut self, pointer: Pointer) -> Result<Place, OtherLists> {
        let Pointer { loops, tail } = pointer;
        debug_assert!(loops.len() <= LOOPS_MAX);
        let depth = loops.len();
        let common = depth.min(self.loops.len());
        if loops[..common] != self.loops[..common] {
            return Err(OtherLists);
        }
        if depth > common {
            self.loops = loops;
        }
        Ok(Place { depth, tail })
    }

    /// Tells what was found in each element, or in the whole message, that is of
    /// this kind. One that is bad loses no other; the first error is told at the end.
    pub(super) fn walk<'a>(
        &self,
        json: &'a str,
        tell: &mut dyn FnMut(&Found<'a>) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        let mut walk = Walk {
            rule: self,
            found: Found::default(),
            left: ELEMENTS_MAX,
            told: Ok(()),
            tell,
        };
        walk.enter(0, json, None);
        walk.told
    }

    /// Whether a message that is no JSON is one of these.
    pub(super) fn is_word(&self, text: &str) -> bool {
        let whole = Tail::default();
        let is_it = |condition: &Condition| condition.place.tail == whole && condition.equals == text;
        !self.conditions.is_empty() && self.loops.is_empty() && self.conditions.iter().all(is_it)
    }
}

struct Walk<'r, 'f, 'a> {
    rule: &'r Rule,
    found: Found<'a>,
    left: usize,
    told: Result<(), Unreadable>,
    tell: &'f mut dyn FnMut(&Found<'a>) -> Result<(), Unreadable>,
}

impl<'a> Walk<'_, '_, 'a> {
    fn enter(&mut self, depth: usize, json: &'a str, name: Option<Cow<'a, str>>) {
        let rule = self.rule;
        let here = |place: &Place| place.depth == depth;
        let mut conditions = rule.conditions.iter().filter(|condition| here(&condition.place));
        if !conditions.all(|condition| condition.holds(json, name.as_ref())) {
            return;
        }
        for (field, place) in rule.places.iter().filter(|(_, place)| here(place)) {
            self.found.set(*field, place.tail.find(json, name.as_ref()));
        }
        let Some(path) = rule.loops.get(depth) else {
            self.told = self.told.and((self.tell)(&self.found));
            return;
        };
        if let Some(list) = path.find(json) {
            each(list, &mut |element, name| {
                if self.left == 0 {
                    self.told = self.told.and(Err(Unreadable::TooMuch));
                    return false;
                }
                self.left -= 1;
                self.enter(depth + 1, element, name);
                true
            });
        }
    }
}

impl Tail {
    fn find<'a>(&self, json: &'a str, name: Option<&Cow<'a, str>>) -> Option<Piece<'a>> {
        match self {
            Self::At(path) => path.find(json).map(Piece::Json),
            Self::Name => name.cloned().map(Piece::Name),
        }
    }
}

impl Condition {
    /// Where nothing is to be equal, it is enough that something is there.
    fn holds<'a>(&self, json: &'a str, name: Option<&Cow<'a, str>>) -> bool {
        let Some(piece) = self.place.tail.find(json, name) else {
            return false;
        };
        if self.equals.is_empty() {
            return piece.raw() != "null";
        }
        piece.raw() == self.equals || piece.text().is_some_and(|text| text == self.equals)
    }
}
