//! What a day came to, in the venue's own figures and in what was traded after them.

use model::{DayFigures, DaySpan, Instrument};

use super::{NVX, at, live, price, size, trade, wall};
use crate::{Basis, Freshness, Market};

fn figures(high: &str, low: &str, volume: &str, second: i64) -> DayFigures {
    DayFigures {
        span: DaySpan::Rolling,
        open: Some(price("9.50")),
        high: Some(price(high)),
        low: Some(price(low)),
        volume: Some(size(volume)),
        reference: None,
        time: Some(wall(second)),
    }
}

fn day(market: &Market) -> (String, String, String) {
    let row = market.row(NVX).unwrap();
    let text = |number: Option<String>| number.unwrap_or_default();
    (
        text(row.high.map(|high| high.to_string())),
        text(row.low.map(|low| low.to_string())),
        text(row.volume.map(|volume| volume.to_string())),
    )
}

fn is(high: &str, low: &str, volume: &str) -> (String, String, String) {
    (high.to_owned(), low.to_owned(), volume.to_owned())
}

#[test]
fn the_venues_figures_win_over_what_was_counted_and_later_trades_go_on_top() {
    let mut market = live();
    market.tick(NVX, &trade("10.50", 1), at(1_000));
    market.day(NVX, &figures("10.40", "9.00", "500", 1), at(1_100));
    assert_eq!(day(&market), is("10.40", "9.00", "500"));
    assert_eq!(market.row(NVX).unwrap().day.span, Some(DaySpan::Rolling));
    market.tick(NVX, &trade("10.60", 2), at(2_000));
    assert_eq!(day(&market), is("10.60", "9.00", "501"));
}

#[test]
fn figures_from_before_the_last_trade_do_not_undo_it() {
    let mut market = live();
    market.tick(NVX, &trade("10.50", 5), at(5_000));
    market.day(NVX, &figures("10.40", "9.00", "500", 4), at(5_100));
    assert_eq!(day(&market), is("10.50", "9.00", "501"));
    market.day(NVX, &figures("10.50", "9.00", "501", 5), at(5_200));
    assert_eq!(day(&market), is("10.50", "9.00", "501"), "now it is in them");
}

#[test]
fn figures_that_were_overtaken_change_nothing() {
    let mut market = live();
    market.day(NVX, &figures("11", "9", "500", 5), at(5_000));
    market.day(NVX, &figures("10", "9", "400", 4), at(5_100));
    assert_eq!(day(&market), is("11", "9", "500"));
}

#[test]
fn a_figure_that_the_venue_does_not_give_is_not_made_up_of_what_we_saw() {
    let mut market = live();
    market.tick(NVX, &trade("10.50", 1), at(1_000));
    let only_volume = DayFigures {
        high: None,
        low: None,
        ..figures("1", "1", "500", 1)
    };
    market.day(NVX, &only_volume, at(1_100));
    market.tick(NVX, &trade("10.60", 2), at(2_000));
    assert_eq!(
        day(&market),
        is("", "", "501"),
        "ours are not of the last 24 hours"
    );
}

#[test]
fn figures_of_another_day_forget_those_of_the_one_before() {
    let mut market = live();
    market.day(NVX, &figures("11", "9", "500", 1), at(1_000));
    let session = DayFigures {
        span: DaySpan::Session,
        open: None,
        low: None,
        volume: None,
        ..figures("10", "1", "1", 2)
    };
    market.day(NVX, &session, at(2_000));
    assert_eq!(day(&market), is("10", "", ""));
    let row = market.row(NVX).unwrap();
    assert_eq!((row.day.open, row.reference()), (None, None));
}

#[test]
fn a_change_is_counted_from_the_previous_close_or_else_from_what_the_figures_say() {
    let mut market = live();
    let reference = |market: &Market| market.row(NVX).unwrap().reference();
    assert_eq!(reference(&market), None);
    market.day(NVX, &figures("11", "9", "500", 1), at(1_000));
    assert_eq!(reference(&market), Some((price("9.50"), Basis::DayAgo)));
    let stated = DayFigures {
        reference: Some(price("9.60")),
        ..figures("11", "9", "500", 2)
    };
    market.day(NVX, &stated, at(2_000));
    assert_eq!(reference(&market), Some((price("9.60"), Basis::DayAgo)));
    let session = DayFigures {
        span: DaySpan::Session,
        reference: Some(price("9.70")),
        ..figures("11", "9", "500", 3)
    };
    market.day(NVX, &session, at(3_000));
    assert_eq!(reference(&market), Some((price("9.70"), Basis::PreviousClose)));
    let told = Instrument {
        previous_close: Some(price("9.80")),
        ..Instrument::default()
    };
    market.accepted(NVX, told, None, at(4_000));
    assert_eq!(reference(&market), Some((price("9.80"), Basis::PreviousClose)));
}

#[test]
fn the_open_of_a_session_is_nothing_that_a_change_is_counted_from() {
    let mut market = live();
    let session = DayFigures {
        span: DaySpan::Session,
        ..figures("11", "9", "500", 3)
    };
    market.day(NVX, &session, at(3_000));
    assert_eq!(market.row(NVX).unwrap().reference(), None);
}

#[test]
fn figures_are_no_price_and_keep_a_price_fresh() {
    let mut market = live();
    market.day(NVX, &figures("11", "9", "500", 1), at(1_000));
    market.refresh(at(1_000));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Unknown);
    market.tick(NVX, &trade("10.50", 2), at(2_000));
    market.day(NVX, &figures("11", "9", "500", 3), at(60_000));
    market.refresh(at(60_000));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Live);
    let minutes = market.series(NVX, model::Timeframe::Minute).unwrap();
    assert_eq!(minutes.len(), 1, "figures make no candle");
}
