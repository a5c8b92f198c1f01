use std::time::Duration;

use chrono::DateTime;
use model::{
    Candle, Conditions, DayFigures, DaySpan, NotANumber, Precision, Quote, Session, SessionChange, Side,
    Snapshot, SymbolKey, Tick, Timeframe, Trade, TradeId,
};

use super::{CARD, error};
use crate::trial::{Trial, only_tick, survives_any_change};
use crate::{Denial, Event, Unreadable};

const FIXTURES: &str = include_str!("../../fixtures/kraken.ndjson");
const BTC: SymbolKey = SymbolKey(0);
const ANET: SymbolKey = SymbolKey(1);
const SYMBOLS: [&str; 2] = ["XBT-USD", "ANETx/USD"];

const TRADE: &str = r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.20,"qty":0.00027625,"ord_type":"limit","trade_id":10218208,"timestamp":"2023-10-06T17:35:55.440295Z"}]}"#;
const TICKER: &str = r#"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":105944.20,"bid_qty":2.5,"ask":105944.30,"ask_qty":3.2,"last":105899.40,"volume":163.28908096,"vwap":105904.39279,"low":104711.00,"high":106613.10,"change":250.00,"change_pct":0.24,"timestamp":"2022-12-25T09:30:59.123456Z"}]}"#;

fn time(text: &str) -> Option<DateTime<chrono::Utc>> {
    text.parse().ok()
}

fn line(of: &str) -> &'static str {
    FIXTURES.lines().find(|line| line.contains(of)).unwrap()
}

#[test]
fn each_channel_is_asked_for_by_a_message_of_its_own() {
    let mut trial = Trial::of("kraken", &SYMBOLS);
    assert_eq!(
        trial.subscribe(false),
        [
            r#"{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD","ANETx/USD"],"snapshot":true},"req_id":1}"#,
            r#"{"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD","ANETx/USD"],"event_trigger":"bbo","snapshot":true},"req_id":2}"#,
        ]
    );
    let messages = Trial::of("kraken", &["ETH/BTC"]).subscribe(true);
    assert_eq!(
        messages.last().unwrap(),
        r#"{"method":"subscribe","params":{"channel":"ohlc","symbol":["ETH/BTC"],"interval":1,"snapshot":false},"req_id":3}"#
    );
    assert_eq!(
        trial.unsubscribe(&["XBT-USD"]),
        [
            r#"{"method":"unsubscribe","params":{"channel":"trade","symbol":["BTC/USD"]},"req_id":3}"#,
            r#"{"method":"unsubscribe","params":{"channel":"ticker","symbol":["BTC/USD"],"event_trigger":"bbo"},"req_id":4}"#,
        ]
    );
}

#[test]
fn a_symbol_is_accepted_once_although_each_channel_is_answered() {
    let mut trial = Trial::subscribed("kraken", &SYMBOLS);
    assert_eq!(trial.told(line(r#""event_trigger":"bbo""#)), []);
    let accepted = trial.told(line(r#""result":{"channel":"trade","snapshot""#));
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
    let again = trial.told(line("Already subscribed"));
    assert!(
        matches!(again.as_slice(), [Event::Accepted { key: BTC, .. }]),
        "{again:?}"
    );
}

#[test]
fn a_deal_keeps_its_digits_and_its_number_shows_what_is_missing() {
    let events = Trial::subscribed("kraken", &SYMBOLS).told(TRADE);
    let trade = Trade {
        price: "105944.20".parse().unwrap(),
        size: "0.00027625".parse().ok(),
        time: time("2023-10-06T17:35:55.440295Z"),
        id: TradeId::new("10218208"),
        side: Some(Side::Buy),
        conditions: Conditions::NONE,
    };
    let expected = Event::Tick {
        key: BTC,
        seq: Some(10_218_208),
        tick: Tick::Trade(trade),
        precision: Precision::new(6),
    };
    assert_eq!(events, [expected]);
    let (Tick::Trade(trade), _) = only_tick(&events) else {
        panic!("no trade")
    };
    assert_eq!(trade.price.to_string(), "105944.20");
}

#[test]
fn several_deals_come_at_once_and_small_ones_have_exponents() {
    let mut trial = Trial::subscribed("kraken", &SYMBOLS);
    let events = trial.told(line("1e-8"));
    let sizes: Vec<_> = events
        .iter()
        .map(|event| {
            let Event::Tick {
                tick: Tick::Trade(trade),
                seq,
                ..
            } = event
            else {
                panic!("{event:?}")
            };
            (trade.size.unwrap().to_string(), seq.unwrap())
        })
        .collect();
    assert_eq!(
        sizes,
        [
            ("0.00027625".to_owned(), 77_000_010),
            ("0.00000001".to_owned(), 77_000_011)
        ]
    );
    let (events, told) = trial.read(line("oops"));
    let why = NotANumber::Malformed;
    assert_eq!(told, Err(Unreadable::Number { field: "price", why }));
    assert_eq!(events.len(), 1, "the good one of both");
}

#[test]
fn of_the_deals_before_we_asked_the_newest_is_the_latest_value() {
    let events = Trial::subscribed("kraken", &SYMBOLS).told(line(r#""trade","type":"snapshot""#));
    let snapshot = Snapshot {
        last: Some(("64120.1".parse().unwrap(), "0.00027625".parse().ok())),
        time: time("2024-11-21T10:59:59.440295Z"),
        ..Snapshot::default()
    };
    let expected = Event::Snapshot {
        key: BTC,
        seq: Some(77_000_009),
        snapshot: Box::new(snapshot),
        precision: Precision::new(6),
    };
    assert_eq!(events, [expected]);
}

#[test]
fn a_ticker_is_a_quote_and_the_last_24_hours_and_no_trade() {
    let events = Trial::subscribed("kraken", &SYMBOLS).told(TICKER);
    let time = time("2022-12-25T09:30:59.123456Z");
    let quote = Quote {
        bid: Some(("105944.20".parse().unwrap(), "2.5".parse().ok())),
        ask: Some(("105944.30".parse().unwrap(), "3.2".parse().ok())),
        time,
    };
    let figures = DayFigures {
        span: DaySpan::Rolling,
        open: "105649.40".parse().ok(),
        high: "106613.10".parse().ok(),
        low: "104711.00".parse().ok(),
        volume: "163.28908096".parse().ok(),
        reference: "105649.40".parse().ok(),
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
    assert_eq!(events, expected);
}

#[test]
fn a_share_that_was_never_traded_has_neither_prices_nor_a_time() {
    let events = Trial::subscribed("kraken", &SYMBOLS).told(line(r#""symbol":"ANETx/USD","bid":0"#));
    let nothing = Quote {
        bid: None,
        ask: None,
        time: None,
    };
    let [
        Event::Tick {
            key: ANET,
            tick: Tick::Quote(quote),
            ..
        },
        Event::Day { figures, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(*quote, nothing);
    assert_eq!(
        (figures.high, figures.reference, figures.time),
        (None, None, None)
    );
}

#[test]
fn a_minute_is_a_bar_and_other_lengths_are_passed_over() {
    let mut trial = Trial::subscribed("kraken", &SYMBOLS);
    let candle = Candle {
        start: 1_732_186_800,
        open: "64120.0".parse().unwrap(),
        high: "64120.1".parse().unwrap(),
        low: "64119.5".parse().unwrap(),
        close: "64120.1".parse().unwrap(),
        volume: "2.75".parse().unwrap(),
        trades: 12,
    };
    let bar = Event::Bar {
        key: BTC,
        timeframe: Timeframe::Minute,
        candle,
    };
    let text = line(r#""channel":"ohlc""#);
    assert_eq!(trial.told(text), [bar]);
    assert_eq!(
        trial.told(&text.replace(r#""interval":1,"#, r#""interval":5,"#)),
        []
    );
}

#[test]
fn a_pair_that_it_does_not_have_is_refused_by_its_name() {
    let mut trial = Trial::subscribed("kraken", &["NONE/USD", "BTC/USD"]);
    let why = "Currency pair not supported NONE/USD".to_owned();
    let refused = |why| Event::Refused {
        key: SymbolKey(0),
        why,
    };
    assert_eq!(trial.told(line("not supported")), [refused(why)]);
    let nameless = r#"{"method":"subscribe","req_id":1,"success":false,"error":"Malformed request"}"#;
    let why = "Malformed request".to_owned();
    assert_eq!(trial.told(nameless), [Event::Complaint { why: why.clone() }]);
    let mut alone = Trial::subscribed("kraken", &["NONE/USD"]);
    assert_eq!(alone.told(nameless), [refused(why)]);
}

#[test]
fn too_much_is_waited_for() {
    for (words, denial) in [
        ("EAPI:Rate limit exceeded", Denial::Slower { patience: None }),
        ("Exceeded msg rate", Denial::Slower { patience: None }),
        ("EService:Unavailable", Denial::Passing),
    ] {
        let text = format!(r#"{{"method":"subscribe","req_id":1,"success":false,"error":"{words}"}}"#);
        let why = words.to_owned();
        let told = Trial::subscribed("kraken", &SYMBOLS).told(&text);
        assert_eq!(told, [Event::Denied { denial, why }]);
    }
}

#[test]
fn whoever_dials_too_often_is_shut_out_for_ten_minutes() {
    let patience = Some(Duration::from_secs(600));
    let slower = Some(Denial::Slower { patience });
    assert_eq!(error::refusal(429, ""), slower);
    assert_eq!(error::refusal(403, "error code: 1015"), slower);
    assert_eq!(error::refusal(403, "no"), None);
    assert_eq!(error::refusal(500, ""), None);
}

#[test]
fn maintenance_halts_all_of_it_and_is_over_when_it_says_so() {
    let mut trial = Trial::subscribed("kraken", &SYMBOLS);
    assert_eq!(
        trial.told(line(r#""system":"online""#)),
        [],
        "nothing has changed"
    );
    let mut events = trial.told(line(r#""system":"maintenance""#));
    events.sort_by_key(|event| matches!(event, Event::Session { key: ANET, .. }));
    let change = |session, reason: Option<&str>| SessionChange {
        session,
        reason: reason.map(Into::into),
        time: None,
    };
    let halted = change(Session::Halted, Some("maintenance"));
    let expected = [BTC, ANET].map(|key| Event::Session {
        key,
        seq: None,
        change: halted.clone(),
        precision: Precision::default(),
    });
    assert_eq!(events, expected);
    let accepted = trial.told(line(r#""result":{"channel":"trade","snapshot""#));
    assert!(
        matches!(
            accepted.as_slice(),
            [Event::Accepted {
                session: Some(Session::Halted),
                ..
            }]
        ),
        "{accepted:?}"
    );
    assert_eq!(trial.told(line(r#""system":"online""#)).len(), 2);
}

#[test]
fn a_sign_of_life_is_one_and_books_are_passed_over() {
    let mut trial = Trial::subscribed("kraken", &SYMBOLS);
    assert_eq!(trial.told(line(r#""channel":"heartbeat""#)), [Event::Heartbeat]);
    assert_eq!(trial.told(line(r#""method":"pong""#)), [Event::Heartbeat]);
    assert_eq!(trial.told(line(r#""channel":"book""#)), []);
    assert_eq!(trial.told(line(r#""method":"unsubscribe""#)), []);
    assert_eq!(CARD.beat.unwrap().text, r#"{"method":"ping"}"#);
    for (text, why) in [
        ("{}", Unreadable::UnknownKind),
        (r#"{"channel":"song"}"#, Unreadable::UnknownKind),
        (r#"{"channel":"trade"}"#, Unreadable::Missing { field: "data" }),
        ("pong", Unreadable::Json),
    ] {
        assert_eq!(trial.read(text), (vec![], Err(why)), "{text}");
    }
}

#[test]
fn what_is_fetched_has_other_names() {
    let mut trial = Trial::of("kraken", &SYMBOLS);
    let paths = trial.fetch();
    assert_eq!(
        paths,
        ["/0/public/Ticker?pair=ANETxUSD", "/0/public/Ticker?pair=XBTUSD"]
    );
    let (events, told) = trial.answered(&paths[1], line("XXBTZUSD"));
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
    assert_eq!(snapshot.last, side("64120.00000", "0.00040000"));
    assert_eq!(snapshot.bid, side("64119.00000", "3.000"));
    assert_eq!(snapshot.ask, side("64121.00000", "1.000"));
    assert_eq!(figures.high, "64990.00000".parse().ok());
    let (events, _) = trial.answered(&paths[0], line("Unknown asset pair"));
    let why = "EQuery:Unknown asset pair".to_owned();
    assert_eq!(events, [Event::Refused { key: ANET, why }]);
    let (events, _) = trial.answered(&paths[0], line("EAPI:Rate limit"));
    let denial = Denial::Slower { patience: None };
    let why = "EAPI:Rate limit exceeded".to_owned();
    assert_eq!(events, [Event::Denied { denial, why }]);
}

#[test]
fn any_change_of_what_it_sends_is_read_without_a_panic() {
    survives_any_change("kraken", &SYMBOLS, FIXTURES);
}
