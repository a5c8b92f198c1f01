use chrono::DateTime;
use model::{Conditions, DaySpan, Precision, Quote, Session, Side, SymbolKey, Tick, Trade, TradeId};

use super::CARD;
use crate::trial::{Trial, only_tick, survives_any_change};
use crate::{Denial, Event, Unreadable};

const FIXTURES: &str = include_str!("../../fixtures/bitstamp.ndjson");
const BTC: SymbolKey = SymbolKey(0);
const ETH: SymbolKey = SymbolKey(1);
const SYMBOLS: [&str; 2] = ["BTC-USD", "ETHUSD"];

const TRADE: &str = r#"{"data":{"id":216000477,"timestamp":"1641343699","amount":0.0016429999999999999,"amount_str":"0.00164300","price":3805.4,"price_str":"3805.40","type":0,"microtimestamp":"1641343699596000","buy_order_id":1443875737346049,"sell_order_id":1443875731320832},"channel":"live_trades_btcusd","event":"trade"}"#;
const BOOK: &str = r#"{"data":{"timestamp":"1641343699","microtimestamp":"1641343699906487","bids":[["77188","0.41122"],["77187","9"]],"asks":[["77189","0.41124"]]},"channel":"order_book_btcusd","event":"data"}"#;

#[test]
fn each_channel_is_a_frame_of_its_own_and_a_short_one() {
    let mut trial = Trial::of("bitstamp", &["BTC-USD"]);
    assert_eq!(
        trial.subscribe(true),
        [
            r#"{"event":"bts:subscribe","data":{"channel":"live_trades_btcusd"}}"#,
            r#"{"event":"bts:subscribe","data":{"channel":"order_book_btcusd"}}"#
        ]
    );
    assert_eq!(
        trial.unsubscribe(&["BTC-USD"]),
        [
            r#"{"event":"bts:unsubscribe","data":{"channel":"live_trades_btcusd"}}"#,
            r#"{"event":"bts:unsubscribe","data":{"channel":"order_book_btcusd"}}"#
        ]
    );
    // It would end the connection, and all that is subscribed on it.
    let endless = "x".repeat(600);
    assert_eq!(Trial::of("bitstamp", &[&endless]).subscribe(false), [""; 0]);
    assert_eq!(CARD.message_max, 511);
    assert_eq!(CARD.symbols_per_connection, Some(512));
}

#[test]
fn a_symbol_is_accepted_once_although_each_channel_is_answered() {
    let mut trial = Trial::subscribed("bitstamp", &SYMBOLS);
    let ack =
        |channel| format!(r#"{{"event":"bts:subscription_succeeded","channel":"{channel}","data":{{}}}}"#);
    assert_eq!(trial.told(&ack("order_book_btcusd")), []);
    let accepted = trial.told(&ack("live_trades_btcusd"));
    let [
        Event::Accepted {
            key: BTC,
            instrument,
            session: Some(Session::Open),
            ..
        },
    ] = accepted.as_slice()
    else {
        panic!("{accepted:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USD"));
}

#[test]
fn a_deal_is_read_from_its_texts_and_not_from_what_a_float_made_of_them() {
    let events = Trial::subscribed("bitstamp", &SYMBOLS).told(TRADE);
    let trade = Trade {
        price: "3805.40".parse().unwrap(),
        size: "0.00164300".parse().ok(),
        time: DateTime::from_timestamp_micros(1_641_343_699_596_000),
        id: TradeId::new("216000477"),
        side: Some(Side::Buy),
        conditions: Conditions::NONE,
    };
    let expected = Event::Tick {
        key: BTC,
        seq: Some(216_000_477),
        tick: Tick::Trade(trade),
        precision: Precision::new(6),
    };
    assert_eq!(events, [expected]);
    let long = TRADE
        .replace(
            r#""id":216000477"#,
            r#""id":2001939623936278528,"id_str":"2001939623936278529""#,
        )
        .replace(r#""type":0"#, r#""type":1"#);
    let told = Trial::subscribed("bitstamp", &SYMBOLS).told(&long);
    let (Tick::Trade(trade), Some(2_001_939_623_936_278_529)) = only_tick(&told) else {
        panic!("{told:?}")
    };
    assert_eq!(trade.id, TradeId::new("2001939623936278529"));
    assert_eq!(
        (trade.price.to_string().as_str(), trade.side),
        ("3805.40", Some(Side::Sell))
    );
}

#[test]
fn a_time_is_the_finest_that_there_is() {
    for (fine, coarse, time, digits) in [
        ("1641343699596000", "1641343699", 1_641_343_699_596_000, 6),
        ("", "1641343699", 1_641_343_699_000_000, 0),
        ("0", "1641343699596", 1_641_343_699_596_000, 3),
    ] {
        let text = TRADE
            .replace(r#""1641343699""#, &format!(r#""{coarse}""#))
            .replace(r#""1641343699596000""#, &format!(r#""{fine}""#));
        let events = Trial::subscribed("bitstamp", &SYMBOLS).told(&text);
        let [Event::Tick { tick, precision, .. }] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(tick.time(), DateTime::from_timestamp_micros(time));
        assert_eq!(*precision, Precision::new(digits));
    }
}

#[test]
fn the_top_of_the_book_is_the_quote() {
    let mut trial = Trial::subscribed("bitstamp", &SYMBOLS);
    let quote = Quote {
        bid: Some(("77188".parse().unwrap(), "0.41122".parse().ok())),
        ask: Some(("77189".parse().unwrap(), "0.41124".parse().ok())),
        time: DateTime::from_timestamp_micros(1_641_343_699_906_487),
    };
    assert_eq!(only_tick(&trial.told(BOOK)), (Tick::Quote(quote), None));
    let nobody_sells = BOOK.replace(r#"[["77189","0.41124"]]"#, "[]");
    let quote = Quote { ask: None, ..quote };
    assert_eq!(only_tick(&trial.told(&nobody_sells)), (Tick::Quote(quote), None));
}

#[test]
fn other_books_and_single_orders_are_passed_over() {
    let mut trial = Trial::subscribed("bitstamp", &SYMBOLS);
    for channel in ["diff_order_book_btcusd", "detail_order_book_btcusd"] {
        assert_eq!(trial.told(&BOOK.replace("order_book_btcusd", channel)), []);
    }
    let order = FIXTURES
        .lines()
        .find(|line| line.contains("order_created"))
        .unwrap();
    assert_eq!(trial.told(order), []);
    let unknown = r#"{"event":"song","channel":"","data":{}}"#;
    assert_eq!(trial.read(unknown), (vec![], Err(Unreadable::UnknownKind)));
    assert_eq!(trial.read("{}"), (vec![], Err(Unreadable::Json)));
}

#[test]
fn an_error_without_a_name_is_about_the_oldest_question() {
    let mut trial = Trial::subscribed("bitstamp", &SYMBOLS);
    let error =
        r#"{"event":"bts:error","channel":"","data":{"code":null,"message":"Invalid channel provided."}}"#;
    let why = "Invalid channel provided.".to_owned();
    for channel in ["live_trades_btcusd", "order_book_btcusd"] {
        trial.told(&format!(
            r#"{{"event":"bts:subscription_succeeded","channel":"{channel}","data":{{}}}}"#
        ));
    }
    let refused = Event::Refused {
        key: ETH,
        why: why.clone(),
    };
    assert_eq!(trial.told(error), [refused]);
    assert_eq!(trial.told(error), [], "its book is refused with it");
    assert_eq!(trial.told(error), [Event::Complaint { why }]);
}

#[test]
fn a_limit_is_waited_for() {
    let error = r#"{"event":"bts:error","channel":"","data":{"code":4009,"message":"Too many."}}"#;
    let denied = Event::Denied {
        denial: Denial::Slower { patience: None },
        why: "Too many.".to_owned(),
    };
    assert_eq!(Trial::subscribed("bitstamp", &SYMBOLS).told(error), [denied]);
}

#[test]
fn the_venue_says_when_it_goes_and_that_it_is_there() {
    let mut trial = Trial::subscribed("bitstamp", &SYMBOLS);
    let events = trial.told(r#"{"event":"bts:request_reconnect","channel":"","data":null}"#);
    assert!(matches!(events.as_slice(), [Event::Leaving { .. }]), "{events:?}");
    let beat = r#"{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}"#;
    assert_eq!(trial.told(beat), [Event::Heartbeat]);
}

#[test]
fn what_is_fetched_is_the_state_of_things_and_the_address_says_of_what() {
    let mut trial = Trial::of("bitstamp", &SYMBOLS);
    let paths = trial.fetch();
    assert_eq!(paths, ["/api/v2/ticker/btcusd/", "/api/v2/ticker/ethusd/"]);
    let line = FIXTURES.lines().find(|line| line.contains("open_24")).unwrap();
    let (events, told) = trial.answered(&paths[1], line);
    assert_eq!(told, Ok(()));
    let [
        Event::Accepted { key: ETH, .. },
        Event::Snapshot {
            key: ETH, snapshot, ..
        },
        Event::Day { key: ETH, figures },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let text = |side: Option<(model::Price, _)>| side.map(|(price, _)| price.to_string());
    assert_eq!(text(snapshot.last).as_deref(), Some("64120"));
    assert_eq!(text(snapshot.ask).as_deref(), Some("64121"));
    assert_eq!(
        (figures.span, figures.reference),
        (DaySpan::Rolling, "63010".parse().ok())
    );
    let (events, _) = trial.answered(
        &paths[0],
        r#"{"status":"error","reason":"Invalid market symbol."}"#,
    );
    let why = "Invalid market symbol.".to_owned();
    assert_eq!(events, [Event::Refused { key: BTC, why }]);
}

#[test]
fn any_change_of_what_it_sends_is_read_without_a_panic() {
    survives_any_change("bitstamp", &SYMBOLS, FIXTURES);
}
