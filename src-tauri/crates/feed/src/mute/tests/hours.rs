//! Markets that are not open.

use model::Session;

use super::{ASKS, NVX, Stage, at, key};
use crate::mute::{Means, Mute, Verdict};

#[test]
fn a_halt_is_no_silence_and_its_end_begins_a_new_one() {
    let mut stage = Stage::open(ASKS, &[500]);
    stage.pass(60);
    stage.mute.in_session(NVX, Session::Halted, at(stage.now));
    stage.speak_every[0] = None;
    stage.pass(3_600);
    assert_eq!(stage.told, []);
    assert!(!stage.mute.is_all_shut(), "it may go on at any moment");
    stage.mute.in_session(NVX, Session::Open, at(stage.now));
    stage.pass(9);
    assert_eq!(stage.told, []);
}

#[test]
fn a_market_is_shut_when_the_last_of_its_symbols_is() {
    let mut stage = Stage::open(ASKS, &[500, 500]);
    stage.mute.in_session(NVX, Session::Closed, at(0));
    assert!(!stage.mute.is_all_shut());
    stage.mute.in_session(key(1), Session::Closed, at(0));
    assert!(stage.mute.is_all_shut());
    stage.mute.in_session(NVX, Session::Pre, at(0));
    assert!(!stage.mute.is_all_shut());
    stage.mute.forget(NVX);
    assert!(stage.mute.is_all_shut());
}

/// The bar of a closed market: three days of heartbeats and pongs, and not one
/// reconnect. Whatever the venue would say, it is not even asked.
#[test]
fn in_72_hours_of_a_closed_market_nothing_is_asked_and_nothing_is_left() {
    let mut stage = Stage::open(ASKS, &[500, 2_000, 30_000]);
    stage.pass(600);
    for place in 0..3 {
        stage.mute.in_session(key(place), Session::Closed, at(stage.now));
        stage.silence(place);
    }
    stage.told.clear();
    stage.looks = 0;
    for _ in 0..72 {
        stage.pass(3_600);
        // A drop of another kind, every hour.
        stage.mute.begin_connection(at(stage.now));
        for place in 0..3 {
            stage
                .mute
                .accepted(key(place), Some(Session::Closed), at(stage.now));
        }
    }
    assert_eq!(stage.told, []);
    assert!(
        stage.looks <= 2 * 72,
        "{} looks at a market that is shut",
        stage.looks
    );
}

#[test]
fn where_no_session_is_told_only_a_venue_that_never_shuts_is_open() {
    for always_open in [false, true] {
        let mut mute = Mute::new(Means { always_open, ..ASKS }, at(0));
        mute.accepted(NVX, None, at(0));
        assert!(!mute.is_all_shut(), "nobody has said so");
        let suspected = mute.look(true, at(20_000)) != Verdict::Fine;
        assert_eq!(suspected, always_open);
    }
}
