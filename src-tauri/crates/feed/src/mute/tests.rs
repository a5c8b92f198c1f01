mod any;
mod hours;

use std::time::Duration;

use model::{Moment, Session, SymbolKey};

use super::{Finding, Means, Mute, Verdict};

const ASKS: Means = Means {
    always_open: false,
    can_ask: true,
};
const NVX: SymbolKey = SymbolKey(0);

fn at(millis: u64) -> Moment {
    Moment::after_start(Duration::from_millis(millis))
}

/// A stream of symbols that speak at even times, and a venue that can be asked.
struct Stage {
    mute: Mute,
    now: u64,
    /// How many milliseconds each symbol lets pass between its ticks; none for a silent one.
    speak_every: Vec<Option<u64>>,
    /// What the venue would say of each.
    moved: Vec<bool>,
    /// Whether subscribing anew helps.
    heals: bool,
    told: Vec<(u64, Verdict)>,
    looks: usize,
}

impl Stage {
    fn open(means: Means, speak_every: &[u64]) -> Self {
        let mut mute = Mute::new(means, at(0));
        for place in 0..speak_every.len() {
            mute.accepted(key(place), Some(Session::Open), at(0));
        }
        Self {
            mute,
            now: 0,
            speak_every: speak_every.iter().copied().map(Some).collect(),
            moved: vec![false; speak_every.len()],
            heals: false,
            told: Vec::new(),
            looks: 0,
        }
    }

    /// So many seconds pass, in steps of a tenth.
    fn pass(&mut self, seconds: u64) -> &mut Self {
        for _ in 0..seconds * 10 {
            self.now += 100;
            let now = at(self.now);
            for (place, every) in self.speak_every.iter().enumerate() {
                if every.is_some_and(|every| self.now.is_multiple_of(every)) {
                    self.mute.spoke(key(place), now);
                }
            }
            if self.mute.deadline().is_some_and(|deadline| now >= deadline) {
                self.looks += 1;
                let verdict = self.mute.look(true, now);
                self.obey(verdict);
            }
        }
        self
    }

    fn obey(&mut self, verdict: Verdict) {
        let now = at(self.now);
        match &verdict {
            Verdict::Fine => return,
            Verdict::Ask(keys) => {
                for key in keys {
                    let moved = self.moved[key.0 as usize];
                    let finding = if moved { Finding::Moved } else { Finding::Same };
                    self.mute.answered(*key, finding, now);
                }
            }
            Verdict::Resubscribe(keys) if self.heals => {
                for key in keys {
                    self.speak_every[key.0 as usize] = Some(1_000);
                }
            }
            Verdict::Resubscribe(_) => {}
            Verdict::Reconnect { .. } => self.mute.begin_connection(now),
        }
        self.told.push((self.now, verdict));
    }

    /// The stream brings nothing any more of this symbol, and the venue goes on.
    fn silence(&mut self, place: usize) {
        self.speak_every[place] = None;
        self.moved[place] = true;
    }

    fn reconnects(&self) -> usize {
        self.told
            .iter()
            .filter(|(_, told)| matches!(told, Verdict::Reconnect { .. }))
            .count()
    }

    fn first(&self, which: impl Fn(&Verdict) -> bool) -> Option<u64> {
        self.told
            .iter()
            .find(|(_, told)| which(told))
            .map(|(when, _)| *when)
    }
}

fn key(place: usize) -> SymbolKey {
    SymbolKey(u32::try_from(place).unwrap())
}

#[test]
fn a_single_mute_symbol_is_asked_about_and_subscribed_anew_alone_within_fifteen_seconds() {
    let mut stage = Stage::open(ASKS, &[500, 300, 1_000, 700]);
    stage.pass(60);
    assert_eq!(stage.told, [], "all is well");
    stage.heals = true;
    stage.silence(2);
    stage.pass(120);
    let [(asked, Verdict::Ask(about)), (done, Verdict::Resubscribe(anew))] = stage.told.as_slice() else {
        panic!("{:?}", stage.told)
    };
    assert_eq!(
        (about.as_slice(), anew.as_slice()),
        ([key(2)].as_slice(), [key(2)].as_slice())
    );
    assert!(
        *asked <= 73_000 && *done <= 75_000,
        "asked at {asked}, done at {done}"
    );
}

#[test]
fn a_mute_stream_is_left_within_fifteen_seconds() {
    let mut stage = Stage::open(ASKS, &[500, 300, 1_000, 700]);
    stage.pass(60);
    (0..4).for_each(|place| stage.silence(place));
    stage.pass(15);
    let left = stage.first(|told| matches!(told, Verdict::Reconnect { .. }));
    assert!(left.is_some_and(|left| left <= 75_000), "{:?}", stage.told);
}

#[test]
fn the_canary_condemns_the_stream_when_nobody_else_speaks() {
    let mut stage = Stage::open(ASKS, &[500, 3_000]);
    stage.pass(60);
    stage.silence(0);
    // It has nothing to say for a while, which nobody would notice otherwise.
    stage.speak_every[1] = None;
    stage.pass(16);
    assert_eq!(stage.reconnects(), 1, "{:?}", stage.told);
}

#[test]
fn a_symbol_that_is_alone_is_subscribed_anew_before_its_stream_is_left() {
    let mut stage = Stage::open(ASKS, &[500]);
    stage.pass(60);
    stage.silence(0);
    stage.pass(15);
    assert!(matches!(stage.told.last(), Some((_, Verdict::Resubscribe(keys))) if keys == &[NVX]));
    stage.pass(20);
    assert_eq!(stage.reconnects(), 1, "{:?}", stage.told);
}

#[test]
fn even_the_canary_never_costs_the_others_their_connection_while_they_speak() {
    let mut stage = Stage::open(ASKS, &[500, 3_000]);
    stage.pass(60);
    stage.silence(0);
    stage.pass(3_600);
    assert_eq!(stage.reconnects(), 0);
}

#[test]
fn a_symbol_that_is_not_the_canary_never_costs_the_others_their_connection() {
    let mut stage = Stage::open(ASKS, &[500, 1_000]);
    stage.pass(60);
    stage.silence(1);
    stage.pass(3_600);
    assert_eq!(stage.reconnects(), 0);
    assert!(
        stage.told.len() < 30,
        "{} words about one symbol",
        stage.told.len()
    );
}

#[test]
fn a_quiet_market_is_asked_about_and_left_in_peace() {
    let mut stage = Stage::open(ASKS, &[500; 20]);
    stage.pass(60);
    stage.speak_every.fill(None);
    stage.pass(3_600);
    let asked = stage.told.len();
    assert!(
        stage.told.iter().all(|(_, told)| matches!(told, Verdict::Ask(_))),
        "{:?}",
        stage.told
    );
    assert!((2..=12).contains(&asked), "{asked} questions in an hour");
}

#[test]
fn stale_reconnects_are_five_minutes_apart_and_further_when_they_do_not_help() {
    let mut stage = Stage::open(ASKS, &[500; 5]);
    stage.pass(60);
    (0..5).for_each(|place| stage.silence(place));
    stage.pass(3_600);
    let reconnects = stage
        .told
        .iter()
        .filter(|(_, told)| matches!(told, Verdict::Reconnect { .. }));
    let when: Vec<u64> = reconnects.map(|(when, _)| when / 1_000).collect();
    let apart: Vec<u64> = when.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(apart.len() >= 2 && apart[0] >= 300 && apart[1] >= 600, "{when:?}");
}

#[test]
fn a_stream_that_catches_up_by_itself_is_not_touched() {
    let mut stage = Stage::open(ASKS, &[500]);
    stage.pass(60);
    stage.silence(0);
    let asked = loop {
        stage.pass(1);
        if let Some((asked, _)) = stage.told.first() {
            break *asked;
        }
    };
    // The answer was a moment ahead of the stream.
    stage.speak_every[0] = Some(100);
    stage.pass(60);
    assert_eq!(stage.told.len(), 1, "{:?} after {asked}", stage.told);
}

#[test]
fn a_question_that_nobody_answers_changes_nothing_and_is_asked_again() {
    let mut stage = Stage::open(ASKS, &[500]);
    stage.pass(60);
    stage.speak_every[0] = None;
    let mut asked = 0;
    while stage.now < 600_000 {
        stage.now += 1_000;
        let now = at(stage.now);
        match stage.mute.look(true, now) {
            Verdict::Fine => {}
            Verdict::Ask(keys) => {
                asked += 1;
                assert_eq!(keys, [NVX]);
                stage.mute.unanswered(now);
            }
            other @ (Verdict::Resubscribe(_) | Verdict::Reconnect { .. }) => {
                panic!("{other:?} without proof")
            }
        }
    }
    assert!((3..=8).contains(&asked), "{asked}");
}

#[test]
fn where_nobody_can_be_asked_a_broken_habit_is_reason_enough() {
    let means = Means {
        can_ask: false,
        ..ASKS
    };
    let mut stage = Stage::open(means, &[500, 300, 600]);
    stage.pass(60);
    stage.silence(1);
    stage.heals = true;
    stage.pass(15);
    assert!(matches!(stage.told.as_slice(), [(_, Verdict::Resubscribe(keys))] if keys == &[key(1)]));
    let mut unknown = Stage::open(means, &[500]);
    unknown.speak_every[0] = None;
    unknown.pass(3_600);
    assert_eq!(
        unknown.told,
        [],
        "it never spoke, so it has no habit that it could break"
    );
}

#[test]
fn nothing_is_asked_on_a_line_that_may_be_dead() {
    let mut stage = Stage::open(ASKS, &[500]);
    stage.pass(60);
    for second in 60..600 {
        assert_eq!(stage.mute.look(false, at(second * 1_000)), Verdict::Fine);
    }
}

#[test]
fn nobody_is_missed_while_a_large_message_comes_slowly() {
    for occupied in [true, false] {
        let mut stage = Stage::open(ASKS, &[500, 500, 500]);
        stage.pass(120);
        stage.told.clear();
        for place in 0..3 {
            stage.silence(place);
        }
        for _ in 0..30 {
            stage.pass(1);
            if occupied {
                stage.mute.occupied(at(stage.now));
            }
        }
        assert_eq!(stage.told.is_empty(), occupied, "{:?}", stage.told);
        // It is whole, and nothing comes behind it.
        stage.pass(15);
        assert!(stage.reconnects() > 0, "{:?}", stage.told);
    }
}

#[test]
fn a_new_connection_is_not_blamed_for_the_silence_before_it() {
    let mut stage = Stage::open(ASKS, &[500]);
    stage.pass(60);
    stage.speak_every[0] = None;
    stage.now += 600_000;
    stage.mute.begin_connection(at(stage.now));
    stage.pass(9);
    assert_eq!(stage.told, []);
    stage.pass(4);
    assert!(matches!(stage.told.as_slice(), [(_, Verdict::Ask(_))]));
}

#[test]
fn a_hundred_quiet_symbols_wake_nobody_more_than_every_two_seconds() {
    let every: Vec<u64> = (0..100).map(|place| 5_000 + place * 100).collect();
    let mut stage = Stage::open(ASKS, &every);
    stage.pass(600);
    assert!(stage.looks <= 300, "{} looks in ten minutes", stage.looks);
}

#[test]
fn what_nobody_wants_any_more_is_not_asked_about() {
    let mut stage = Stage::open(ASKS, &[500, 500]);
    stage.pass(60);
    stage.speak_every.fill(None);
    stage.mute.forget(NVX);
    stage.pass(60);
    assert!(!stage.told.is_empty());
    for (_, told) in &stage.told {
        assert_eq!(*told, Verdict::Ask(vec![key(1)]));
    }
}

#[test]
fn one_odd_silence_does_not_make_a_symbol_look_slow() {
    let mut stage = Stage::open(ASKS, &[500]);
    stage.pass(120);
    stage.speak_every[0] = None;
    stage.pass(600);
    stage.speak_every[0] = Some(500);
    stage.pass(120);
    stage.told.clear();
    stage.silence(0);
    stage.pass(15);
    assert!(
        stage
            .first(|told| matches!(told, Verdict::Resubscribe(_)))
            .is_some(),
        "{:?}",
        stage.told
    );
}
