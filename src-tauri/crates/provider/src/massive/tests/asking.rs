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
        assert_eq!(trial.told(&refusal), []);
        let again = trial.subscribe(true);
        assert!(
            again.iter().all(|message| message.contains("T.AAPL")),
            "{again:?}"
        );
        assert_eq!(denial(&shares().told(&refusal)), Denial::Plan);
    }
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
