//! Trades that do not count for everything, against a second reading of the same rules.

use std::collections::BTreeMap;

use model::{Candle, Side};

use super::*;

/// A trade as the strategy draws it: hundredths of a price, a size, a second, conditions.
type Drawn = (i64, i64, i64, Conditions);

pub(super) fn conditions() -> impl Strategy<Value = Conditions> {
    prop::sample::subsequence(&Condition::ALL[..], 0..=3)
        .prop_map(|drawn| drawn.into_iter().fold(Conditions::NONE, Conditions::with))
}

fn told((cents, amount, second, conditions): Drawn) -> Tick {
    Tick::Trade(Trade {
        price: Price::new(Decimal::new(cents, 2)),
        size: Some(Size::new(Decimal::from(amount))),
        time: Some(wall(second)),
        id: None,
        side: Some(Side::Buy),
        conditions,
    })
}

/// Everything that trades say, each figure found by looking through all of them.
pub(super) fn figures(trades: &[Drawn]) -> (Option<i64>, Option<i64>, Option<i64>, Option<i64>) {
    let without = |unwanted| trades.iter().filter(move |trade| !trade.3.has(unwanted));
    let newest = without(Condition::NotLast).map(|trade| trade.2).max();
    let last = without(Condition::NotLast)
        .rfind(|trade| Some(trade.2) == newest)
        .map(|trade| trade.0);
    let volume: Vec<_> = without(Condition::NotVolume).map(|trade| trade.1).collect();
    (
        last,
        without(Condition::NotRange).map(|trade| trade.0).max(),
        without(Condition::NotRange).map(|trade| trade.0).min(),
        (!volume.is_empty()).then(|| volume.iter().sum()),
    )
}

/// Open, high, low, close, volume and count of each candle that has a body.
pub(super) fn candles(trades: &[Drawn], seconds: i64) -> BTreeMap<i64, [i64; 6]> {
    let mut starts: BTreeMap<i64, Vec<Drawn>> = BTreeMap::new();
    for trade in trades {
        starts
            .entry(trade.2.div_euclid(seconds) * seconds)
            .or_default()
            .push(*trade);
    }
    let body = |of: &[Drawn]| {
        let mut body: Vec<_> = of
            .iter()
            .filter(|trade| !trade.3.has(Condition::NotLast))
            .copied()
            .collect();
        body.sort_by_key(|trade| trade.2);
        Some((body.first()?.0, body.last()?.0))
    };
    starts
        .into_iter()
        .filter_map(|(start, of)| {
            let (open, close) = body(&of)?;
            let (_, high, low, volume) = figures(&of);
            let high = high.unwrap_or(open.max(close));
            let low = low.unwrap_or(open.min(close));
            let count = i64::try_from(of.len()).unwrap();
            Some((start, [open, high, low, close, volume.unwrap_or(0), count]))
        })
        .collect()
}

pub(super) fn shown(market: &Market, timeframe: Timeframe) -> BTreeMap<i64, [i64; 6]> {
    let cents = |price: Price| i64::try_from((price.decimal() * Decimal::from(100)).trunc()).unwrap();
    let of = |candle: &Candle| {
        [
            cents(candle.open),
            cents(candle.high),
            cents(candle.low),
            cents(candle.close),
            i64::try_from(candle.volume.decimal()).unwrap(),
            i64::from(candle.trades),
        ]
    };
    let series = market.series(NVX, timeframe).unwrap();
    series
        .candles()
        .map(|marked| (marked.candle.start, of(&marked.candle)))
        .collect()
}

pub(super) fn row(market: &Market) -> (Option<i64>, Option<i64>, Option<i64>, Option<i64>) {
    let row = market.row(NVX).unwrap();
    let cents = |price: Price| i64::try_from((price.decimal() * Decimal::from(100)).trunc()).unwrap();
    (
        row.last.map(|last| cents(last.price)),
        row.high.map(cents),
        row.low.map(cents),
        row.volume.map(|volume| i64::try_from(volume.decimal()).unwrap()),
    )
}

#[test]
fn a_trade_that_is_told_late_leaves_the_price_and_counts_for_the_volume() {
    let mut market = live();
    market.tick(NVX, &told((1_000, 5, 1, Conditions::NONE)), at(1_000));
    let late = Conditions::NONE
        .with(Condition::NotLast)
        .with(Condition::NotRange);
    market.tick(NVX, &told((9_000, 7, 2, late)), at(2_000));
    assert_eq!(row(&market), (Some(1_000), Some(1_000), Some(1_000), Some(12)));
    assert_eq!(
        market.series(NVX, Timeframe::Second).unwrap().len(),
        1,
        "nothing opened the other candle"
    );
    market.tick(NVX, &told((1_010, 1, 2, Conditions::NONE)), at(2_100));
    assert_eq!(
        shown(&market, Timeframe::Second)[&2],
        [1_010, 1_010, 1_010, 1_010, 8, 2]
    );
}

proptest! {
    #[test]
    fn a_fold_of_trades_is_what_all_of_them_say(
        trades in prop::collection::vec((1i64..200, 1i64..100, 0i64..150, conditions()), 0..120),
    ) {
        let mut market = live();
        for (now, trade) in (0..).zip(&trades) {
            market.tick(NVX, &told(*trade), at(200_000 + now));
        }
        prop_assert_eq!(row(&market), figures(&trades));
        for timeframe in Timeframe::ALL {
            prop_assert_eq!(shown(&market, timeframe), candles(&trades, timeframe.seconds()));
        }
    }
}
