//! Logins, requests and what comes back to them.

use model::{Secret, Session, Symbol};

use super::*;
use crate::{Asking, Denial, Directory, Venue, VenueName, Wanted};

#[test]
fn it_greets_is_told_the_key_and_may_be_asked_then() {
    let mut venue = VenueName::from_word(SHARES).unwrap().translator();
    assert_eq!(venue.begin(Some(&Secret::new("HU\"SH".to_owned()))), []);
    let greeting = r#"[{"ev":"status","status":"connected","message":"Connected Successfully"}]"#;
    let login = Secret::new(r#"{"action":"auth","params":"HU\"SH"}"#.to_owned());
    assert_eq!(hear(&mut *venue, greeting), [Event::Reply(login)]);
    for admitted in [
        r#"[{"ev":"status","status":"auth_success","message":"authenticated"}]"#,
        r#"[{"ev":"status","status":"success","message":"authenticated"}]"#,
    ] {
        assert_eq!(hear(&mut *venue, admitted), [Event::Admitted]);
    }
    let mut venue = VenueName::from_word(SHARES).unwrap().translator();
    venue.begin(None);
    assert_eq!(denial(&hear(&mut *venue, greeting)), Denial::Key);
}

#[test]
fn deals_and_quotes_are_asked_for_apart_and_bars_where_they_are_wanted() {
    let mut trial = Trial::of(SHARES, &["AAPL", "brk-b", "aapl"]);
    assert_eq!(
        trial.subscribe(false),
        [
            r#"{"action":"subscribe","params":"T.AAPL,T.BRK.B"}"#,
            r#"{"action":"subscribe","params":"Q.AAPL,Q.BRK.B"}"#
        ]
    );
    assert_eq!(
        trial.unsubscribe(&["brk-b"]),
        [
            r#"{"action":"unsubscribe","params":"T.BRK.B"}"#,
            r#"{"action":"unsubscribe","params":"Q.BRK.B"}"#
        ]
    );
    assert_eq!(
        Trial::of(COINS, &["btc/usd"]).subscribe(true),
        [
            r#"{"action":"subscribe","params":"XT.BTC-USD"}"#,
            r#"{"action":"subscribe","params":"XQ.BTC-USD"}"#,
            r#"{"action":"subscribe","params":"XA.BTC-USD"}"#
        ]
    );
}

#[test]
fn every_answer_names_one_symbol_up_to_the_end_of_its_name() {
    let mut trial = Trial::subscribed(SHARES, &["AAPL", "BRK.B"]);
    let events = trial.told(&subscribed("T.BRK.B"));
    let [
        Event::Accepted {
            key: SymbolKey(1),
            instrument,
            session: None,
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USD"));
    for nothing in ["T.BRK.B", "Q.AAPL", "T.NOPE", "T", ""] {
        assert_eq!(trial.told(&subscribed(nothing)), [], "{nothing}");
    }
    let left = r#"[{"ev":"status","status":"success","message":"unsubscribed to: T.AAPL"}]"#;
    assert_eq!(trial.told(left), []);
    let coins = Trial::subscribed(COINS, &["BTC-USD"]).told(&subscribed("XT.BTC-USD"));
    assert!(
        matches!(
            coins.as_slice(),
            [Event::Accepted {
                session: Some(Session::Open),
                ..
            }]
        ),
        "{coins:?}"
    );
}

#[test]
fn what_stands_is_given_up_before_it_is_asked_for_again_as_nobody_answers_twice() {
    let mut trial = Trial::subscribed(SHARES, &["AAPL"]);
    trial.told(&subscribed("T.AAPL"));
    assert_eq!(
        trial.subscribe(false),
        [
            r#"{"action":"unsubscribe","params":"T.AAPL"}"#,
            r#"{"action":"unsubscribe","params":"Q.AAPL"}"#,
            r#"{"action":"subscribe","params":"T.AAPL"}"#,
            r#"{"action":"subscribe","params":"Q.AAPL"}"#
        ]
    );
    assert_eq!(trial.told(&subscribed("T.AAPL")).len(), 1);
}

#[test]
fn who_has_paid_for_deals_alone_goes_on_with_deals() {
    for refusal in [
        status("not_authorized", "not authorized"),
        status("error", "not authorized"),
    ] {
        let mut trial = Trial::subscribed(SHARES, &["AAPL"]);
        trial.told(&subscribed("T.AAPL"));
        let told = trial.told(&refusal);
        assert!(
            matches!(told.as_slice(), [Event::Notice { why }] if why.contains("the plan has deals")),
            "{told:?}"
        );
        assert_eq!(trial.told(&refusal), [], "once is enough");
        let again = trial.subscribe(true);
        assert!(
            again.iter().all(|message| message.contains("T.AAPL")),
            "{again:?}"
        );
    }
}

#[test]
fn who_has_paid_for_minutes_alone_has_the_last_price_of_each() {
    let refusal = status("not_authorized", "not authorized");
    let mut trial = Trial::subscribed(SHARES, &["AAPL", "MSFT"]);
    let told = trial.told(&refusal);
    let [Event::Notice { why }, Event::Reply(instead)] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert!(why.contains("no single deals"), "{why}");
    assert_eq!(
        instead.reveal(),
        r#"{"action":"subscribe","params":"AM.AAPL,AM.MSFT"}"#
    );
    // Of quotes, too.
    assert_eq!(trial.told(&refusal), []);
    let stands = trial.told(&subscribed("AM.AAPL"));
    assert!(
        matches!(stands.as_slice(), [Event::Accepted { .. }]),
        "{stands:?}"
    );
    assert_eq!(trial.told(&subscribed("AM.AAPL")), []);
    let minute = r#"[{"ev":"AM","sym":"AAPL","v":5,"o":1.5,"c":1.70,"h":2,"l":1,"s":1610144640000,"e":1610144700000}]"#;
    let told = trial.told(minute);
    let [Event::Bar { .. }, Event::Snapshot { snapshot, .. }] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(snapshot.last, Some(("1.70".parse().unwrap(), None)));
    assert_eq!(
        snapshot.time.map(|time| time.timestamp_millis()),
        Some(1_610_144_700_000)
    );
    assert_eq!(
        trial.subscribe(false)[1..],
        [r#"{"action":"subscribe","params":"AM.AAPL,AM.MSFT"}"#],
        "nothing else is asked for again"
    );

    let mut deals = Trial::subscribed(SHARES, &["AAPL"]);
    deals.told(&subscribed("T.AAPL"));
    assert!(
        matches!(deals.told(minute).as_slice(), [Event::Bar { .. }]),
        "a minute tells nothing where each deal does"
    );
}

#[test]
fn a_plan_that_has_not_even_minutes_is_the_wrong_one() {
    let refusal = status("error", "not authorized");
    // Of one symbol each refusal can be counted.
    let mut one = Trial::subscribed(SHARES, &["AAPL"]);
    one.told(&refusal);
    assert_eq!(one.told(&refusal), []);
    assert_eq!(denial(&one.told(&refusal)), Denial::Plan);
    // Of several nobody knows whether it refuses names or messages: the one that is asked alone tells.
    let mut two = Trial::subscribed(SHARES, &["AAPL", "MSFT"]);
    two.told(&refusal);
    assert_eq!((two.told(&refusal), two.told(&refusal)), (vec![], vec![]));
    two.subscribe(false);
    assert_eq!(denial(&two.told(&refusal)), Denial::Plan);
}

#[test]
fn every_state_has_one_meaning() {
    for (word, words, expected) in [
        ("auth_failed", "authentication failed", Denial::Key),
        (
            "auth_failed",
            "Your plan doesn't include websocket access.",
            Denial::Plan,
        ),
        ("auth_timeout", "too late", Denial::Passing),
        (
            "max_connections",
            "Maximum number of websocket connections exceeded.",
            Denial::Crowded,
        ),
        ("error", "Maximum number of connections exceeded", Denial::Crowded),
        ("error", "authentication failed", Denial::Key),
    ] {
        let events = shares().told(&status(word, words));
        assert_eq!(denial(&events), expected, "{word} {words}");
    }
    let events = shares().told(&status("error", "unknown action"));
    let why = "unknown action".to_owned();
    assert_eq!(events, [Event::Complaint { why }]);
}

#[test]
fn no_message_is_longer_than_the_card_says() {
    let names: Vec<_> = (0..300).map(|n| format!("SYMBOL{n:024}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let card = VenueName::from_word(SHARES).unwrap().card();
    let asked = Trial::of(SHARES, &names).subscribe(true);
    assert_eq!(asked.len(), 9);
    assert!(asked.iter().all(|message| message.len() <= card.message_max));
}

#[test]
fn a_name_cannot_break_out_of_its_quotes() {
    let symbol = Symbol::new("A\"]}");
    let wanted = [Wanted {
        symbol: &symbol,
        after: None,
    }];
    let mut venue = VenueName::from_word(SHARES).unwrap().translator();
    let asked = venue.subscribe(Asking {
        symbols: &wanted,
        epoch: None,
        bars: false,
    });
    assert_eq!(asked[0], r#"{"action":"subscribe","params":"T.A\"]}"}"#);
}

fn subscribed(item: &str) -> String {
    status("success", &format!("subscribed to: {item}"))
}

fn status(word: &str, words: &str) -> String {
    format!(r#"[{{"ev":"status","status":"{word}","message":"{words}"}}]"#)
}

fn hear(venue: &mut dyn Venue, text: &str) -> Vec<Event> {
    let mut events = Vec::new();
    assert_eq!(venue.read(text, &Directory::default(), &mut events), Ok(()));
    events
}

fn denial(events: &[Event]) -> Denial {
    let [Event::Denied { denial, .. }] = events else {
        panic!("{events:?}")
    };
    *denial
}
