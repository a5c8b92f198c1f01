//! What the kernel's notes about links, addresses and routes mean for us.
//!
//! Of each note only its kind and family are read. Who has to know more looks
//! at the routing table, which is always right; a note may be lost.

use std::collections::BTreeMap;

/// The groups of `rtnetlink(7)` that are listened to: links, IPv4 addresses and
/// routes, IPv6 addresses and routes.
pub(super) const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

const NEW_LINK: u16 = 16;
const DEL_LINK: u16 = 17;
const NEW_ADDR: u16 = 20;
const DEL_ADDR: u16 = 21;
const DEL_ROUTE: u16 = 25;
const HEADER: usize = 16;
const FAMILY_4: u8 = 2;
/// `IFF_UP` and `IFF_RUNNING`: somebody switched it on, and a cable is in.
const UP: u32 = 0x1 | 0x40;

/// What a datagram of notes is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Worth {
    Nothing,
    /// Only if the ways out are others now: a router says every few minutes
    /// once more what its IPv6 network is.
    ALook,
    /// Something is another than it was.
    Telling,
}

/// Remembers which links were up: drivers say more about them than we need.
#[derive(Debug, Default)]
pub(super) struct Notes {
    up: BTreeMap<i32, bool>,
}

impl Notes {
    pub(super) fn read(&mut self, datagram: &[u8]) -> Worth {
        let mut rest = datagram;
        let mut worth = Worth::Nothing;
        while let Some((note, behind)) = first(rest) {
            worth = worth.max(self.note(note));
            rest = behind;
        }
        worth
    }

    fn note(&mut self, note: &[u8]) -> Worth {
        let (Some(kind), Some(family)) = (number::<2>(note, 4).map(u16::from_ne_bytes), note.get(HEADER))
        else {
            return Worth::Nothing;
        };
        match kind {
            NEW_LINK | DEL_LINK => self.link(kind, note),
            // A line may have begun there, though the way out is another one.
            DEL_ADDR => Worth::Telling,
            NEW_ADDR..=DEL_ROUTE if *family == FAMILY_4 => Worth::Telling,
            NEW_ADDR..=DEL_ROUTE => Worth::ALook,
            _ => Worth::Nothing,
        }
    }

    fn link(&mut self, kind: u16, note: &[u8]) -> Worth {
        let index = number::<4>(note, HEADER + 4).map(i32::from_ne_bytes);
        let flags = number::<4>(note, HEADER + 8).map(u32::from_ne_bytes);
        let (Some(index), Some(flags)) = (index, flags) else {
            return Worth::Nothing;
        };
        let is_up = flags & UP == UP;
        let was_up = match kind {
            DEL_LINK => self.up.remove(&index),
            _ => self.up.insert(index, is_up),
        };
        match was_up {
            Some(was_up) if kind != DEL_LINK && was_up == is_up => Worth::Nothing,
            Some(_) | None => Worth::Telling,
        }
    }
}

/// The first note, and what is behind it.
fn first(notes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u32::from_ne_bytes(number::<4>(notes, 0)?) as usize;
    let note = notes.get(..length).filter(|_| length >= HEADER)?;
    let padded = length.next_multiple_of(4);
    Some((note, notes.get(padded..).unwrap_or_default()))
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn note(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(HEADER + body.len()).unwrap();
        let mut note = length.to_ne_bytes().to_vec();
        note.extend(kind.to_ne_bytes());
        note.extend([0; 10]);
        note.extend(body);
        note.resize(note.len().next_multiple_of(4), 0);
        note
    }

    fn link(kind: u16, index: i32, flags: u32) -> Vec<u8> {
        let mut body = vec![0; 4];
        body.extend(index.to_ne_bytes());
        body.extend(flags.to_ne_bytes());
        body.extend([0; 4]);
        note(kind, &body)
    }

    #[test]
    fn a_cable_that_is_pulled_is_told_and_a_drivers_chatter_is_not() {
        let mut notes = Notes::default();
        assert_eq!(
            notes.read(&link(NEW_LINK, 2, UP)),
            Worth::Telling,
            "unknown until now"
        );
        assert_eq!(notes.read(&link(NEW_LINK, 2, UP | 0x1000)), Worth::Nothing);
        assert_eq!(notes.read(&link(NEW_LINK, 2, 0x1)), Worth::Telling);
        assert_eq!(notes.read(&link(NEW_LINK, 2, 0x1)), Worth::Nothing);
        assert_eq!(notes.read(&link(DEL_LINK, 2, 0x1)), Worth::Telling);
    }

    #[test]
    fn an_address_is_told_and_a_routers_advertisement_is_worth_a_look() {
        let mut notes = Notes::default();
        assert_eq!(notes.read(&note(NEW_ADDR, &[FAMILY_4, 24, 0, 0])), Worth::Telling);
        assert_eq!(notes.read(&note(24, &[10, 64, 0, 0])), Worth::ALook);
        assert_eq!(
            notes.read(&note(DEL_ADDR, &[10, 64, 0, 0])),
            Worth::Telling,
            "one that leaves, of either family"
        );
        // A neighbour was found.
        assert_eq!(notes.read(&note(28, &[FAMILY_4, 0, 0, 0])), Worth::Nothing);
    }

    #[test]
    fn the_most_of_many_notes_counts() {
        let mut both = note(24, &[10, 64, 0, 0, 0]);
        both.extend(note(DEL_ROUTE, &[FAMILY_4, 24, 0, 0]));
        assert_eq!(Notes::default().read(&both), Worth::Telling);
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..200), length in 0u32..64) {
            let mut notes = Notes::default();
            notes.read(&bytes);
            let mut said = length.to_ne_bytes().to_vec();
            said.extend(bytes);
            notes.read(&said);
        }
    }
}
