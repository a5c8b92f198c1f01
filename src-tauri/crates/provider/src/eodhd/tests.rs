use chrono::DateTime;
use model::{Condition, Conditions, InstrumentKind, Precision, Quote, Session, SymbolKey, Tick, Trade};

use crate::trial::{Trial, only_tick, survives_any_change};
use crate::{Denial, Event, Unreadable, VenueName};

const FIXTURES: &str = include_str!("../../fixtures/eodhd.ndjson");
const US: &str = "eodhd:us";
const US_QUOTE: &str = "eodhd:us-quote";
const FOREX: &str = "eodhd:forex";
const CRYPTO: &str = "eodhd:crypto";
const NAMES: [&str; 5] = ["AAPL", "TSLA.US", "AUD/USD", "BTC-USD", "BTC-USD.CC"];
const AAPL: SymbolKey = SymbolKey(0);
const AUD: SymbolKey = SymbolKey(2);
const BTC: SymbolKey = SymbolKey(3);

fn trial(word: &str) -> Trial {
    Trial::subscribed(word, &NAMES)
}

fn fixture(part: &str) -> &'static str {
    FIXTURES.lines().find(|line| line.contains(part)).unwrap()
}

#[test]
fn symbols_are_asked_for_as_one_text_ten_at_a_time() {
    let mut trial = Trial::of(US, &["AAPL", "TSLA.US", "TSLA", "BRK.B"]);
    assert_eq!(
        trial.subscribe(false),
        [r#"{"action":"subscribe","symbols":"AAPL,TSLA,BRK-B"}"#]
    );
    assert_eq!(
        trial.unsubscribe(&["TSLA"]),
        [] as [String; 0],
        "the other row wants it"
    );
    assert_eq!(
        trial.unsubscribe(&["TSLA.US", "AAPL"]),
        [r#"{"action":"unsubscribe","symbols":"TSLA,AAPL"}"#]
    );
    let names: Vec<_> = (0..21).map(|n| format!("S{n}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let messages = Trial::of(US, &names).subscribe(false);
    assert_eq!(messages.len(), 3);
    let length_max = VenueName::from_word(US).unwrap().card().message_max;
    assert!(messages.iter().all(|message| message.len() <= length_max));
}

#[test]
fn a_deal_happens_and_the_first_one_also_says_that_the_symbol_is_there() {
    let mut trial = trial(US);
    let events = trial.told(fixture("\"v\":2,"));
    let [
        Event::Accepted {
            key: AAPL,
            instrument,
            session: Some(Session::Pre),
            ..
        },
        Event::Tick {
            key: AAPL,
            tick,
            precision,
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USD"));
    assert_eq!(*precision, Precision::new(3));
    let early = Trade {
        price: "309.19".parse().unwrap(),
        size: "2".parse().ok(),
        time: DateTime::from_timestamp_millis(1_787_650_313_868),
        id: None,
        side: None,
        conditions: Conditions::NONE.with(Condition::Extended),
    };
    assert_eq!(*tick, Tick::Trade(early));
    let again = trial.told(fixture("\"v\":2,"));
    assert_eq!(only_tick(&again).0, Tick::Trade(early));

    let events = trial.told(fixture("\"v\":200,"));
    let [
        Event::Session {
            key: AAPL, change, ..
        },
        Event::Tick {
            tick: Tick::Trade(trade),
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(change.session, Session::Open);
    assert_eq!(trade.conditions, Conditions::NONE, "its codes are in no table");
    let late = trial.told(fixture("\"v\":2,"));
    assert!(
        matches!(late.as_slice(), [Event::Tick { .. }]),
        "a deal that comes late does not turn the session back: {late:?}"
    );
}

#[test]
fn numbers_may_be_texts_and_codes_a_list_and_nothing_is_no_size() {
    let mut trial = trial(US);
    let text = fixture("TSLA");
    trial.told(text);
    let (tick, _) = only_tick(&trial.told(text));
    let Tick::Trade(trade) = tick else {
        panic!("{tick:?}")
    };
    assert_eq!((trade.price.to_string(), trade.size), ("412.5".to_owned(), None));
}

#[test]
fn best_prices_of_stocks_have_sizes_and_those_of_currencies_have_none() {
    let mut stocks = trial(US_QUOTE);
    let text = fixture("227.33");
    let first = stocks.told(text);
    assert!(
        matches!(
            first.as_slice(),
            [
                Event::Accepted { session: None, .. },
                Event::Tick {
                    tick: Tick::Quote(_),
                    ..
                }
            ]
        ),
        "{first:?}"
    );
    let quote = Quote {
        bid: Some(("227.30".parse().unwrap(), "100".parse().ok())),
        ask: Some(("227.33".parse().unwrap(), "200".parse().ok())),
        time: DateTime::from_timestamp_millis(1_725_198_451_165),
    };
    assert_eq!(only_tick(&stocks.told(text)), (Tick::Quote(quote), None));

    let mut currencies = trial(FOREX);
    let first = currencies.told(fixture("0.70743161"));
    let Some(Event::Accepted {
        key: AUD, instrument, ..
    }) = first.first()
    else {
        panic!("{first:?}")
    };
    assert_eq!(
        (instrument.kind, instrument.currency.as_deref()),
        (Some(InstrumentKind::Fx), Some("USD"))
    );
    let (tick, _) = only_tick(&currencies.told(fixture("0.70743170")));
    let Tick::Quote(quote) = tick else {
        panic!("{tick:?}")
    };
    assert_eq!(
        (quote.bid, quote.ask),
        (None, Some(("0.70743170".parse().unwrap(), None)))
    );
}

#[test]
fn a_deal_in_coins_goes_to_all_who_asked() {
    let mut trial = trial(CRYPTO);
    let first = trial.told(fixture("\"82986\""));
    assert_eq!(first.len(), 4, "{first:?}");
    assert!(matches!(
        first.first(),
        Some(Event::Accepted {
            key: BTC,
            session: Some(Session::Open),
            ..
        })
    ));
    let next = trial.told(fixture("82986.5"));
    let [
        Event::Tick {
            key: BTC,
            tick: Tick::Trade(trade),
            ..
        },
        Event::Tick { .. },
    ] = next.as_slice()
    else {
        panic!("{next:?}")
    };
    assert_eq!(trade.size, "0.00125".parse().ok());
    assert!(!trade.conditions.has(Condition::Extended));
}

#[test]
fn it_may_be_asked_when_it_has_said_so() {
    assert_eq!(trial(US).told(fixture("Authorized")), [Event::Admitted]);
}

#[test]
fn a_denial_says_what_a_person_can_do_about_it() {
    for (part, denial, why) in [
        ("403", Denial::Key, "Server error (403)"),
        ("500", Denial::Passing, "Server error (500)"),
    ] {
        let why = why.to_owned();
        assert_eq!(trial(US).told(fixture(part)), [Event::Denied { denial, why }]);
    }
    let wait = fixture("403").replace("403", "429");
    let slower = Denial::Slower { patience: None };
    assert!(matches!(trial(US).told(&wait).as_slice(), [Event::Denied { denial, .. }] if *denial == slower));
}

#[test]
fn one_symbol_too_many_refuses_what_was_asked_with_it_and_nothing_before() {
    let names: Vec<_> = (0..11).map(|n| format!("S{n}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let mut trial = Trial::subscribed(US, &names);
    let events = trial.told(fixture("limit"));
    let why = "Symbols limit reached (422)".to_owned();
    let full = Event::Full {
        keys: Box::from([SymbolKey(10)]),
        why: Box::from(why.as_str()),
    };
    assert_eq!(events, [full]);
    assert_eq!(
        trial.told(fixture("limit")),
        [Event::Complaint { why }],
        "and not twice"
    );
}

#[test]
fn what_cannot_be_read_says_which_field_it_was() {
    let error = |text: &str| trial(US).read(text).1.unwrap_err();
    let deal = fixture("\"v\":2,");
    assert_eq!(
        error(&deal.replace(r#""s":"AAPL","#, "")),
        Unreadable::Missing { field: "s" }
    );
    assert_eq!(
        error(&deal.replace(r#""p":309.19,"#, "")),
        Unreadable::Missing { field: "p" }
    );
    for wrong in ["0", "-3", "\"NA\"", "{}"] {
        let told = error(&deal.replace("309.19", wrong));
        assert!(
            matches!(told, Unreadable::Number { field: "p", .. }),
            "{wrong}: {told:?}"
        );
    }
    assert_eq!(error("{}"), Unreadable::UnknownKind);
    assert_eq!(error("[]"), Unreadable::Json);
    let stranger = deal.replace("AAPL", "MSFT");
    assert_eq!(trial(US).told(&stranger), [], "nobody wants it any more");
    let mut trial = trial(US);
    trial.told(deal);
    let (tick, _) = only_tick(&trial.told(&deal.replace("1787650313868", "0")));
    assert_eq!(tick.time(), None);
}

#[test]
fn whatever_comes_is_read_or_refused() {
    for word in [US, US_QUOTE, FOREX, CRYPTO] {
        survives_any_change(word, &NAMES, FIXTURES);
    }
    assert_eq!(VenueName::from_word("eodhd").unwrap().as_str(), US);
}
