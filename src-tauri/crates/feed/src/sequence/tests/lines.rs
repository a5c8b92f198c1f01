//! Several lines that bring the same, while one takes over from another.

use super::*;

/// On two lines, and the second begins behind 12 while the first is at 10.
fn overlapping() -> World {
    let mut world = World::at_ten();
    world.begin(OTHER);
    assert!(!world.accept(OTHER, 12, Some(false), 0));
    assert_eq!(told(&mut world.burst), "", "the first may still bring 11 and 12");
    world
}

#[test]
fn a_line_that_begins_further_on_makes_no_gap_while_the_first_brings_what_is_between() {
    let mut world = overlapping();
    assert_eq!(
        world.state(OTHER, 12, 0),
        "",
        "it would be ahead of the first line"
    );
    assert_eq!(world.tick(OTHER, 13, 10), "");
    assert!(!world.sequence.is_joined(OTHER));
    assert_eq!(world.tick(LINE, 11, 20), "11");
    assert_eq!(world.tick(LINE, 12, 20), "12 13");
    assert!(world.sequence.is_joined(OTHER));
    assert_eq!(world.tick(LINE, 13, 30), "");
    assert_eq!(world.tick(OTHER, 14, 30), "14");
    world.sequence.lead(OTHER, &mut world.burst);
    assert_eq!(world.sequence.take_again(), []);
    assert_eq!(world.end(LINE, 40), "");
    assert_eq!(world.tick(OTHER, 15, 50), "15");
    assert_eq!(world.burst.lost, 0);
}

#[test]
fn what_only_the_first_line_would_have_brought_is_told_when_it_ends() {
    let mut world = overlapping();
    world.tick(OTHER, 13, 10);
    assert_eq!(world.end(LINE, 20), "-11..12 13");
    assert_eq!(world.tick(OTHER, 14, 30), "14");
}

#[test]
fn a_line_that_is_resumed_has_joined_at_once() {
    let mut world = World::at_ten();
    world.begin(OTHER);
    world.tick(LINE, 11, 0);
    assert!(world.accept(OTHER, 10, Some(true), 0));
    assert!(world.sequence.is_joined(OTHER));
    assert_eq!(world.tick(OTHER, 11, 10), "");
    assert_eq!(world.tick(OTHER, 12, 10), "12");
    assert_eq!(world.tick(LINE, 12, 10), "");
}

#[test]
fn a_slow_first_line_is_waited_for_and_then_the_other_is_asked() {
    let mut world = overlapping();
    world.tick(OTHER, 13, 0);
    assert_eq!(world.pass(2_999), (vec![], String::new()));
    assert_eq!(world.pass(3_000).0, [OTHER]);
    assert!(world.accept(OTHER, 10, Some(true), 3_010));
    assert_eq!(world.tick(OTHER, 11, 3_010), "11");
    assert_eq!(world.tick(OTHER, 12, 3_010), "12 +11..12 13");
}

#[test]
fn another_count_is_kept_apart_until_its_line_leads() {
    let mut world = World::at_ten();
    world.begin(OTHER);
    world.sequence.epoch(OTHER, "b".into(), &mut world.burst);
    world.accept(OTHER, 500, Some(false), 0);
    assert_eq!(world.state(OTHER, 500, 0), "");
    assert_eq!(world.tick(OTHER, 501, 0), "");
    assert_eq!(world.tick(LINE, 11, 0), "11");
    assert_eq!(world.sequence.known_epoch(), Some("a"));
    world.sequence.lead(OTHER, &mut world.burst);
    assert_eq!(world.sequence.take_again(), [KEY]);
    assert_eq!(told(&mut world.burst), "=");
    assert_eq!(world.sequence.known_epoch(), Some("b"));
    world.accept(OTHER, 500, Some(true), 0);
    assert_eq!(world.tick(OTHER, 501, 0), "501");
    assert_eq!(world.tick(OTHER, 502, 0), "502");
    assert_eq!(world.tick(LINE, 12, 0), "");
    assert_eq!(world.end(LINE, 0), "");
    assert_eq!(world.tick(OTHER, 503, 0), "503");
}

#[test]
fn what_an_epoch_moved_by_while_another_was_handed_on_is_asked_for_when_it_leads_again() {
    let mut world = World::at_ten();
    world.begin(OTHER);
    world.sequence.epoch(OTHER, "b".into(), &mut world.burst);
    world.accept(OTHER, 500, Some(false), 0);
    world.state(OTHER, 500, 0);
    world.sequence.lead(OTHER, &mut world.burst);
    assert_eq!(told(&mut world.burst), "=");
    // The one that led has ended, and who is left counts as nobody does any more.
    assert_eq!(world.end(OTHER, 0), "");
    world.sequence.lead(LINE, &mut world.burst);
    world.begin(OTHER);
    world.sequence.epoch(OTHER, "b".into(), &mut world.burst);
    assert!(!world.accept(OTHER, 502, Some(false), 0));
    assert_eq!(world.state(OTHER, 502, 0), "");
    world.sequence.lead(OTHER, &mut world.burst);
    assert_eq!(told(&mut world.burst), "", "501 and 502 are still to come");
    assert_eq!(world.sequence.take_again(), [KEY]);
    assert_eq!(world.sequence.last(KEY), Some(500));
    assert!(world.accept(OTHER, 500, Some(true), 0));
    assert_eq!(world.tick(OTHER, 501, 0), "501");
    assert_eq!(world.tick(OTHER, 502, 0), "502");
}

#[test]
fn a_line_of_another_count_that_fails_has_changed_nothing() {
    let mut world = World::at_ten();
    world.begin(OTHER);
    world.sequence.epoch(OTHER, "b".into(), &mut world.burst);
    world.tick(OTHER, 500, 0);
    assert_eq!(world.end(OTHER, 0), "");
    assert_eq!(world.tick(LINE, 11, 0), "11");
    assert_eq!(world.sequence.last(KEY), Some(11));
}

#[test]
fn a_look_now_and_then_does_not_swallow_what_a_better_line_brings_tick_by_tick() {
    let mut world = World::new(&card());
    let look = |world: &mut World, seq| world.sequence.sampled(origin(LINE, 0), Some(seq));
    world.end(LINE, 0);
    world.sequence.begin_line(LINE, Telling::Samples);
    assert!(look(&mut world, 10));
    world.begin(OTHER);
    assert!(world.accept(OTHER, 10, Some(true), 0));
    assert!(look(&mut world, 14), "it is newer than what is shown");
    for seq in 11..=15 {
        assert_eq!(world.tick(OTHER, seq, 0), seq.to_string());
    }
    assert!(!look(&mut world, 15));
}

#[test]
fn trades_without_numbers_are_known_by_their_ids_on_any_line() {
    let mut world = World::new(&Card {
        numbering: Numbering::None,
        replay: Replay::None,
        ..card()
    });
    assert_eq!(world.tick(LINE, 5, 0), "5");
    world.begin(OTHER);
    assert!(world.sequence.is_joined(OTHER), "nothing can be told");
    assert_eq!(world.tick(OTHER, 5, 0), "");
    assert_eq!(world.tick(OTHER, 3, 0), "3", "in whatever order");
    assert_eq!(world.tick(LINE, 3, 0), "");
    assert_eq!(world.burst.duplicates, 2);
    assert_ne!(
        world.say(LINE, 3, 7, 0),
        "",
        "what another exchange calls the same is another trade"
    );
    assert_eq!(world.say(OTHER, 3, 7, 0), "");
}

#[test]
fn numbers_that_only_rise_tell_duplicates_and_no_gaps() {
    let mut world = World::new(&Card {
        numbering: Numbering::Sparse,
        ..card()
    });
    assert_eq!(world.tick(LINE, 5, 0), "5");
    assert_eq!(world.tick(LINE, 90, 0), "90");
    assert_eq!(world.tick(LINE, 40, 0), "40");
    assert_eq!(world.tick(LINE, 90, 0), "");
    assert_eq!(world.sequence.last(KEY), Some(90));
}

/// One thing that happens to the lines of a venue that numbers its ticks.
#[derive(Clone, Debug)]
enum Happening {
    Trade,
    /// A line brings so many of what it has on its way.
    Arrive {
        line: usize,
        count: usize,
    },
    /// What is next on a line is lost.
    Lose {
        line: usize,
    },
    Begin {
        resumes: bool,
    },
    End {
        line: usize,
    },
    Pass {
        millis: u64,
    },
}

/// The next number that a line brings.
struct Bringing {
    id: LineId,
    next: u64,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let happening = prop_oneof![
        12 => Just(Happening::Trade),
        12 => (0usize..2, 1usize..6).prop_map(|(line, count)| Happening::Arrive { line, count }),
        1 => (0usize..2).prop_map(|line| Happening::Lose { line }),
        2 => any::<bool>().prop_map(|resumes| Happening::Begin { resumes }),
        2 => (0usize..2).prop_map(|line| Happening::End { line }),
        2 => (0u64..2_000).prop_map(|millis| Happening::Pass { millis }),
    ];
    prop::collection::vec(happening, 1..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whichever lines begin and end, and whatever each of them loses: nothing is
    /// handed on twice or out of order, and all that is missing is told.
    #[test]
    fn over_any_lines_everything_is_handed_on_once_or_told_to_be_lost(happenings in happenings()) {
        let mut world = World::new(&card());
        world.accept(LINE, 0, None, 0);
        world.state(LINE, 0, 0);
        world.burst.updates.clear();
        let mut lines = vec![Bringing { id: LINE, next: 1 }];
        let (mut last, mut millis, mut count) = (0, 0, 1);
        for happening in happenings {
            match happening {
                Happening::Trade => last += 1,
                Happening::Arrive { line, count } => {
                    if let Some(line) = lines.get_mut(line) {
                        for _ in 0..count {
                            if line.next <= last {
                                let update = trade(line.next, line.next);
                                let origin = origin(line.id, millis);
                                world.sequence.tick(origin, Some(line.next), update, &mut world.burst);
                                line.next += 1;
                            }
                        }
                    }
                }
                Happening::Lose { line } => {
                    if let Some(line) = lines.get_mut(line).filter(|line| line.next <= last) {
                        line.next += 1;
                    }
                }
                Happening::Begin { resumes } => {
                    if lines.len() < 2 {
                        count += 1;
                        let id = LineId(count);
                        world.begin(id);
                        let known = world.sequence.last(KEY).unwrap();
                        let from = if resumes { known } else { last };
                        world.accept(id, from, Some(resumes), millis);
                        lines.push(Bringing { id, next: from + 1 });
                    }
                }
                Happening::End { line } => {
                    if line < lines.len() {
                        let gone = lines.remove(line).id;
                        world.sequence.end_line(gone, at(millis), &mut world.burst);
                    }
                }
                Happening::Pass { millis: passed } => {
                    millis += passed;
                    for (id, _) in world.sequence.overdue(at(millis), &mut world.burst) {
                        // It sends everything behind the last that is known.
                        let known = world.sequence.last(KEY).unwrap();
                        if let Some(line) = lines.iter_mut().find(|line| line.id == id) {
                            world.accept(id, known, Some(true), millis);
                            line.next = known + 1;
                        }
                    }
                }
            }
        }
        // A last connection that keeps nothing settles what is left.
        for line in lines {
            world.sequence.end_line(line.id, at(millis), &mut world.burst);
        }
        world.begin(LineId(1_000));
        world.accept(LineId(1_000), last, Some(false), millis);
        let mut next = 1;
        for update in world.burst.updates.drain(..) {
            let Some(numbers) = numbers(&update) else {
                prop_assert!(matches!(update, Update::Filled { .. }), "{update:?}");
                continue;
            };
            let (from, to) = numbers.into_inner();
            prop_assert_eq!(from, next, "each number once and in order");
            next = to + 1;
        }
        prop_assert_eq!(next, last + 1, "and all of them");
    }
}

#[test]
fn what_another_epoch_began_with_is_told_when_its_line_leads_and_the_rest_is_asked_for() {
    let mut world = World::at_ten();
    world.begin(OTHER);
    world.sequence.epoch(OTHER, "b".into(), &mut world.burst);
    world.accept(OTHER, 3, None, 0);
    world.state(OTHER, 3, 0);
    assert_eq!(world.tick(OTHER, 4, 0), "");
    assert_eq!(world.tick(OTHER, 5, 0), "");
    assert_eq!(world.tick(LINE, 11, 0), "11", "the old one counts until then");
    world.sequence.lead(OTHER, &mut world.burst);
    assert_eq!(world.sequence.take_again(), [KEY]);
    assert_eq!(told(&mut world.burst), "=");
    assert_eq!(world.sequence.last(KEY), Some(3));
    world.accept(OTHER, 3, Some(true), 0);
    assert_eq!(world.tick(OTHER, 4, 0), "4");
    assert_eq!(world.tick(OTHER, 5, 0), "5");
    assert_eq!(world.tick(OTHER, 6, 0), "6");
}

#[test]
fn where_nothing_is_sent_again_what_another_epoch_brought_before_it_led_is_told_to_be_lost() {
    let mut world = World::new(&Card {
        replay: Replay::Snapshot,
        ..card()
    });
    world.accept(LINE, 10, None, 0);
    world.state(LINE, 10, 0);
    world.begin(OTHER);
    world.sequence.epoch(OTHER, "b".into(), &mut world.burst);
    world.accept(OTHER, 3, None, 0);
    world.state(OTHER, 3, 0);
    world.tick(OTHER, 4, 0);
    told(&mut world.burst);
    world.sequence.lead(OTHER, &mut world.burst);
    assert_eq!(world.sequence.take_again(), []);
    assert_eq!(told(&mut world.burst), "= -4..4");
    assert_eq!(world.tick(OTHER, 5, 0), "5");
}

#[test]
fn what_another_epoch_began_with_is_told_as_well_when_the_first_line_comes_over_to_it() {
    let mut world = World::at_ten();
    world.begin(OTHER);
    world.sequence.epoch(OTHER, "b".into(), &mut world.burst);
    world.accept(OTHER, 3, None, 0);
    world.state(OTHER, 3, 0);
    assert_eq!(world.tick(OTHER, 4, 0), "");
    world.sequence.epoch(LINE, "b".into(), &mut world.burst);
    assert_eq!(told(&mut world.burst), "=");
    assert_eq!(world.sequence.take_again(), [KEY]);
    world.sequence.lead(OTHER, &mut world.burst);
    assert_eq!(
        (told(&mut world.burst).as_str(), world.sequence.take_again()),
        ("", vec![]),
        "once"
    );
}
