//! What happens to messages between an outbox and its socket.

use std::collections::VecDeque;

use super::outbox::{Event, Parcel};

/// What one client suffers from, apart from its socket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Troubles {
    pub(super) mute: Concerned,
    pub(super) duplicate: Option<Every>,
    pub(super) reorder: Option<Reorder>,
    pub(super) lose: Option<Every>,
}

/// The symbols that a trouble is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Concerned {
    #[default]
    Nothing,
    Symbols(Vec<String>),
    Everything,
}

impl Concerned {
    pub(super) fn of(symbols: &[String]) -> Self {
        let mut concerned = Self::Nothing;
        concerned.add(symbols);
        concerned
    }

    /// These too; none named means all.
    pub(super) fn add(&mut self, symbols: &[String]) {
        match self {
            Self::Everything => {}
            Self::Nothing | Self::Symbols(_) if symbols.is_empty() => *self = Self::Everything,
            Self::Symbols(named) => named.extend_from_slice(symbols),
            Self::Nothing => *self = Self::Symbols(symbols.to_vec()),
        }
    }

    fn has(&self, symbol: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Symbols(named) => named.iter().any(|named| named == symbol),
            Self::Everything => true,
        }
    }
}

/// Every so-manieth event of these symbols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Every {
    pub(super) every: u32,
    pub(super) of: Concerned,
}

impl Every {
    /// Counts an event, if it is one to count, and says whether it is its turn.
    fn turn(&self, passed: &mut u32, symbol: &str) -> bool {
        if !self.of.has(symbol) {
            return false;
        }
        *passed = passed.wrapping_add(1);
        passed.is_multiple_of(self.every)
    }
}

/// Every so-manieth event, so many places later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reorder {
    pub(super) which: Every,
    pub(super) by: u32,
}

/// Counts what has passed, and holds what is late.
#[derive(Debug, Default)]
pub(super) struct Lane {
    troubles: Troubles,
    passed: Passed,
    held: Option<Held>,
}

/// How many events of its symbols each trouble has seen.
#[derive(Debug, Default)]
struct Passed {
    lose: u32,
    reorder: u32,
    duplicate: u32,
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
            self.release(batch);
        }
    }

    /// Lets go of what is late, because nothing comes after this.
    pub(super) fn release(&mut self, out: &mut VecDeque<Parcel>) {
        out.extend(self.held.take().map(|held| held.parcel));
    }

    fn pass_one(&mut self, parcel: Parcel, out: &mut VecDeque<Parcel>) {
        let Some(&Event { symbol, .. }) = parcel.event() else {
            out.push_back(parcel);
            return;
        };
        let Self {
            troubles:
                Troubles {
                    mute,
                    duplicate,
                    reorder,
                    lose,
                },
            passed,
            held,
        } = self;
        if mute.has(symbol) {
            return;
        }
        if let Some(lose) = lose
            && lose.turn(&mut passed.lose, symbol)
        {
            return;
        }
        if let Some(Reorder { which, by }) = reorder
            && which.turn(&mut passed.reorder, symbol)
            && held.is_none()
        {
            *held = Some(Held { parcel, places: *by });
            return;
        }
        if let Some(duplicate) = duplicate
            && duplicate.turn(&mut passed.duplicate, symbol)
        {
            out.push_back(parcel.clone());
        }
        out.push_back(parcel);
        if let Some(late) = held {
            late.places -= 1;
            if late.places == 0 {
                self.release(out);
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
        let every = |every, of| Every { every, of };
        let all = || Concerned::Everything;
        let other = || Concerned::of(&["HLQ".into()]);
        let lose = Some(every(2, other()));
        assert_eq!(passed(Troubles { lose, ..none.clone() }, 3), [0, 1, 2, 3]);
        let lose = Some(every(2, all()));
        assert_eq!(passed(Troubles { lose, ..none.clone() }, 5), [0, 1, 3, 5]);
        let duplicate = Some(every(3, all()));
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
        let which = every(2, all());
        let reorder = Some(Reorder { which, by: 2 });
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
        let mute = Concerned::Everything;
        assert_eq!(passed(Troubles { mute, ..none.clone() }, 5), [0]);
        let mute = Concerned::Symbols(vec!["HLQ".into()]);
        assert_eq!(passed(Troubles { mute, ..none }, 3), [0, 1, 2, 3]);
    }

    #[test]
    fn what_is_late_is_not_lost_when_the_trouble_ends() {
        let mut lane = Lane::default();
        lane.suffer(Troubles {
            reorder: Some(Reorder {
                which: Every {
                    every: 1,
                    of: Concerned::Everything,
                },
                by: 100,
            }),
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
