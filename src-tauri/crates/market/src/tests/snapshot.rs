//! What a venue says is true when it is asked.

use super::*;

#[test]
fn an_old_snapshot_does_not_turn_the_price_back_and_makes_no_candle() {
    let mut market = live();
    market.tick(NVX, &trade("10.50", 1), at(1_000));
    let snapshot = Snapshot {
        last: Some((price("9.00"), None)),
        high: Some(price("11.00")),
        volume: Some(size("500")),
        time: Some(wall(0)),
        ..Snapshot::default()
    };
    market.snapshot(NVX, &snapshot, at(2_000));
    let row = market.row(NVX).unwrap();
    assert_eq!(row.last.unwrap().price.to_string(), "10.50");
    assert_eq!((row.high, row.volume), (Some(price("11.00")), Some(size("500"))));
    assert_eq!(market.series(NVX, Timeframe::Second).unwrap().len(), 1);
}

#[test]
fn a_snapshot_without_a_book_leaves_the_quote_alone_and_one_with_a_side_states_both() {
    let mut market = live();
    let book = Tick::Quote(Quote {
        bid: Some((price("1"), None)),
        ask: Some((price("2"), Some(size("1")))),
        time: Some(wall(1)),
    });
    market.tick(NVX, &book, at(1_000));
    let of_a_trade = Snapshot {
        last: Some((price("1.50"), None)),
        time: Some(wall(2)),
        ..Snapshot::default()
    };
    market.snapshot(NVX, &of_a_trade, at(2_000));
    let row = market.row(NVX).unwrap();
    assert_eq!(row.last.unwrap().price, price("1.50"));
    assert_eq!(
        (row.bid, row.ask),
        (Some((price("1"), None)), Some((price("2"), Some(size("1")))))
    );
    let one_sided = Snapshot {
        ask: Some((price("3"), None)),
        ..of_a_trade
    };
    market.snapshot(NVX, &one_sided, at(3_000));
    let row = market.row(NVX).unwrap();
    assert_eq!((row.bid, row.ask), (None, Some((price("3"), None))));
}
