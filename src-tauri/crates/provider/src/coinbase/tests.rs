mod any;
mod rest;

use std::time::Duration;

use chrono::DateTime;
use model::{
    Conditions, DayFigures, DaySpan, NotANumber, Precision, Quote, Session, Side, Snapshot, Symbol,
    SymbolKey, Tick, Trade, TradeId,
};

use super::{Coinbase, tick};
use crate::scan::Minute;
use crate::{Asking, Denial, Directory, Event, Unreadable, Venue, Wanted};

const BTC: SymbolKey = SymbolKey(4);
const ETH: SymbolKey = SymbolKey(5);

/// One of everything, as the venue writes it.
const FIXTURES: &str = include_str!("../../fixtures/coinbase.ndjson");

fn fixture(start: &str) -> &'static str {
    let start = format!(r#"{{"type":"{start}""#);
    FIXTURES.lines().find(|line| line.starts_with(&start)).unwrap()
}

#[test]
fn a_trade_keeps_its_digits_and_was_made_by_the_one_who_did_not_wait() {
    let text = fixture("match");
    let trade = Trade {
        price: "64210.60".parse().unwrap(),
        size: "0.30000000".parse().ok(),
        time: DateTime::from_timestamp_micros(1_767_623_401_250_113),
        id: TradeId::new("734002"),
        // The seller had waited, so a buyer came.
        side: Some(Side::Buy),
        conditions: Conditions::NONE,
    };
    let events = read(text).unwrap();
    let expected = |trade| Event::Tick {
        key: BTC,
        seq: Some(734_002),
        tick: Tick::Trade(trade),
        precision: Precision::new(6),
    };
    assert_eq!(events, [expected(trade)]);
    assert_eq!(trade.price.to_string(), "64210.60");
    let sold = Trade {
        side: Some(Side::Sell),
        ..trade
    };
    let text = text.replace(r#""side":"sell""#, r#""side":"buy""#);
    assert_eq!(read(&text).unwrap(), [expected(sold)]);
}

#[test]
fn a_ticker_is_a_quote_and_the_last_24_hours_and_no_trade() {
    let time = DateTime::from_timestamp_micros(1_767_623_401_250_113);
    let quote = Quote {
        bid: Some(("64210.55".parse().unwrap(), "0.40000000".parse().ok())),
        ask: Some(("64210.61".parse().unwrap(), "1.02500000".parse().ok())),
        time,
    };
    let figures = DayFigures {
        span: DaySpan::Rolling,
        open: "63990.10".parse().ok(),
        high: "64880.25".parse().ok(),
        low: "63555.00".parse().ok(),
        volume: "9214.18273645".parse().ok(),
        reference: "63990.10".parse().ok(),
        time,
    };
    let expected = [
        Event::Tick {
            key: BTC,
            seq: None,
            tick: Tick::Quote(quote),
            precision: Precision::new(6),
        },
        Event::Day {
            key: BTC,
            figures: Box::new(figures),
        },
    ];
    assert_eq!(read(fixture("ticker")).unwrap(), expected);
}

#[test]
fn a_side_that_nobody_offers_is_none_and_a_size_that_is_not_stated_is_unknown() {
    let quote = |text: &str| {
        let events = read(text).unwrap();
        let Some(Event::Tick {
            tick: Tick::Quote(quote),
            ..
        }) = events.first()
        else {
            panic!("{events:?}")
        };
        *quote
    };
    let text = fixture("ticker");
    let sizeless = text
        .replace(r#""best_bid_size":"0.40000000","#, "")
        .replace(r#""best_ask_size":"1.02500000","#, "");
    assert!(tick::read(&sizeless, &mut Minute::default()).is_some());
    assert_eq!(quote(&sizeless).bid, Some(("64210.55".parse().unwrap(), None)));
    assert_eq!(quote(&text.replace("64210.61", "0")).ask, None);
    let bookless = text.replace("best_", "worst_");
    let events = read(&bookless).unwrap();
    assert!(matches!(events.as_slice(), [Event::Day { .. }]), "{events:?}");
}

#[test]
fn the_last_match_is_the_latest_value_and_no_trade() {
    let events = read(fixture("last_match")).unwrap();
    let snapshot = Snapshot {
        last: Some(("64210.55".parse().unwrap(), "0.01250000".parse().ok())),
        session: Some(Session::Open),
        time: DateTime::from_timestamp_micros(1_767_623_400_120_450),
        ..Snapshot::default()
    };
    let expected = Event::Snapshot {
        key: BTC,
        seq: Some(734_001),
        snapshot: Box::new(snapshot),
        precision: Precision::new(6),
    };
    assert_eq!(events, [expected]);
}

#[test]
fn two_heartbeats_that_know_of_a_trade_that_never_came_show_that_it_is_missing() {
    let mut venue = venue(&["BTC-USD"]);
    let beat = fixture("heartbeat").replace("734002", "734003");
    let mut hear = |text: &str| hear(&mut venue, text);
    assert_eq!(hear(fixture("match")).len(), 1);
    assert_eq!(hear(&beat), [Event::Heartbeat], "it may still come");
    let missing = Event::Snapshot {
        key: BTC,
        seq: Some(734_003),
        snapshot: Box::default(),
        precision: Precision::default(),
    };
    assert_eq!(hear(&beat), [Event::Heartbeat, missing]);
    assert_eq!(hear(&beat), [Event::Heartbeat]);
    let untraded = r#"{"type":"heartbeat","sequence":1,"last_trade_id":null,"product_id":"BTC-USD"}"#;
    assert_eq!(hear(untraded), [Event::Heartbeat]);
}

#[test]
fn the_list_of_what_stands_accepts_what_is_new_in_it() {
    let mut venue = venue(&["btc/usd", "BTC-USD", "ETH-EUR"]);
    let accepted = |events: &[Event]| {
        let keys = events.iter().map(|event| {
            let Event::Accepted {
                key,
                session: Some(Session::Open),
                instrument,
                ..
            } = event
            else {
                panic!("{event:?}")
            };
            (*key, instrument.currency.as_deref().map(str::to_owned))
        });
        keys.collect::<Vec<_>>()
    };
    let list = fixture("subscriptions");
    let alone = list.replace(r#","ETH-EUR"]"#, "]").replace(r#"["ETH-EUR","#, "[");
    let dollars = Some("USD".to_owned());
    let bitcoins = [(SymbolKey(9), dollars.clone()), (BTC, dollars)];
    assert_eq!(accepted(&hear(&mut venue, &alone)), bitcoins);
    let euros = Some("EUR".to_owned());
    assert_eq!(accepted(&hear(&mut venue, list)), [(ETH, euros)]);
    assert_eq!(hear(&mut venue, list), []);
}

#[test]
fn a_product_that_lacks_its_trades_does_not_stand_yet() {
    let mut venue = venue(&["BTC-USD"]);
    let list = r#"{"type":"subscriptions","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"heartbeat"}]}"#;
    assert_eq!(hear(&mut venue, list), []);
}

#[test]
fn a_bad_product_is_refused_and_those_asked_for_beside_it_are_asked_for_again() {
    let text = fixture("error");
    let why = "Failed to subscribe: ETH-EUR is not a valid product".to_owned();
    let refused = Event::Refused {
        key: ETH,
        why: why.clone(),
    };
    let alone = hear(&mut venue(&["ETH-EUR"]), text);
    assert_eq!(alone, std::slice::from_ref(&refused));
    let together = hear(&mut venue(&["BTC-USD", "ETH-EUR"]), text);
    assert_eq!(together, [Event::Complaint { why }, refused]);
}

#[test]
fn an_error_is_told_by_what_it_says() {
    let error = |text: &str| read(&format!(r#"{{"type":"error",{text}}}"#)).unwrap();
    let complaint = |why: &str| vec![Event::Complaint { why: why.to_owned() }];
    assert_eq!(
        error(r#""message":"Failed to subscribe","reason":"No channels provided""#),
        complaint("Failed to subscribe: No channels provided")
    );
    assert_eq!(
        error(r#""message":"Message too big""#),
        complaint("Message too big")
    );
    assert_eq!(error(r#""reason":null"#), complaint("it gave no reason"));
    let leaving = Event::Leaving {
        why: "ErrSlowConsume".to_owned(),
        within: Duration::ZERO,
    };
    assert_eq!(error(r#""message":"ErrSlowConsume""#), [leaving]);
    for why in ["ErrSlowRead", "Rate limit exceeded"] {
        let slower = Event::Denied {
            denial: Denial::Slower { patience: None },
            why: why.to_owned(),
        };
        assert_eq!(error(&format!(r#""message":"{why}""#)), [slower]);
    }
}

#[test]
fn books_and_states_of_the_exchange_are_no_prices_and_no_errors() {
    for kind in ["snapshot", "l2update", "status"] {
        assert_eq!(read(fixture(kind)), Ok(vec![]), "{kind}");
    }
}

#[test]
fn what_nobody_wants_any_more_is_not_told() {
    let mut venue = venue(&["BTC-USD", "ETH-EUR"]);
    let given_up = venue.unsubscribe(&[&Symbol::new("BTC-USD")]);
    assert_eq!(given_up.len(), 1);
    for line in FIXTURES
        .lines()
        .filter(|line| line.contains("BTC-USD") && !line.contains("ETH-EUR"))
    {
        let events = hear(&mut venue, line);
        assert!(events.iter().all(|event| *event == Event::Heartbeat), "{line}");
    }
}

#[test]
fn what_is_nearly_all_is_read_the_short_way() {
    for line in FIXTURES.lines() {
        let short = line.contains(r#""type":"match""#) || line.contains(r#""type":"ticker""#);
        assert_eq!(
            tick::read(line, &mut Minute::default()).is_some(),
            short,
            "{line}"
        );
    }
}

#[test]
fn fields_in_any_order_new_ones_and_numbers_without_quotes_are_read_the_long_way() {
    let turned = r#"{"time":"2026-01-05T14:30:01.250113Z","price":64210.60,"size":"0.30000000","side":"sell","new":[{}],"product_id":"\u0042TC-USD","trade_id":"734002","type":"match"}"#;
    assert!(tick::read(turned, &mut Minute::default()).is_none());
    assert_eq!(read(turned), read(fixture("match")));
}

#[test]
fn a_price_from_1970_is_a_price_without_a_time() {
    for time in ["1970-01-01T00:00:00Z", "yesterday", ""] {
        let text = fixture("match").replace("2026-01-05T14:30:01.250113Z", time);
        let events = read(&text).unwrap();
        assert!(
            matches!(events.as_slice(), [Event::Tick { tick, .. }] if tick.time().is_none()),
            "{events:?}"
        );
    }
}

#[test]
fn a_deal_without_a_size_is_a_deal() {
    for empty in [r#""""#, "null"] {
        let text = fixture("match").replace(r#""0.30000000""#, empty);
        let events = read(&text).unwrap();
        let [
            Event::Tick {
                tick: Tick::Trade(trade),
                ..
            },
        ] = events.as_slice()
        else {
            panic!("{events:?}")
        };
        assert_eq!((trade.price.to_string().as_str(), trade.size), ("64210.60", None));
    }
}

#[test]
fn what_cannot_be_read_says_which_field_it_was() {
    let why = |from: &str, to: &str| {
        let text = fixture("match").replace(from, to);
        assert_ne!(text, fixture("match"), "{from}");
        read(&text).unwrap_err()
    };
    let number = |field, why| Unreadable::Number { field, why };
    let missing = |field| Unreadable::Missing { field };
    assert_eq!(why(r#""64210.60""#, r#""""#), missing("price"));
    assert_eq!(why("64210.60", "-1"), number("price", NotANumber::OutOfRange));
    assert_eq!(why("0.30000000", "two"), number("size", NotANumber::Malformed));
    assert_eq!(
        why("734002", "-734002"),
        number("trade_id", NotANumber::Malformed)
    );
    assert_eq!(why("trade_id", "tradeid"), missing("trade_id"));
    assert_eq!(why("product_id", "product"), missing("product_id"));
    assert_eq!(why(r#""match""#, r#""song""#), Unreadable::UnknownKind);
    assert_eq!(read("{}"), Err(Unreadable::UnknownKind));
    assert_eq!(read("["), Err(Unreadable::Json));
}

fn read(text: &str) -> Result<Vec<Event>, Unreadable> {
    let mut venue = venue(&["BTC-USD", "ETH-EUR"]);
    let mut events = Vec::new();
    venue.read(text, &directory(), &mut events).map(|()| events)
}

fn hear(venue: &mut Coinbase, text: &str) -> Vec<Event> {
    let mut events = Vec::new();
    venue.read(text, &directory(), &mut events).unwrap();
    events
}

fn venue(names: &[&str]) -> Coinbase {
    let mut venue = Coinbase::default();
    asking(names, |asking| venue.subscribe(asking));
    venue
}

pub(super) fn asking(names: &[&str], ask: impl FnOnce(Asking<'_>) -> Vec<String>) -> Vec<String> {
    let symbols: Vec<_> = names.iter().map(|name| Symbol::new(name)).collect();
    let wanted: Vec<_> = symbols
        .iter()
        .map(|symbol| Wanted { symbol, after: None })
        .collect();
    ask(Asking {
        symbols: &wanted,
        epoch: None,
        bars: false,
    })
}

fn directory() -> Directory {
    let mut directory = Directory::default();
    directory.insert(Symbol::new("BTC-USD"), BTC);
    directory.insert(Symbol::new("ETH-EUR"), ETH);
    directory.insert(Symbol::new("btc/usd"), SymbolKey(9));
    directory
}
