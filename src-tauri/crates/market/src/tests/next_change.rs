//! When to look again: at the very moment at which a row grows older, and not before.

use std::time::Duration;

use model::{FeedState, Moment, Session, Symbol};
use proptest::prelude::*;

use super::freshness::{busy, pong, waiting};
use super::{LIVE, NVX, at, change_to, feed, live, moment, status, trade};
use crate::{Freshness, Market, RowId};

#[test]
fn names_the_moment_at_which_a_price_grows_old() {
    let mut market = busy();
    assert_eq!(
        next(&market, 9_000),
        Some(19_000),
        "ten seconds after the last trade"
    );
    pong(&mut market, moment(18_000));
    market.refresh(at(19_001));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Quiet);
    assert_eq!(
        next(&market, 19_001),
        Some(30_000),
        "the last pong is too old by then"
    );
}

#[test]
fn the_first_of_many_rows_is_the_one_that_counts() {
    let mut market = busy();
    let other = market.open_row(&feed(), Symbol::new("BTC-USD"), moment(0));
    market.tick(other, &trade("1", 4), at(4_000));
    assert_eq!(next(&market, 9_000), Some(14_000));
}

#[test]
fn where_nothing_can_change_by_itself_nobody_needs_to_look() {
    assert_eq!(next(&live(), 0), None, "no price, so none that grows old");
    let mut market = busy();
    market.link(&waiting(10_000));
    assert_eq!(
        next(&market, 10_000),
        None,
        "disconnected until the feed says otherwise"
    );
    let mut market = busy();
    market.refused(NVX, "delisted");
    assert_eq!(next(&market, 9_100), None);
}

#[test]
fn a_market_where_nobody_looks_is_not_called_stale_between_two_questions() {
    let mut market = live();
    for minute in 0..5 {
        market.tick(NVX, &trade("1", 1), at(minute * 60_000));
    }
    market.set_watched(false, at(240_000));
    pong(&mut market, moment(255_000));
    market.refresh(at(270_000));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Live);
    market.set_watched(true, at(270_000));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Stale);
}

/// Whole milliseconds: what is over is over a nanosecond later.
fn next(market: &Market, now: u64) -> Option<u64> {
    let at = market.next_change(moment(now))?;
    Some(u64::try_from((at - Duration::from_nanos(1)).since_start().as_millis()).unwrap())
}

#[derive(Clone, Debug)]
enum Happens {
    Tick(u32),
    Pong,
    Session(Session),
    Status(FeedState),
    Watched(bool),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (0u32..3).prop_map(Happens::Tick),
        4 => Just(Happens::Pong),
        1 => prop::sample::select(Session::ALL.to_vec()).prop_map(Happens::Session),
        1 => prop::sample::select(states()).prop_map(Happens::Status),
        1 => any::<bool>().prop_map(Happens::Watched),
    ]
}

fn states() -> Vec<FeedState> {
    vec![LIVE, FeedState::Idle, waiting(0).state]
}

proptest! {
    /// Nothing changes before the moment that is named, and something does at it.
    #[test]
    fn between_two_looks_nothing_was_missed(
        history in prop::collection::vec((happens(), 1u64..30_000), 1..40),
        looks in prop::collection::vec(0.0f64..1.0, 4),
    ) {
        let mut market = live();
        for name in ["A", "B"] {
            market.open_row(&feed(), Symbol::new(name), moment(0));
        }
        let mut now = 0;
        for (event, later) in history {
            now += later;
            match event {
                Happens::Tick(row) => market.tick(RowId(row), &trade("1", 1), at(now)),
                Happens::Pong => pong(&mut market, moment(now)),
                Happens::Session(session) => market.session(NVX, change_to(session), at(now)),
                Happens::Status(state) => market.link(&status(state, moment(now), "so it is")),
                Happens::Watched(watched) => market.set_watched(watched, at(now)),
            }
            market.refresh(at(now));
            let is = shown(&market);
            let named = market.next_change(moment(now));
            let end = named.unwrap_or(moment(now + 100_000_000));
            let quiet = end.since(moment(now)) - Duration::from_nanos(1);
            for share in looks.iter().copied().chain([1.0]) {
                refresh_at(&mut market, moment(now) + quiet.mul_f64(share).min(quiet));
                prop_assert_eq!(&shown(&market), &is);
            }
            if let Some(named) = named {
                refresh_at(&mut market, named);
                prop_assert_ne!(&shown(&market), &is);
            }
            refresh_at(&mut market, moment(now));
        }
    }
}

fn shown(market: &Market) -> Vec<Freshness> {
    (0..3)
        .map(|row| market.row(RowId(row)).unwrap().freshness)
        .collect()
}

fn refresh_at(market: &mut Market, moment: Moment) {
    market.refresh(model::Received { at: moment, ..at(0) });
}
