mod rest;

use chrono::{DateTime, TimeZone, Utc};
use model::{Condition, Conditions, InstrumentKind, Precision, Quote, Session, SymbolKey, Tick, Trade};

use super::error;
use crate::trial::{Trial, survives_any_change};
use crate::{Denial, Event, Unreadable, VenueName};

const FIXTURES: &str = include_str!("../../fixtures/tiingo.ndjson");
const IEX: &str = "tiingo:iex";
const CRYPTO: &str = "tiingo:crypto";
const FX: &str = "tiingo:fx";
const NAMES: [&str; 6] = ["SPY", "uso", "BTC-USD", "BTC/USD", "EUR/USD", "msft"];
const SPY: SymbolKey = SymbolKey(0);
const USO: SymbolKey = SymbolKey(1);
const EUR: SymbolKey = SymbolKey(4);

const HALTED: &str = r#"{"messageType":"A","service":"iex","data":["Q","2025-03-14T13:33:45.383129126-04:00",1741973625383129126,"spy",null,null,null,null,null,null,null,1,0,null,null,null]}"#;

fn trial(word: &str) -> Trial {
    Trial::subscribed(word, &NAMES)
}

fn fixture(beginning: &str) -> &'static str {
    FIXTURES.lines().find(|line| line.contains(beginning)).unwrap()
}

fn at(seconds: i64, nanos: u32) -> Option<DateTime<Utc>> {
    Utc.timestamp_opt(seconds, nanos).single()
}

fn price_of(price: &str, time: Option<DateTime<Utc>>) -> Tick {
    Tick::Trade(Trade {
        price: price.parse().unwrap(),
        size: None,
        time,
        id: None,
        side: None,
        conditions: Conditions::NONE.with(Condition::NotVolume),
    })
}

#[test]
fn a_reference_price_moves_the_price_and_counts_for_no_volume() {
    let expected = |key, price, time| Event::Tick {
        key,
        seq: None,
        tick: price_of(price, time),
        precision: Precision::new(9),
    };
    let events = trial(IEX).told(fixture("561.595"));
    assert_eq!(events, [expected(SPY, "561.595", at(1_741_969_039, 342_553_795))]);
    let events = trial(IEX).told(fixture("7.139e1"));
    assert_eq!(events, [expected(USO, "71.39", at(1_741_969_040, 105_597_077))]);
}

#[test]
fn the_full_feed_tells_trades_quotes_and_what_is_special_about_them() {
    let events = trial(IEX).told(fixture("[\"T\",\"2025"));
    let [
        Event::Tick {
            key: SPY,
            tick: Tick::Trade(trade),
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(trade.price.to_string(), "561.59");
    assert_eq!(trade.size, Some("40".parse().unwrap()));
    assert_eq!(trade.time, at(1_741_973_625, 594_808_294));
    let odd = Conditions::NONE.with(Condition::Extended).with(Condition::OddLot);
    assert_eq!(trade.conditions, odd);

    let events = trial(IEX).told(fixture("[\"Q\",\"2025"));
    let [
        Event::Tick {
            tick: Tick::Quote(quote),
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(quote.bid, Some(("561.58".parse().unwrap(), "100".parse().ok())));
    assert_eq!(quote.ask, Some(("561.59".parse().unwrap(), "300".parse().ok())));
    assert_eq!(
        trial(IEX).told(fixture("[\"B\"")),
        [],
        "nobody knows which trade it takes back"
    );
}

#[test]
fn a_halt_is_told_once_and_so_is_its_end() {
    let mut trial = trial(IEX);
    let mut sessions = Vec::new();
    let goes_on = fixture("[\"Q\",\"2025");
    for text in [goes_on, HALTED, HALTED, goes_on, goes_on] {
        sessions.extend(trial.told(text).into_iter().filter_map(|event| {
            let Event::Session { key: SPY, change, .. } = event else {
                return None;
            };
            Some(change.session)
        }));
    }
    assert_eq!(sessions, [Session::Halted, Session::Open]);
}

#[test]
fn a_deal_in_coins_keeps_its_exponents_and_goes_to_all_who_asked() {
    let events = trial(CRYPTO).told(fixture("bitfinex"));
    assert_eq!(events.len(), 2, "BTC-USD and BTC/USD are one stream");
    let [
        Event::Tick {
            tick: Tick::Trade(trade),
            precision,
            ..
        },
        _,
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(trade.price.to_string(), "80132.0");
    assert_eq!(trade.size, "0.0002".parse().ok());
    assert_eq!(*precision, Precision::new(6));
    let events = trial(CRYPTO).told(fixture("gdax"));
    let [
        Event::Tick {
            tick: Tick::Quote(quote),
            ..
        },
        _,
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(
        *quote,
        Quote {
            bid: Some(("80046.4".parse().unwrap(), "0.00006517".parse().ok())),
            ask: Some(("80046.41".parse().unwrap(), "0.63361423".parse().ok())),
            time: at(1_788_666_954, 366_000_000),
        }
    );
}

#[test]
fn best_prices_of_coins_do_not_jump_between_exchanges() {
    let mut trial = trial(CRYPTO);
    let mut told = |house: &str| trial.told(&fixture("gdax").replace("gdax", house)).len();
    assert_eq!(told("gdax"), 2);
    assert_eq!(told("kraken"), 0);
    assert_eq!(told("gdax"), 2);
}

#[test]
fn the_ask_of_currencies_stands_where_the_numbers_say_and_not_the_papers() {
    let events = trial(FX).told(fixture("eurusd"));
    let [
        Event::Tick {
            key: EUR,
            tick: Tick::Quote(quote),
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(
        quote.bid,
        Some(("1.0864".parse().unwrap(), "5000000.0".parse().ok()))
    );
    assert_eq!(
        quote.ask,
        Some(("1.08667".parse().unwrap(), "2000000.0".parse().ok()))
    );
}

#[test]
fn an_answer_accepts_what_was_asked_and_its_number_is_used_from_then_on() {
    let mut trial = trial(CRYPTO);
    let events = trial.told(fixture("49792869"));
    assert_eq!(events.len(), NAMES.len());
    let Some(Event::Accepted {
        instrument,
        session: Some(Session::Open),
        ..
    }) = events.iter().find(|event| {
        matches!(
            event,
            Event::Accepted {
                key: SymbolKey(2),
                ..
            }
        )
    })
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.kind, Some(InstrumentKind::Crypto));
    assert_eq!(
        trial.unsubscribe(&["msft"]),
        [r#"{"eventName":"unsubscribe","eventData":{"subscriptionId":49792869,"tickers":["msft"]}}"#]
    );
    assert_eq!(trial.told(fixture("49792869")), [], "and nothing twice");
}

#[test]
fn a_list_of_what_stands_accepts_what_is_on_it() {
    let uso = r#"{"data":{"tickers":["uso"],"thresholdLevel":"6"},"messageType":"I","response":{"code":200,"message":"Success"}}"#;
    let mut trial = trial(IEX);
    let events = trial.told(uso);
    assert!(
        matches!(
            events.as_slice(),
            [Event::Accepted {
                key: USO,
                session: None,
                ..
            }]
        ),
        "{events:?}"
    );
    let events = trial.told(fixture("[\"*\""));
    assert_eq!(events.len(), NAMES.len() - 1, "and a star is everything");
}

#[test]
fn a_heartbeat_says_that_it_is_there() {
    assert_eq!(trial(FX).told(fixture("\"H\"")), [Event::Heartbeat]);
}

#[test]
fn a_denial_says_what_a_person_can_do_about_it() {
    for (text, denial, why) in [
        (
            "service: boats",
            Denial::Plan,
            "Not authorized for service: boats (403)",
        ),
        ("Invalid token", Denial::Key, "Invalid token (401)"),
        (
            "Too many",
            Denial::Slower { patience: None },
            "Too many requests (429)",
        ),
    ] {
        let why = why.to_owned();
        assert_eq!(trial(IEX).told(fixture(text)), [Event::Denied { denial, why }]);
    }
    let unknown = fixture("service: boats").replace("Not authorized for service: boats", "Invalid token");
    assert!(matches!(
        trial(IEX).told(&unknown).as_slice(),
        [Event::Denied {
            denial: Denial::Key,
            ..
        }]
    ));
    assert_eq!(
        error::refusal(403, r#"{"detail":"Invalid token."}"#),
        Some(Denial::Key)
    );
    assert_eq!(error::refusal(403, "not in your plan"), Some(Denial::Plan));
    assert_eq!(error::refusal(429, "Invalid token"), None);
    let broken = fixture("Too many").replace("429", "503");
    assert!(matches!(
        trial(IEX).told(&broken).as_slice(),
        [Event::Denied {
            denial: Denial::Passing,
            ..
        }]
    ));
}

#[test]
fn a_question_that_is_not_liked_is_about_one_symbol_or_nobody_knows_which() {
    let why = "thresholdLevel not valid (400)".to_owned();
    let complaint = Event::Complaint { why: why.clone() };
    assert_eq!(trial(IEX).told(fixture("not valid")), [complaint]);
    let events = Trial::subscribed(IEX, &["SPY"]).told(fixture("not valid"));
    assert_eq!(events, [Event::Refused { key: SPY, why }]);
}

#[test]
fn a_price_of_no_time_and_a_ticker_in_capitals_are_told_all_the_same() {
    for (word, symbol, list) in [
        (IEX, "spy", r#"["1970-01-01T00:00:00Z","spy",1.5]"#),
        (IEX, "spy", r#"["","SPY",1.5]"#),
        (
            IEX,
            "spy",
            r#"["T","",0,"spy",null,null,null,null,null,1.5,1,null,0,0,0,0]"#,
        ),
        (CRYPTO, "btcusd", r#"["Q","BTCUSD","soon","gdax",1,2,3,4,5]"#),
        (CRYPTO, "btcusd", r#"["T","btcusd",null,"gdax",1,2]"#),
        (FX, "eurusd", r#"["Q","EURUSD","1970-01-01T00:00:00Z",1,2,3,4,5]"#),
    ] {
        let text = format!(r#"{{"messageType":"A","data":{list}}}"#);
        let events = Trial::subscribed(word, &[symbol]).told(&text);
        assert!(
            matches!(events.as_slice(), [Event::Tick { tick, .. }] if tick.time().is_none()),
            "{list}: {events:?}"
        );
    }
}

#[test]
fn what_cannot_be_read_says_which_field_it_was() {
    let error = |word, text: &str| trial(word).read(text).1.unwrap_err();
    let price = |list: &str| format!(r#"{{"messageType":"A","data":{list}}}"#);
    for (word, list, expected) in [
        (
            IEX,
            r#"["2025-03-14T12:17:19Z","spy"]"#,
            Unreadable::Missing { field: "price" },
        ),
        (
            IEX,
            r#"["2025-03-14T12:17:19Z","spy",null]"#,
            Unreadable::Missing { field: "price" },
        ),
        (
            IEX,
            r#"["T","2025-03-14T12:17:19Z"]"#,
            Unreadable::Missing { field: "halted" },
        ),
        (
            FX,
            r#"["Q","eurusd","2025-03-14T12:17:19Z",1,2,3]"#,
            Unreadable::Missing { field: "askPrice" },
        ),
        (
            FX,
            r#"["T","eurusd","2025-03-14T12:17:19Z",1,2,3,4,5]"#,
            Unreadable::UnknownKind,
        ),
        (CRYPTO, r#"{"T":1}"#, Unreadable::Json),
        (CRYPTO, "null", Unreadable::Missing { field: "data" }),
    ] {
        assert_eq!(error(word, &price(list)), expected, "{list}");
    }
    let nothing = error(IEX, &price(r#"["2025-03-14T12:17:19Z","spy",0]"#));
    assert!(
        matches!(nothing, Unreadable::Number { field: "price", .. }),
        "{nothing:?}"
    );
    assert_eq!(error(IEX, r#"{"messageType":"Z"}"#), Unreadable::UnknownKind);
    assert_eq!(error(IEX, "[]"), Unreadable::Json);
}

#[test]
fn the_provider_alone_means_its_stocks() {
    assert_eq!(VenueName::from_word("tiingo").unwrap().as_str(), "tiingo:iex");
}

#[test]
fn whatever_comes_is_read_or_refused() {
    for word in [IEX, CRYPTO, FX] {
        survives_any_change(word, &NAMES, FIXTURES);
    }
}
