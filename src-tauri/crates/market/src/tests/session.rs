//! What a person is told while a venue does not trade.

use model::{Instrument, Session, SessionChange, Snapshot};

use super::freshness::{busy, pong, seen, waiting};
use super::{NVX, at, change_to, live, moment, price, trade, wall};
use crate::{Freshness, Market};

fn halted(market: &mut Market, second: u64) {
    let change = SessionChange {
        session: Session::Halted,
        reason: Some("news pending".into()),
        time: Some(wall(10 * 3_600 + 31 * 60)),
    };
    market.session(NVX, change, at(second * 1_000));
}

#[test]
fn a_halted_symbol_is_halted_for_as_long_as_it_lasts_and_says_why() {
    let mut market = busy();
    halted(&mut market, 10);
    assert_eq!(seen(&mut market, 10..2_000, pong), [(10, Freshness::Halted)]);
    assert_eq!(
        market.explain(NVX, at(1_999_000)).unwrap(),
        "halted by the venue since 10:31 UTC: news pending; \
         connection alive, pong 0 ms ago, round trip 18 ms"
    );
}

#[test]
fn a_halt_that_is_over_is_no_silence_of_the_symbol() {
    let mut market = busy();
    halted(&mut market, 10);
    assert_eq!(seen(&mut market, 10..600, pong), [(10, Freshness::Halted)]);
    market.session(NVX, change_to(Session::Open), at(600_000));
    assert_eq!(
        seen(&mut market, 600..640, pong),
        [
            (600, Freshness::Live),
            (611, Freshness::Quiet),
            (631, Freshness::Stale)
        ],
        "its patience begins with the resume"
    );
}

#[test]
fn nobody_would_tell_the_end_of_a_halt_on_a_silent_connection() {
    let mut market = busy();
    halted(&mut market, 10);
    pong(&mut market, moment(10_000));
    assert_eq!(
        seen(&mut market, 10..40, |_, _| {}),
        [(10, Freshness::Halted), (23, Freshness::Stale)]
    );
    market.link(&waiting(40_000));
    market.refresh(at(40_000));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Disconnected);
}

#[test]
fn a_closed_market_is_closed_all_night_and_opens_without_an_alarm() {
    let mut market = live();
    let closed = Snapshot {
        last: Some((price("10"), None)),
        session: Some(Session::Closed),
        ..Snapshot::default()
    };
    market.accepted(NVX, Instrument::default(), Some(Session::Closed), at(0));
    pong(&mut market, moment(0));
    market.snapshot(NVX, &closed, at(0));
    assert_eq!(seen(&mut market, 0..60_000, pong), [(0, Freshness::Closed)]);
    assert_eq!(
        market.explain(NVX, at(59_999_000)).unwrap(),
        "the market for it is closed; connection alive, pong 0 ms ago, round trip 18 ms"
    );
    market.session(NVX, change_to(Session::Auction), at(60_000_000));
    pong(&mut market, moment(60_000_000));
    market.refresh(at(60_000_000));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Live);
}

#[test]
fn an_auction_collects_orders_and_is_quiet_meanwhile() {
    let mut market = busy();
    market.session(NVX, change_to(Session::Auction), at(9_500));
    assert_eq!(
        seen(&mut market, 10..3_000, pong),
        [(10, Freshness::Live), (20, Freshness::Quiet)]
    );
}

#[test]
fn after_hours_a_busy_symbol_may_be_silent_for_minutes() {
    let mut market = busy();
    market.session(NVX, change_to(Session::Post), at(9_000));
    assert_eq!(
        seen(&mut market, 10..400, pong),
        [
            (10, Freshness::Live),
            (20, Freshness::Quiet),
            (310, Freshness::Stale)
        ]
    );
}

#[test]
fn a_session_that_is_told_once_more_keeps_since_when_and_why() {
    let mut market = busy();
    halted(&mut market, 10);
    market.accepted(NVX, Instrument::default(), Some(Session::Halted), at(11_000));
    let reason = market.row(NVX).unwrap().session.clone().unwrap().reason;
    assert_eq!(reason.as_deref(), Some("news pending"));
    market.accepted(NVX, Instrument::default(), Some(Session::Open), at(12_000));
    let session = market.row(NVX).unwrap().session.clone();
    assert_eq!(session, Some(change_to(Session::Open)));
    market.tick(NVX, &trade("2", 12), at(12_500));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Live);
}
