//! What is fetched.

use model::{DayFigures, DaySpan, Snapshot, TransportKind};

use super::*;

const STATE: &str = r#"{"latestTrade":{"t":"2021-05-11T20:00:00.435997104Z","x":"Q","p":125.91,"s":100,"c":["@"],"i":179430,"z":"C"},"latestQuote":{"t":"2021-05-11T22:05:02.3Z","ax":"P","ap":125.68,"as":12,"bx":"P","bp":125.6,"bs":4,"c":["R"]},"minuteBar":{"t":"2021-05-11T22:02:00Z","o":125.66,"h":125.66,"l":125.66,"c":125.66,"v":396},"dailyBar":{"t":"2021-05-11T04:00:00Z","o":123.5,"h":126.27,"l":122.77,"c":125.90,"v":125863164},"prevDailyBar":{"t":"2021-05-10T04:00:00Z","o":129.41,"h":129.54,"l":126.81,"c":126.85,"v":79569305}}"#;

#[test]
fn each_market_has_its_path() {
    for (market, names, path) in [
        (
            Market::Iex,
            ["AAPL", "brk-b"],
            "/v2/stocks/snapshots?symbols=AAPL,BRK.B&feed=iex",
        ),
        (
            Market::Sip,
            ["AAPL", "AMD"],
            "/v2/stocks/snapshots?symbols=AAPL,AMD&feed=sip",
        ),
        (
            Market::Delayed,
            ["AAPL", "AMD"],
            "/v2/stocks/snapshots?symbols=AAPL,AMD&feed=delayed_sip",
        ),
        (
            Market::Crypto,
            ["BTC-USD", "ETH/USD"],
            "/v1beta3/crypto/us/snapshots?symbols=BTC%2FUSD,ETH%2FUSD",
        ),
    ] {
        assert_eq!(fetch(&mut Alpaca::new(market), &names), [path]);
    }
    assert_eq!(
        fetch(&mut Alpaca::new(Market::Test), &["FAKEPACA"]),
        [] as [String; 0]
    );
}

#[test]
fn many_symbols_take_several_paths() {
    let names: Vec<_> = (0..250).map(|n| format!("S{n}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    assert_eq!(fetch(&mut Alpaca::new(Market::Iex), &names).len(), 3);
}

#[test]
fn a_state_is_a_snapshot_and_figures_of_the_day() {
    let mut venue = Alpaca::new(Market::Iex);
    let paths = fetch(&mut venue, &["AAPL"]);
    let text = format!(r#"{{"AAPL":{STATE}}}"#);
    let events = answer(&mut venue, &paths[0], &text).unwrap();
    let [
        Event::Accepted { key: FIRST, .. },
        Event::Snapshot {
            key: FIRST,
            snapshot,
            precision,
            ..
        },
        Event::Day { key: FIRST, figures },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let expected = Snapshot {
        last: Some(("125.91".parse().unwrap(), "100".parse().ok())),
        bid: Some(("125.6".parse().unwrap(), "4".parse().ok())),
        ask: Some(("125.68".parse().unwrap(), "12".parse().ok())),
        time: Some(time("2021-05-11T20:00:00.435997104Z")),
        ..Snapshot::default()
    };
    assert_eq!((**snapshot, *precision), (expected, Precision::new(9)));
    let expected = DayFigures {
        span: DaySpan::Session,
        open: "123.5".parse().ok(),
        high: "126.27".parse().ok(),
        low: "122.77".parse().ok(),
        volume: "125863164".parse().ok(),
        reference: "126.85".parse().ok(),
        time: None,
    };
    assert_eq!(**figures, expected);
}

#[test]
fn an_odd_lot_is_not_the_last_price_where_the_day_knows_it() {
    let mut venue = Alpaca::new(Market::Iex);
    let paths = fetch(&mut venue, &["AAPL"]);
    let text = format!(r#"{{"AAPL":{}}}"#, STATE.replace(r#"["@"]"#, r#"["@","I"]"#));
    let events = answer(&mut venue, &paths[0], &text).unwrap();
    let Some(Event::Snapshot { snapshot, .. }) = events.get(1) else {
        panic!("{events:?}")
    };
    assert_eq!(snapshot.last, Some(("125.90".parse().unwrap(), None)));
}

#[test]
fn coins_stand_one_level_deeper_and_nobody_loses_another() {
    let mut venue = Alpaca::new(Market::Crypto);
    let paths = fetch(&mut venue, &["BTC-USD", "ETH-USD", "NO-USD"]);
    let bad = STATE.replace("125.91", "\"NA\"");
    let text = format!(r#"{{"snapshots":{{"BTC/USD":{bad},"ETH/USD":{STATE}}}}}"#);
    let directory = directory(&["BTC-USD", "ETH-USD", "NO-USD"]);
    let mut events = Vec::new();
    let outcome = venue.read_fetched(&paths[0], &text, &directory, &mut events);
    assert!(outcome.is_err());
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Snapshot { key: SECOND, .. }))
    );
    assert!(events.iter().any(|event| matches!(
        event,
        Event::Refused {
            key: SymbolKey(6),
            ..
        }
    )));
}

#[test]
fn a_name_without_a_state_stands_and_words_are_a_complaint() {
    let mut venue = Alpaca::new(Market::Iex);
    let paths = fetch(&mut venue, &["AAPL"]);
    let events = answer(&mut venue, &paths[0], r#"{"AAPL":null}"#).unwrap();
    assert!(
        matches!(events.as_slice(), [Event::Accepted { key: FIRST, .. }]),
        "{events:?}"
    );
    let events = answer(&mut venue, &paths[0], r#"{"message":"too many requests."}"#).unwrap();
    let why = "too many requests.".to_owned();
    assert_eq!(events, [Event::Complaint { why }]);
}

fn fetch(venue: &mut Alpaca, names: &[&str]) -> Vec<String> {
    with(names, false, |asking| venue.fetch(TransportKind::Poll, asking))
}

fn answer(venue: &mut Alpaca, path: &str, text: &str) -> Result<Vec<Event>, Unreadable> {
    let mut events = Vec::new();
    let read = venue.read_fetched(path, text, &directory(&["AAPL"]), &mut events);
    read.map(|()| events)
}
