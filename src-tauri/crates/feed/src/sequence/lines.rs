//! Lines begin, lead, change their numbering and end, and what that means for
//! what they all bring.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Gap, Moment, SymbolKey};
use provider::Replay;

use super::count::{Begun, Count};
use super::place::{Around, Place};
use super::{Line, Sequence, Telling};
use crate::outlet::{Burst, Update};
use crate::session::LineId;

impl Sequence {
    /// A line is connected. Until it says otherwise it counts as the others do.
    pub(crate) fn begin_line(&mut self, line: LineId, telling: Telling) {
        self.lines.push(Line {
            id: line,
            telling,
            replays: true,
            ahead: BTreeMap::new(),
        });
        self.counts[0].lines.push(line);
        if self.leader.is_none() {
            self.leader = Some(line);
        }
    }

    /// From here on this is the line that counts.
    pub(crate) fn lead(&mut self, line: LineId, burst: &mut Burst) {
        if self.lines.iter().any(|known| known.id == line) {
            self.leader = Some(line);
            self.hand_on_from(line, burst);
        }
    }

    /// What this line counts in is handed on. Where that is another epoch than
    /// before, nothing of it was: what its symbols began with is told now, and
    /// those of which more has come are to be asked for again.
    fn hand_on_from(&mut self, line: LineId, burst: &mut Burst) {
        let at = self.count_of(line);
        if at > 0 {
            // It may come back to this: from here on it moves unseen.
            let left = &mut self.counts[0];
            let places = left.places.iter();
            left.begun = places
                .map(|(key, place)| {
                    let (seq, state) = (place.last(), None);
                    (*key, Begun { seq, state })
                })
                .collect();
        }
        self.counts.swap(0, at);
        let replays = self.replay == Replay::FromNumber;
        let count = &mut self.counts[0];
        for (key, Begun { seq, state }) in std::mem::take(&mut count.begun) {
            burst.updates.extend(state);
            let Some(place) = count.places.get_mut(&key).filter(|place| place.last() > seq) else {
                continue;
            };
            if replays {
                *place = Place::at(seq);
                place.streamed = Some(line);
                count.waiting.remove(&key);
                self.again.push(key);
            } else {
                let (from, to) = (seq.saturating_add(1), place.last());
                let gap = Gap { from, to };
                burst.lost += 1;
                burst.updates.push(Update::Gap { key, gap });
            }
        }
    }

    /// Symbols of which something has come that was not handed on.
    pub(crate) fn take_again(&mut self) -> Vec<SymbolKey> {
        std::mem::take(&mut self.again)
    }

    /// What only this line would have brought does not come any more.
    pub(crate) fn end_line(&mut self, line: LineId, now: Moment, burst: &mut Burst) {
        self.lines.retain(|known| known.id != line);
        for count in &mut self.counts {
            count.lines.retain(|known| *known != line);
            count.places.values_mut().for_each(|place| {
                if place.streamed == Some(line) {
                    place.streamed = None;
                }
            });
        }
        if self.leader == Some(line) {
            // One of another epoch leads when it is told to, and not before.
            self.leader = self.counts[0].lines.first().copied();
        }
        // Nobody is in these any more; the first is kept for the next connection.
        let mut at = 0;
        self.counts.retain(|count| {
            at += 1;
            at == 1 || !count.lines.is_empty()
        });
        match self.lines.as_mut_slice() {
            [] => self.counts[0].rest(burst),
            [alone] => {
                for (key, seq) in std::mem::take(&mut alone.ahead) {
                    let around = Around {
                        key,
                        line: alone.id,
                        may_ask: false,
                        shared: false,
                        now,
                    };
                    self.counts[0].change(key, |place| place.settle(seq, around, burst));
                }
            }
            _ => {}
        }
    }

    /// In a new epoch the venue counts from the start again, and what was
    /// missed of the old one can no longer be told.
    pub(crate) fn epoch(&mut self, line: LineId, epoch: Arc<str>, burst: &mut Burst) {
        let at = self.count_of(line);
        if self.counts[at].epoch.as_ref() == Some(&epoch) {
            return;
        }
        let alone = self.counts[at].lines.len() <= 1;
        let known = self
            .counts
            .iter()
            .position(|count| count.epoch.as_ref() == Some(&epoch));
        match known {
            Some(known) => {
                self.counts[at].lines.retain(|other| *other != line);
                self.counts[known].lines.push(line);
            }
            None if alone || self.counts[at].epoch.is_none() => {
                let told = at == 0;
                let out = if told { &mut *burst } else { &mut self.aside };
                self.counts[at].begin(epoch, out);
            }
            None => {
                self.counts[at].lines.retain(|other| *other != line);
                self.counts.push(Count {
                    epoch: Some(epoch),
                    lines: vec![line],
                    ..Count::default()
                });
            }
        }
        if let Some(line) = self.line(line) {
            line.ahead.clear();
        }
        if let Some(leader) = self.leader {
            self.hand_on_from(leader, burst);
        }
    }

    /// Whether nothing is lost when this line goes on alone: it was resumed from
    /// what is known of each symbol, or another has come to where it began. Where
    /// the venue has no numbers, or others on this line, nothing can be told, and
    /// what is left is to let both go on for a while.
    pub(crate) fn is_joined(&mut self, line: LineId) -> bool {
        let at = self.count_of(line);
        if at != 0 {
            return true;
        }
        let places = &self.counts[0].places;
        let Some(line) = self.lines.iter_mut().find(|known| known.id == line) else {
            return false;
        };
        line.ahead
            .retain(|key, seq| places.get(key).is_some_and(|place| place.last() < *seq));
        line.ahead.is_empty()
    }
}
