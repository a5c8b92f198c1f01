use chrono::DateTime;
use model::{Conditions, Price, Quote, Side, Symbol, SymbolKey, Tick, Trade, TradeId};
use proptest::prelude::*;

use super::Sim;
use crate::{Directory, Event, Unreadable, Venue};

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
            tick: Tick::Trade(trade)
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
        bid: Some(("9.5".parse().unwrap(), "3".parse().unwrap())),
        ask: None,
        time: None,
    };
    assert_eq!(
        read(text).unwrap(),
        [Event::Tick {
            key: NVX,
            seq: None,
            tick: Tick::Quote(quote)
        }]
    );
}

#[test]
fn an_ack_describes_the_instrument_and_says_where_its_numbers_stand() {
    let text = r#"{"type":"ack","id":7,"symbol":"NVX","seq":1041,"name":"Novex Systems","currency":"USD","tick":"0.01","previous_close":"187.20"}"#;
    let events = read(text).unwrap();
    let [
        Event::Accepted {
            key: NVX,
            seq: Some(1041),
            instrument,
        },
    ] = events.as_slice()
    else {
        panic!("not an ack: {events:?}")
    };
    assert_eq!(instrument.name.as_deref(), Some("Novex Systems"));
    assert_eq!(instrument.tick, Some("0.01".parse::<Price>().unwrap()));
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

fn read(text: &str) -> Result<Vec<Event>, Unreadable> {
    let mut directory = Directory::default();
    directory.insert(Symbol::new("NVX"), NVX);
    let mut events = Vec::new();
    Sim::default()
        .read(text, &directory, &mut events)
        .map(|()| events)
}
