//! Trades that the venue takes back or corrects, against the list of what was so.

use model::{Amendment, DayFigures, InstrumentKind, TradeId};

use super::conditions::{candles, conditions, figures, row, shown};
use super::*;

/// One live feed of real prices with one row.
fn real() -> Market {
    let mut market = live();
    market.set_source(&feed(), Source::Live);
    market
}

/// Hundredths of a price, a size, a second, conditions.
type Drawn = (i64, i64, i64, Conditions);

fn id(number: usize) -> TradeId {
    TradeId::new(&number.to_string()).unwrap()
}

fn told((cents, amount, second, conditions): Drawn, number: usize) -> Trade {
    Trade {
        price: Price::new(Decimal::new(cents, 2)),
        size: Some(Size::new(Decimal::from(amount))),
        time: Some(wall(second)),
        id: Some(id(number)),
        side: None,
        conditions,
    }
}

fn plain(cents: i64, amount: i64, second: i64) -> Drawn {
    (cents, amount, second, Conditions::NONE)
}

/// The rows of a market that was told of these, one after the other.
fn market_of(trades: &[Drawn]) -> Market {
    let mut market = real();
    for (number, trade) in trades.iter().enumerate() {
        market.tick(NVX, &Tick::Trade(told(*trade, number)), at(300_000));
    }
    market
}

fn amend(market: &mut Market, number: usize, instead: Option<Trade>) {
    let amendment = Amendment {
        original: id(number),
        instead,
    };
    market.amended(NVX, &amendment, at(300_000));
}

#[test]
fn a_cancelled_trade_leaves_last_high_volume_and_candle() {
    let mut market = market_of(&[plain(1_000, 5, 1), plain(9_900, 7, 1), plain(1_010, 1, 1)]);
    amend(&mut market, 1, None);
    assert_eq!(row(&market), (Some(1_010), Some(1_010), Some(1_000), Some(6)));
    assert_eq!(
        shown(&market, Timeframe::Second)[&1],
        [1_000, 1_010, 1_000, 1_010, 6, 2]
    );
    amend(&mut market, 2, None);
    assert_eq!(row(&market).0, Some(1_000), "the trade before is the last again");
}

#[test]
fn a_correction_can_be_corrected_by_its_own_name() {
    let mut market = market_of(&[plain(1_000, 5, 1)]);
    amend(&mut market, 0, Some(told(plain(1_100, 6, 1), 70)));
    assert_eq!(row(&market), (Some(1_100), Some(1_100), Some(1_100), Some(6)));
    amend(&mut market, 70, None);
    assert_eq!(row(&market), (None, None, None, None));
}

#[test]
fn a_candle_that_nothing_is_left_of_is_forgotten_by_its_readers() {
    let mut market = market_of(&[plain(1_000, 5, 1), plain(1_010, 1, 2)]);
    let seen = market.revision();
    amend(&mut market, 1, None);
    let series = market.series(NVX, Timeframe::Second).unwrap();
    assert_eq!(series.len(), 1);
    assert!(series.begun() > seen);
}

#[test]
fn what_is_too_old_to_be_taken_out_is_told() {
    let trades: Vec<_> = (0..200).map(|second| plain(1_000 + second, 1, second)).collect();
    let mut market = market_of(&trades);
    let before = row(&market);
    amend(&mut market, 3, None);
    assert_eq!(row(&market), before);
    amend(&mut market, 199, None);
    let why = market.explain(NVX, at(300_000)).unwrap();
    assert!(
        why.ends_with(
            "; 2 trades were cancelled or corrected by the venue, 1 of them too late to take that out of what is shown"
        ),
        "{why}"
    );
}

#[test]
fn coins_are_never_taken_back_and_cost_no_memory_for_it() {
    let mut market = real();
    let coin = Instrument {
        kind: Some(InstrumentKind::Crypto),
        ..Instrument::default()
    };
    market.accepted(NVX, coin, None, at(0));
    market.tick(NVX, &Tick::Trade(told(plain(1_000, 1, 1), 0)), at(1_000));
    amend(&mut market, 0, None);
    assert_eq!(row(&market).0, Some(1_000));
    assert_eq!(market.row(NVX).unwrap().amended.beyond, 1);
}

#[test]
fn what_is_simulated_is_final() {
    let mut market = live();
    market.tick(NVX, &Tick::Trade(told(plain(1_000, 1, 1), 0)), at(1_000));
    amend(&mut market, 0, None);
    assert_eq!(row(&market).0, Some(1_000));
}

#[test]
fn a_price_that_the_venue_has_stated_since_stays() {
    let mut market = market_of(&[plain(1_000, 5, 1), plain(1_100, 5, 2)]);
    let stated = Snapshot {
        last: Some((price("10.50"), None)),
        time: Some(wall(3)),
        ..Snapshot::default()
    };
    market.snapshot(NVX, &stated, at(300_000));
    amend(&mut market, 1, None);
    assert_eq!(row(&market), (Some(1_050), Some(1_000), Some(1_000), Some(5)));
}

#[test]
fn figures_of_the_venue_count_what_came_before_them_and_we_what_came_after() {
    let mut market = market_of(&[plain(1_000, 5, 1), plain(1_200, 5, 2), plain(1_300, 5, 3)]);
    let stated = DayFigures {
        high: Some(price("12.50")),
        low: Some(price("9.00")),
        volume: Some(size("100")),
        time: Some(wall(1)),
        ..DayFigures::default()
    };
    market.day(NVX, &stated, at(300_000));
    assert_eq!(row(&market), (Some(1_300), Some(1_300), Some(900), Some(110)));
    amend(&mut market, 2, None);
    assert_eq!(row(&market), (Some(1_200), Some(1_250), Some(900), Some(105)));
    amend(&mut market, 0, None);
    assert_eq!(row(&market).3, Some(105), "it is in figures that are not ours");
    let only_range = DayFigures {
        volume: None,
        time: Some(wall(2)),
        ..stated
    };
    market.day(NVX, &only_range, at(300_000));
    assert_eq!(row(&market), (Some(1_200), Some(1_250), Some(900), Some(105)));
}

/// What befalls a market: a trade, or an amendment of one that was told before.
#[derive(Clone, Debug)]
enum Happens {
    Trade(Drawn),
    /// So many trades ago, and what was so instead.
    Amended(usize, Option<Drawn>),
}

fn drawn(seconds: std::ops::Range<i64>) -> impl Strategy<Value = Drawn> {
    (1i64..200, 1i64..100, seconds, conditions())
}

fn happens(seconds: std::ops::Range<i64>, back: usize) -> impl Strategy<Value = Happens> {
    prop_oneof![
        3 => drawn(seconds.clone()).prop_map(Happens::Trade),
        1 => (0..back, prop::option::of(drawn(seconds)))
            .prop_map(|(back, instead)| Happens::Amended(back, instead)),
    ]
}

/// Tells a market and keeps the list of what was so, in the order of the first telling.
fn played(events: &[Happens], in_order: bool) -> (Market, Vec<Drawn>) {
    let mut market = real();
    let mut list: Vec<Option<Drawn>> = Vec::new();
    for event in events {
        match event {
            Happens::Trade(trade) => {
                let number = list.len();
                let mut trade = *trade;
                if in_order {
                    trade.2 = i64::try_from(number).unwrap() / 4;
                }
                market.tick(NVX, &Tick::Trade(told(trade, number)), at(300_000));
                list.push(Some(trade));
            }
            Happens::Amended(back, instead) => {
                let Some(number) = list.len().checked_sub(back + 1) else {
                    continue;
                };
                let Some(original) = list[number] else { continue };
                let mut instead = *instead;
                if let Some(instead) = instead.as_mut().filter(|_| in_order) {
                    instead.2 = original.2;
                }
                amend(&mut market, number, instead.map(|instead| told(instead, number)));
                list[number] = instead;
            }
        }
    }
    (market, list.into_iter().flatten().collect())
}

fn agree(market: &Market, list: &[Drawn]) -> Result<(), TestCaseError> {
    prop_assert_eq!(row(market), figures(list));
    for timeframe in Timeframe::ALL {
        prop_assert_eq!(shown(market, timeframe), candles(list, timeframe.seconds()));
    }
    prop_assert_eq!(market.row(NVX).unwrap().amended.beyond, 0);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// As long as all trades are known, in whatever order they happened.
    #[test]
    fn amending_a_few_trades_is_folding_the_amended_list(
        events in prop::collection::vec(happens(0..150, 60), 0..60),
    ) {
        let (market, list) = played(&events, false);
        agree(&market, &list)?;
    }

    /// Where the older ones are forgotten, but not those that are amended.
    #[test]
    fn amending_the_newest_of_many_trades_is_folding_the_amended_list(
        events in prop::collection::vec(happens(0..1, 32), 150..400),
    ) {
        let (market, list) = played(&events, true);
        agree(&market, &list)?;
    }
}
