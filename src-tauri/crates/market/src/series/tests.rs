use model::{Conditions, Price, Size};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap()
}

fn price(cents: i64) -> Price {
    Price::new(Decimal::new(cents, 2))
}

fn trade(cents: i64) -> Trade {
    Trade {
        price: price(cents),
        size: Some(Size::new(Decimal::ONE)),
        time: None,
        id: None,
        side: None,
        conditions: Conditions::NONE,
    }
}

fn series(trades: &[(i64, i64)]) -> Series {
    let mut series = Series::new(Timeframe::Second);
    let mut revision = Revision::default();
    for (millis, cents) in trades {
        series.trade(at(*millis), &trade(*cents), revision.next());
    }
    series
}

#[test]
fn a_late_trade_amends_the_candle_that_it_belongs_to() {
    let series = series(&[(1_100, 10), (2_100, 20), (1_900, 5)]);
    let candles: Vec<_> = series.candles().map(|marked| marked.candle).collect();
    assert_eq!(candles.len(), 2);
    assert_eq!((candles[0].close, candles[0].low), (price(5), price(5)));
    assert_eq!(candles[1].open, price(20));
}

#[test]
fn keeps_an_hour_of_seconds_and_no_more() {
    let trades: Vec<_> = (0..4_000).map(|second| (second * 1_000, 1)).collect();
    let mut series = series(&trades);
    assert_eq!(series.len(), SECONDS_KEPT);
    let oldest = series.candles().next().unwrap().candle.start;
    series.trade(at(0), &trade(9), Revision::default());
    assert_eq!(series.len(), SECONDS_KEPT);
    assert_eq!(series.candles().next().unwrap().candle.start, oldest);
}

#[test]
fn a_reader_is_told_only_what_it_does_not_know() {
    let mut series = series(&[(1_000, 10), (2_000, 20)]);
    let seen = series.candles().last().unwrap().revision;
    assert_eq!(series.changed_since(seen).count(), 0);
    let mut revision = seen;
    series.trade(at(1_500), &trade(11), revision.next());
    let changed: Vec<_> = series
        .changed_since(seen)
        .map(|marked| marked.candle.start)
        .collect();
    assert_eq!(changed, [1]);
}

proptest! {
    /// In whatever order trades of different times arrive, the candles are those of the
    /// trades in the order of their times.
    #[test]
    fn the_order_of_arrival_makes_no_difference(
        trades in prop::collection::btree_map(0i64..20_000, 1i64..10_000, 1..100),
        seed: u64,
    ) {
        let sorted: Vec<_> = trades.into_iter().collect();
        let mut shuffled = sorted.clone();
        // A permutation that follows from the seed.
        shuffled.sort_by_key(|(millis, _)| (*millis as u64 ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let plain = |series: &Series| series.candles().map(|marked| marked.candle).collect::<Vec<_>>();
        prop_assert_eq!(plain(&series(&sorted)), plain(&series(&shuffled)));
    }
}
