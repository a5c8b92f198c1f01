mod packed;

use chrono::DateTime;
use model::{Condition, Conditions, InstrumentKind, Precision, Quote, Session, SymbolKey, Tick, Trade};
use packed::Packed;
use proptest::prelude::*;

use crate::trial::{Trial, only_tick, survives_any_change};
use crate::{Event, Unreadable, VenueName};

const FIXTURES: &str = include_str!("../../fixtures/yahoo.ndjson");
const WORD: &str = "yahoo";
const NAMES: [&str; 5] = ["AAPL", "BTC-USD", "EURUSD=X", "msft", "btc/usd"];
const AAPL: SymbolKey = SymbolKey(0);
const BTC: SymbolKey = SymbolKey(1);
const EUR: SymbolKey = SymbolKey(2);
const SECONDS: i64 = 1_787_664_610;

fn trial() -> Trial {
    Trial::subscribed(WORD, &NAMES)
}

fn line(number: usize) -> &'static str {
    FIXTURES.lines().nth(number).unwrap()
}

/// A regular price of a stock.
fn apple() -> Packed {
    Packed::default()
        .text(1, "AAPL")
        .float(2, 307.2)
        .signed(3, SECONDS * 1_000)
        .number(6, 8)
        .number(7, 1)
        .signed(27, 2)
}

#[test]
fn symbols_are_asked_for_as_a_list_and_each_once() {
    let mut trial = Trial::of(WORD, &NAMES);
    assert_eq!(
        trial.subscribe(false),
        [r#"{"subscribe":["AAPL","BTC-USD","EURUSD=X","MSFT"]}"#]
    );
    assert_eq!(
        trial.unsubscribe(&["btc/usd"]),
        [] as [String; 0],
        "the other row wants it"
    );
    assert_eq!(
        trial.unsubscribe(&["AAPL", "BTC-USD"]),
        [r#"{"unsubscribe":["AAPL","BTC-USD"]}"#]
    );
    let names: Vec<_> = (0..201).map(|n| format!("LONG{n}.XX")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let messages = Trial::of(WORD, &names).subscribe(false);
    assert_eq!(messages.len(), 3);
    let card = VenueName::from_word(WORD).unwrap().card();
    assert!(messages.iter().all(|message| message.len() <= card.message_max));
}

#[test]
fn the_first_price_is_what_is_known_before_the_opening_too() {
    let events = trial().told(line(0));
    let [
        Event::Accepted {
            key: AAPL,
            instrument,
            session: Some(Session::Pre),
            ..
        },
        Event::Day { figures, .. },
        Event::Snapshot {
            key: AAPL,
            snapshot,
            precision,
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.kind, Some(InstrumentKind::Stock));
    assert_eq!(instrument.exchange.as_deref(), Some("XNAS"));
    let (price, size) = snapshot.last.unwrap();
    assert_eq!((price.to_string(), size), ("307.2".to_owned(), None));
    assert_eq!(snapshot.time, DateTime::from_timestamp(1_787_650_200, 0));
    assert_eq!(*precision, Precision::new(3));
    assert_eq!(figures.volume, "5422202".parse().ok(), "and not twice of it");
    assert_eq!(figures.reference.unwrap().to_string(), "305.85");
}

#[test]
fn the_next_ones_are_prices_without_a_size_and_sessions_are_told_when_they_change() {
    let mut trial = trial();
    trial.told(line(0));
    let events = trial.told(line(1));
    let [
        Event::Day { .. },
        Event::Session {
            key: AAPL, change, ..
        },
        Event::Tick { key: AAPL, tick, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(change.session, Session::Open);
    let expected = Trade {
        price: "308.15".parse().unwrap(),
        size: None,
        time: DateTime::from_timestamp(SECONDS, 0),
        id: None,
        side: None,
        conditions: Conditions::NONE.with(Condition::NotVolume),
    };
    assert_eq!(*tick, Tick::Trade(expected));
    let events = trial.told(line(2));
    let [
        Event::Day { figures, .. },
        Event::Session { change, .. },
        Event::Tick {
            tick: Tick::Trade(trade),
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(change.session, Session::Post);
    assert_eq!(
        figures.reference, None,
        "behind the close it counts from the close"
    );
    assert!(trade.conditions.has(Condition::Extended));
    let events = trial.told(line(2));
    assert!(
        matches!(events.as_slice(), [Event::Day { .. }, Event::Tick { .. }]),
        "{events:?}"
    );
}

#[test]
fn every_part_of_the_day_has_its_session_and_none_is_told_where_none_is() {
    let session = |packed: Packed| {
        let events = trial().told(&packed.line());
        let Some(Event::Accepted { session, .. }) = events.first() else {
            panic!("{events:?}")
        };
        *session
    };
    let plain = || Packed::default().text(1, "AAPL").float(2, 1.5).number(6, 8);
    assert_eq!(session(plain()), None, "zero is told, and nothing is nothing");
    for (hours, expected) in [
        (0, Some(Session::Pre)),
        (1, Some(Session::Open)),
        (2, Some(Session::Post)),
        (3, None),
        (4, Some(Session::Overnight)),
        (5, None),
    ] {
        assert_eq!(session(plain().number(7, hours)), expected, "{hours}");
    }
    let coin = Packed::default().text(1, "BTC-USD").float(2, 1.5).number(6, 41);
    assert_eq!(session(coin), Some(Session::Open));
}

#[test]
fn coins_tell_their_day_and_go_to_all_who_asked() {
    let mut trial = trial();
    let events = trial.told(line(4));
    assert_eq!(events.len(), 6, "{events:?}");
    let Some(Event::Accepted {
        key: BTC,
        instrument,
        session: Some(Session::Open),
        ..
    }) = events.first()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.name.as_deref(), Some("Bitcoin USD"));
    assert_eq!(instrument.currency.as_deref(), Some("USD"));
    let figures = events.iter().find_map(|event| {
        let Event::Day { figures, .. } = event else {
            return None;
        };
        Some(**figures)
    });
    let figures = figures.unwrap();
    assert_eq!(figures.volume, "38279000000".parse().ok());
    assert_eq!(figures.reference.unwrap().to_string(), "89619.34");
    assert_eq!(figures.high.unwrap().to_string(), "91200.5");
    let ticks = trial.told(line(4));
    let [
        Event::Day { .. },
        Event::Day { .. },
        Event::Tick {
            tick: Tick::Trade(trade),
            ..
        },
        Event::Tick { .. },
    ] = ticks.as_slice()
    else {
        panic!("{ticks:?}")
    };
    assert_eq!(trade.price.to_string(), "90964.84");
    assert_eq!(trade.size, None, "what it calls the last size is a day's volume");
}

#[test]
fn best_prices_are_told_where_they_are() {
    let mut trial = trial();
    trial.told(line(5));
    let events = trial.told(line(5));
    let quote = Quote {
        bid: Some(("1.152".parse().unwrap(), None)),
        ask: Some(("1.15208".parse().unwrap(), None)),
        time: DateTime::from_timestamp(1_787_690_004, 0),
    };
    let [
        Event::Day { figures, .. },
        Event::Tick { .. },
        Event::Tick { key: EUR, tick, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(*tick, Tick::Quote(quote));
    assert_eq!(figures.reference.unwrap().to_string(), "1.1532");
}

#[test]
fn fields_that_nobody_knows_and_an_older_envelope_change_nothing() {
    let expected = trial().told(&apple().line());
    let more = apple().text(40, "later").double(33).number(99, 7).line();
    assert_eq!(trial().told(&more), expected);
    assert_eq!(trial().told(&apple().bare()), expected);
    assert_eq!(trial().told(apple().bare().trim_end_matches('=')), expected);
}

#[test]
fn heartbeats_are_heard() {
    assert_eq!(trial().told(line(6)), [Event::Heartbeat]);
    assert_eq!(trial().told(line(7)), [Event::Heartbeat]);
}

#[test]
fn what_cannot_be_read_says_what_it_was() {
    let error = |text: &str| trial().read(text).1.unwrap_err();
    let no_price = Packed::default().text(1, "AAPL");
    assert_eq!(error(&no_price.line()), Unreadable::Missing { field: "price" });
    for nothing in [0.0, -1.5, f32::NAN, f32::INFINITY, f32::MAX] {
        let packed = Packed::default().text(1, "AAPL").float(2, nothing);
        assert_eq!(
            error(&packed.line()),
            Unreadable::Missing { field: "price" },
            "{nothing}"
        );
    }
    let nobody = Packed::default().float(2, 1.5);
    assert_eq!(error(&nobody.line()), Unreadable::Missing { field: "id" });
    assert_eq!(error(r#"{"type":"pricing","message":"%%%"}"#), Unreadable::Packed);
    assert_eq!(
        error(r#"{"type":"pricing","message":"CgRBQQ=="}"#),
        Unreadable::Packed,
        "cut off"
    );
    assert_eq!(
        error(r#"{"type":"pricing"}"#),
        Unreadable::Missing { field: "message" }
    );
    assert_eq!(
        error(r#"{"type":"earnings","message":""}"#),
        Unreadable::UnknownKind
    );
    assert_eq!(error("{}"), Unreadable::Missing { field: "type" });
    assert_eq!(error("{"), Unreadable::Json);
    let stranger = Packed::default().text(1, "QQQ").float(2, 1.5);
    assert_eq!(trial().told(&stranger.line()), [], "nobody wants it any more");
    let mut trial = trial();
    trial.told(&apple().line());
    let no_time = Packed::default().text(1, "AAPL").float(2, 1.5).signed(3, -5);
    assert_eq!(only_tick(&trial.told(&no_time.line())).0.time(), None);
}

#[test]
fn it_says_that_it_is_not_official() {
    assert!(VenueName::from_word(WORD).unwrap().title().contains("unofficial"));
}

#[test]
fn whatever_comes_is_read_or_refused() {
    survives_any_change(WORD, &NAMES, FIXTURES);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Changed where it is packed, which a change of the text seldom leaves whole.
    #[test]
    fn whatever_is_packed_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        length in 0..80_usize,
    ) {
        let mut packed = apple().signed(9, 77).float(12, 1.25).text(13, "Apple").float(23, 307.1);
        packed.change(&changes, length);
        let (events, _told) = trial().read(&packed.line());
        prop_assert!(events.len() <= 3 * NAMES.len());
    }

    /// Seven digits is what a float of 32 bits keeps.
    #[test]
    fn a_price_of_seven_digits_comes_out_as_it_went_in(digits in 1..10_000_000_u32, places in 0..6_u8) {
        let digits = digits.to_string();
        let places = usize::from(places).min(digits.len() - 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let written = format!("{whole}.{fraction}0");
        let packed = Packed::default().text(1, "AAPL").float(2, written.parse().unwrap());
        let events = trial().told(&packed.line());
        let Some(Event::Snapshot { snapshot, .. }) = events.last() else {
            panic!("{events:?}")
        };
        prop_assert_eq!(snapshot.last, Some((written.parse().unwrap(), None)));
    }
}
