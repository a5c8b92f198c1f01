mod amended;
mod conditions;
mod day;
mod freshness;
mod hours;
mod next_change;
mod past;
mod preferences;
mod session;
mod snapshot;
mod unread;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use model::{
    Condition, Conditions, DialPhase, FeedId, FeedState, FeedStatus, Instrument, LineHealth, MarketClock,
    Moment, Price, Quote, Received, Session, SessionChange, Size, Snapshot, Source, Symbol, Tick, Timeframe,
    Trade, TransportKind,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::{Basis, Freshness, Market, Revision, RowId};

#[test]
fn one_tick_from_hours_ahead_does_not_freeze_the_price() {
    let mut market = live();
    market.tick(NVX, &trade("10.50", 3_600), at(1_000));
    assert_eq!(market.row(NVX).unwrap().last.unwrap().price.to_string(), "10.50");
    market.tick(NVX, &trade("10.40", 2), at(2_000));
    assert_eq!(market.row(NVX).unwrap().last.unwrap().price.to_string(), "10.40");
}

#[test]
fn a_tick_moves_the_price_the_session_and_the_candles() {
    let mut market = live();
    market.tick(NVX, &trade("10.50", 1), at(1_000));
    market.tick(NVX, &trade("10.40", 2), at(2_000));
    let row = market.row(NVX).unwrap();
    assert_eq!(row.last.unwrap().price.to_string(), "10.40");
    assert_eq!((row.high, row.low), (Some(price("10.50")), Some(price("10.40"))));
    assert_eq!(row.volume.unwrap().to_string(), "2");
    assert_eq!((row.freshness, row.ticks), (Freshness::Live, 2));
    assert_eq!(market.series(NVX, Timeframe::Second).unwrap().len(), 2);
    assert_eq!(market.series(NVX, Timeframe::Minute).unwrap().len(), 1);
}

#[test]
fn a_side_that_nobody_offers_is_gone_from_the_row() {
    let mut market = live();
    let quote = |bid, second| {
        Tick::Quote(Quote {
            bid,
            ask: Some((price("2"), Some(size("1")))),
            time: Some(wall(second)),
        })
    };
    market.tick(NVX, &quote(Some((price("1"), Some(size("1")))), 1), at(1_000));
    market.tick(NVX, &quote(None, 2), at(2_000));
    assert_eq!(market.row(NVX).unwrap().bid, None);
    market.tick(NVX, &quote(Some((price("7"), Some(size("1")))), 1), at(3_000));
    assert_eq!(
        market.row(NVX).unwrap().bid,
        None,
        "an older quote does not come back"
    );
}

#[test]
fn a_row_number_is_never_given_twice() {
    let mut market = live();
    market.close_row(NVX);
    assert!(market.row(NVX).is_none());
    assert_eq!(market.open_row(&feed(), Symbol::new("NVX"), moment(0)), RowId(1));
    market.tick(NVX, &trade("1", 1), at(0));
    assert_eq!(
        market.row(RowId(1)).unwrap().ticks,
        0,
        "a late tick of a closed row went to another"
    );
}

#[test]
fn a_closed_feed_takes_its_rows_with_it() {
    let mut market = live();
    market.close_feed(&feed());
    assert!(market.row(NVX).is_none());
    market.tick(NVX, &trade("1", 1), at(0));
    market.refresh(at(1_000));
    assert_eq!(market.changed_since(Revision::default()).count(), 0);
}

#[test]
fn a_time_from_far_ahead_does_not_stop_the_price() {
    let mut market = live();
    let day = 24 * 3_600;
    market.tick(NVX, &trade("9", 2 * day), at(1_000));
    assert_eq!(market.row(NVX).unwrap().last.unwrap().time, None);
    market.tick(NVX, &trade("1", 2), at(2_000));
    assert_eq!(market.row(NVX).unwrap().last.unwrap().price, price("1"));
    let series = market.series(NVX, Timeframe::Second).unwrap();
    let starts: Vec<_> = series.candles().map(|marked| marked.candle.start).collect();
    assert_eq!(starts, [1, 2], "a trade without a time belongs to when it came");
}

#[test]
fn a_trade_without_a_time_takes_the_time_of_its_market() {
    let mut market = live();
    let clock = MarketClock {
        market: wall(5_000),
        wall: wall(0),
        rate: 10.0,
    };
    market.set_clock(&feed(), clock, moment(0));
    let mut undated = trade("1", 0);
    if let Tick::Trade(trade) = &mut undated {
        trade.time = None;
    }
    market.tick(NVX, &undated, at(2_000));
    assert_eq!(market.row(NVX).unwrap().last.unwrap().time, None);
    let series = market.series(NVX, Timeframe::Second).unwrap();
    assert_eq!(series.candles().next().unwrap().candle.start, 5_020);
}

#[test]
fn a_market_whose_time_is_turned_back_goes_on() {
    let mut market = live();
    market.tick(NVX, &trade("9", 100), at(1_000));
    let seen = market.revision();
    let stated = |second| MarketClock {
        market: wall(second),
        wall: wall(2),
        rate: 1.0,
    };
    market.set_clock(&feed(), stated(96), moment(0));
    market.tick(NVX, &trade("8", 96), at(2_000));
    assert_eq!(
        market.row(NVX).unwrap().last.unwrap().price,
        price("9"),
        "two servers' clocks may differ by some seconds"
    );
    market.set_clock(&feed(), stated(10), moment(0));
    market.tick(NVX, &trade("7", 11), at(3_000));
    assert_eq!(market.row(NVX).unwrap().last.unwrap().price, price("7"));
    let series = market.series(NVX, Timeframe::Second).unwrap();
    assert_eq!(series.len(), 1);
    assert!(
        series.begun() > seen,
        "a reader has to forget the candles of before"
    );
}

#[test]
fn a_feed_that_turns_out_to_be_simulated_says_so_on_every_row() {
    let mut market = Market::new();
    market.open_feed(feed(), Source::Live);
    market.open_row(&feed(), Symbol::new("NVX"), moment(0));
    let seen = market.revision();
    market.set_source(&feed(), Source::Simulated);
    assert_eq!(
        market.changed_since(seen).next().unwrap().source,
        Source::Simulated
    );
    let later = market.open_row(&feed(), Symbol::new("HLQ"), moment(0));
    assert_eq!(market.row(later).unwrap().source, Source::Simulated);
    let seen = market.revision();
    market.set_source(&feed(), Source::Simulated);
    assert_eq!(market.changed_since(seen).count(), 0, "nothing has changed");
}

#[test]
fn a_row_knows_the_way_its_feed_is_talked_to() {
    let mut market = live();
    assert_eq!(market.row(NVX).unwrap().transport, Some(TransportKind::WebSocket));
    let seen = market.revision();
    market.link(&FeedStatus {
        transport: TransportKind::Poll,
        ..status(LIVE, moment(1), "connected and subscribed")
    });
    let row = market.changed_since(seen).next().unwrap();
    assert_eq!(row.transport, Some(TransportKind::Poll));
    let later = market.open_row(&feed(), Symbol::new("HLQ"), moment(2));
    assert_eq!(market.row(later).unwrap().transport, Some(TransportKind::Poll));
}

#[test]
fn a_feed_that_is_opened_again_has_none_of_the_old_ones_rows() {
    let mut market = live();
    market.close_feed(&feed());
    market.open_feed(feed(), Source::Live);
    let row = market.open_row(&feed(), Symbol::new("NVX"), moment(0));
    market.link(&status(LIVE, moment(1), "connected"));
    market.tick(row, &trade("1", 1), at(1_000));
    assert_eq!(market.row(row).unwrap().freshness, Freshness::Live);
    assert_eq!(market.row(row).unwrap().source, Source::Live);
}

#[test]
fn the_last_price_keeps_what_was_special_about_it() {
    let mut market = live();
    let mut auction = trade("10.50", 1);
    if let Tick::Trade(trade) = &mut auction {
        trade.conditions = Conditions::NONE.with(Condition::OpeningAuction);
    }
    market.tick(NVX, &auction, at(1_000));
    let last = market.row(NVX).unwrap().last.unwrap();
    assert!(last.conditions.has(Condition::OpeningAuction));
}

#[test]
fn what_one_transport_does_not_say_of_an_instrument_stays_known() {
    let mut market = live();
    let described = Instrument {
        previous_close: Some(price("10.00")),
        ..Instrument::default()
    };
    market.accepted(NVX, described, None, at(0));
    market.accepted(NVX, Instrument::default(), None, at(1));
    let reference = market.row(NVX).unwrap().reference();
    assert_eq!(reference, Some((price("10.00"), Basis::PreviousClose)));
}

#[derive(Clone, Debug)]
enum Change {
    Tick { row: u32, cents: i64, second: i64 },
    Accept { row: u32 },
    Session { row: u32, session: Session },
    Open,
    Close { row: u32 },
    Link(bool),
    Pass(u64),
    Look,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        8 => (0u32..6, -500i64..500, -100i64..100)
            .prop_map(|(row, cents, second)| Change::Tick { row, cents, second }),
        1 => (0u32..6).prop_map(|row| Change::Accept { row }),
        1 => (0u32..6, prop::sample::select(&Session::ALL[..]))
            .prop_map(|(row, session)| Change::Session { row, session }),
        1 => Just(Change::Open),
        1 => (0u32..6).prop_map(|row| Change::Close { row }),
        1 => any::<bool>().prop_map(Change::Link),
        2 => (0u64..30_000).prop_map(Change::Pass),
        3 => Just(Change::Look),
    ];
    prop::collection::vec(change, 1..200)
}

proptest! {
    /// A reader that only ever asks for what changed has, after each look, exactly what a reader
    /// of everything has. No order of changes makes it panic, and every row can say why.
    #[test]
    fn a_reader_of_changes_misses_nothing(changes in changes()) {
        let mut market = live();
        let mut copy = std::collections::BTreeMap::new();
        let (mut seen, mut now) = (Revision::default(), 0);
        for change in changes {
            match change {
                Change::Tick { row, cents, second } => {
                    let tick = Tick::Trade(Trade {
                        price: Price::new(Decimal::new(cents, 2)),
                        size: None,
                        time: DateTime::from_timestamp(second, 0),
                        id: None,
                        side: None,
        conditions: Conditions::NONE,
                    });
                    market.tick(RowId(row), &tick, at(now));
                }
                Change::Accept { row } => market.accepted(RowId(row), Instrument::default(), None, at(now)),
                Change::Session { row, session } => market.session(RowId(row), change_to(session), at(now)),
                Change::Open => { market.open_row(&feed(), Symbol::new("X"), moment(now)); }
                Change::Close { row } => market.close_row(RowId(row)),
                Change::Link(true) => market.link(&status(LIVE, moment(now), "connected")),
                Change::Link(false) => market.link(&status(FeedState::Suspended { again: None }, moment(now), "refused")),
                Change::Pass(millis) => {
                    now += millis;
                    market.refresh(at(now));
                }
                Change::Look => {
                    for row in market.changed_since(seen) {
                        copy.insert(row.id, (row.last, row.freshness, row.subscription.clone()));
                        prop_assert!(!market.explain(row.id, at(now)).unwrap().is_empty());
                    }
                    seen = market.revision();
                    for row in market.changed_since(Revision::default()) {
                        let known = copy.get(&row.id);
                        prop_assert_eq!(known, Some(&(row.last, row.freshness, row.subscription.clone())));
                    }
                }
            }
        }
    }
}

const NVX: RowId = RowId(0);

fn feed() -> FeedId {
    FeedId::new("sim")
}

const LIVE: FeedState = FeedState::Live(LineHealth::Healthy);
const CONNECTING: FeedState = FeedState::Connecting {
    attempt: 1,
    phase: DialPhase::Dialing,
};

/// One live feed with one row.
fn live() -> Market {
    let mut market = Market::new();
    market.open_feed(feed(), Source::Simulated);
    assert_eq!(market.open_row(&feed(), Symbol::new("NVX"), moment(0)), NVX);
    market.link(&status(LIVE, moment(0), "connected and subscribed"));
    market
}

fn status(state: FeedState, since: Moment, why: &str) -> FeedStatus {
    FeedStatus {
        feed: feed(),
        source: Source::Simulated,
        state,
        transport: TransportKind::WebSocket,
        round_trip: None,
        since,
        why: Arc::from(why),
        drops: 0,
    }
}

fn change_to(session: Session) -> SessionChange {
    SessionChange {
        session,
        reason: None,
        time: None,
    }
}

fn moment(millis: u64) -> Moment {
    Moment::after_start(Duration::from_millis(millis))
}

fn wall(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

fn at(millis: u64) -> Received {
    Received {
        wall: wall(0) + TimeDelta::milliseconds(millis.try_into().unwrap()),
        at: moment(millis),
    }
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn size(text: &str) -> Size {
    text.parse().unwrap()
}

fn trade(text: &str, second: i64) -> Tick {
    Tick::Trade(Trade {
        price: price(text),
        size: Some(size("1")),
        time: Some(wall(second)),
        id: None,
        side: None,
        conditions: Conditions::NONE,
    })
}
