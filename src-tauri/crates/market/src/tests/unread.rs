//! What is kept for a page that does not read: no queue, so nothing that grows with what it missed.

use super::*;

const ROWS: u32 = 500;

#[test]
fn a_page_that_reads_nothing_for_ten_minutes_is_owed_one_value_of_each_row() {
    let mut market = Market::new();
    market.open_feed(feed(), Source::Simulated);
    market.link(&status(LIVE, moment(0), "connected and subscribed"));
    let rows: Vec<_> = (0..ROWS)
        .map(|row| market.open_row(&feed(), Symbol::new(&format!("S{row}")), moment(0)))
        .collect();
    let seen = market.revision();
    // Two ticks in a second stand for the hundred of each row: the newer takes the place of the
    // one before, so how many there were cannot be seen in what is kept.
    for second in 0..600 {
        for tick in ["10.00", "10.50"] {
            for row in &rows {
                let at = at(u64::try_from(second).unwrap() * 1_000);
                market.tick(*row, &trade(tick, second), at);
            }
        }
    }
    assert_eq!(market.changed_since(seen).count(), rows.len());
    for row in &rows {
        let newest = market.row(*row).unwrap();
        assert_eq!(
            (newest.last.unwrap().price, newest.ticks),
            (price("10.50"), 1_200)
        );
        assert_eq!(market.series(*row, Timeframe::Second).unwrap().len(), 600);
        assert_eq!(market.series(*row, Timeframe::Minute).unwrap().len(), 10);
    }
}

#[test]
fn a_page_that_reads_nothing_for_a_day_costs_an_hour_of_seconds_and_a_day_of_minutes() {
    let mut market = live();
    for second in 0..100_000 {
        let at = at(u64::try_from(second).unwrap() * 1_000);
        market.tick(NVX, &trade("10.00", second), at);
    }
    assert_eq!(market.series(NVX, Timeframe::Second).unwrap().len(), 3_600);
    assert_eq!(market.series(NVX, Timeframe::Minute).unwrap().len(), 1_440);
}
