//! Which ticks are new, which are missing, and which have come after all.
//!
//! Several lines of one feed may bring the same, most of all while one takes
//! over from another; they all count on in one place per symbol, and whatever
//! is brought twice is handed on once. How much can be told depends on the
//! venue's numbers:
//!
//! - without holes (`place`): everything is put in order, a hole is asked for
//!   once, and what does not come is told as a gap;
//! - that only rise, ids of trades, or nothing but what a tick says (`lately`):
//!   what comes twice is dropped, and nothing can be told to be missing.
//!
//! `lines` says what the beginning and the end of a line mean for that, and
//! `count` keeps the places of one numbering together.
//!
//! Deliberately not here: who is asked, and when (`subscriptions`).

mod count;
mod lately;
mod lines;
mod mark;
mod place;
mod resume;
mod run;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use model::{Moment, SymbolKey, Tick};
use provider::{Card, Numbering, Replay};

use crate::outlet::{Burst, Update};
use crate::session::LineId;
use count::{Begun, Count};
use lately::Lately;
use place::{Around, Place};

#[derive(Debug)]
pub(crate) struct Sequence {
    numbering: Numbering,
    replay: Replay,
    lines: Vec<Line>,
    /// The line that counts where two cannot be told apart.
    leader: Option<LineId>,
    /// One for each numbering that a line is in; the first is what is handed on.
    counts: Vec<Count>,
    lately: Lately,
    /// Symbols of which something has come that was not handed on.
    again: Vec<SymbolKey>,
    /// What lines of another numbering say goes nowhere.
    aside: Burst,
}

#[derive(Debug)]
struct Line {
    id: LineId,
    telling: Telling,
    /// Whether asking again makes sense: a venue that was asked from a number on
    /// and did not say whether it had that will never say.
    replays: bool,
    /// Symbols that it brings behind a number only, while another line has not come so far.
    ahead: BTreeMap<SymbolKey, u64>,
}

/// Whether every tick comes on a line, or a look now and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    Everything,
    Samples,
}

/// Where something came from, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub(crate) line: LineId,
    pub(crate) key: SymbolKey,
    pub(crate) now: Moment,
}

impl Sequence {
    pub(crate) fn new(card: &Card) -> Self {
        Self {
            numbering: card.numbering,
            replay: card.replay,
            lines: Vec::new(),
            leader: None,
            counts: vec![Count::default()],
            lately: Lately::default(),
            again: Vec::new(),
            aside: Burst::aside(),
        }
    }

    /// The numbering that a line is asked in.
    pub(crate) fn known_epoch(&self) -> Option<&str> {
        self.counts.first()?.epoch.as_deref()
    }

    /// The number of the last tick that is known of a symbol.
    pub(crate) fn last(&self, key: SymbolKey) -> Option<u64> {
        self.counts.first()?.places.get(&key).map(Place::last)
    }

    /// One more tick, or whatever else is numbered as ticks are.
    pub(crate) fn tick(&mut self, origin: Origin, seq: Option<u64>, update: Update, burst: &mut Burst) {
        match (self.numbering, seq) {
            (Numbering::Gapless, Some(seq)) => {
                let at = self.count_of(origin.line);
                let around = self.around_in(at, origin);
                let out = if at == 0 { burst } else { &mut self.aside };
                self.counts[at].tick(seq, update, around, out);
                self.aside.updates.clear();
            }
            (Numbering::Sparse, Some(seq)) => {
                self.counts[0].advance(origin.key, seq);
                let new = self.lately.is_new(origin.key, seq);
                Self::pass(new, update, burst);
            }
            (Numbering::None, Some(_)) | (_, None) => {
                let new = self.is_new(origin, &update);
                Self::pass(new, update, burst);
            }
        }
    }

    /// Something that every line says by itself, and that is handed on once.
    pub(crate) fn aside(&mut self, line: LineId, update: Update, burst: &mut Burst) {
        if self.leader == Some(line) {
            burst.updates.push(update);
        }
    }

    /// The venue has accepted the symbol and says which number it has come to.
    /// Whether everything behind what we have will follow.
    pub(crate) fn accepted(
        &mut self,
        origin: Origin,
        seq: Option<u64>,
        recovered: Option<bool>,
        burst: &mut Burst,
    ) -> bool {
        let resumes = recovered == Some(true);
        let (Numbering::Gapless, Some(seq)) = (self.numbering, seq) else {
            return resumes;
        };
        let around = self.around(origin);
        let at = self.count_of(origin.line);
        let (replay, streams) = (self.replay, self.tells(origin.line) == Telling::Everything);
        let mut mute = false;
        let mut ahead = None;
        let count = &mut self.counts[at];
        let out = if at == 0 { burst } else { &mut self.aside };
        let resumed = match count.places.get_mut(&origin.key) {
            Some(place) if resumes => place.resumed(seq, around, out),
            Some(place) => {
                // It was asked from a number on, and had no word for that.
                mute = place.was_asked() && recovered.is_none() && replay == Replay::FromNumber;
                if around.shared && seq > place.last() {
                    ahead = Some(seq);
                } else {
                    place.settle(seq.max(place.last()), around, out);
                }
                false
            }
            None => {
                count.places.insert(origin.key, Place::at(seq));
                if at > 0 {
                    count.begun.insert(origin.key, Begun { seq, state: None });
                }
                resumes
            }
        };
        count.change(origin.key, |place| {
            if streams {
                place.streamed = Some(origin.line);
            }
            // Where the state of things comes with every answer, it comes now.
            if !resumed && !around.shared && replay != Replay::None {
                place.join(origin.now);
            }
        });
        if let Some(line) = self.line(origin.line) {
            line.replays &= !mute;
            match ahead {
                Some(seq) => line.ahead.insert(origin.key, seq),
                None => line.ahead.remove(&origin.key),
            };
        }
        self.aside.updates.clear();
        resumed
    }

    /// The state of things at a number, on a line that tells everything.
    pub(crate) fn snapshot(&mut self, origin: Origin, seq: Option<u64>, update: Update, burst: &mut Burst) {
        let (Numbering::Gapless, Some(seq)) = (self.numbering, seq) else {
            let leads = self.leader == Some(origin.line);
            return Self::pass(leads, update, burst);
        };
        let around = self.around(origin);
        let at = self.count_of(origin.line);
        let count = &mut self.counts[at];
        let place = count.places.entry(origin.key).or_insert_with(|| Place::at(seq));
        // What the first line brings until then would turn the price back.
        if around.shared && place.last() < seq {
            return;
        }
        if let Some(begun) = count.begun.get_mut(&origin.key).filter(|begun| begun.seq == seq) {
            begun.state = Some(update.clone());
        }
        let out = if at == 0 { burst } else { &mut self.aside };
        count.change(origin.key, |place| place.snapshot(seq, update, around, out));
        self.aside.updates.clear();
    }

    /// What is looked at now and then has no holes: whether it has moved since.
    pub(crate) fn sampled(&mut self, origin: Origin, seq: Option<u64>) -> bool {
        let at = self.count_of(origin.line);
        let (Numbering::Gapless | Numbering::Sparse, Some(seq)) = (self.numbering, seq) else {
            return self.leader == Some(origin.line);
        };
        let count = &mut self.counts[at];
        let moved = match count.places.get_mut(&origin.key) {
            Some(place) => place.sampled(seq),
            None => {
                count.places.insert(origin.key, Place::at(seq));
                true
            }
        };
        moved && at == 0
    }

    /// When [`Sequence::overdue`] has something to tell.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        let count = self.counts.first()?;
        let waiting = count.waiting.iter();
        waiting.filter_map(|key| count.places.get(key)?.deadline()).min()
    }

    /// What was waited for and has not come: told as a gap, or named so that
    /// this line is asked for it.
    pub(crate) fn overdue(&mut self, now: Moment, burst: &mut Burst) -> Vec<(LineId, SymbolKey)> {
        let mut questions = Vec::new();
        let Some(line) = self.leader else {
            return questions;
        };
        let waiting: Vec<_> = self.counts[0].waiting.iter().copied().collect();
        for key in waiting {
            let around = self.around(Origin { line, key, now });
            let mut ask = None;
            self.counts[0].change(key, |place| {
                // Behind a hole that is told there may be another, and it may be late, too.
                while ask.is_none() && place.deadline().is_some_and(|deadline| now >= deadline) {
                    ask = place.overdue(around, burst);
                }
            });
            questions.extend(ask.map(|line| (line, key)));
        }
        questions
    }

    pub(crate) fn forget(&mut self, key: SymbolKey) {
        for count in &mut self.counts {
            count.places.remove(&key);
            count.waiting.remove(&key);
            count.begun.remove(&key);
        }
        for line in &mut self.lines {
            line.ahead.remove(&key);
        }
        self.again.retain(|other| *other != key);
        self.lately.forget(key);
    }

    fn pass(new: bool, update: Update, burst: &mut Burst) {
        if new {
            burst.updates.push(update);
        } else {
            burst.duplicates += 1;
        }
    }

    /// Whether something without a number is new, by what it is called or what it says.
    fn is_new(&mut self, origin: Origin, update: &Update) -> bool {
        let Origin { line, key, now } = origin;
        let Update::Tick { tick, .. } = update else {
            return self.leader == Some(line);
        };
        let id = match tick {
            Tick::Trade(trade) => trade.id,
            Tick::Quote(_) => None,
        };
        match (id, tick.time()) {
            // Of some venues each exchange counts for itself: what is the same trade says the same.
            (Some(id), _) => {
                let mark = mark::mixed(lately::id_mark(&id), mark::tick_mark(tick));
                self.lately.is_new(key, mark)
            }
            (None, Some(_)) => self.lately.is_unlike(key, mark::tick_mark(tick), line, now),
            // It could be of any time.
            (None, None) => self.leader == Some(line),
        }
    }

    fn around(&self, origin: Origin) -> Around {
        self.around_in(self.count_of(origin.line), origin)
    }

    fn around_in(&self, at: usize, origin: Origin) -> Around {
        let Origin { line, key, now } = origin;
        let count = &self.counts[at];
        let numbered = match self.replay {
            Replay::None => false,
            Replay::Snapshot => true,
            Replay::FromNumber => count.epoch.is_some(),
        };
        let replays = self.lines.iter().find(|known| known.id == line);
        Around {
            key,
            line,
            may_ask: numbered && replays.is_some_and(|line| line.replays),
            shared: count.lines.len() > 1,
            now,
        }
    }

    fn count_of(&self, line: LineId) -> usize {
        let of = self.counts.iter().position(|count| count.lines.contains(&line));
        of.unwrap_or(0)
    }

    fn line(&mut self, line: LineId) -> Option<&mut Line> {
        self.lines.iter_mut().find(|known| known.id == line)
    }

    fn tells(&self, line: LineId) -> Telling {
        let known = self.lines.iter().find(|known| known.id == line);
        known.map_or(Telling::Everything, |line| line.telling)
    }
}
