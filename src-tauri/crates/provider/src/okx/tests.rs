use std::time::Duration;

use chrono::DateTime;
use model::{
    Conditions, DayFigures, DaySpan, NotANumber, Precision, Quote, Session, Side, SymbolKey, Tick, Trade,
    TradeId,
};

use super::CARD;
use crate::trial::{Trial, only_tick, survives_any_change};
use crate::{Denial, Event, Unreadable};

const FIXTURES: &str = include_str!("../../fixtures/okx.ndjson");
const BTC: SymbolKey = SymbolKey(0);
const ETH: SymbolKey = SymbolKey(1);
const SYMBOLS: [&str; 2] = ["BTC-USDT", "eth/usdt"];

const TRADE: &str = r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639474","px":"42219.90","sz":"0.12060306","side":"buy","ts":"1630048897897","count":"3"}]}"#;
const TICKER: &str = r#"{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instType":"SPOT","instId":"BTC-USDT","last":"9999.99","lastSz":"0.1","askPx":"9999.99","askSz":"11","bidPx":"8888.88","bidSz":"5","open24h":"9000","high24h":"10000","low24h":"8888.88","volCcy24h":"2222","vol24h":"2222","sodUtc0":"2222","sodUtc8":"2222","ts":"1597026383085"}]}"#;

#[test]
fn each_symbol_is_asked_for_by_its_trades_and_its_ticker() {
    let mut trial = Trial::of("okx", &SYMBOLS);
    assert_eq!(
        trial.subscribe(true),
        [
            r#"{"id":"1","op":"subscribe","args":[{"channel":"trades","instId":"BTC-USDT"},{"channel":"tickers","instId":"BTC-USDT"},{"channel":"trades","instId":"ETH-USDT"},{"channel":"tickers","instId":"ETH-USDT"}]}"#
        ]
    );
    assert_eq!(
        trial.unsubscribe(&["eth/usdt"]),
        [
            r#"{"id":"2","op":"unsubscribe","args":[{"channel":"trades","instId":"ETH-USDT"},{"channel":"tickers","instId":"ETH-USDT"}]}"#
        ]
    );
    let names: Vec<_> = (0..250).map(|n| format!("COIN{n}-USDT")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let messages = Trial::of("okx", &names).subscribe(false);
    assert_eq!(messages.len(), 3);
    assert!(messages.iter().all(|message| message.len() < 64 << 10));
}

#[test]
fn a_symbol_is_accepted_once_although_each_channel_is_answered() {
    let mut trial = Trial::subscribed("okx", &SYMBOLS);
    let ack = |channel| {
        format!(
            r#"{{"id":"1","event":"subscribe","arg":{{"channel":"{channel}","instId":"ETH-USDT"}},"connId":"a"}}"#
        )
    };
    assert_eq!(trial.told(&ack("tickers")), []);
    let accepted = trial.told(&ack("trades"));
    let [
        Event::Accepted {
            key: ETH,
            seq: None,
            instrument,
            session: Some(Session::Open),
            ..
        },
    ] = accepted.as_slice()
    else {
        panic!("{accepted:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USDT"));
}

#[test]
fn a_deal_keeps_its_digits_its_id_and_the_venues_time() {
    let events = Trial::subscribed("okx", &SYMBOLS).told(TRADE);
    let trade = Trade {
        price: "42219.90".parse().unwrap(),
        size: "0.12060306".parse().ok(),
        time: DateTime::from_timestamp_millis(1_630_048_897_897),
        id: TradeId::new("130639474"),
        side: Some(Side::Buy),
        conditions: Conditions::NONE,
    };
    let expected = Event::Tick {
        key: BTC,
        // Ids rise with holes, which are no losses.
        seq: Some(130_639_474),
        tick: Tick::Trade(trade),
        precision: Precision::new(3),
    };
    assert_eq!(events, [expected]);
    let (Tick::Trade(trade), _) = only_tick(&events) else {
        panic!("no trade")
    };
    assert_eq!(trade.price.to_string(), "42219.90");
}

#[test]
fn a_ticker_is_a_quote_and_the_last_24_hours_and_no_trade() {
    let mut trial = Trial::subscribed("okx", &SYMBOLS);
    let first = trial.told(TICKER);
    let events = trial.told(TICKER);
    let time = DateTime::from_timestamp_millis(1_597_026_383_085);
    let quote = Quote {
        bid: Some(("8888.88".parse().unwrap(), "5".parse().ok())),
        ask: Some(("9999.99".parse().unwrap(), "11".parse().ok())),
        time,
    };
    let figures = DayFigures {
        span: DaySpan::Rolling,
        open: "9000".parse().ok(),
        high: "10000".parse().ok(),
        low: "8888.88".parse().ok(),
        volume: "2222".parse().ok(),
        reference: "9000".parse().ok(),
        time,
    };
    let expected = [
        Event::Tick {
            key: BTC,
            seq: None,
            tick: Tick::Quote(quote),
            precision: Precision::new(3),
        },
        Event::Day {
            key: BTC,
            figures: Box::new(figures),
        },
    ];
    assert_eq!(events, expected);
    // The price before the first deal, told once and dated by nobody.
    let [quote, Event::Snapshot { snapshot, .. }, day] = first.as_slice() else {
        panic!("{first:?}")
    };
    let last = ("9999.99".parse().unwrap(), "0.1".parse().ok());
    assert_eq!((snapshot.last, snapshot.time), (Some(last), None));
    assert_eq!([quote, day], [&expected[0], &expected[1]]);
}

#[test]
fn an_empty_text_is_no_number_and_zero_is_no_offer() {
    let text = TICKER
        .replace(r#""askPx":"9999.99""#, r#""askPx":"""#)
        .replace(r#""bidPx":"8888.88""#, r#""bidPx":"0""#)
        .replace(r#""open24h":"9000""#, r#""open24h":"""#);
    let events = Trial::subscribed("okx", &SYMBOLS).told(&text);
    let [
        Event::Tick {
            tick: Tick::Quote(Quote {
                bid: None, ask: None, ..
            }),
            ..
        },
        Event::Snapshot { .. },
        Event::Day { figures, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!((figures.open, figures.reference), (None, None));
    assert_eq!(figures.high, "10000".parse().ok());
}

#[test]
fn a_bad_deal_of_several_loses_no_other() {
    let line = FIXTURES.lines().find(|line| line.contains("oops")).unwrap();
    let (events, told) = Trial::subscribed("okx", &SYMBOLS).read(line);
    let why = NotANumber::Malformed;
    assert_eq!(told, Err(Unreadable::Number { field: "px", why }));
    assert_eq!(events.len(), 2);
}

#[test]
fn an_instrument_that_it_does_not_have_is_refused_by_its_name() {
    let error = r#"{"event":"error","code":"60018","msg":"Wrong URL or channel:trades,instId:ETH-USDT doesn't exist. Please use the correct URL.","connId":"25ebf8bb"}"#;
    let events = Trial::subscribed("okx", &SYMBOLS).told(error);
    let [Event::Refused { key: ETH, why }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert!(
        why.contains("ETH-USDT doesn't exist") && why.ends_with("(60018)"),
        "{why}"
    );
}

#[test]
fn an_error_that_names_nothing_is_about_what_was_asked() {
    let error = r#"{"id":"1","event":"error","code":"60012","msg":"Illegal request","connId":"a"}"#;
    let why = "Illegal request (60012)".to_owned();
    let several = Trial::subscribed("okx", &SYMBOLS).told(error);
    assert_eq!(several, [Event::Complaint { why: why.clone() }]);
    let alone = Trial::subscribed("okx", &["BTC-USDT"]).told(error);
    assert_eq!(alone, [Event::Refused { key: BTC, why }]);
}

#[test]
fn what_is_about_the_connection_ends_it_by_its_class() {
    for (code, expected) in [
        ("60009", Denial::Key),
        ("50011", Denial::Slower { patience: None }),
        ("60005", Denial::Passing),
        ("50026", Denial::Passing),
    ] {
        let error = format!(r#"{{"event":"error","code":"{code}","msg":"no","connId":"a"}}"#);
        let events = Trial::subscribed("okx", &SYMBOLS).told(&error);
        let why = format!("no ({code})");
        let denial = expected;
        assert_eq!(events, [Event::Denied { denial, why }]);
    }
    let error = r#"{"event":"channel-conn-count-error","channel":"trades","connCount":"30","connId":"a"}"#;
    let events = Trial::subscribed("okx", &SYMBOLS).told(error);
    let [Event::Denied { denial, .. }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(*denial, Denial::Crowded);
}

#[test]
fn the_venue_says_when_it_goes_and_answers_a_beat() {
    let mut trial = Trial::subscribed("okx", &SYMBOLS);
    let notice = r#"{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade.","connId":"a"}"#;
    let events = trial.told(notice);
    let [Event::Leaving { within, .. }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert!(*within <= Duration::from_secs(60));
    assert_eq!(trial.told("pong"), [Event::Heartbeat]);
    assert_eq!(CARD.beat.unwrap().text, "ping");
    assert!(CARD.beat.unwrap().every < Duration::from_secs(30));
}

#[test]
fn books_and_candles_are_passed_over_and_what_is_unknown_is_told() {
    let mut trial = Trial::subscribed("okx", &SYMBOLS);
    for channel in ["books", "books5", "bbo-tbt", "candle1m"] {
        let text =
            format!(r#"{{"arg":{{"channel":"{channel}","instId":"BTC-USDT"}},"data":[{{"asks":[]}}]}}"#);
        assert_eq!(trial.told(&text), []);
    }
    for (text, why) in [
        ("{}", Unreadable::UnknownKind),
        (r#"{"event":"song"}"#, Unreadable::UnknownKind),
        (r#"{"event":"notice","code":"1"}"#, Unreadable::UnknownKind),
        (
            r#"{"arg":{"channel":"songs","instId":"BTC-USDT"},"data":[]}"#,
            Unreadable::UnknownKind,
        ),
        (
            r#"{"arg":{"channel":"trades","instId":"BTC-USDT"}}"#,
            Unreadable::Missing { field: "data" },
        ),
        ("ping", Unreadable::Json),
    ] {
        assert_eq!(trial.read(text), (vec![], Err(why)), "{text}");
    }
}

#[test]
fn what_is_fetched_is_the_state_of_things() {
    let mut trial = Trial::of("okx", &SYMBOLS);
    let paths = trial.fetch();
    assert_eq!(
        paths,
        [
            "/api/v5/market/ticker?instId=BTC-USDT",
            "/api/v5/market/ticker?instId=ETH-USDT"
        ]
    );
    let line = FIXTURES
        .lines()
        .find(|line| line.starts_with(r#"{"code":"0""#))
        .unwrap();
    let (events, told) = trial.answered(&paths[0], line);
    assert_eq!(told, Ok(()));
    let [
        Event::Accepted { key: BTC, .. },
        Event::Snapshot {
            key: BTC, snapshot, ..
        },
        Event::Day { key: BTC, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let text = |side: Option<(model::Price, _)>| side.map(|(price, _)| price.to_string());
    assert_eq!(text(snapshot.last).as_deref(), Some("64120.1"));
    assert_eq!(text(snapshot.bid).as_deref(), Some("64120.1"));
    assert_eq!(text(snapshot.ask).as_deref(), Some("64120.2"));
}

#[test]
fn an_error_inside_of_a_good_answer_is_one() {
    let mut trial = Trial::fetched("okx", &SYMBOLS);
    let unknown = r#"{"code":"51001","msg":"Instrument ID does not exist","data":[]}"#;
    let (events, _) = trial.answered("/api/v5/market/ticker?instId=ETH-USDT", unknown);
    let why = "Instrument ID does not exist (51001)".to_owned();
    assert_eq!(events, [Event::Refused { key: ETH, why }]);
    let slower = r#"{"code":"50011","msg":"Too Many Requests","data":[]}"#;
    let (events, _) = trial.answered("/api/v5/market/ticker?instId=ETH-USDT", slower);
    let denial = Denial::Slower { patience: None };
    let why = "Too Many Requests (50011)".to_owned();
    assert_eq!(events, [Event::Denied { denial, why }]);
}

#[test]
fn any_change_of_what_it_sends_is_read_without_a_panic() {
    survives_any_change("okx", &SYMBOLS, FIXTURES);
}
