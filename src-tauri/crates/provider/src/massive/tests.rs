mod asking;
mod rest;

use chrono::DateTime;
use model::{
    Candle, Condition, Conditions, DaySpan, NotANumber, Precision, Quote, Side, SymbolKey, Tick, Timeframe,
    Trade, TradeId,
};

use crate::trial::{Trial, only_tick, survives_any_change};
use crate::{Event, Unreadable};

const FIXTURES: &str = include_str!("../../fixtures/massive.ndjson");
const SHARES: &str = "massive:stocks";
const COINS: &str = "massive:crypto";

const TRADE: &str = r#"{"ev":"T","sym":"AAPL","x":4,"i":"12345","z":3,"p":114.120,"s":100,"c":[0,14],"t":1536036818784,"q":3681328}"#;

#[test]
fn a_deal_keeps_its_digits_its_id_its_number_and_the_venues_time() {
    let events = told(&format!("[{TRADE}]"));
    let trade = Trade {
        price: "114.120".parse().unwrap(),
        size: "100".parse().ok(),
        time: DateTime::from_timestamp_millis(1_536_036_818_784),
        id: TradeId::new("12345"),
        side: None,
        conditions: Conditions::NONE,
    };
    let expected = Event::Tick {
        key: SymbolKey(0),
        seq: Some(3_681_328),
        tick: Tick::Trade(trade),
        precision: Precision::new(3),
    };
    assert_eq!(events, [expected]);
    assert_eq!(only_trade(&events).price.to_string(), "114.120");
}

#[test]
fn an_id_may_be_a_number_and_a_size_a_part_of_a_share() {
    let text = TRADE
        .replace(r#""12345""#, "8102483281662395354")
        .replace(r#""s":100"#, r#""s":0,"ds":"0.25""#)
        .replace("[0,14]", "[37]");
    let trade = only_trade(&told(&format!("[{text}]")));
    assert_eq!(trade.id, TradeId::new("8102483281662395354"));
    assert_eq!(trade.size.unwrap().to_string(), "0.25");
    assert!(trade.conditions.has(Condition::OddLot) && trade.conditions.has(Condition::NotLast));
}

#[test]
fn a_time_tells_by_its_length_what_it_counts() {
    for (text, digits) in [
        ("1536036818784", 3),
        ("1536036818784000", 6),
        ("1536036818784000000", 9),
    ] {
        let events = told(&format!("[{}]", TRADE.replace("1536036818784", text)));
        let [Event::Tick { tick, precision, .. }] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(tick.time(), DateTime::from_timestamp_millis(1_536_036_818_784));
        assert_eq!(*precision, Precision::new(digits));
    }
    let nonsense = only_trade(&told(&format!("[{}]", TRADE.replace("1536036818784", "0"))));
    assert_eq!(nonsense.time, None);
}

#[test]
fn a_quote_has_two_sides_unless_nobody_offers_and_no_number() {
    let text = r#"[{"ev":"Q","sym":"AAPL","bx":4,"bp":114.125,"bs":100,"ax":7,"ap":0,"as":0,"c":0,"i":[604],"t":1536036818784,"q":50385480,"z":3}]"#;
    let quote = Quote {
        bid: Some(("114.125".parse().unwrap(), "100".parse().ok())),
        ask: None,
        time: DateTime::from_timestamp_millis(1_536_036_818_784),
    };
    assert_eq!(only_tick(&told(text)), (Tick::Quote(quote), None));
}

#[test]
fn coins_have_sides_and_ids_of_both_kinds() {
    for (id, code, side) in [
        ("14272084", "[1]", Some(Side::Sell)),
        (r#""14272084""#, "[2]", Some(Side::Buy)),
        ("14272084", "[0]", None),
        ("14272084", "null", None),
    ] {
        let text = format!(
            r#"[{{"ev":"XT","pair":"BTC-USD","p":33021.9,"t":1610462007425,"s":0.01616617,"c":{code},"i":{id},"x":3,"r":1610462007576}}]"#
        );
        let (Tick::Trade(trade), None) = only_tick(&coins().told(&text)) else {
            panic!("{text}")
        };
        assert_eq!(trade.id, TradeId::new("14272084"));
        assert_eq!(trade.side, side);
        assert_eq!(
            trade.conditions,
            Conditions::NONE,
            "of coins the numbers mean nothing else"
        );
    }
    let best = r#"[{"ev":"XQ","pair":"BTC-USD","bp":33052.79,"bs":0.48,"ap":33073.19,"as":0.601,"t":1610462411115,"x":1,"r":1610462411128}]"#;
    assert!(matches!(only_tick(&coins().told(best)), (Tick::Quote(_), None)));
}

#[test]
fn a_second_and_a_minute_are_bars_and_tell_of_the_day() {
    let bar = |kind: &str| {
        format!(
            r#"[{{"ev":"{kind}","sym":"AAPL","v":4110,"dv":"4110.5","av":9470157,"op":0.4372,"vw":0.4488,"o":0.4488,"c":0.4486,"h":0.4489,"l":0.4486,"a":0.4352,"z":685,"s":1610144640000,"e":1610144700000}}]"#
        )
    };
    for (kind, expected) in [("A", Timeframe::Second), ("AM", Timeframe::Minute)] {
        let events = told(&bar(kind));
        let [
            Event::Bar {
                key: SymbolKey(0),
                timeframe,
                candle,
            },
            Event::Day { figures, .. },
        ] = events.as_slice()
        else {
            panic!("{events:?}")
        };
        let told = Candle {
            start: 1_610_144_640,
            open: "0.4488".parse().unwrap(),
            high: "0.4489".parse().unwrap(),
            low: "0.4486".parse().unwrap(),
            close: "0.4486".parse().unwrap(),
            volume: "4110.5".parse().unwrap(),
            trades: 0,
        };
        assert_eq!((*timeframe, *candle), (expected, told));
        assert_eq!(figures.span, DaySpan::Session);
        assert_eq!(figures.open, "0.4372".parse().ok());
        assert_eq!(figures.volume, "9470157".parse().ok());
    }
    let minute = r#"[{"ev":"XA","pair":"BTC-USD","v":3.5,"vw":1,"z":0,"o":2,"c":2,"h":3,"l":1,"s":1610144640000,"e":1610144700000}]"#;
    let events = coins().told(minute);
    assert!(
        matches!(
            events.as_slice(),
            [Event::Bar {
                timeframe: Timeframe::Minute,
                ..
            }]
        ),
        "{events:?}"
    );
}

#[test]
fn bands_imbalances_and_books_are_no_prices_and_no_errors() {
    for text in [
        r#"[{"ev":"LULD","T":"AAPL","h":218.96,"l":198.11,"i":[21],"z":3,"t":1601316752683746,"q":290317}]"#,
        r#"[{"ev":"NOI","T":"AAPL","t":1601318039223013600,"at":930,"a":"M","i":44,"x":10,"o":480,"p":440,"b":25.03}]"#,
        r#"[{"ev":"FMV","fmv":189.22,"sym":"AAPL","t":1678220098130}]"#,
        r#"[{"ev":"C","p":"USD/CNH","x":44,"a":6.83366,"b":6.83363,"t":1536036818784}]"#,
        r#"[{"ev":"status","status":"info","message":"welcome"}]"#,
    ] {
        assert_eq!(told(text), [], "{text}");
    }
}

#[test]
fn one_that_cannot_be_read_loses_none_of_the_others() {
    let bad = TRADE.replace("114.120", "\"NA\"");
    let text = format!(r#"[{TRADE},{bad},7,{{"ev":"song"}},{TRADE}]"#);
    let (events, outcome) = shares().read(&text);
    let why = NotANumber::Malformed;
    assert_eq!(outcome, Err(Unreadable::Number { field: "p", why }));
    assert_eq!(events.len(), 2, "{events:?}");
}

#[test]
fn what_cannot_be_read_says_which_field_it_was() {
    let number = |why| Unreadable::Number { field: "p", why };
    for (from, to, why) in [
        ("114.120", "0", number(NotANumber::OutOfRange)),
        ("114.120", "-1", number(NotANumber::OutOfRange)),
        ("114.120", "\"\"", Unreadable::Missing { field: "p" }),
        (r#""p":114.120,"#, "", Unreadable::Missing { field: "p" }),
        (r#""sym":"AAPL","#, "", Unreadable::Missing { field: "sym" }),
        (r#""ev":"T""#, r#""ev":"song""#, Unreadable::UnknownKind),
        (r#""ev":"T","#, "", Unreadable::UnknownKind),
    ] {
        let text = TRADE.replace(from, to);
        assert_ne!(text, TRADE, "{from}");
        assert_eq!(shares().read(&format!("[{text}]")), (vec![], Err(why)), "{text}");
    }
    assert_eq!(shares().read("{}"), (vec![], Err(Unreadable::Json)));
}

#[test]
fn every_fixture_is_read_and_no_change_to_one_makes_it_panic() {
    for line in FIXTURES.lines() {
        shares().told(line);
    }
    survives_any_change(SHARES, &["AAPL", "BRK.B"], FIXTURES);
    survives_any_change(COINS, &["BTC-USD"], FIXTURES);
}

fn shares() -> Trial {
    Trial::subscribed(SHARES, &["AAPL"])
}

fn coins() -> Trial {
    Trial::subscribed(COINS, &["BTC-USD"])
}

fn told(text: &str) -> Vec<Event> {
    shares().told(text)
}

fn only_trade(events: &[Event]) -> Trade {
    let (Tick::Trade(trade), _) = only_tick(events) else {
        panic!("{events:?}")
    };
    trade
}

#[test]
fn currencies_are_offered_and_never_dealt_in_however_their_pair_is_written() {
    let mut trial = Trial::subscribed("massive:forex", &["eurusd", "USD-JPY"]);
    let ack = r#"[{"ev":"status","status":"success","message":"subscribed to: C.EUR/USD"}]"#;
    assert!(matches!(trial.told(ack).as_slice(), [Event::Accepted { .. }]));
    let text = r#"[{"ev":"C","p":"EUR/USD","x":"44","a":1.16146,"b":1.16139,"t":1788217269000},{"ev":"C","p":"USD-JPY","x":48,"a":149.865,"b":149.850,"t":1788217269120}]"#;
    let events = trial.told(text);
    let bids: Vec<_> = events
        .iter()
        .map(|event| {
            let Event::Tick {
                tick: Tick::Quote(quote),
                ..
            } = event
            else {
                panic!("{event:?}")
            };
            quote.bid.unwrap().0.to_string()
        })
        .collect();
    assert_eq!(bids, ["1.16139", "149.850"]);
}
