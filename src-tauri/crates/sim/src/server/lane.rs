//! What happens to messages between an outbox and its socket.

use std::collections::VecDeque;

use super::outbox::Parcel;

/// What one client suffers from, apart from its socket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Troubles {
    pub(super) mute: Muted,
    pub(super) duplicate: Option<u32>,
    pub(super) reorder: Option<Reorder>,
    pub(super) lose: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Muted {
    #[default]
    Nothing,
    Symbols(Vec<String>),
    Everything,
}

impl Muted {
    /// These too; none named means all.
    pub(super) fn add(&mut self, symbols: &[String]) {
        match self {
            Self::Everything => {}
            Self::Nothing | Self::Symbols(_) if symbols.is_empty() => *self = Self::Everything,
            Self::Symbols(muted) => muted.extend_from_slice(symbols),
            Self::Nothing => *self = Self::Symbols(symbols.to_vec()),
        }
    }
}

/// Every so-manieth event, so many places later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reorder {
    pub(super) every: u32,
    pub(super) by: u32,
}

/// Counts what has passed, and holds what is late.
#[derive(Debug, Default)]
pub(super) struct Lane {
    troubles: Troubles,
    passed: u32,
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    parcel: Parcel,
    places: u32,
}

impl Lane {
    /// What was late comes now, when nothing makes it late any more.
    pub(super) fn suffer(&mut self, troubles: Troubles) {
        self.troubles = troubles;
    }

    /// Does to a batch what is to be done to it.
    pub(super) fn pass(&mut self, batch: &mut VecDeque<Parcel>) {
        if self.troubles == Troubles::default() && self.held.is_none() {
            return;
        }
        for parcel in std::mem::take(batch) {
            self.pass_one(parcel, batch);
        }
        if self.troubles.reorder.is_none() {
            batch.extend(self.held.take().map(|held| held.parcel));
        }
    }

    fn pass_one(&mut self, parcel: Parcel, out: &mut VecDeque<Parcel>) {
        let Some(event) = parcel.event() else {
            out.push_back(parcel);
            return;
        };
        let muted = match &self.troubles.mute {
            Muted::Nothing => false,
            Muted::Symbols(symbols) => symbols.iter().any(|symbol| symbol == event.symbol),
            Muted::Everything => true,
        };
        if muted {
            return;
        }
        self.passed = self.passed.wrapping_add(1);
        let turn = |every: u32| self.passed.is_multiple_of(every);
        if self.troubles.lose.is_some_and(turn) {
            return;
        }
        if let Some(Reorder { every, by }) = self.troubles.reorder
            && turn(every)
            && self.held.is_none()
        {
            self.held = Some(Held { parcel, places: by });
            return;
        }
        if self.troubles.duplicate.is_some_and(turn) {
            out.push_back(parcel.clone());
        }
        out.push_back(parcel);
        if let Some(held) = &mut self.held {
            held.places -= 1;
            if held.places == 0 {
                out.extend(self.held.take().map(|held| held.parcel));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use transport::websocket::Packed;

    use super::*;
    use crate::server::outbox::{About, Event, EventKind};

    #[test]
    fn each_trouble_does_what_it_says_and_only_to_events() {
        let none = Troubles::default();
        assert_eq!(passed(none.clone(), 5), [0, 1, 2, 3, 4, 5]);
        let lose = Some(2);
        assert_eq!(passed(Troubles { lose, ..none.clone() }, 5), [0, 1, 3, 5]);
        let duplicate = Some(3);
        assert_eq!(
            passed(
                Troubles {
                    duplicate,
                    ..none.clone()
                },
                6
            ),
            [0, 1, 2, 3, 3, 4, 5, 6, 6]
        );
        let reorder = Some(Reorder { every: 2, by: 2 });
        assert_eq!(
            passed(
                Troubles {
                    reorder,
                    ..none.clone()
                },
                7
            ),
            [0, 1, 3, 4, 2, 5, 7]
        );
        let mute = Muted::Everything;
        assert_eq!(passed(Troubles { mute, ..none.clone() }, 5), [0]);
        let mute = Muted::Symbols(vec!["HLQ".into()]);
        assert_eq!(passed(Troubles { mute, ..none }, 3), [0, 1, 2, 3]);
    }

    #[test]
    fn what_is_late_is_not_lost_when_the_trouble_ends() {
        let mut lane = Lane::default();
        lane.suffer(Troubles {
            reorder: Some(Reorder { every: 1, by: 100 }),
            ..Troubles::default()
        });
        let mut batch: VecDeque<_> = [event(1), event(2)].into();
        lane.pass(&mut batch);
        assert_eq!(numbers(&batch), [2]);
        lane.suffer(Troubles::default());
        let mut batch: VecDeque<_> = [event(3)].into();
        lane.pass(&mut batch);
        assert_eq!(numbers(&batch), [3, 1]);
    }

    /// The numbers of one talk and so many events behind the lane.
    fn passed(troubles: Troubles, events: u64) -> Vec<u64> {
        let mut lane = Lane::default();
        lane.suffer(troubles);
        let mut batch: VecDeque<_> = [Parcel::talk("heartbeat")].into();
        batch.extend((1..=events).map(event));
        lane.pass(&mut batch);
        numbers(&batch)
    }

    fn numbers(batch: &VecDeque<Parcel>) -> Vec<u64> {
        batch
            .iter()
            .map(|parcel| parcel.event().map_or(0, |event| event.seq))
            .collect()
    }

    fn event(seq: u64) -> Parcel {
        Parcel {
            packed: Packed::plain("event".into()),
            about: About::Event(Event {
                listing: 0,
                symbol: "NVX",
                seq,
                position: seq,
                kind: EventKind::Trade,
                left_out_from: None,
            }),
        }
    }
}
