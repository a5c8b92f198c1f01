use std::time::Duration;

use chrono::DateTime;
use model::{
    Candle, Conditions, DayFigures, DaySpan, NotANumber, Precision, Quote, Session, Side, SymbolKey, Tick,
    Timeframe, Trade, TradeId,
};

use super::{CARD, error};
use crate::trial::{Trial, only_tick, survives_any_change};
use crate::{Denial, Event, Unreadable};

const FIXTURES: &str = include_str!("../../fixtures/bybit.ndjson");
const BTC: SymbolKey = SymbolKey(0);
const ETH: SymbolKey = SymbolKey(1);
const SYMBOLS: [&str; 2] = ["BTC-USDT", "ETHUSDT"];

const TRADE: &str = r#"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"RPI":false,"seq":1783284617}]}"#;
const BOOK: &str = r#"{"topic":"orderbook.1.BTCUSDT","ts":1772694601512,"type":"snapshot","data":{"s":"BTCUSDT","b":[["16493.50","0.006"]],"a":[["16611.00","0.029"]],"u":18521288,"seq":7961638724},"cts":1772694601508}"#;

fn line(of: &str) -> &'static str {
    FIXTURES.lines().find(|line| line.contains(of)).unwrap()
}

#[test]
fn no_message_asks_for_more_topics_than_it_takes() {
    let mut trial = Trial::of("bybit", &["BTC-USDT"]);
    assert_eq!(
        trial.subscribe(false),
        [
            r#"{"req_id":"1","op":"subscribe","args":["publicTrade.BTCUSDT","orderbook.1.BTCUSDT","tickers.BTCUSDT"]}"#
        ]
    );
    assert_eq!(
        trial.unsubscribe(&["BTC-USDT"]),
        [
            r#"{"req_id":"2","op":"unsubscribe","args":["publicTrade.BTCUSDT","orderbook.1.BTCUSDT","tickers.BTCUSDT"]}"#
        ]
    );
    let names: Vec<_> = (0..9).map(|n| format!("COIN{n}USDT")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let messages = Trial::of("bybit", &names).subscribe(true);
    assert_eq!(messages.len(), 5);
    for message in &messages {
        assert!(message.matches("COIN").count() <= 10, "{message}");
    }
    assert!(messages[0].contains("kline.1.COIN0USDT"));
}

#[test]
fn an_ack_accepts_what_was_asked_and_nothing_twice() {
    let mut trial = Trial::subscribed("bybit", &SYMBOLS);
    let ack = line(r#""success":true,"ret_msg":"","conn_id""#);
    let accepted = trial.told(ack);
    let [
        Event::Accepted {
            key: BTC,
            instrument,
            session: Some(Session::Open),
            ..
        },
        Event::Accepted { key: ETH, .. },
    ] = accepted.as_slice()
    else {
        panic!("{accepted:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USDT"));
    assert_eq!(trial.told(ack), []);
}

#[test]
fn a_topic_that_it_does_not_have_refuses_the_one_symbol_it_was_about() {
    let why = "Invalid topic: publicTrade.NONEUSDT".to_owned();
    let several = Trial::subscribed("bybit", &SYMBOLS).told(line("Invalid topic"));
    assert_eq!(several, [Event::Complaint { why: why.clone() }]);
    let alone = Trial::subscribed("bybit", &["NONEUSDT"]).told(line("Invalid topic"));
    assert_eq!(alone, [Event::Refused { key: BTC, why }]);
    let again = Trial::subscribed("bybit", &["BTCUSDT"]).told(line("already subscribed"));
    assert!(
        matches!(again.as_slice(), [Event::Accepted { key: BTC, .. }]),
        "{again:?}"
    );
    let several = Trial::subscribed("bybit", &SYMBOLS).told(line("already subscribed"));
    assert!(
        matches!(several.as_slice(), [Event::Complaint { .. }]),
        "{several:?}"
    );
}

#[test]
fn a_deal_keeps_its_digits_its_id_and_the_venues_time() {
    let events = Trial::subscribed("bybit", &SYMBOLS).told(TRADE);
    let trade = Trade {
        price: "16578.50".parse().unwrap(),
        size: "0.001".parse().ok(),
        time: DateTime::from_timestamp_millis(1_672_304_486_865),
        id: TradeId::new("20f43950-d8dd-5b31-9112-a178eb6023af"),
        side: Some(Side::Buy),
        conditions: Conditions::NONE,
    };
    let expected = Event::Tick {
        key: BTC,
        // Its number is shared by all deals of a moment.
        seq: None,
        tick: Tick::Trade(trade),
        precision: Precision::new(3),
    };
    assert_eq!(events, [expected]);
}

#[test]
fn an_empty_text_is_no_price_and_the_next_deal_is_read_all_the_same() {
    let (events, told) = Trial::subscribed("bybit", &SYMBOLS).read(line(r#""p":"""#));
    assert_eq!(told, Err(Unreadable::Missing { field: "p" }));
    let (Tick::Trade(trade), None) = only_tick(&events) else {
        panic!("{events:?}")
    };
    assert_eq!(trade.id, TradeId::new("2290000000061234569"));
    let odd = TRADE.replace("16578.50", "x");
    let (_, told) = Trial::subscribed("bybit", &SYMBOLS).read(&odd);
    let why = NotANumber::Malformed;
    assert_eq!(told, Err(Unreadable::Number { field: "p", why }));
}

#[test]
fn the_book_of_one_level_is_the_quote_whatever_the_order_of_its_fields() {
    let mut trial = Trial::subscribed("bybit", &SYMBOLS);
    let quote = Quote {
        bid: Some(("16493.50".parse().unwrap(), "0.006".parse().ok())),
        ask: Some(("16611.00".parse().unwrap(), "0.029".parse().ok())),
        time: DateTime::from_timestamp_millis(1_772_694_601_508),
    };
    assert_eq!(only_tick(&trial.told(BOOK)), (Tick::Quote(quote), None));
    let turned = trial.told(line(r#""b":[],"a":[["64120.10""#));
    let (Tick::Quote(turned), None) = only_tick(&turned) else {
        panic!("{turned:?}")
    };
    assert_eq!((turned.bid, turned.ask.is_some()), (None, true));
    let part = BOOK.replace("snapshot", "delta");
    assert_eq!(trial.told(&part), [], "what is left out has not changed");
}

#[test]
fn a_ticker_is_the_last_24_hours_and_neither_trade_nor_quote() {
    let text = line(r#""topic":"tickers."#);
    let figures = DayFigures {
        span: DaySpan::Rolling,
        open: "63010".parse().ok(),
        high: "64990".parse().ok(),
        low: "62500".parse().ok(),
        volume: "8011.5521".parse().ok(),
        reference: "63010".parse().ok(),
        time: DateTime::from_timestamp_millis(1_732_186_800_150),
    };
    let expected = Event::Day {
        key: BTC,
        figures: Box::new(figures),
    };
    let mut trial = Trial::subscribed("bybit", &SYMBOLS);
    let events = trial.told(text);
    // The price before the first deal, told once and dated by nobody.
    let [Event::Snapshot { snapshot, .. }, day] = events.as_slice() else {
        panic!("{events:?}")
    };
    let last = ("64120.1".parse().unwrap(), None);
    assert_eq!((snapshot.last, snapshot.time), (Some(last), None));
    assert_eq!(*day, expected);
    assert_eq!(trial.told(text), [expected]);
}

#[test]
fn a_minute_is_a_bar_and_other_lengths_are_passed_over() {
    let mut trial = Trial::subscribed("bybit", &SYMBOLS);
    let candle = Candle {
        start: 1_732_186_800,
        open: "64120".parse().unwrap(),
        high: "64121".parse().unwrap(),
        low: "64119.5".parse().unwrap(),
        close: "64120.1".parse().unwrap(),
        volume: "2.081".parse().unwrap(),
        trades: 0,
    };
    let bar = Event::Bar {
        key: BTC,
        timeframe: Timeframe::Minute,
        candle,
    };
    assert_eq!(trial.told(line("kline.1.")), [bar]);
    assert_eq!(trial.told(line("kline.5.")), []);
    assert_eq!(trial.told(line("orderbook.50.")), []);
}

#[test]
fn a_pong_is_called_a_ping_here() {
    let mut trial = Trial::subscribed("bybit", &SYMBOLS);
    assert_eq!(trial.told(line(r#""op":"ping""#)), [Event::Heartbeat]);
    assert_eq!(trial.told(line(r#""op":"pong""#)), [Event::Heartbeat]);
    assert_eq!(trial.told(line(r#""op":"unsubscribe""#)), []);
    let beat = CARD.beat.unwrap();
    assert_eq!(
        (&*beat.text, beat.every),
        (r#"{"op":"ping"}"#, Duration::from_secs(20))
    );
    for (text, why) in [
        ("{}", Unreadable::UnknownKind),
        (r#"{"topic":"songs.BTCUSDT","data":[]}"#, Unreadable::UnknownKind),
        (
            r#"{"topic":"tickers.BTCUSDT"}"#,
            Unreadable::Missing { field: "data" },
        ),
        ("pong", Unreadable::Json),
    ] {
        assert_eq!(trial.read(text), (vec![], Err(why)), "{text}");
    }
}

#[test]
fn whoever_was_too_fast_waits_ten_minutes_and_some_countries_for_ever() {
    let ban = Denial::Slower {
        patience: Some(Duration::from_secs(600)),
    };
    assert_eq!(error::refusal(403, ""), Some(ban));
    let place = "The distribution is configured to block access from your country.";
    assert_eq!(error::refusal(403, place), Some(Denial::Region));
    assert_eq!(error::refusal(404, ""), None);
    let words = r#"{"success":false,"ret_msg":"Too many visits!","req_id":"1","op":"subscribe"}"#;
    let told = Trial::subscribed("bybit", &SYMBOLS).told(words);
    let denied = Event::Denied {
        denial: Denial::Slower { patience: None },
        why: "Too many visits!".to_owned(),
    };
    assert_eq!(told, [denied]);
}

#[test]
fn what_is_fetched_is_the_state_of_things() {
    let mut trial = Trial::of("bybit", &SYMBOLS);
    let paths = trial.fetch();
    assert_eq!(
        paths,
        [
            "/v5/market/tickers?category=spot&symbol=BTCUSDT",
            "/v5/market/tickers?category=spot&symbol=ETHUSDT"
        ]
    );
    let (events, told) = trial.answered(&paths[0], line(r#""retCode":0"#));
    assert_eq!(told, Ok(()));
    let [
        Event::Accepted { key: BTC, .. },
        Event::Snapshot {
            key: BTC, snapshot, ..
        },
        Event::Day { key: BTC, figures },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let side = |price: &str, size: &str| Some((price.parse().unwrap(), size.parse().ok()));
    assert_eq!(snapshot.bid, side("64120.00", "1.204"));
    assert_eq!(snapshot.ask, side("64120.10", "0.77"));
    assert_eq!(snapshot.last, Some(("64120.1".parse().unwrap(), None)));
    assert_eq!(figures.reference, "63010".parse().ok());
    let (events, _) = trial.answered(&paths[1], line("10001"));
    let why = "Not supported symbols (10001)".to_owned();
    assert_eq!(events, [Event::Refused { key: ETH, why }]);
    let (events, _) = trial.answered(&paths[1], line("10006"));
    let denial = Denial::Slower { patience: None };
    let why = "Too many visits! (10006)".to_owned();
    assert_eq!(events, [Event::Denied { denial, why }]);
    // Of everybody together.
    let (events, _) = trial.answered(&paths[1], &line("10006").replace("10006", "429"));
    let why = "Too many visits! (429)".to_owned();
    assert_eq!(events, [Event::Denied { denial, why }]);
}

#[test]
fn any_change_of_what_it_sends_is_read_without_a_panic() {
    survives_any_change("bybit", &SYMBOLS, FIXTURES);
}
