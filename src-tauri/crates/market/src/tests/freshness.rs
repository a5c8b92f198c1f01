//! What a person is told of a price's age, through everything that befalls a feed.

use std::time::Duration;

use model::{FeedState, Instrument, Moment};

use super::{CONNECTING, LIVE, NVX, at, feed, live, moment, status, trade};
use crate::{Freshness, Market, Subscription};

#[test]
fn silence_on_a_living_connection_is_quiet_first_and_stale_later() {
    let mut market = busy();
    assert_eq!(
        seen(&mut market, 10..60, pong),
        [
            (10, Freshness::Live),
            (20, Freshness::Quiet),
            (40, Freshness::Stale)
        ],
        "the last trade was at 9 s"
    );
}

#[test]
fn a_symbol_of_unknown_habit_is_not_called_stale_for_five_minutes() {
    let mut market = live();
    market.tick(NVX, &trade("1", 1), at(0));
    assert_eq!(
        seen(&mut market, 0..400, pong),
        [
            (0, Freshness::Live),
            (11, Freshness::Quiet),
            (301, Freshness::Stale)
        ]
    );
}

#[test]
fn silence_on_a_silent_connection_is_stale_at_once() {
    let mut market = busy();
    assert_eq!(
        seen(&mut market, 10..60, |_, _| {}),
        [(10, Freshness::Live), (20, Freshness::Stale)]
    );
}

#[test]
fn a_symbol_that_seldom_trades_is_given_more_time() {
    let mut market = live();
    for minute in 0..5 {
        market.tick(NVX, &trade("1", 1), at(minute * 60_000));
    }
    assert_eq!(
        seen(&mut market, 240..2_000, pong),
        [
            (240, Freshness::Live),
            (721, Freshness::Quiet),
            (1_681, Freshness::Stale)
        ],
        "eight and twenty-four of its minutes after the last trade at 240 s"
    );
}

#[test]
fn a_slow_symbol_is_stale_as_soon_as_its_connection_is_silent() {
    let mut market = live();
    for minute in 0..5 {
        market.tick(NVX, &trade("1", 1), at(minute * 60_000));
        market.frame_seen(&feed(), moment(minute * 60_000));
    }
    assert_eq!(
        seen(&mut market, 240..300, |_, _| {}),
        [(240, Freshness::Live), (253, Freshness::Stale)]
    );
}

#[test]
fn a_lost_connection_greys_every_price_and_keeps_it() {
    let mut market = busy();
    market.link(&waiting(11_000));
    market.refresh(at(20_000));
    let row = market.row(NVX).unwrap();
    assert_eq!(row.freshness, Freshness::Disconnected);
    assert!(row.last.is_some());
    assert_eq!(
        market.explain(NVX, at(20_000)).unwrap(),
        "disconnected for 9 s: the connection broke; next attempt in 3 s"
    );
}

#[test]
fn a_price_from_before_a_drop_is_not_live_until_something_comes() {
    let mut market = busy();
    market.link(&waiting(10_000));
    market.link(&status(CONNECTING, moment(11_000), "connecting"));
    market.link(&status(LIVE, moment(11_500), "connected"));
    market.frame_seen(&feed(), moment(11_500));
    market.refresh(at(11_500));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Quiet);
    market.tick(NVX, &trade("2", 12), at(12_000));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Live);
}

#[test]
fn a_symbol_lives_before_the_last_one_is_acknowledged() {
    let mut market = busy();
    market.link(&waiting(10_000));
    market.link(&status(CONNECTING, moment(11_000), "connecting"));
    market.refresh(at(11_100));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Disconnected);
    market.tick(NVX, &trade("2", 12), at(11_200));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Live);
}

#[test]
fn an_outage_teaches_nothing_about_a_symbol() {
    let mut market = busy();
    market.link(&waiting(10_000));
    market.link(&status(LIVE, moment(600_000), "connected"));
    market.tick(NVX, &trade("2", 600), at(600_500));
    assert_eq!(
        seen(&mut market, 601..640, pong),
        [
            (601, Freshness::Live),
            (611, Freshness::Quiet),
            (631, Freshness::Stale)
        ]
    );
}

#[test]
fn what_was_accepted_on_a_lost_connection_is_only_wanted_on_the_next() {
    let mut market = busy();
    let seen = market.revision();
    market.link(&waiting(10_000));
    let row = market.changed_since(seen).next().unwrap();
    assert_eq!(row.subscription, Subscription::Wanted);
}

#[test]
fn clocks_that_jump_raise_no_alarm() {
    let mut market = busy();
    pong(&mut market, moment(9_000));
    let mut jumped = at(9_500);
    jumped.wall = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    market.refresh(jumped);
    jumped.wall = chrono::DateTime::<chrono::Utc>::MIN_UTC;
    market.refresh(jumped);
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Live);
    market.refresh(at(0));
    assert_eq!(
        market.row(NVX).unwrap().freshness,
        Freshness::Live,
        "a late timer asked about the past"
    );
}

#[test]
fn says_why_a_price_is_quiet() {
    let mut market = live();
    market.accepted(NVX, Instrument::default(), None, at(0));
    for second in 0..5 {
        market.tick(NVX, &trade("1", 1), at(second * 3_000));
    }
    pong(&mut market, moment(52_977));
    assert_eq!(
        market.explain(NVX, at(53_000)).unwrap(),
        "no news for 41 s; connection alive, pong 23 ms ago, round trip 18 ms; usual gap 3 s"
    );
    assert_eq!(
        market.explain(NVX, at(70_000)).unwrap(),
        "no news for 58 s; nothing on the connection for 17 s; usual gap 3 s"
    );
}

#[test]
fn says_that_a_feed_comes_late() {
    let mut market = live();
    market.accepted(NVX, Instrument::default(), None, at(0));
    for second in 0..30u64 {
        let late = if second < 10 { 0 } else { 4_000 };
        let happened = i64::try_from(second).unwrap();
        market.tick(NVX, &trade("1", happened), at(second * 1_000 + late));
    }
    let why = market.explain(NVX, at(33_100)).unwrap();
    assert!(why.ends_with("; lagging: what comes is 4 s old"), "{why}");
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Live);
}

#[test]
fn says_what_was_lost_on_the_way() {
    let mut market = busy();
    market.gap(NVX, model::Gap { from: 7, to: 20 });
    let why = market.explain(NVX, at(9_100)).unwrap();
    assert!(why.ends_with("; 14 ticks were lost on the way"), "{why}");
}

#[test]
fn says_why_there_is_no_price_yet() {
    let mut market = live();
    pong(&mut market, moment(2_000));
    assert_eq!(
        market.explain(NVX, at(3_000)).unwrap(),
        "no price yet: asked for 3 s ago and not answered; connection alive, pong 1 s ago, round trip 18 ms"
    );
    market.refused(NVX, "no instrument is called NVX here");
    assert_eq!(
        market.explain(NVX, at(3_000)).unwrap(),
        "refused: no instrument is called NVX here"
    );
    market.refresh(at(3_000));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Unknown);
}

#[test]
fn a_symbol_that_is_refused_after_all_keeps_its_price_and_is_stale() {
    let mut market = busy();
    market.refused(NVX, "delisted");
    market.refresh(at(9_100));
    let row = market.row(NVX).unwrap();
    assert!(row.last.is_some());
    assert_eq!(row.freshness, Freshness::Stale);
    assert_eq!(
        market.explain(NVX, at(9_100)).unwrap(),
        "no news for 100 ms: refused: delisted"
    );
}

/// A symbol that trades every second, up to and with second 9.
pub(super) fn busy() -> Market {
    let mut market = live();
    market.accepted(NVX, Instrument::default(), None, at(0));
    for second in 0..10 {
        market.tick(NVX, &trade("1", 1), at(second * 1_000));
    }
    market
}

pub(super) fn waiting(since: u64) -> model::FeedStatus {
    let until = moment(since + 12_000);
    status(
        FeedState::Waiting { until, attempt: 2 },
        moment(since),
        "the connection broke",
    )
}

pub(super) fn pong(market: &mut Market, at: Moment) {
    market.pong_seen(&feed(), at, Duration::from_millis(18));
}

/// Every change of freshness, with its second.
pub(super) fn seen(
    market: &mut Market,
    seconds: std::ops::Range<u64>,
    meanwhile: impl Fn(&mut Market, Moment),
) -> Vec<(u64, Freshness)> {
    let mut seen = Vec::new();
    for second in seconds {
        meanwhile(market, moment(second * 1_000));
        market.refresh(at(second * 1_000));
        let now = market.row(NVX).unwrap().freshness;
        if seen.last().is_none_or(|(_, last)| *last != now) {
            seen.push((second, now));
        }
    }
    seen
}
