//! Counts that begin anew, said or not.

use super::*;

#[test]
fn a_new_epoch_starts_from_nothing_and_nothing_that_came_is_eaten() {
    let mut world = World::at_ten();
    world.tick(LINE, 12, 0);
    world.sequence.epoch(LINE, "b".into(), &mut world.burst);
    assert_eq!(told(&mut world.burst), "-11..11 12");
    assert_eq!(world.sequence.last(KEY), None);
    world.accept(LINE, 3, None, 0);
    world.state(LINE, 3, 0);
    assert_eq!(world.tick(LINE, 4, 0), "4");
}

#[test]
fn what_a_new_epoch_has_cut_off_is_not_told_to_have_come() {
    let mut world = World::at_ten();
    world.tick(LINE, 13, 0);
    world.pass(250);
    world.accept(LINE, 10, Some(true), 300);
    world.sequence.epoch(LINE, "b".into(), &mut world.burst);
    assert_eq!(told(&mut world.burst), "-11..12 13");
}

#[test]
fn numbers_that_fall_far_back_and_go_on_have_begun_again() {
    let mut world = World::new(&card());
    world.accept(LINE, 9_000, None, 0);
    world.state(LINE, 9_000, 0);
    for seq in 1..16 {
        assert_eq!(world.tick(LINE, seq, 0), "", "not certain yet");
    }
    let all: Vec<_> = (1..=16).map(|seq: u64| seq.to_string()).collect();
    assert_eq!(world.tick(LINE, 16, 0), all.join(" "));
    assert_eq!(world.tick(LINE, 17, 0), "17");
    assert_eq!((world.burst.restarts, world.burst.duplicates), (1, 0));
}

#[test]
fn numbers_that_fall_back_a_little_have_begun_again_when_they_say_something_else() {
    let mut world = World::at_ten();
    for seq in 11..=60 {
        world.tick(LINE, seq, 0);
    }
    for seq in 11..26 {
        assert_eq!(world.say(LINE, seq, 7_000 + seq, 1_000), "");
    }
    assert!(world.say(LINE, 26, 7_026, 1_000).starts_with("11 12 "));
    assert_eq!((world.burst.altered, world.burst.restarts), (16, 1));
}

#[test]
fn what_is_sent_once_more_is_no_new_count() {
    let mut world = World::at_ten();
    for seq in 11..=60 {
        world.tick(LINE, seq, 0);
    }
    for seq in 11..=60 {
        assert_eq!(world.tick(LINE, seq, 1_000), "");
    }
    assert_eq!(world.tick(LINE, 61, 1_000), "61");
    assert_eq!((world.burst.duplicates, world.burst.altered), (50, 0));
    world.say(LINE, 61, 5, 1_000);
    assert_eq!((world.burst.duplicates, world.burst.altered), (50, 1));
    world.tick(LINE, 62, 1_000);
    assert_eq!(world.burst.duplicates, 51);
}
