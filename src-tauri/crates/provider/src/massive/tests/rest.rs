//! What is fetched.

use model::{DayFigures, Snapshot};

use super::*;
use crate::Denial;

const STATE: &str = r#"{"status":"OK","request_id":"6a7e","ticker":{"ticker":"AAPL","todaysChange":0.98,"updated":1605192894630916600,"day":{"o":119.62,"h":120.53,"l":118.81,"c":120.42,"v":28727868,"vw":119.725},"lastTrade":{"c":[14,41],"i":"4046","p":120.47,"s":236,"t":1605195918306274000,"x":10},"lastQuote":{"P":120.48,"S":4,"p":120.46,"s":8,"t":1605195918507251700},"min":{"c":120.42},"prevDay":{"o":117.19,"h":119.63,"l":116.44,"c":119.49,"v":110597265}}}"#;

#[test]
fn each_symbol_has_a_path() {
    assert_eq!(
        Trial::of(SHARES, &["AAPL", "brk-b"]).fetch(),
        [
            "/v2/snapshot/locale/us/markets/stocks/tickers/AAPL",
            "/v2/snapshot/locale/us/markets/stocks/tickers/BRK.B"
        ]
    );
    assert_eq!(
        Trial::of(COINS, &["btc/usd"]).fetch(),
        ["/v2/snapshot/locale/global/markets/crypto/tickers/X:BTCUSD"]
    );
    assert_eq!(
        Trial::of("massive:forex", &["eur-usd"]).fetch(),
        ["/v2/snapshot/locale/global/markets/forex/tickers/C:EURUSD"]
    );
}

#[test]
fn of_currencies_the_best_prices_are_the_newest_thing_that_is_known() {
    let state = r#"{"status":"OK","request_id":"7","ticker":{"ticker":"C:EURUSD","updated":1605280919000000000,"day":{"o":1.17,"h":1.19,"l":1.16,"c":1.1850,"v":183},"lastQuote":{"a":1.1853,"b":1.18510,"t":1605280919123,"x":48},"prevDay":{"c":1.1802}}}"#;
    let mut trial = Trial::subscribed("massive:forex", &["EUR/USD"]);
    let path = trial.fetch().remove(0);
    let (events, told) = trial.answered(&path, state);
    assert_eq!(told, Ok(()));
    let [
        Event::Accepted { .. },
        Event::Snapshot { snapshot, .. },
        Event::Day { .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let expected = Snapshot {
        last: Some(("1.1850".parse().unwrap(), None)),
        bid: Some(("1.18510".parse().unwrap(), None)),
        ask: Some(("1.1853".parse().unwrap(), None)),
        time: DateTime::from_timestamp_millis(1_605_280_919_123),
        ..Snapshot::default()
    };
    assert_eq!(**snapshot, expected);
}

#[test]
fn a_state_is_a_snapshot_and_figures_of_the_day() {
    let events = answered(STATE);
    let [
        Event::Accepted { .. },
        Event::Snapshot {
            key: SymbolKey(0),
            snapshot,
            precision,
            ..
        },
        Event::Day { figures, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let expected = Snapshot {
        last: Some(("120.47".parse().unwrap(), "236".parse().ok())),
        bid: Some(("120.46".parse().unwrap(), "8".parse().ok())),
        ask: Some(("120.48".parse().unwrap(), "4".parse().ok())),
        time: DateTime::from_timestamp(1_605_195_918, 306_274_000),
        ..Snapshot::default()
    };
    assert_eq!((**snapshot, *precision), (expected, Precision::new(9)));
    let expected = DayFigures {
        span: DaySpan::Session,
        open: "119.62".parse().ok(),
        high: "120.53".parse().ok(),
        low: "118.81".parse().ok(),
        volume: "28727868".parse().ok(),
        reference: "119.49".parse().ok(),
        time: None,
    };
    assert_eq!(**figures, expected);
}

#[test]
fn the_day_knows_the_last_price_where_the_last_deal_is_none_or_not_told() {
    let odd_lot = STATE.replace("[14,41]", "[37]");
    let (from, to) = (
        STATE.find(r#""lastTrade""#).unwrap(),
        STATE.find(r#""min""#).unwrap(),
    );
    let days_alone = format!("{}{}", &STATE[..from], &STATE[to..]);
    for text in [odd_lot, days_alone] {
        let events = answered(&text);
        let Some(Event::Snapshot { snapshot, .. }) = events.get(1) else {
            panic!("{events:?}")
        };
        assert_eq!(snapshot.last, Some(("120.42".parse().unwrap(), None)));
    }
}

#[test]
fn what_is_not_there_is_refused_and_what_was_not_paid_for_is_said() {
    let events = answered(r#"{"status":"NotFound","request_id":"1","message":"Ticker not found."}"#);
    let why = "Ticker not found.".to_owned();
    let key = SymbolKey(0);
    assert_eq!(events, [Event::Refused { key, why }]);
    for (text, expected) in [
        (
            r#"{"status":"NOT_AUTHORIZED","message":"You are not entitled to this data."}"#,
            Denial::Plan,
        ),
        (r#"{"status":"ERROR","error":"Unknown API Key"}"#, Denial::Key),
        (
            r#"{"status":"ERROR","error":"You've exceeded the maximum requests per minute, please wait."}"#,
            Denial::Slower { patience: None },
        ),
    ] {
        let events = answered(text);
        let [Event::Denied { denial, .. }] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(*denial, expected);
    }
}

#[test]
fn words_of_somebody_on_the_way_refuse_nothing() {
    let mut trial = Trial::of(SHARES, &["AAPL"]);
    let paths = trial.fetch();
    let (events, told) = trial.answered(&paths[0], r#"{"error":"no such page"}"#);
    assert_eq!(
        (events, told),
        (vec![], Err(Unreadable::Missing { field: "ticker" }))
    );
}

#[test]
fn what_is_forbidden_was_not_paid_for() {
    let venue = crate::VenueName::from_word(SHARES).unwrap().translator();
    assert_eq!(venue.refusal(403, "no"), Some(Denial::Plan));
    assert_eq!(venue.refusal(401, "no"), None, "that is the key, as everywhere");
}

fn answered(text: &str) -> Vec<Event> {
    let mut trial = Trial::of(SHARES, &["AAPL"]);
    let paths = trial.fetch();
    let (events, told) = trial.answered(&paths[0], text);
    assert_eq!(told, Ok(()), "{text}");
    events
}
