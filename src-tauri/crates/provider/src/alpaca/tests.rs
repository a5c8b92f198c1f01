mod any;
mod asking;
mod rest;

use chrono::{DateTime, Utc};
use model::{
    Amendment, Candle, Condition, Conditions, NotANumber, Precision, Quote, Secret, Session, Side, Symbol,
    SymbolKey, Tick, Timeframe, Trade, TradeId,
};

use super::Alpaca;
use super::symbol::Market;
use crate::{Asking, Directory, Event, Unreadable, Venue, Wanted};

const FIRST: SymbolKey = SymbolKey(4);
const SECOND: SymbolKey = SymbolKey(5);

const TRADE: &str = r#"{"T":"t","S":"AAPL","i":628,"x":"K","p":162.920,"s":3,"c":["@","F"],"z":"C","t":"2023-04-06T11:54:26.838232225Z"}"#;
const QUOTE: &str = r#"{"T":"q","S":"AMD","bx":"K","bp":91.95,"bs":2,"ax":"Q","ap":91.98,"as":1,"c":["R"],"z":"C","t":"2023-04-06T11:54:21.67Z"}"#;

#[test]
fn a_deal_keeps_its_digits_its_id_and_the_venues_time() {
    let events = read(&format!("[{TRADE}]")).unwrap();
    let trade = Trade {
        price: "162.920".parse().unwrap(),
        size: Some("3".parse().unwrap()),
        time: Some(time("2023-04-06T11:54:26.838232225Z")),
        id: TradeId::new("628"),
        side: None,
        conditions: Conditions::NONE,
    };
    assert_eq!(events, [tick(FIRST, Tick::Trade(trade), 9)]);
    let Some(Event::Tick {
        tick: Tick::Trade(trade),
        ..
    }) = events.first()
    else {
        panic!("no trade")
    };
    assert_eq!(trade.price.to_string(), "162.920");
}

#[test]
fn a_coin_has_a_side_and_an_id_that_no_float_could_hold() {
    let text = r#"[{"T":"t","S":"BTC/USD","p":41853,"s":0.01,"t":"2024-01-14T23:36:23.17799008Z","i":8102483281662395354,"tks":"B"}]"#;
    let mut venue = admitted(Market::Crypto, &["BTC-USD"]);
    let events = hear(&mut venue, &directory(&["BTC-USD"]), text).unwrap();
    let trade = Trade {
        price: "41853".parse().unwrap(),
        size: Some("0.01".parse().unwrap()),
        time: Some(time("2024-01-14T23:36:23.17799008Z")),
        id: TradeId::new("8102483281662395354"),
        side: Some(Side::Buy),
        conditions: Conditions::NONE,
    };
    assert_eq!(events, [tick(FIRST, Tick::Trade(trade), 8)]);
}

#[test]
fn a_quote_has_two_sides_unless_nobody_offers() {
    let quote = Quote {
        bid: Some(("91.95".parse().unwrap(), "2".parse().ok())),
        ask: Some(("91.98".parse().unwrap(), "1".parse().ok())),
        time: Some(time("2023-04-06T11:54:21.67Z")),
    };
    assert_eq!(
        read(&format!("[{QUOTE}]")).unwrap(),
        [tick(SECOND, Tick::Quote(quote), 2)]
    );
    let nobody_buys = QUOTE.replace(r#""bp":91.95,"bs":2"#, r#""bp":0,"bs":0"#);
    assert_eq!(
        read(&format!("[{nobody_buys}]")).unwrap(),
        [tick(SECOND, Tick::Quote(Quote { bid: None, ..quote }), 2)]
    );
}

#[test]
fn a_minute_and_what_became_of_it_are_bars() {
    for kind in ["b", "u"] {
        let text = format!(
            r#"[{{"T":"{kind}","S":"AAPL","o":388.985,"h":389.13,"l":388.975,"c":389.12,"v":49378,"n":461,"vw":389.062639,"t":"2021-02-22T19:15:00Z"}}]"#
        );
        let candle = Candle {
            start: time("2021-02-22T19:15:00Z").timestamp(),
            open: "388.985".parse().unwrap(),
            high: "389.13".parse().unwrap(),
            low: "388.975".parse().unwrap(),
            close: "389.12".parse().unwrap(),
            volume: "49378".parse().unwrap(),
            trades: 461,
        };
        let bar = Event::Bar {
            key: FIRST,
            timeframe: Timeframe::Minute,
            candle,
        };
        assert_eq!(read(&text).unwrap(), [bar], "{kind}");
    }
}

#[test]
fn a_day_is_figures_and_no_price() {
    let text = r#"[{"T":"d","S":"AAPL","o":388.985,"h":389.13,"l":388.975,"c":389.12,"v":49378,"n":461,"vw":389.06,"t":"2021-02-22T05:00:00Z"}]"#;
    let events = read(text).unwrap();
    let [Event::Day { key: FIRST, figures }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(figures.high, "389.13".parse().ok());
    assert_eq!(figures.volume, "49378".parse().ok());
    assert_eq!(figures.reference, None);
}

#[test]
fn a_correction_and_a_cancel_amend_the_deal_that_they_name() {
    let corrected = r#"[{"T":"c","S":"AAPL","x":"M","oi":52983525033527,"op":39.1582,"os":440000,"oc":["7"],"ci":52983525034326,"cp":39.1809,"cs":440000,"cc":["7"],"z":"B","t":"2023-04-06T14:25:06.5Z"}]"#;
    let instead = Trade {
        price: "39.1809".parse().unwrap(),
        size: "440000".parse().ok(),
        time: None,
        id: TradeId::new("52983525034326"),
        side: None,
        conditions: Conditions::NONE
            .with(Condition::NotLast)
            .with(Condition::NotRange),
    };
    let cancelled = r#"[{"T":"x","S":"AAPL","i":465,"x":"D","p":105.31,"s":300,"a":"C","z":"C","t":"2023-04-06T13:15:42.8Z"}]"#;
    for (text, original, instead) in [
        (corrected, "52983525033527", Some(instead)),
        (cancelled, "465", None),
    ] {
        let amendment = Amendment {
            original: TradeId::new(original).unwrap(),
            instead,
        };
        let amended = Event::Amended {
            key: FIRST,
            amendment: Box::new(amendment),
            precision: Precision::default(),
        };
        assert_eq!(read(text).unwrap(), [amended]);
    }
}

#[test]
fn a_halt_stops_trading_until_it_is_resumed_and_says_why() {
    for (code, session) in [
        ("H", Some(Session::Halted)),
        ("P", Some(Session::Halted)),
        ("2", Some(Session::Halted)),
        ("Q", Some(Session::Auction)),
        ("T", Some(Session::Open)),
        ("3", Some(Session::Open)),
        ("5", None),
        ("", None),
    ] {
        let text = format!(
            r#"[{{"T":"s","S":"AAPL","sc":"{code}","sm":"Trading Halt","rc":"T1","rm":"Halt News Pending","t":"2021-02-22T19:15:00Z","z":"C"}}]"#
        );
        let events = read(&text).unwrap();
        let mut told = events.iter().map(|event| {
            let Event::Session {
                key: FIRST, change, ..
            } = event
            else {
                panic!("{event:?}")
            };
            assert_eq!(change.reason.as_deref(), Some("Halt News Pending"));
            assert_eq!(change.time, Some(time("2021-02-22T19:15:00Z")));
            change.session
        });
        assert_eq!(told.next_back(), session, "{code}");
    }
}

#[test]
fn one_that_cannot_be_read_loses_none_of_the_others() {
    let bad = TRADE.replace("162.920", "\"NA\"");
    let text = format!(r#"[{TRADE},{bad},7,{{"T":"song"}},{QUOTE}]"#);
    let mut venue = admitted(Market::Iex, &["AAPL", "AMD"]);
    let mut events = Vec::new();
    let outcome = venue.read(&text, &directory(&["AAPL", "AMD"]), &mut events);
    let why = NotANumber::Malformed;
    assert_eq!(outcome, Err(Unreadable::Number { field: "p", why }));
    assert_eq!(events.len(), 2, "{events:?}");
}

#[test]
fn what_cannot_be_read_says_which_field_it_was() {
    let why = |from: &str, to: &str| {
        let text = TRADE.replace(from, to);
        assert_ne!(text, TRADE, "{from}");
        read(&format!("[{text}]")).unwrap_err()
    };
    let number = |why| Unreadable::Number { field: "p", why };
    assert_eq!(why("162.920", "0"), number(NotANumber::OutOfRange));
    assert_eq!(why("162.920", "-1"), number(NotANumber::OutOfRange));
    assert_eq!(why("162.920", "\"\""), Unreadable::Missing { field: "p" });
    assert_eq!(why(r#""p":162.920,"#, ""), Unreadable::Missing { field: "p" });
    assert_eq!(why(r#""S":"AAPL","#, ""), Unreadable::Missing { field: "S" });
    assert_eq!(why(r#""T":"t""#, r#""T":"song""#), Unreadable::UnknownKind);
    assert_eq!(read("{}"), Err(Unreadable::Json));
    assert_eq!(read("["), Err(Unreadable::Json));
    assert_eq!(read("[]"), Ok(vec![]));
}

#[test]
fn a_price_with_a_time_that_cannot_be_is_a_price_without_one() {
    for nonsense in ["1970-01-01T00:00:00Z", "", "noon"] {
        let text = TRADE.replace("2023-04-06T11:54:26.838232225Z", nonsense);
        let events = read(&format!("[{text}]")).unwrap();
        let [Event::Tick { tick, .. }] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(tick.time(), None, "{nonsense}");
    }
}

#[test]
fn books_bands_and_imbalances_are_no_prices_and_no_errors() {
    for text in [
        r#"[{"T":"l","S":"AAPL","u":3.24,"d":2.65,"i":"B","t":"2023-04-06T13:34:45.565004401Z","z":"C"}]"#,
        r#"[{"T":"i","S":"AAPL","p":9.12,"z":"A","t":"2024-12-13T19:58:09.242138635Z"}]"#,
        r#"[{"T":"o","S":"BTC/USD","t":"2024-03-12T10:38:50.79613221Z","b":[{"p":1,"s":2}],"a":[],"r":true}]"#,
    ] {
        assert_eq!(read(text), Ok(vec![]), "{text}");
    }
}

fn read(text: &str) -> Result<Vec<Event>, Unreadable> {
    let mut venue = admitted(Market::Iex, &["AAPL", "AMD"]);
    hear(&mut venue, &directory(&["AAPL", "AMD"]), text)
}

fn hear(venue: &mut Alpaca, directory: &Directory, text: &str) -> Result<Vec<Event>, Unreadable> {
    let mut events = Vec::new();
    venue.read(text, directory, &mut events).map(|()| events)
}

/// One that has been asked for these.
fn admitted(market: Market, names: &[&str]) -> Alpaca {
    let mut venue = Alpaca::new(market);
    venue.begin(Some(&Secret::new("ID:HUSH".to_owned())));
    ask(&mut venue, names, false);
    venue
}

fn ask(venue: &mut Alpaca, names: &[&str], bars: bool) -> Vec<String> {
    with(names, bars, |asking| venue.subscribe(asking))
}

fn with<T>(names: &[&str], bars: bool, asked: impl FnOnce(Asking<'_>) -> T) -> T {
    let symbols: Vec<_> = names.iter().map(|name| Symbol::new(name)).collect();
    let wanted: Vec<_> = symbols
        .iter()
        .map(|symbol| Wanted { symbol, after: None })
        .collect();
    asked(Asking {
        symbols: &wanted,
        epoch: None,
        bars,
    })
}

/// The first of them is `FIRST`, and so on.
fn directory(names: &[&str]) -> Directory {
    let mut directory = Directory::default();
    for (name, key) in names.iter().zip(FIRST.0..) {
        directory.insert(Symbol::new(name), SymbolKey(key));
    }
    directory
}

fn tick(key: SymbolKey, tick: Tick, digits: u8) -> Event {
    Event::Tick {
        key,
        seq: None,
        tick,
        precision: Precision::new(digits),
    }
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
