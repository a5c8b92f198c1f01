//! What was not heard, and what is put in its place.

use model::{Adjusted, Candle};

use super::*;
use crate::{Origin, Past, PastState};

const MINUTE: Timeframe = Timeframe::Minute;

fn candle(minute: i64, close: &str) -> Candle {
    let price = price(close);
    Candle {
        start: minute * 60,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: size("7"),
        trades: 3,
    }
}

/// Start in minutes, where it is from, and its close.
fn told(market: &Market) -> Vec<(i64, Origin, String)> {
    let series = market.series(NVX, MINUTE).unwrap();
    let candles = series.candles();
    candles
        .map(|marked| {
            let Candle { start, close, .. } = marked.candle;
            (start / 60, marked.origin, close.to_string())
        })
        .collect()
}

fn unheard(market: &Market) -> Vec<(i64, i64)> {
    let series = market.series(NVX, MINUTE).unwrap();
    series
        .unheard()
        .map(|stretch| (stretch.start / 60, stretch.end / 60))
        .collect()
}

fn accepted(market: &mut Market, second: u64) {
    market.accepted(NVX, Instrument::default(), None, at(second * 1_000));
}

fn cut(market: &mut Market, second: u64) {
    let until = moment(second * 1_000 + 500);
    let waiting = FeedState::Waiting { until, attempt: 1 };
    market.link(&status(waiting, moment(second * 1_000), "cut"));
}

fn back(market: &mut Market, second: u64) {
    market.link(&status(LIVE, moment(second * 1_000), "connected and subscribed"));
}

/// Heard from 12:00:20, so to say, to the end of the third minute; cut then, and back in the fifth.
fn with_a_gap() -> Market {
    let mut market = live();
    accepted(&mut market, 20);
    for (second, price) in [(30, "10"), (70, "11"), (130, "12")] {
        market.tick(NVX, &trade(price, second), at(second.unsigned_abs() * 1_000));
    }
    cut(&mut market, 150);
    back(&mut market, 290);
    accepted(&mut market, 290);
    market.tick(NVX, &trade("15", 295), at(295_000));
    market
}

#[test]
fn what_was_not_heard_is_known_to_the_minute() {
    let market = with_a_gap();
    assert_eq!(
        unheard(&market),
        [(0, 1), (2, 5)],
        "the first minute had begun before"
    );
    let told: Vec<_> = told(&market)
        .into_iter()
        .map(|(start, origin, _)| (start, origin))
        .collect();
    let expected = [
        (0, Origin::Torn),
        (1, Origin::Heard),
        (2, Origin::Torn),
        (4, Origin::Torn),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_gap_is_filled_once_and_what_was_heard_whole_stays() {
    let mut market = with_a_gap();
    let candles: Vec<_> = (0..5).map(|minute| candle(minute, "99")).collect();
    // The one that is under way is not of the stretch.
    assert_eq!(market.fill(NVX, MINUTE, &(120..240), &candles), 2);
    assert_eq!(unheard(&market), [(0, 1), (4, 5)]);
    let is = [
        (0, Origin::Torn, "10".to_owned()),
        (1, Origin::Heard, "11".to_owned()),
        (2, Origin::Filled, "99".to_owned()),
        (3, Origin::Filled, "99".to_owned()),
        (4, Origin::Torn, "15".to_owned()),
    ];
    assert_eq!(told(&market), is);
    let others: Vec<_> = (0..5).map(|minute| candle(minute, "77")).collect();
    assert_eq!(
        market.fill(NVX, MINUTE, &(60..240), &others),
        0,
        "nothing is filled twice"
    );
    market.tick(NVX, &trade("1", 200), at(296_000));
    assert_eq!(told(&market), is, "who told of that minute has counted it too");
}

#[test]
fn what_nobody_has_stays_torn() {
    let mut market = with_a_gap();
    assert_eq!(market.fill(NVX, MINUTE, &(0..240), &[]), 0);
    assert_eq!(unheard(&market), [(4, 5)]);
    assert_eq!(told(&market)[2], (2, Origin::Torn, "12".to_owned()));
}

#[test]
fn the_past_stands_before_what_was_heard_and_the_newest_of_it_is_kept() {
    let mut market = with_a_gap();
    let candles: Vec<_> = (-3_000..0).map(|minute| candle(minute, "9")).collect();
    let filled = market.fill(NVX, MINUTE, &(-3_000 * 60..0), &candles);
    assert_eq!(filled, 1_440 - 4);
    let told = told(&market);
    assert_eq!(told.len(), 1_440);
    assert_eq!((told[0].0, told[1_435].0, told[1_436].0), (-1_436, -1, 0));
    // A trade goes on as before.
    market.tick(NVX, &trade("16", 296), at(296_500));
    assert_eq!(market.series(NVX, MINUTE).unwrap().len(), 1_440);
}

#[test]
fn who_goes_on_where_it_was_has_missed_nothing() {
    let mut market = live();
    accepted(&mut market, 0);
    market.tick(NVX, &trade("10", 70), at(70_000));
    cut(&mut market, 80);
    back(&mut market, 200);
    market.resumed(NVX);
    accepted(&mut market, 200);
    assert_eq!(unheard(&market), [(0, 1)]);
}

#[test]
fn numbers_that_never_came_tear_the_minutes_that_they_may_be_of() {
    let mut market = live();
    accepted(&mut market, 0);
    market.tick(NVX, &trade("10", 70), at(70_000));
    market.torn(NVX, at(130_000));
    assert_eq!(unheard(&market), [(0, 3)]);
    market.close_row(NVX);
    market.torn(NVX, at(140_000));
    assert_eq!(
        market.fill(NVX, MINUTE, &(0..60), &[candle(0, "1")]),
        0,
        "nobody has it open any more"
    );
}

#[test]
fn by_asking_again_and_again_no_trades_are_heard() {
    let mut market = live();
    accepted(&mut market, 0);
    market.tick(NVX, &trade("10", 70), at(70_000));
    let polled = |second: u64| FeedStatus {
        transport: TransportKind::Poll,
        ..status(LIVE, moment(second * 1_000), "asked again and again")
    };
    market.link(&polled(75));
    for second in [80_u64, 140, 200] {
        accepted(&mut market, second);
        let snapshot = Snapshot {
            last: Some((price("11"), None)),
            time: Some(wall(second.cast_signed())),
            ..Snapshot::default()
        };
        market.snapshot(NVX, &snapshot, at(second * 1_000));
    }
    assert_eq!(unheard(&market), [(0, 1)]);
    back(&mut market, 210);
    accepted(&mut market, 215);
    assert_eq!(unheard(&market), [(0, 4)]);
}

#[test]
fn who_is_only_asked_again_and_again_misses_what_was_before_a_cut_once() {
    let mut market = live();
    let told = |state, second: u64| FeedStatus {
        transport: TransportKind::Poll,
        ..status(state, moment(second * 1_000), "asked again and again")
    };
    market.link(&told(LIVE, 0));
    market.ask_past(NVX, MINUTE, 0..60);
    accepted(&mut market, 61);
    market.fill(NVX, MINUTE, &(0..60), &[]);
    assert_eq!(unheard(&market), []);
    for (cut, back) in [(200, 250), (400, 430)] {
        market.link(&told(CONNECTING, cut));
        assert_eq!(unheard(&market), [], "it may be back in a moment");
        market.link(&told(LIVE, back));
        accepted(&mut market, back);
        let missed = if cut == 200 { (1, 5) } else { (4, 8) };
        assert_eq!(unheard(&market), [missed]);
        accepted(&mut market, back + 1);
        market.fill(NVX, MINUTE, &(missed.0 * 60..missed.1 * 60), &[]);
        assert_eq!(unheard(&market), []);
    }
}

#[test]
fn between_what_was_asked_for_and_what_was_heard_nothing_is_forgotten() {
    let mut heard = live();
    accepted(&mut heard, 200);
    heard.ask_past(NVX, MINUTE, 0..60);
    assert_eq!(unheard(&heard), [(0, 4)]);
    let mut later = live();
    later.ask_past(NVX, MINUTE, 0..60);
    assert_eq!(unheard(&later), [(0, 1)]);
    accepted(&mut later, 200);
    assert_eq!(unheard(&later), [(0, 4)]);
}

#[test]
fn what_came_of_asking_is_told_once() {
    let mut market = with_a_gap();
    let past = Past {
        by: Arc::from("Somewhere"),
        adjusted: Adjusted::No,
        state: PastState::Asked,
    };
    market.ask_past(NVX, MINUTE, 0..60);
    market.set_past(NVX, past.clone());
    let seen = market.revision();
    market.set_past(NVX, past);
    assert_eq!(market.changed_since(seen).count(), 0);
    assert!(market.series(NVX, MINUTE).unwrap().is_asked());
    assert!(!market.series(NVX, Timeframe::Second).unwrap().is_asked());
}

proptest! {
    /// However it was torn and filled: candles are apart and in order, none that was heard whole
    /// has changed, and all that was told of torn stretches is there.
    #[test]
    fn filling_changes_nothing_that_was_heard_whole(
        heard in prop::collection::btree_set(0i64..40, 0..30),
        gaps in prop::collection::vec((0u64..40, 1u64..8), 0..5),
        fills in prop::collection::vec((0i64..40, 1i64..20, any::<u64>()), 0..6),
    ) {
        let mut market = live();
        accepted(&mut market, 0);
        for minute in &heard {
            market.tick(NVX, &trade("10", minute * 60 + 5), at((minute * 60 + 5).unsigned_abs() * 1_000));
        }
        for (from, minutes) in gaps {
            let row = market.row(NVX).unwrap().newest_time().map_or(0, |time| time.timestamp());
            prop_assert!(row <= 40 * 60);
            market.torn(NVX, at((from + minutes) * 60_000));
        }
        let whole: Vec<_> = told(&market).into_iter().filter(|(_, origin, _)| *origin == Origin::Heard).collect();
        for (from, minutes, mask) in fills {
            let candles: Vec<_> = (from..from + minutes)
                .filter(|minute| mask >> (minute % 64) & 1 == 1)
                .map(|minute| candle(minute, "99"))
                .collect();
            let stretch = from * 60..(from + minutes) * 60;
            market.fill(NVX, MINUTE, &stretch, &candles);
            let now = told(&market);
            prop_assert!(now.windows(2).all(|two| two[0].0 < two[1].0));
            for candle in &candles {
                prop_assert!(now.iter().any(|(start, _, _)| start * 60 == candle.start));
            }
            prop_assert!(whole.iter().all(|candle| now.contains(candle)));
            prop_assert!(unheard(&market).iter().all(|(start, end)| *end <= from || *start >= from + minutes));
        }
    }
}
