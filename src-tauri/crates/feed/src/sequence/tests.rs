mod epochs;
mod lines;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use model::{Precision, Trade, TradeId};
use proptest::prelude::*;
use provider::VenueName;

use super::*;

const KEY: SymbolKey = SymbolKey(1);
const LINE: LineId = LineId(1);
const OTHER: LineId = LineId(2);

fn at(millis: u64) -> Moment {
    Moment::after_start(Duration::from_millis(millis))
}

fn card() -> Card {
    VenueName::SIM.card().clone()
}

fn origin(line: LineId, millis: u64) -> Origin {
    Origin {
        line,
        key: KEY,
        now: at(millis),
    }
}

/// A trade whose price is its number.
fn trade(seq: u64, price: u64) -> Update {
    Update::Tick {
        key: KEY,
        tick: Tick::Trade(Trade {
            price: price.to_string().parse().unwrap(),
            size: None,
            time: None,
            id: TradeId::new(&seq.to_string()),
            side: None,
            conditions: model::Conditions::NONE,
        }),
        precision: Precision::default(),
    }
}

fn snapshot() -> Update {
    Update::Snapshot {
        key: KEY,
        snapshot: Box::default(),
        precision: Precision::default(),
        beside: false,
    }
}

/// What was handed on: numbers of trades, `-` before a gap, `+` before what was filled, `=` for a state.
fn told(burst: &mut Burst) -> String {
    let words: Vec<_> = burst.updates.drain(..).map(|update| word(&update)).collect();
    words.join(" ")
}

fn word(update: &Update) -> String {
    if let Some(numbers) = numbers(update) {
        let (from, to) = (numbers.start(), numbers.end());
        let lost = matches!(update, Update::Gap { .. });
        return if lost {
            format!("-{from}..{to}")
        } else {
            from.to_string()
        };
    }
    if let Update::Filled { gap, .. } = update {
        return format!("+{}..{}", gap.from, gap.to);
    }
    assert!(
        matches!(update, Update::Snapshot { .. }),
        "{update:?} was not expected"
    );
    "=".to_owned()
}

/// The numbers that are handed on or told to be lost.
fn numbers(update: &Update) -> Option<RangeInclusive<u64>> {
    if let Update::Tick {
        tick: Tick::Trade(trade),
        ..
    } = update
    {
        let number = trade.id.unwrap().as_str().parse().unwrap();
        return Some(number..=number);
    }
    if let Update::Gap { gap, .. } = update {
        return Some(gap.from..=gap.to);
    }
    None
}

struct World {
    sequence: Sequence,
    burst: Burst,
}

impl World {
    fn new(card: &Card) -> Self {
        let mut world = Self {
            sequence: Sequence::new(card),
            burst: Burst::aside(),
        };
        world.begin(LINE);
        world
    }

    /// In epoch `a`, with 10 as the last tick.
    fn at_ten() -> Self {
        let mut world = Self::new(&card());
        assert!(!world.accept(LINE, 10, None, 0));
        assert_eq!(world.state(LINE, 10, 0), "=");
        world
    }

    fn begin(&mut self, line: LineId) {
        self.sequence.begin_line(line, Telling::Everything);
        self.sequence.epoch(line, "a".into(), &mut self.burst);
    }

    fn accept(&mut self, line: LineId, seq: u64, recovered: Option<bool>, millis: u64) -> bool {
        let origin = origin(line, millis);
        self.sequence
            .accepted(origin, Some(seq), recovered, &mut self.burst)
    }

    fn tick(&mut self, line: LineId, seq: u64, millis: u64) -> String {
        self.say(line, seq, seq, millis)
    }

    fn say(&mut self, line: LineId, seq: u64, price: u64, millis: u64) -> String {
        let origin = origin(line, millis);
        self.sequence
            .tick(origin, Some(seq), trade(seq, price), &mut self.burst);
        told(&mut self.burst)
    }

    fn state(&mut self, line: LineId, seq: u64, millis: u64) -> String {
        let origin = origin(line, millis);
        self.sequence
            .snapshot(origin, Some(seq), snapshot(), &mut self.burst);
        told(&mut self.burst)
    }

    fn pass(&mut self, millis: u64) -> (Vec<LineId>, String) {
        let asked = self.sequence.overdue(at(millis), &mut self.burst);
        let asked = asked.into_iter().map(|(line, _)| line).collect();
        (asked, told(&mut self.burst))
    }

    fn end(&mut self, line: LineId, millis: u64) -> String {
        self.sequence.end_line(line, at(millis), &mut self.burst);
        told(&mut self.burst)
    }
}

#[test]
fn a_message_that_overtook_another_is_put_back_in_its_place() {
    let mut world = World::at_ten();
    assert_eq!(world.tick(LINE, 12, 0), "");
    assert_eq!(world.tick(LINE, 14, 10), "");
    assert_eq!(world.tick(LINE, 13, 20), "");
    assert_eq!(world.sequence.deadline(), Some(at(250)));
    assert_eq!(world.tick(LINE, 11, 240), "11 12 13 14");
    assert_eq!(world.sequence.deadline(), None);
    assert_eq!((world.burst.reordered, world.burst.lost), (1, 0));
}

#[test]
fn a_hole_is_asked_for_after_a_moment_and_filled() {
    let mut world = World::at_ten();
    assert_eq!(world.tick(LINE, 13, 0), "");
    assert_eq!(world.pass(249), (vec![], String::new()));
    assert_eq!(world.pass(250), (vec![LINE], String::new()));
    assert_eq!(
        world.sequence.last(KEY),
        Some(10),
        "it is asked for from there on"
    );
    assert!(world.accept(LINE, 10, Some(true), 300));
    assert_eq!(world.tick(LINE, 11, 300), "11");
    assert_eq!(world.tick(LINE, 12, 300), "12 +11..12 13");
    assert_eq!(world.tick(LINE, 13, 300), "", "it was held already");
    assert_eq!(world.tick(LINE, 14, 300), "14");
    assert_eq!(world.sequence.deadline(), None);
}

#[test]
fn a_hole_that_the_venue_cannot_fill_is_told_and_what_was_held_is_not_lost() {
    let mut world = World::at_ten();
    world.tick(LINE, 13, 0);
    world.pass(250);
    assert!(!world.accept(LINE, 15, Some(false), 300));
    assert_eq!(told(&mut world.burst), "-11..12 13 -14..15");
    assert_eq!(world.state(LINE, 15, 300), "=");
    assert_eq!(world.tick(LINE, 16, 300), "16");
    assert_eq!(world.burst.lost, 4);
}

#[test]
fn a_hole_without_an_answer_is_told_even_when_the_symbol_falls_silent() {
    let mut world = World::at_ten();
    world.tick(LINE, 13, 0);
    world.pass(250);
    assert_eq!(world.sequence.deadline(), Some(at(3_250)));
    assert_eq!(world.pass(3_250), (vec![], "-11..12 13".to_owned()));
    assert_eq!(world.sequence.deadline(), None);
}

#[test]
fn a_venue_that_does_not_keep_its_word_is_not_waited_for_for_ever() {
    let mut world = World::at_ten();
    world.tick(LINE, 13, 0);
    world.pass(250);
    assert!(world.accept(LINE, 10, Some(true), 300));
    assert_eq!(world.pass(3_300), (vec![], "-11..12 13".to_owned()));
}

#[test]
fn a_second_hole_waits_until_it_may_be_asked_for() {
    let mut world = World::at_ten();
    world.tick(LINE, 12, 0);
    assert_eq!(world.pass(250).0, [LINE]);
    world.accept(LINE, 10, Some(true), 260);
    assert_eq!(world.tick(LINE, 11, 260), "11 +11..11 12");
    world.tick(LINE, 14, 300);
    assert_eq!(world.pass(550), (vec![], String::new()), "not twice in a second");
    assert_eq!(world.sequence.deadline(), Some(at(1_250)));
    assert_eq!(world.pass(1_250), (vec![LINE], String::new()));
}

#[test]
fn a_venue_that_keeps_nothing_is_asked_once_on_a_line() {
    let mut world = World::at_ten();
    world.tick(LINE, 13, 0);
    assert_eq!(world.pass(250).0, [LINE]);
    assert!(!world.accept(LINE, 13, None, 300));
    assert_eq!(told(&mut world.burst), "-11..12 13");
    world.state(LINE, 13, 300);
    world.tick(LINE, 20, 60_000);
    assert_eq!(world.pass(60_250), (vec![], "-14..19 20".to_owned()));
}

#[test]
fn more_than_sixty_four_early_ones_are_not_held_where_nobody_can_be_asked() {
    let mut world = World::new(&Card {
        replay: Replay::None,
        ..card()
    });
    world.accept(LINE, 10, None, 0);
    for seq in 12..76 {
        assert_eq!(world.tick(LINE, seq, 0), "");
    }
    let told = world.tick(LINE, 76, 0);
    assert!(
        told.starts_with("-11..11 12 13 ") && told.ends_with(" 76"),
        "{told}"
    );
}

#[test]
fn after_a_reconnect_it_knows_exactly_what_was_missed() {
    let mut world = World::at_ten();
    world.tick(LINE, 11, 0);
    world.end(LINE, 10);
    world.begin(OTHER);
    assert_eq!(world.sequence.last(KEY), Some(11));
    assert!(!world.accept(OTHER, 14, Some(false), 20));
    assert_eq!(told(&mut world.burst), "-12..14");
    assert_eq!(world.state(OTHER, 14, 20), "=");
    assert_eq!(world.tick(OTHER, 14, 20), "");
    assert_eq!(world.tick(OTHER, 15, 20), "15");
}

#[test]
fn what_was_held_when_the_line_was_lost_is_told_in_its_place() {
    let mut world = World::at_ten();
    world.tick(LINE, 13, 0);
    assert_eq!(world.end(LINE, 10), "");
    assert_eq!(world.sequence.deadline(), None, "nobody can bring it now");
    world.begin(OTHER);
    assert!(world.accept(OTHER, 10, Some(true), 1_000));
    for (seq, expected) in [(11, "11"), (12, "12 +11..12 13"), (13, ""), (14, "14")] {
        assert_eq!(world.tick(OTHER, seq, 1_000), expected);
    }
}

#[test]
fn a_state_that_comes_late_does_not_turn_the_price_back() {
    let mut world = World::new(&card());
    world.accept(LINE, 10, None, 0);
    assert_eq!(world.tick(LINE, 11, 0), "", "it waits for the state");
    assert_eq!(world.tick(LINE, 12, 0), "");
    assert_eq!(world.tick(LINE, 13, 0), "");
    assert_eq!(world.state(LINE, 12, 10), "11 12 = 13");
    assert_eq!(world.state(LINE, 12, 20), "", "older than what is known");
}

#[test]
fn a_state_that_never_comes_is_not_waited_for_for_long() {
    let mut world = World::new(&card());
    world.accept(LINE, 10, None, 0);
    world.tick(LINE, 11, 0);
    assert_eq!(world.pass(250), (vec![], "11".to_owned()));
    assert_eq!(world.tick(LINE, 12, 260), "12");
}

#[test]
fn what_waits_for_a_state_is_told_when_the_line_ends() {
    let mut world = World::new(&card());
    world.accept(LINE, 10, None, 0);
    world.tick(LINE, 11, 0);
    assert_eq!(world.end(LINE, 10), "11");
}

#[test]
fn looks_now_and_then_have_no_gaps_and_tell_what_has_moved() {
    let mut world = World::at_ten();
    let look = |world: &mut World, seq| world.sequence.sampled(origin(LINE, 0), Some(seq));
    world.end(LINE, 0);
    world.sequence.begin_line(LINE, Telling::Samples);
    assert!(look(&mut world, 500));
    assert!(!look(&mut world, 500));
    assert_eq!(world.sequence.last(KEY), Some(500));
}

proptest! {
    /// However numbers come where nothing can be asked again, each one is handed
    /// on, told to be missing or dropped as a duplicate exactly once.
    #[test]
    fn every_number_is_accounted_for_once(numbers in prop::collection::vec(1u64..200, 1..300)) {
        let mut world = World::new(&Card { replay: Replay::None, ..card() });
        let first = numbers[0];
        let mut millis = 0;
        for number in numbers {
            millis += number % 7 * 40;
            let origin = origin(LINE, millis);
            let update = trade(number, number);
            world.sequence.tick(origin, Some(number), update, &mut world.burst);
            world.sequence.overdue(at(millis), &mut world.burst);
        }
        world.sequence.overdue(at(millis + 60_000), &mut world.burst);
        let mut accounted = BTreeSet::new();
        let mut last = 0;
        for update in world.burst.updates.drain(..) {
            let numbers = self::numbers(&update).unwrap();
            for number in numbers {
                prop_assert!(number > last, "{number} after {last}");
                last = number;
                accounted.insert(number);
            }
        }
        prop_assert_eq!(accounted.len() as u64, last - first + 1);
    }
}
