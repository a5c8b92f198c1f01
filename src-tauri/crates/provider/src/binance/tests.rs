mod any;
mod rest;

use std::time::Duration;

use chrono::DateTime;
use model::{
    Candle, Conditions, InstrumentKind, NotANumber, Precision, Quote, Session, Side, Snapshot, Symbol,
    SymbolKey, Tick, Timeframe, Trade, TradeId,
};

use super::{Binance, CARD, message, tick};
use crate::{Asking, Directory, Event, Unreadable, Venue, Wanted};

const BTC: SymbolKey = SymbolKey(4);
const ETH: SymbolKey = SymbolKey(5);

const TRADE: &str = r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}"#;
const BEST: &str = r#"{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}"#;

#[test]
fn a_deal_keeps_its_digits_its_id_and_the_venues_time() {
    let events = read(TRADE).unwrap();
    let trade = Trade {
        price: "61837.63000000".parse().unwrap(),
        size: Some("0.02000000".parse().unwrap()),
        time: DateTime::from_timestamp_millis(1_723_161_255_342),
        id: TradeId::new("3735683259"),
        // The buyer had waited, so a seller came.
        side: Some(Side::Sell),
        conditions: Conditions::NONE,
    };
    let expected = Event::Tick {
        key: BTC,
        seq: Some(3_735_683_259),
        tick: Tick::Trade(trade),
        precision: Precision::new(3),
    };
    assert_eq!(events, [expected]);
    let Some(Event::Tick {
        tick: Tick::Trade(trade),
        ..
    }) = events.first()
    else {
        panic!("no trade")
    };
    assert_eq!(trade.price.to_string(), "61837.63000000");
    let bought = TRADE.replace(r#""m":true"#, r#""m":false"#);
    assert!(matches!(
        read(&bought).unwrap().as_slice(),
        [Event::Tick {
            tick: Tick::Trade(Trade {
                side: Some(Side::Buy),
                ..
            }),
            ..
        }]
    ));
}

#[test]
fn the_best_prices_have_no_time_and_no_number() {
    let quote = Quote {
        bid: Some(("61837.63000000".parse().unwrap(), "3.78826000".parse().ok())),
        ask: Some(("61837.64000000".parse().unwrap(), "1.54698000".parse().ok())),
        time: None,
    };
    let expected = |quote: Quote| Event::Tick {
        key: BTC,
        seq: None,
        tick: Tick::Quote(quote),
        precision: Precision::default(),
    };
    assert_eq!(read(BEST).unwrap(), [expected(quote)]);
    let nobody_sells = BEST
        .replace("61837.64000000", "0.00000000")
        .replace("1.54698000", "0.00000000");
    assert_eq!(
        read(&nobody_sells).unwrap(),
        [expected(Quote { ask: None, ..quote })],
        "nobody offers at zero"
    );
}

#[test]
fn what_comes_without_an_envelope_is_the_same() {
    for text in [TRADE, BEST] {
        let (_, bare) = text.split_once(r#""data":"#).unwrap();
        assert_eq!(read(&bare[..bare.len() - 1]), read(text));
    }
}

#[test]
fn fields_in_any_order_new_ones_and_escapes_are_read_the_long_way() {
    let turned = r#"{"data":{"M":true,"m":true,"T":1723161255342,"q":"0.02000000","p":"61837.63000000","b":88,"a":50,"t":3735683259,"s":"\u0042TCUSDT","E":1723161255343,"e":"trade","new":{"e":1}},"stream":"btcusdt@trade"}"#;
    assert!(tick::read(turned).is_none());
    assert_eq!(read(turned), read(TRADE));
    let turned = r#"{"data":{"A":"1.54698000","a":"61837.64000000","B":"3.78826000","b":"61837.63000000","s":"BTCUSDT","u":1}}"#;
    assert_eq!(read(turned), read(BEST));
}

#[test]
fn deals_told_together_have_a_number_of_their_own_count() {
    let text = r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1633998288468,"s":"BTCUSDT","a":425085,"p":"13.80480000","q":"2.10000000","f":439577,"l":439579,"T":1633998288467,"m":false,"M":true}}"#;
    let events = read(text).unwrap();
    let [
        Event::Tick {
            key: BTC,
            seq: None,
            tick: Tick::Trade(trade),
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(trade.id, TradeId::new("425085"));
}

#[test]
fn a_minute_is_a_bar_and_other_lengths_are_passed_over() {
    let text = r#"{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1633998288469,"s":"BTCUSDT","k":{"t":1633998240000,"T":1633998299999,"s":"BTCUSDT","i":"1m","f":439572,"L":439577,"o":"13.72120000","c":"13.80480000","h":"13.80500000","l":"13.72110000","v":"183.49000000","n":6,"x":false,"q":"2519.85628300","V":"125.78000000","Q":"1726.63719800","B":"0"}}}"#;
    let candle = Candle {
        start: 1_633_998_240,
        open: "13.72120000".parse().unwrap(),
        high: "13.80500000".parse().unwrap(),
        low: "13.72110000".parse().unwrap(),
        close: "13.80480000".parse().unwrap(),
        volume: "183.49000000".parse().unwrap(),
        trades: 6,
    };
    let bar = Event::Bar {
        key: BTC,
        timeframe: Timeframe::Minute,
        candle,
    };
    assert_eq!(read(text).unwrap(), [bar]);
    assert_eq!(read(&text.replace(r#""i":"1m""#, r#""i":"4h""#)).unwrap(), []);
}

#[test]
fn times_may_be_microseconds_and_make_sense() {
    let at = |number: &str| read(&TRADE.replace("1723161255342", number));
    let micros = at("1723161255342771").unwrap();
    let [Event::Tick { tick, precision, .. }] = micros.as_slice() else {
        panic!("{micros:?}")
    };
    assert_eq!(
        tick.time(),
        DateTime::from_timestamp_micros(1_723_161_255_342_771)
    );
    assert_eq!(*precision, Precision::new(6));
    for nonsense in ["0", "99999999999999999", "18446744073709551615"] {
        let events = at(nonsense).unwrap();
        let [Event::Tick { tick, .. }] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(tick.time(), None, "{nonsense}");
    }
}

#[test]
fn a_trade_is_told_with_what_can_be_read_of_it() {
    let trade = |from: &str, to: &str| {
        let text = TRADE.replace(from, to);
        assert_ne!(text, TRADE, "{from}");
        let events = read(&text).unwrap();
        let [
            Event::Tick {
                tick: Tick::Trade(trade),
                seq: Some(3_735_683_259),
                ..
            },
        ] = *events.as_slice()
        else {
            panic!("{events:?}")
        };
        trade
    };
    let as_number = trade(r#""61837.63000000""#, "61837.6300");
    assert_eq!(as_number.price.to_string(), "61837.6300");
    let size = r#""q":"0.02000000","#;
    for to in [r#""q":"","#, r#""q":null,"#, ""] {
        let trade = trade(size, to);
        assert_eq!(
            (trade.price.to_string().as_str(), trade.size),
            ("61837.63000000", None),
            "{to}"
        );
    }
    assert_eq!(trade(r#""m":true,"#, "").side, None);
    assert_eq!(trade(r#""T":1723161255342,"#, "").time, None);
    assert_eq!(
        trade(r#""t":3735683259"#, r#""t":"3735683259""#).side,
        Some(Side::Sell)
    );
}

#[test]
fn an_ack_accepts_what_was_asked_and_nothing_twice() {
    let mut venue = Binance::of(&CARD);
    let directory = directory();
    subscribe(&mut venue, &["BTC-USDT", "ETHUSDT"]);
    let mut events = Vec::new();
    let ack = r#"{"result":null,"id":1}"#;
    venue.read(ack, &directory, &mut events).unwrap();
    let [
        Event::Accepted {
            key: BTC,
            instrument,
            session: Some(Session::Open),
            ..
        },
        Event::Accepted {
            key: ETH,
            instrument: other,
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USDT"));
    assert_eq!(instrument.kind, Some(InstrumentKind::Crypto));
    assert_eq!(other.currency.as_deref(), Some("USDT"), "in one word, too");
    events.clear();
    venue.read(ack, &directory, &mut events).unwrap();
    assert_eq!(events, []);
}

#[test]
fn a_request_that_is_not_liked_refuses_the_one_symbol_it_was_about() {
    let why = "Invalid request: unknown variant (2)";
    for error in [
        r#"{"code":2,"msg":"Invalid request: unknown variant","id":1}"#,
        r#"{"error":{"code":2,"msg":"Invalid request: unknown variant"},"id":1}"#,
        r#"{"code":2,"msg":"Invalid request: unknown variant"}"#,
    ] {
        let mut venue = Binance::of(&CARD);
        subscribe(&mut venue, &["BTC-USDT"]);
        let mut events = Vec::new();
        venue.read(error, &directory(), &mut events).unwrap();
        let refused = Event::Refused {
            key: BTC,
            why: why.into(),
        };
        assert_eq!(events, [refused], "{error}");
        let mut venue = Binance::of(&CARD);
        subscribe(&mut venue, &["BTC-USDT", "ETHUSDT"]);
        events.clear();
        venue.read(error, &directory(), &mut events).unwrap();
        assert_eq!(events, [Event::Complaint { why: why.into() }], "{error}");
    }
}

#[test]
fn the_venue_says_when_it_goes() {
    for text in [
        r#"{"e":"serverShutdown","E":1770123456789}"#,
        r#"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}"#,
    ] {
        let events = read(text).unwrap();
        assert!(
            matches!(events.as_slice(), [Event::Leaving { within, .. }] if *within > Duration::ZERO),
            "{events:?}"
        );
    }
}

#[test]
fn two_rows_of_one_stream_hear_the_same_until_the_last_is_given_up() {
    let mut venue = Binance::of(&CARD);
    let (pair, word) = (Symbol::new("BTC-USDT"), Symbol::new("btcusdt"));
    let mut directory = directory();
    directory.insert(word.clone(), SymbolKey(9));
    subscribe(&mut venue, &["BTC-USDT", "btcusdt", "BTC-USDT"]);
    let keys = |venue: &mut Binance, directory: &Directory| {
        let mut events = Vec::new();
        venue.read(TRADE, directory, &mut events).unwrap();
        let keys = events.iter().filter_map(|event| {
            let Event::Tick { key, .. } = event else {
                return None;
            };
            Some(*key)
        });
        keys.collect::<Vec<_>>()
    };
    assert_eq!(keys(&mut venue, &directory), [BTC, SymbolKey(9)]);
    assert_eq!(venue.unsubscribe(&[&word]), [] as [String; 0]);
    assert_eq!(keys(&mut venue, &directory), [BTC]);
    let unsubscribed = venue.unsubscribe(&[&pair]);
    assert_eq!(
        unsubscribed,
        [
            r#"{"method":"UNSUBSCRIBE","params":["btcusdt@trade","btcusdt@bookTicker","btcusdt@miniTicker"],"id":2}"#
        ]
    );
    assert_eq!(keys(&mut venue, &directory), [] as [SymbolKey; 0]);
}

#[test]
fn a_symbol_that_is_given_up_and_wanted_again_is_heard_under_its_new_key() {
    let mut venue = Binance::of(&CARD);
    let mut directory = directory();
    subscribe(&mut venue, &["BTC-USDT"]);
    let key = |venue: &mut Binance, directory: &Directory| {
        let mut events = Vec::new();
        venue.read(TRADE, directory, &mut events).unwrap();
        events.first().map(|event| {
            let Event::Tick { key, .. } = event else {
                panic!("{event:?}")
            };
            *key
        })
    };
    assert_eq!(key(&mut venue, &directory), Some(BTC));
    let pair = Symbol::new("BTC-USDT");
    directory.remove(&pair);
    assert_eq!(key(&mut venue, &directory), None, "nobody wants it");
    directory.insert(pair, SymbolKey(9));
    assert_eq!(key(&mut venue, &directory), Some(SymbolKey(9)));
}

#[test]
fn the_price_before_the_first_deal_is_told_once_and_never_behind_one() {
    const DAY: &str = r#"{"stream":"btcusdt@miniTicker","data":{"e":"24hrMiniTicker","E":1672515782136,"s":"BTCUSDT","c":"61840.10","o":"61000.00","h":"62000.00","l":"60500.50","v":"10000","q":"18"}}"#;
    let told = |texts: &[&str]| {
        let mut venue = Binance::of(&CARD);
        subscribe(&mut venue, &["BTC-USDT"]);
        let mut events = Vec::new();
        for text in texts {
            venue.read(text, &directory(), &mut events).unwrap();
        }
        events
    };
    let lasts = |events: &[Event]| -> Vec<String> {
        let snapshots = events.iter().filter_map(|event| snapshot_of(event)?.last);
        snapshots.map(|(price, _)| price.to_string()).collect()
    };
    let events = told(&[DAY, DAY, TRADE, DAY]);
    assert_eq!(lasts(&events), ["61840.10"]);
    let Some(Event::Day { figures: day, .. }) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(day.reference.unwrap().to_string(), "61000.00");
    assert_eq!(day.high.unwrap().to_string(), "62000.00");
    assert_eq!(lasts(&told(&[TRADE, DAY])), [] as [String; 0]);
}

fn snapshot_of(event: &Event) -> Option<&Snapshot> {
    if let Event::Snapshot { snapshot, .. } = event {
        Some(snapshot)
    } else {
        None
    }
}

#[test]
fn books_and_figures_that_nobody_asked_for_are_no_prices_and_no_errors() {
    for text in [
        r#"{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":1,"u":2,"b":[["61737.6","0.0"]],"a":[]}}"#,
        r#"{"lastUpdateId":160,"bids":[["0.0024","10"]],"asks":[]}"#,
        r#"{"e":"24hrTicker","E":1672515782136,"s":"BTCUSDT","c":"0.0025","o":"0.0010","h":"0.0025","l":"0.0010","v":"10000","q":"18"}"#,
    ] {
        assert_eq!(read(text), Ok(vec![]), "{text}");
    }
}

#[test]
fn what_cannot_be_read_says_which_field_it_was() {
    let why = |from: &str, to: &str| {
        let text = TRADE.replace(from, to);
        assert_ne!(text, TRADE, "{from}");
        read(&text).unwrap_err()
    };
    let number = |field, why| Unreadable::Number { field, why };
    assert_eq!(
        why(r#""61837.63000000""#, r#""""#),
        Unreadable::Missing { field: "p" }
    );
    assert_eq!(why("0.02000000", "two"), number("q", NotANumber::Malformed));
    assert_eq!(why("61837.63000000", "0.0"), number("p", NotANumber::OutOfRange));
    assert_eq!(why("61837.63000000", "-1"), number("p", NotANumber::OutOfRange));
    assert_eq!(why(r#""s":"BTCUSDT","#, ""), Unreadable::Missing { field: "s" });
    assert_eq!(why(r#""t":3735683259,"#, ""), Unreadable::Missing { field: "t" });
    assert_eq!(why(r#""e":"trade""#, r#""e":"song""#), Unreadable::UnknownKind);
    assert_eq!(read("{"), Err(Unreadable::Json));
    assert_eq!(read("[]"), Err(Unreadable::Json));
    assert_eq!(read("{}"), Err(Unreadable::UnknownKind));
}

#[test]
fn what_the_papers_show_is_read_the_short_way() {
    for text in [TRADE, BEST] {
        assert!(tick::read(text).is_some(), "{text}");
    }
}

fn read(text: &str) -> Result<Vec<Event>, Unreadable> {
    let mut venue = Binance::of(&CARD);
    subscribe(&mut venue, &["BTC-USDT"]);
    let mut events = Vec::new();
    venue.read(text, &directory(), &mut events).map(|()| events)
}

fn subscribe(venue: &mut Binance, names: &[&str]) {
    let symbols: Vec<_> = names.iter().map(|name| Symbol::new(name)).collect();
    let wanted: Vec<_> = symbols
        .iter()
        .map(|symbol| Wanted { symbol, after: None })
        .collect();
    let messages = venue.subscribe(Asking {
        symbols: &wanted,
        epoch: None,
        bars: false,
    });
    assert_eq!(messages.len(), 1);
}

fn directory() -> Directory {
    let mut directory = Directory::default();
    directory.insert(Symbol::new("BTC-USDT"), BTC);
    directory.insert(Symbol::new("ETHUSDT"), ETH);
    directory
}
