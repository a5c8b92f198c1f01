//! Is a silent symbol quiet, or does the stream keep something back?
//!
//! A connection that answers every ping may still bring no prices: a
//! subscription that the server has forgotten, a feed behind it that is stuck.
//! Each symbol is measured by its own habit. One that is silent for too long is
//! first asked for beside the stream, and only the answer can prove the stream
//! mute; then this symbol alone is subscribed anew. Many proofs, or that of the
//! symbol that never used to be silent while nobody else speaks, condemn the
//! connection.
//!
//! Deliberately not here: whether the line lives at all (`health`), and asking.

mod budget;
mod quantile;
#[cfg(test)]
mod tests;
mod voice;

use std::time::Duration;

use model::{Moment, Session, SymbolKey};

use crate::outlet::Update;
use budget::{Questions, Reconnects};
use voice::{BEHIND, PATIENCE_MIN, Voice};

/// One or two may be the venue's trouble with these symbols; more are the stream's.
const MANY: usize = 3;
/// Silences that end soon after each other are looked at together.
const LOOKS_APART: Duration = Duration::from_secs(2);
/// A message that is under way is told of once a second. What waits behind it
/// comes when it is whole, at the pace of the line.
const MORE_LASTS: Duration = Duration::from_secs(3);

/// The voices of one feed, across its connections.
#[derive(Debug)]
pub(crate) struct Mute {
    /// By key, so that a tick finds its voice without a search.
    voices: Vec<Option<Box<Voice>>>,
    means: Means,
    all_shut: bool,
    /// Nothing is to be found before then.
    next_look: Option<Moment>,
    /// Until then nothing else can be expected of the stream than the end of
    /// the message that it is at.
    occupied_until: Moment,
    questions: Questions,
    reconnects: Reconnects,
}

/// What the venue and the present connection to it give to work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Means {
    /// A market that nothing is said of is open: the venue never shuts.
    pub(crate) always_open: bool,
    /// It can be asked beside the stream.
    pub(crate) can_ask: bool,
}

/// What to do about silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Fine,
    /// Ask the venue what it knows of these; then [`Mute::answered`] or [`Mute::unanswered`].
    Ask(Vec<SymbolKey>),
    /// The stream is mute for these: subscribe them anew, and nothing else.
    Resubscribe(Vec<SymbolKey>),
    /// The stream is mute for so many that it is of no use.
    Reconnect {
        symbols: usize,
        silent: Duration,
    },
}

/// What the venue's answer says of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// It has something newer than what the stream brought.
    Moved,
    /// Nothing has happened.
    Same,
}

impl Mute {
    pub(crate) const fn new(means: Means, now: Moment) -> Self {
        Self {
            voices: Vec::new(),
            means,
            all_shut: false,
            next_look: None,
            occupied_until: now,
            questions: Questions::new(now),
            reconnects: Reconnects::new(),
        }
    }

    /// Nobody is to blame for what was silent before there was this connection.
    pub(crate) fn begin_connection(&mut self, now: Moment) {
        for voice in self.voices.iter_mut().flatten() {
            voice.begin(now);
        }
        self.occupied_until = now;
        self.next_look = None;
        self.look_by(now + PATIENCE_MIN);
    }

    /// It was asked for and the venue has said yes. `session` is what the venue
    /// says of its market, where it does.
    fn accepted(&mut self, key: SymbolKey, session: Option<Session>, now: Moment) {
        let place = key.0 as usize;
        if self.voices.len() <= place {
            self.voices.resize_with(place + 1, || None);
        }
        let open = self.means.always_open;
        if self.voices[place].is_none() {
            self.voices[place] = Some(Box::new(Voice::new(open, now)));
            self.count_the_shut();
            self.look_by(now + PATIENCE_MIN);
        }
        if let Some(session) = session {
            self.in_session(key, session, now);
        }
    }

    pub(crate) fn forget(&mut self, key: SymbolKey) {
        if let Some(place) = self.voices.get_mut(key.0 as usize) {
            *place = None;
            self.count_the_shut();
        }
    }

    fn in_session(&mut self, key: SymbolKey, session: Session, now: Moment) {
        if self
            .voice(key)
            .is_some_and(|voice| voice.in_session(session, now))
        {
            self.count_the_shut();
            self.look_by(now + PATIENCE_MIN);
        }
    }

    /// What the stream has brought. On the way of every tick.
    pub(crate) fn hear(&mut self, updates: &[Update], now: Moment) {
        for update in updates {
            match update {
                Update::Tick { key, .. } => self.spoke(*key, now),
                Update::Session { key, change, .. } => self.in_session(*key, change.session, now),
                Update::Accepted { key, session, .. } => self.accepted(*key, *session, now),
                // It is what the venue answers, and not what it tells.
                Update::Snapshot { key, snapshot, .. } => {
                    if let Some(session) = snapshot.session {
                        self.in_session(*key, session, now);
                    }
                }
                Update::Refused { key, .. } => self.forget(*key),
                Update::Bar { .. }
                | Update::Day { .. }
                | Update::Amended { .. }
                | Update::Gap { .. }
                | Update::Filled { .. }
                | Update::Clock(_)
                | Update::Source(_)
                | Update::Pong { .. } => {}
            }
        }
    }

    /// More of a message has come that is not whole yet.
    pub(crate) fn occupied(&mut self, now: Moment) {
        self.occupied_until = now + MORE_LASTS;
    }

    fn spoke(&mut self, key: SymbolKey, now: Moment) {
        if self.voice(key).is_some_and(|voice| voice.speak(now)) {
            self.reconnects.helped();
        }
    }

    pub(crate) fn answered(&mut self, key: SymbolKey, finding: Finding, now: Moment) {
        // It may have spoken meanwhile.
        let asked = self.voice(key).filter(|voice| voice.is_asked());
        let Some(voice) = asked else { return };
        match finding {
            Finding::Moved => {
                voice.is_behind(now);
                self.look_by(now + BEHIND);
            }
            Finding::Same => {
                voice.was_quiet(now);
                self.look_by(now + PATIENCE_MIN);
            }
        }
    }

    /// The question was not answered, or not for all that it asked of.
    pub(crate) fn unanswered(&mut self, now: Moment) {
        for voice in self.voices.iter_mut().flatten().filter(|voice| voice.is_asked()) {
            voice.was_not_told(now);
        }
        self.look_by(now + PATIENCE_MIN);
    }

    /// Every market that is wanted is shut, so nobody waits for anything.
    pub(crate) const fn is_all_shut(&self) -> bool {
        self.all_shut
    }

    /// When to ask [`Mute::look`] next.
    pub(crate) const fn deadline(&self) -> Option<Moment> {
        self.next_look
    }

    /// `alive` is whether the line was heard of lately: silence on a line that
    /// may be dead is another matter.
    pub(crate) fn look(&mut self, alive: bool, now: Moment) -> Verdict {
        if self.next_look.is_none_or(|next| now < next) {
            return Verdict::Fine;
        }
        let can_judge = alive && now >= self.occupied_until;
        let verdict = if can_judge { self.judge(now) } else { Verdict::Fine };
        self.next_look = self.find_next_look(now);
        verdict
    }

    fn judge(&mut self, now: Moment) -> Verdict {
        let proven = self.keys(|voice| voice.is_proven(now));
        if !proven.is_empty() {
            let mute = self.voices.iter().flatten().filter(|voice| voice.is_mute(now));
            let many = mute.count() >= MANY;
            return self.condemn(proven, many, now);
        }
        let suspicious = self.keys(|voice| voice.is_suspicious(now));
        if suspicious.is_empty() {
            return Verdict::Fine;
        }
        if !self.means.can_ask {
            return self.assume(suspicious, now);
        }
        if !self.questions.spend(now) {
            return Verdict::Fine;
        }
        for key in &suspicious {
            if let Some(voice) = self.voice(*key) {
                voice.ask();
            }
        }
        Verdict::Ask(suspicious)
    }

    /// Nobody can be asked. Where there is a habit, a silence that breaks it is
    /// reason enough to subscribe anew, and to do more when that has not helped.
    fn assume(&mut self, suspicious: Vec<SymbolKey>, now: Moment) -> Verdict {
        let has_habit = |voice: &Voice| voice.usual_gap().is_some();
        let (known, unknown): (Vec<_>, Vec<_>) = suspicious
            .into_iter()
            .partition(|key| self.voice_at(*key).is_some_and(has_habit));
        for key in unknown {
            if let Some(voice) = self.voice(key) {
                voice.was_quiet(now);
            }
        }
        if known.is_empty() {
            return Verdict::Fine;
        }
        let in_vain = self.voices.iter().flatten().filter(|voice| voice.times() > 0);
        let many = in_vain.count() >= MANY;
        self.condemn(known, many, now)
    }

    fn condemn(&mut self, mute: Vec<SymbolKey>, many: bool, now: Moment) -> Verdict {
        let canary_mute = self.canary().is_some_and(|canary| mute.contains(&canary));
        let all_silent = canary_mute && self.is_silent(now);
        let silences = mute
            .iter()
            .filter_map(|key| Some(self.voice_at(*key)?.silence(now)));
        let silent = silences.max().unwrap_or_default();
        for key in &mute {
            if let Some(voice) = self.voice(*key) {
                voice.resubscribed(now);
            }
        }
        if (many || all_silent) && self.reconnects.spend(now) {
            let symbols = mute.len();
            Verdict::Reconnect { symbols, silent }
        } else {
            Verdict::Resubscribe(mute)
        }
    }

    /// The one that never used to be silent for long.
    fn canary(&self) -> Option<SymbolKey> {
        let known = self.entries().filter(|(_, voice)| voice.should_speak());
        known
            .filter_map(|(key, voice)| Some((voice.usual_gap()?, key)))
            .min()
            .map(|(_, key)| key)
    }

    /// Nobody has said a word for as long as the busiest may be silent. One symbol
    /// alone may be the venue's trouble with this symbol, until it was subscribed
    /// anew in vain.
    fn is_silent(&self, now: Moment) -> bool {
        let mut speakers = 0;
        let mut in_vain = false;
        for (_, voice) in self.entries().filter(|(_, voice)| voice.should_speak()) {
            if voice.silence(now) < PATIENCE_MIN {
                return false;
            }
            speakers += 1;
            in_vain |= voice.times() > 0;
        }
        speakers > 1 || in_vain
    }

    fn find_next_look(&self, now: Moment) -> Option<Moment> {
        let changes = self
            .voices
            .iter()
            .flatten()
            .filter_map(|voice| voice.changes_at());
        // Nobody is looked at twice in a row, however many there are.
        Some(changes.min()?.max(now + LOOKS_APART))
    }

    fn count_the_shut(&mut self) {
        let mut voices = self.voices.iter().flatten().peekable();
        self.all_shut = voices.peek().is_some() && voices.all(|voice| voice.is_shut());
    }

    /// Somebody's patience may end sooner than was thought.
    fn look_by(&mut self, by: Moment) {
        self.next_look = Some(self.next_look.map_or(by, |known| known.min(by)));
    }

    fn keys(&self, which: impl Fn(&Voice) -> bool) -> Vec<SymbolKey> {
        let which = self.entries().filter(|(_, voice)| which(voice));
        which.map(|(key, _)| key).collect()
    }

    fn entries(&self) -> impl Iterator<Item = (SymbolKey, &Voice)> {
        let places = (0u32..).zip(&self.voices);
        places.filter_map(|(place, voice)| Some((SymbolKey(place), voice.as_deref()?)))
    }

    fn voice_at(&self, key: SymbolKey) -> Option<&Voice> {
        self.voices.get(key.0 as usize)?.as_deref()
    }

    fn voice(&mut self, key: SymbolKey) -> Option<&mut Voice> {
        self.voices.get_mut(key.0 as usize)?.as_deref_mut()
    }
}
