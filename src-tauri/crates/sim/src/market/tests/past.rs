//! History is what was streamed.

use std::collections::BTreeMap;

use model::{Candle, Condition, Price, Trade};
use proptest::prelude::*;

use super::*;

/// Candles from trades, in the plainest way.
fn folded(trades: &[(i64, Trade)]) -> BTreeMap<i64, Candle> {
    let mut candles: BTreeMap<i64, Candle> = BTreeMap::new();
    for (start, trade) in trades {
        let size = trade
            .size
            .map_or(Decimal::ZERO, |size| size.decimal())
            .normalize();
        candles
            .entry(*start)
            .and_modify(|candle| {
                candle.high = candle.high.max(trade.price);
                candle.low = candle.low.min(trade.price);
                candle.close = trade.price;
                candle.volume = model::Size::new(candle.volume.decimal() + size);
                candle.trades += 1;
            })
            .or_insert(Candle {
                start: *start,
                open: trade.price,
                high: trade.price,
                low: trade.price,
                close: trade.price,
                volume: model::Size::new(size),
                trades: 1,
            });
    }
    candles
}

fn trades(tape: &[TapeEntry], listing: usize) -> Vec<Trade> {
    tape.iter()
        .filter(|entry| entry.listing == listing)
        .filter_map(|entry| match &entry.event {
            TapeEvent::Tick(Tick::Trade(trade)) => Some(*trade),
            TapeEvent::Tick(Tick::Quote(_)) | TapeEvent::Session(_) => None,
        })
        .collect()
}

fn mood() -> impl Strategy<Value = Mood> {
    prop::sample::select(Mood::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn every_candle_that_was_streamed_is_the_one_that_is_asked_for(
        seed: u64,
        rate in prop::sample::select(vec![1, 175, 500]),
        speed in prop::sample::select(vec![0.5, 1.0, 1_000.0]),
        mood in mood(),
        // Any minute of three weeks with a change of clocks, a holiday, and weekends.
        minute in 0..30_240_i64,
        news in -30.0..30.0_f64,
    ) {
        let start = "2026-10-19T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute);
        let scenario = Scenario {
            start,
            mood,
            rate,
            speed: Speed::new(speed).unwrap(),
            news: vec![News { after: TimeDelta::minutes(3), symbol: None, moves: news / 100.0 }],
            ..Scenario::new(seed, start)
        };
        let mut market = Market::new(&scenario);
        let history = market.history();
        let mut tape = Vec::new();
        let end = start + TimeDelta::minutes(62);
        market.advance(end, &mut tape);
        let mut all = vec![Vec::new(); market.len()];
        for entry in &tape {
            if let TapeEvent::Tick(Tick::Trade(trade)) = &entry.event {
                all[entry.listing].push(*trade);
            }
        }
        for (listing, trades) in all.iter().enumerate() {
            for interval in Interval::ALL {
                if interval == Interval::Day {
                    continue;
                }
                let length = interval.seconds();
                let whole = (start.timestamp() + length - 1).div_euclid(length) * length;
                let timed: Vec<_> = trades
                    .iter()
                    .map(|trade| (trade.time.unwrap().timestamp().div_euclid(length) * length, *trade))
                    .filter(|(start, _)| *start >= whole && *start + length <= end.timestamp())
                    .collect();
                let streamed: Vec<Candle> = folded(&timed).into_values().collect();
                let asked = history.bars(listing, interval, Some(start), end, usize::MAX);
                prop_assert_eq!(&asked, &streamed, "{} of {}", interval.as_str(), market.symbol(listing));
            }
        }
    }
}

#[test]
fn a_day_is_made_of_its_official_trades_and_ends_where_the_next_is_counted_from() {
    // Wednesday 07:00 to Friday 07:00 UTC: every exchange has one whole day in it.
    let start = "2026-11-11T07:00:00Z".parse().unwrap();
    let mut market = Market::new(&Scenario {
        start,
        rate: 1,
        ..Scenario::new(3, start)
    });
    let mut tape = Vec::new();
    market.advance(start + TimeDelta::hours(48), &mut tape);
    let now = market.now();
    for listing in 0..market.len() {
        let symbol = market.symbol(listing);
        let days = market.history().bars(listing, Interval::Day, None, now, 2);
        let instrument = market.instrument(listing);
        assert_eq!(
            instrument.previous_close,
            previous_close(&market, listing, &days),
            "{symbol}"
        );
        let Some(exchange) = instrument.exchange else {
            continue;
        };
        let day = days.iter().find(|day| day.start == 1_794_441_600).unwrap();
        let asian = ["XTKS", "XHKG"].contains(&&*exchange);
        let day = if asian { days.last().unwrap() } else { day };
        let of_day = |trade: &Trade| {
            let time = trade.time.unwrap().timestamp();
            (day.start - 3_600..day.start + 86_400).contains(&time)
                && !trade.conditions.has(Condition::Extended)
        };
        let official: Vec<_> = trades(&tape, listing)
            .into_iter()
            .filter(of_day)
            .map(|trade| (day.start, trade))
            .collect();
        assert_eq!(
            folded(&official).into_values().next().as_ref(),
            Some(day),
            "{symbol}"
        );
    }
}

/// The close of the last whole day before the one that the market is in.
fn previous_close(market: &Market, listing: usize, days: &[Candle]) -> Option<Price> {
    let day = market.tickers[listing].day();
    days.iter()
        .rev()
        .find(|candle| candle.start < i64::from(day) * 86_400)
        .map(|candle| candle.close)
}

#[test]
fn asks_for_a_window_and_gets_whole_candles_of_it_only() {
    let scenario = scenario(1, "2026-11-10T15:00:00Z");
    let market = Market::new(&scenario);
    let history = market.history();
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let starts = |from: Option<&str>, to: &str, limit| {
        let bars = history.bars(0, Interval::FiveMinutes, from.map(at), at(to), limit);
        bars.iter().map(|bar| bar.start % 86_400 / 60).collect::<Vec<_>>()
    };
    let three = at("2026-11-09T15:00:00Z").timestamp() % 86_400 / 60;
    assert_eq!(
        starts(Some("2026-11-09T15:00:00Z"), "2026-11-09T15:14:59Z", 9),
        [three, three + 5]
    );
    assert_eq!(
        starts(Some("2026-11-09T15:00:01Z"), "2026-11-09T15:15:00Z", 9),
        [three + 5, three + 10]
    );
    assert_eq!(starts(None, "2026-11-09T15:10:00Z", 1), [three + 5]);
    assert_eq!(starts(None, "2026-11-09T15:10:00Z", 0), [0_i64; 0]);
    let old = history.bars(0, Interval::Day, None, at("2016-01-04T00:00:00Z"), 1_000);
    assert_eq!(old.len(), 1_000);
    assert!(old.is_sorted_by_key(|bar| bar.start));
    let first = history.bars(0, Interval::Day, None, at("2010-02-01T00:00:00Z"), 1_000);
    assert_eq!(first.len(), 19);
    assert!(
        history
            .bars(usize::MAX, Interval::Day, None, scenario.start, 1)
            .is_empty()
    );
}
