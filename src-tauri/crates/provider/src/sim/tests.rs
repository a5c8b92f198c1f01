use std::time::Duration;

use chrono::DateTime;
use model::{
    Candle, Condition, Conditions, InstrumentKind, Precision, Price, Quote, Session, SessionChange, Side,
    Source, Symbol, SymbolKey, Tick, Timeframe, Trade, TradeId,
};
use proptest::prelude::*;

use super::{Sim, message, tick};
use crate::scan::Minute;
use crate::{Directory, Event, Unreadable, Venue, Welcome};

const NVX: SymbolKey = SymbolKey(4);

#[test]
fn a_trade_keeps_its_digits_its_id_and_the_venues_time() {
    let text = r#"{"type":"trade","symbol":"NVX","seq":1042,"time":"2026-01-05T14:30:00.250Z","price":"187.240","size":"100","id":"18239578009413566319","side":"sell"}"#;
    let trade = Trade {
        price: "187.240".parse().unwrap(),
        size: Some("100".parse().unwrap()),
        time: Some(DateTime::from_timestamp_millis(1_767_623_400_250).unwrap()),
        id: TradeId::new("18239578009413566319"),
        side: Some(Side::Sell),
        conditions: Conditions::NONE,
    };
    let events = read(text).unwrap();
    assert_eq!(
        events,
        [Event::Tick {
            key: NVX,
            seq: Some(1042),
            tick: Tick::Trade(trade),
            precision: Precision::new(3),
        }]
    );
    let Some(Event::Tick {
        tick: Tick::Trade(trade),
        ..
    }) = events.first()
    else {
        panic!("not a trade")
    };
    assert_eq!(trade.price.to_string(), "187.240");
}

#[test]
fn fields_may_come_in_any_order_and_new_ones_are_passed_over() {
    let text = r#"{"bid_size":"3","mood":{"is":["wild"]},"symbol":"\u004eVX","bid":"9.5","type":"quote"}"#;
    let quote = Quote {
        bid: Some(("9.5".parse().unwrap(), "3".parse().ok())),
        ask: None,
        time: None,
    };
    assert_eq!(
        read(text).unwrap(),
        [Event::Tick {
            key: NVX,
            seq: None,
            tick: Tick::Quote(quote),
            precision: Precision::default(),
        }]
    );
}

#[test]
fn an_ack_describes_the_instrument_and_says_where_its_numbers_stand() {
    let text = r#"{"type":"ack","id":7,"symbol":"NVX","seq":1041,"recovered":true,"name":"Novex Systems","currency":"USD","tick":"0.01","previous_close":"187.20","kind":"etf","exchange":"XNAS","session":"auction"}"#;
    let events = read(text).unwrap();
    let [
        Event::Accepted {
            key: NVX,
            seq: Some(1041),
            recovered: Some(true),
            instrument,
            session: Some(Session::Auction),
        },
    ] = events.as_slice()
    else {
        panic!("not an ack: {events:?}")
    };
    assert_eq!(instrument.name.as_deref(), Some("Novex Systems"));
    assert_eq!(instrument.tick, Some("0.01".parse::<Price>().unwrap()));
    assert_eq!(instrument.kind, Some(InstrumentKind::Etf));
    assert_eq!(instrument.exchange.as_deref(), Some("XNAS"));
}

#[test]
fn a_simulator_is_known_by_what_it_calls_itself() {
    let welcome = |server: &str| {
        let text = format!(
            r#"{{"type":"welcome","protocol":"tickwire.v1","server":"{server}","epoch":"e","market_time":"2026-01-05T14:30:00Z","rate":0.1,"heartbeat_ms":5000}}"#
        );
        match read(&text).unwrap().as_slice() {
            [Event::Welcome(welcome)] => welcome.clone(),
            other => panic!("not a welcome: {other:?}"),
        }
    };
    let simulated = Welcome {
        epoch: "e".into(),
        source: Some(Source::Simulated),
        market_time: DateTime::from_timestamp(1_767_623_400, 0).unwrap(),
        rate: 0.1,
        heartbeat: Some(Duration::from_secs(5)),
    };
    assert_eq!(welcome("tickwire-sim/0.1.0"), simulated);
    assert_eq!(welcome("exchange/2").source, None);
}

#[test]
fn a_halt_is_numbered_and_says_why() {
    let halt = |reason: &str| {
        format!(
            r#"{{"type":"status","symbol":"NVX","seq":1044,"time":"2026-01-05T14:31:00.00Z","session":"halted"{reason}}}"#
        )
    };
    let expected = |reason: Option<&str>| Event::Session {
        key: NVX,
        seq: Some(1_044),
        change: SessionChange {
            session: Session::Halted,
            reason: reason.map(Into::into),
            time: DateTime::from_timestamp(1_767_623_460, 0),
        },
        precision: Precision::new(2),
    };
    assert_eq!(
        read(&halt(r#","reason":"news pending""#)).unwrap(),
        [expected(Some("news pending"))]
    );
    assert_eq!(read(&halt("")).unwrap(), [expected(None)]);
    assert_eq!(
        read(r#"{"type":"status","symbol":"NVX","seq":1,"session":"asleep"}"#),
        Err(Unreadable::Missing { field: "session" })
    );
}

#[test]
fn a_bar_is_a_whole_candle_or_nothing() {
    let text = r#"{"type":"bar","symbol":"NVX","interval":"1m","time":"2026-01-05T14:30:00Z","open":"187.20","high":"187.31","low":"187.10","close":"187.24","volume":"4200","trades":12}"#;
    let candle = Candle {
        start: 1_767_623_400,
        open: "187.20".parse().unwrap(),
        high: "187.31".parse().unwrap(),
        low: "187.10".parse().unwrap(),
        close: "187.24".parse().unwrap(),
        volume: "4200".parse().unwrap(),
        trades: 12,
    };
    let bar = Event::Bar {
        key: NVX,
        timeframe: Timeframe::Minute,
        candle,
    };
    assert_eq!(read(text).unwrap(), [bar]);
    assert_eq!(
        read(&text.replace(r#""low":"187.10","#, "")),
        Err(Unreadable::Missing { field: "low" })
    );
}

#[test]
fn a_trade_of_an_auction_says_so_and_an_index_has_neither_size_nor_side() {
    let text = r#"{"type":"trade","symbol":"NVX","seq":7,"time":"2026-01-05T14:30:00Z","price":"4012.55","id":"7","conditions":["closing_auction","extended"]}"#;
    let events = read(text).unwrap();
    let [
        Event::Tick {
            tick: Tick::Trade(trade),
            ..
        },
    ] = events.as_slice()
    else {
        panic!("not a trade: {events:?}")
    };
    assert_eq!((trade.size, trade.side), (None, None));
    let both = Conditions::NONE
        .with(Condition::ClosingAuction)
        .with(Condition::Extended);
    assert_eq!(trade.conditions, both);
    assert!(
        tick::read(text, &mut Minute::default()).is_some(),
        "it took the long way"
    );
    let unknown = text.replace("extended", "late");
    assert!(matches!(
        read(&unknown).unwrap().as_slice(),
        [Event::Tick { tick: Tick::Trade(trade), .. }]
            if trade.conditions == Conditions::NONE.with(Condition::ClosingAuction)
    ));
}

#[test]
fn an_error_about_a_symbol_refuses_that_symbol_only() {
    let about =
        r#"{"type":"error","id":7,"code":"unknown_symbol","symbol":"NVX","message":"no such\nthing"}"#;
    assert_eq!(
        read(about).unwrap(),
        [Event::Refused {
            key: NVX,
            why: "no such thing".into()
        }]
    );
    let general = r#"{"type":"error","code":"bad_json","message":"what?"}"#;
    assert_eq!(read(general).unwrap(), [Event::Complaint { why: "what?".into() }]);
}

#[test]
fn a_symbol_that_nobody_wants_any_more_is_passed_over() {
    assert_eq!(
        read(r#"{"type":"trade","symbol":"OLD","seq":1,"price":"1"}"#),
        Ok(vec![])
    );
}

#[test]
fn what_cannot_be_read_says_which_field_it_was() {
    let why = |text: &str| read(text).unwrap_err();
    assert_eq!(why("{"), Unreadable::Json);
    assert_eq!(why(r#"{"type":"song"}"#), Unreadable::UnknownKind);
    assert_eq!(
        why(r#"{"type":"trade","price":"1"}"#),
        Unreadable::Missing { field: "symbol" }
    );
    assert_eq!(
        why(r#"{"type":"trade","symbol":"NVX"}"#),
        Unreadable::Missing { field: "price" }
    );
    assert!(matches!(
        why(r#"{"type":"trade","symbol":"NVX","price":""}"#),
        Unreadable::Number { field: "price", .. }
    ));
    assert_eq!(
        why(r#"{"type":"trade","symbol":"NVX","price":"1","time":"yesterday"}"#),
        Unreadable::Time { field: "time" }
    );
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _unread = read(&text);
    }

    #[test]
    fn no_damage_to_a_good_message_makes_it_panic(at in 0usize..160, byte in 0u8..128) {
        let mut text = String::from(
            r#"{"type":"trade","symbol":"NVX","seq":1042,"time":"2026-01-05T14:30:00.250Z","price":"187.24","size":"100","id":"1042","side":"buy"}"#,
        );
        if at < text.len() {
            text.replace_range(at..=at, &char::from(byte).to_string());
        }
        let _unread = read(&text);
    }
}

/// Text that is a message, or nearly one: every field may be missing, odd or doubled.
fn nearly_a_tick() -> impl Strategy<Value = String> {
    let time = prop_oneof![
        4 => "20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,11})?Z",
        1 => "2026-01-05[Tt ]14:30:00(\\.)?[0-9]{0,3}(Z|z|\\+01:00|-00:00)",
    ];
    let number = || prop_oneof![4 => "[0-9]{1,7}(\\.[0-9]{1,8})?", 1 => "[-+.eE0-9]{0,22}"];
    let text = prop_oneof![8 => "[a-z0-9]{0,6}", 1 => "[ -~]{0,4}", 1 => "\\\\u004e|\\\\n|\\PC"];
    let kind = prop_oneof![Just("trade"), Just("quote"), Just("status")];
    let symbol = prop_oneof![4 => Just("NVX".to_owned()), 1 => Just("OLD".to_owned()), 1 => text.clone()];
    let seq = prop_oneof![6 => "[1-9][0-9]{0,9}", 1 => "0[0-9]?|-1|1e3|[0-9]{19,22}|null"];
    let side = prop_oneof![4 => Just("buy".to_owned()), 4 => Just("sell".to_owned()), 1 => text.clone()];
    let condition = prop_oneof![
        Just("opening_auction".to_owned()),
        Just("odd_lot".to_owned()),
        Just("extended".to_owned()),
        text.clone()
    ];
    let conditions = prop::collection::vec(condition, 0..3).prop_map(|words| {
        let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
        words.join(",")
    });
    let field = |name: &'static str, value: BoxedStrategy<String>| {
        // Nearly always there, and where it should be.
        prop::option::weighted(
            0.85,
            value.prop_map(move |value| format!(",\"{name}\":\"{value}\"")),
        )
        .boxed()
    };
    let numbers =
        ["price", "size", "bid", "bid_size", "ask", "ask_size"].map(|name| field(name, number().boxed()));
    let ending = prop_oneof![8 => Just("}"), 1 => Just(",\"more\":1}"), 1 => Just(" }\n"), 1 => Just("")];
    (
        (kind, symbol, seq, time),
        numbers,
        field("id", text.boxed()),
        field("side", side.boxed()),
        prop::option::weighted(0.3, conditions),
        ending,
    )
        .prop_map(
            |((kind, symbol, seq, time), numbers, id, side, conditions, ending)| {
                let mut message = format!(
                    "{{\"type\":\"{kind}\",\"symbol\":\"{symbol}\",\"seq\":{seq},\"time\":\"{time}\""
                );
                let [price, size, book @ ..] = numbers;
                if kind == "quote" {
                    message.extend(book.into_iter().flatten());
                } else {
                    message.extend([price, size, id, side].into_iter().flatten());
                    if let Some(conditions) = conditions {
                        message.push_str(&format!(",\"conditions\":[{conditions}]"));
                    }
                }
                message + ending
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// The short way may refuse anything, and never reads anything else than the long one does.
    #[test]
    fn both_readers_agree_about_whatever_the_quick_one_reads(text in nearly_a_tick()) {
        let directory = directory();
        if let Some(said) = tick::read(&text, &mut Minute::default()) {
            let quick: Vec<_> = said.event(&directory).into_iter().collect();
            let mut slow = Vec::new();
            let outcome = message::read(&text, &directory, &mut slow);
            prop_assert_eq!((outcome, slow), (Ok(()), quick), "{}", text);
        }
    }
}

#[test]
fn a_time_is_the_same_whatever_was_read_before_it() {
    let mut minute = Minute::default();
    for time in [
        "2026-01-05T14:30:00.250113Z",
        "2026-01-05T14:30:59.9Z",
        "2026-01-05T14:31:00Z",
        "2026-01-05T23:59:59.999999999Z",
        "2026-01-06T00:00:00Z",
        "2026-01-05T14:30:60Z",
        "2026-02-30T14:30:00Z",
        "2026-01-05T24:00:00Z",
        "2026-01-05T14:60:00Z",
        "2026-01-05T14:30:00.Z",
        "2026-01-05T14:30:00.1234567891Z",
        "2026-01-05T14:30:1xZ",
        "2026-01-05T14:30:11+01:00",
        "2024-02-29T14:30:01.5Z",
    ] {
        let text = format!(
            r#"{{"type":"quote","symbol":"NVX","seq":1043,"time":"{time}","ask":"187.25","ask_size":"200"}}"#
        );
        let event = |minute: &mut Minute| tick::read(&text, minute)?.event(&directory());
        let quick = event(&mut minute);
        assert_eq!(quick, event(&mut Minute::default()), "{time}");
        if let Some(quick) = quick {
            let mut slow = Vec::new();
            message::read(&text, &directory(), &mut slow).unwrap();
            assert_eq!(slow, [quick], "{time}");
        }
    }
    let dated = r#"{"type":"quote","symbol":"NVX","seq":1,"time":"2026-01-06T00:00:00Z"}"#;
    assert!(
        tick::read(dated, &mut minute).is_some(),
        "a market without offers"
    );
}

#[test]
fn what_the_page_shows_is_read_the_short_way() {
    for text in [
        r#"{"type":"trade","symbol":"NVX","seq":1042,"time":"2026-01-05T14:30:00.250113Z","price":"187.24","size":"100","id":"1042","side":"buy"}"#,
        r#"{"type":"quote","symbol":"NVX","seq":1043,"time":"2026-01-05T14:30:00.251870Z","bid":"187.23","bid_size":"300","ask":"187.25","ask_size":"200"}"#,
        r#"{"type":"quote","symbol":"NVX","seq":1043,"time":"2026-01-05T14:30:00Z","ask":"187.25","ask_size":"200"}"#,
    ] {
        assert!(tick::read(text, &mut Minute::default()).is_some(), "{text}");
    }
}

fn read(text: &str) -> Result<Vec<Event>, Unreadable> {
    let mut events = Vec::new();
    Sim::default()
        .read(text, &directory(), &mut events)
        .map(|()| events)
}

fn directory() -> Directory {
    let mut directory = Directory::default();
    directory.insert(Symbol::new("NVX"), NVX);
    directory
}
