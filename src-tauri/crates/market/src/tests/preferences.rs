//! A row with several sources: what of them a person sees.

use model::{FeedId, FeedState, FeedStatus, Session, Source, Symbol, Timeframe};

use super::{LIVE, at, change_to, moment, price, status, trade};
use crate::{Candidate, Freshness, Lack, Market, Revision, RowId};

const A: &str = "alpaca";
const B: &str = "finnhub";
const WAITING: FeedState = FeedState::Waiting {
    until: model::Moment::START,
    attempt: 1,
};

/// Two feeds of one share, and the row that prefers the first of them.
struct Two {
    market: Market,
    a: RowId,
    b: RowId,
    row: RowId,
}

fn candidate(feed: &str) -> Candidate {
    Candidate {
        feed: FeedId::new(feed),
        symbol: Symbol::new("AAPL"),
    }
}

fn of(feed: &str, state: FeedState, millis: u64) -> FeedStatus {
    FeedStatus {
        feed: FeedId::new(feed),
        ..status(state, moment(millis), "so it is")
    }
}

impl Two {
    fn live() -> Self {
        let mut market = Market::new();
        let row = market.prefer(vec![candidate(A), candidate(B)]);
        let [a, b] = [A, B].map(|feed| open(&mut market, feed));
        Self { market, a, b, row }
    }

    /// Each second both say a price, unless they are left out.
    fn trade(&mut self, seconds: std::ops::Range<u64>, but: &[&str]) {
        for second in seconds {
            for (feed, row, text) in [(A, self.a, "10"), (B, self.b, "20")] {
                if !but.contains(&feed) {
                    let time = i64::try_from(second).unwrap();
                    self.market.frame_seen(&FeedId::new(feed), moment(second * 1_000));
                    self.market.tick(row, &trade(text, time), at(second * 1_000));
                }
            }
            self.market.refresh(at(second * 1_000));
        }
    }

    fn cut(&mut self, feed: &str, second: u64) {
        self.market.link(&of(feed, WAITING, second * 1_000));
        self.market.refresh(at(second * 1_000));
    }

    fn shown(&self) -> (&str, Option<Lack>) {
        let shown = self.market.shown(self.row).unwrap();
        let (candidate, _) = shown
            .preference
            .candidates()
            .nth(shown.preference.shown())
            .unwrap();
        (candidate.feed.as_str(), shown.preference.because())
    }
}

fn open(market: &mut Market, feed: &str) -> RowId {
    market.open_feed(FeedId::new(feed), Source::Live);
    market.link(&of(feed, LIVE, 0));
    market.open_row(&FeedId::new(feed), Symbol::new("AAPL"), moment(0))
}

#[test]
fn a_lost_source_is_replaced_and_taken_again_and_its_prices_are_never_mixed() {
    let mut two = Two::live();
    two.trade(0..20, &[]);
    assert_eq!(two.shown(), (A, None));
    let last = |two: &Two| two.market.row(two.row).unwrap().last.unwrap().price;
    assert_eq!(last(&two), price("10"));

    two.cut(A, 20);
    two.trade(20..22, &[A]);
    assert_eq!(two.shown(), (A, None), "it may be back at once");
    assert_eq!(
        two.market.row(two.row).unwrap().freshness,
        Freshness::Disconnected
    );
    two.trade(22..24, &[A]);
    assert_eq!(two.shown(), (B, Some(Lack::Disconnected)));
    assert_eq!(last(&two), price("20"));
    let since = two.market.shown(two.row).unwrap().preference.since();
    assert_eq!(since, Some(at(23_000).wall));
    let candles = two.market.series(two.row, Timeframe::Second).unwrap();
    assert!(candles.candles().all(|marked| marked.candle.close == price("20")));

    two.market.link(&of(A, LIVE, 40_000));
    two.trade(40..69, &[]);
    assert_eq!(two.shown(), (B, Some(Lack::Disconnected)));
    two.trade(69..72, &[]);
    assert_eq!(two.shown(), (A, None));
    let candles = two.market.series(two.row, Timeframe::Second).unwrap();
    assert!(candles.candles().all(|marked| marked.candle.close == price("10")));
}

#[test]
fn a_muted_source_is_left_once_its_silence_is_suspicious() {
    let mut two = Two::live();
    two.trade(0..20, &[]);
    two.trade(20..100, &[A]);
    assert_eq!(two.shown(), (B, Some(Lack::Stale)));
}

/// A feed that finds its stream mute makes another connection, and its prices are
/// quiet again from then on.
#[test]
fn a_muted_source_that_is_connected_anew_again_and_again_is_left_all_the_same() {
    let mut two = Two::live();
    two.trade(0..20, &[]);
    for second in 20..100 {
        if second % 15 == 0 {
            two.cut(A, second);
            two.market.link(&of(A, LIVE, second * 1_000));
        }
        two.market.frame_seen(&FeedId::new(A), moment(second * 1_000));
        two.trade(second..second + 1, &[A]);
    }
    assert_eq!(two.market.row(two.a).unwrap().freshness, Freshness::Quiet);
    assert_eq!(two.shown(), (B, Some(Lack::Stale)));
}

#[test]
fn the_close_of_the_preferred_one_stays() {
    let mut two = Two::live();
    two.trade(0..20, &[]);
    two.market.session(two.a, change_to(Session::Closed), at(20_000));
    for second in 20..600 {
        two.market.frame_seen(&FeedId::new(A), moment(second * 1_000));
        two.trade(second..second + 1, &[A]);
    }
    assert_eq!(two.shown(), (A, None));
    assert_eq!(two.market.row(two.row).unwrap().freshness, Freshness::Closed);
}

#[test]
fn all_bad_the_preferred_one_stays_with_its_own_freshness() {
    let mut two = Two::live();
    two.trade(0..20, &[]);
    two.cut(A, 20);
    two.cut(B, 20);
    for second in 20..300 {
        two.market.refresh(at(second * 1_000));
    }
    assert_eq!(two.shown(), (A, None));
    assert_eq!(
        two.market.row(two.row).unwrap().freshness,
        Freshness::Disconnected
    );
}

#[test]
fn a_feed_that_is_closed_gives_its_place_to_the_next_and_is_there_again_when_it_is_opened() {
    let mut two = Two::live();
    two.trade(0..20, &[]);
    two.market.close_feed(&FeedId::new(A));
    two.market.refresh(at(20_000));
    assert_eq!(two.shown(), (B, Some(Lack::NotOpen)));
    two.market.close_feed(&FeedId::new(B));
    two.market.refresh(at(21_000));
    assert!(two.market.row(two.row).is_none());
    assert_eq!(
        two.market.explain(two.row, at(21_000)).unwrap(),
        "no price: none of its feeds is open: alpaca, finnhub"
    );
    two.a = open(&mut two.market, A);
    two.market.tick(two.a, &trade("11", 22), at(22_000));
    two.market.refresh(at(22_000));
    assert_eq!(two.shown(), (A, None));
}

#[test]
fn a_reader_is_told_of_the_source_that_is_shown_and_of_no_other() {
    let mut two = Two::live();
    two.trade(0..2, &[]);
    let seen = two.market.revision();
    assert_eq!(two.market.shown_since(Revision::default()).count(), 1);
    two.market.tick(two.b, &trade("21", 3), at(3_000));
    assert_eq!(two.market.shown_since(seen).count(), 0);
    two.market.tick(two.a, &trade("11", 3), at(3_000));
    assert_eq!(two.market.shown_since(seen).count(), 1);
}

#[test]
fn another_order_holds_at_once_and_a_row_that_is_closed_is_gone() {
    let mut two = Two::live();
    two.trade(0..2, &[]);
    two.market
        .rank(two.row, vec![candidate(B), candidate(A)], at(2_000));
    assert_eq!(two.shown(), (B, None));
    two.market.rank(two.row, vec![candidate(B)], at(3_000));
    assert_eq!(two.shown(), (B, None));
    let seen = two.market.revision();
    two.market.close_preference(two.row);
    assert!(two.market.row(two.row).is_none());
    assert!(
        two.market.row(two.a).is_some(),
        "whoever wanted it wants it still"
    );
    assert!(two.market.revision() > seen);
}

#[test]
fn whoever_looks_at_the_named_moments_sees_the_change_in_time() {
    let mut two = Two::live();
    two.trade(0..20, &[]);
    two.cut(A, 20);
    two.market.tick(two.b, &trade("20", 20), at(20_000));
    let next = two.market.next_change(moment(20_000)).unwrap();
    assert_eq!(next, moment(23_000));
    two.market.refresh(at(23_000));
    assert_eq!(two.shown(), (B, Some(Lack::Disconnected)));
}
