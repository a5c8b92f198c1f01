//! Logins, requests and what comes back to them.

use super::*;
use crate::Denial;

#[test]
fn it_greets_is_told_the_key_and_may_be_asked_then() {
    let mut venue = Alpaca::new(Market::Iex);
    let key = Secret::new("ID:HU\"SH".to_owned());
    assert_eq!(venue.begin(Some(&key)), []);
    let directory = Directory::default();
    let greeting = r#"[{"T":"success","msg":"connected"}]"#;
    let login = Secret::new(r#"{"action":"auth","key":"ID","secret":"HU\"SH"}"#.to_owned());
    assert_eq!(
        hear(&mut venue, &directory, greeting),
        Ok(vec![Event::Reply(login)])
    );
    let admitted = r#"[{"T":"success","msg":"authenticated"}]"#;
    assert_eq!(hear(&mut venue, &directory, admitted), Ok(vec![Event::Admitted]));
}

#[test]
fn without_a_key_of_two_parts_nobody_is_let_in() {
    for key in [None, Some("ID")] {
        let mut venue = Alpaca::new(Market::Iex);
        venue.begin(key.map(|key| Secret::new(key.to_owned())).as_ref());
        let greeting = r#"[{"T":"success","msg":"connected"}]"#;
        let events = hear(&mut venue, &Directory::default(), greeting).unwrap();
        let [
            Event::Denied {
                denial: Denial::Key,
                why,
            },
        ] = events.as_slice()
        else {
            panic!("{events:?}")
        };
        assert!(why.contains("KEY:SECRET"));
    }
}

#[test]
fn five_symbols_are_one_request_and_halts_come_last() {
    let mut venue = Alpaca::new(Market::Sip);
    let asked = ask(&mut venue, &["A", "brk-b", "C", "D", "E", "F", "A"], false);
    assert_eq!(
        asked,
        [
            r#"{"action":"subscribe","quotes":["A","BRK.B","C","D","E"],"trades":["A","BRK.B","C","D","E"]}"#,
            r#"{"action":"subscribe","quotes":["F"],"trades":["F"]}"#,
            r#"{"action":"subscribe","statuses":["A","BRK.B","C","D","E","F"]}"#,
        ]
    );
    let given_up = venue.unsubscribe(&[&Symbol::new("A")]);
    assert_eq!(
        given_up,
        [
            r#"{"action":"unsubscribe","quotes":["A"],"trades":["A"]}"#,
            r#"{"action":"unsubscribe","statuses":["A"]}"#
        ]
    );
}

#[test]
fn bars_are_asked_for_where_they_are_wanted_and_coins_know_no_halts() {
    assert_eq!(
        ask(&mut Alpaca::new(Market::Crypto), &["btc-usd"], true),
        [
            r#"{"action":"subscribe","bars":["BTC/USD"],"quotes":["BTC/USD"],"trades":["BTC/USD"],"updatedBars":["BTC/USD"]}"#
        ]
    );
    assert_eq!(
        ask(&mut Alpaca::new(Market::Test), &["FAKEPACA"], true),
        [r#"{"action":"subscribe","bars":["FAKEPACA"],"quotes":["FAKEPACA"],"trades":["FAKEPACA"]}"#]
    );
}

#[test]
fn an_answer_names_all_that_stands_and_what_is_missing_was_refused() {
    let mut venue = admitted(Market::Iex, &["AAPL", "NOPE"]);
    let directory = directory(&["AAPL", "NOPE"]);
    let answer =
        r#"[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL"],"bars":[],"corrections":["AAPL"]}]"#;
    let events = hear(&mut venue, &directory, answer).unwrap();
    let [
        Event::Accepted {
            key: FIRST,
            instrument,
            session: None,
            ..
        },
        Event::Refused { key: SECOND, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USD"));
    // That to the request for halts says the same once more.
    assert_eq!(hear(&mut venue, &directory, answer), Ok(vec![]));
}

#[test]
fn coins_are_open_as_soon_as_they_stand() {
    let mut venue = admitted(Market::Crypto, &["BTC-USD"]);
    let answer = r#"[{"T":"subscription","trades":["BTC/USD"],"quotes":["BTC/USD"]}]"#;
    let events = hear(&mut venue, &directory(&["BTC-USD"]), answer).unwrap();
    let [
        Event::Accepted {
            session: Some(Session::Open),
            instrument,
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USD"));
}

#[test]
fn every_error_has_one_meaning() {
    for (code, expected) in [
        (401, Some(Denial::Passing)),
        (402, Some(Denial::Key)),
        (403, None),
        (404, Some(Denial::Passing)),
        (406, Some(Denial::Crowded)),
        (407, Some(Denial::Passing)),
        (409, Some(Denial::Plan)),
        (410, Some(Denial::Plan)),
        (411, Some(Denial::Plan)),
        (500, Some(Denial::Passing)),
    ] {
        let events = told(&mut admitted(Market::Iex, &["AAPL", "AMD"]), code);
        let mut denial = events.iter().map(|event| {
            let Event::Denied { denial, why } = event else {
                panic!("{event:?}")
            };
            assert!(
                why.contains(&code.to_string()) && why.starts_with("words"),
                "{why}"
            );
            *denial
        });
        assert_eq!(denial.next_back(), expected, "{code}");
    }
}

#[test]
fn a_symbol_that_is_not_one_is_refused_alone_and_looked_for_among_several() {
    let events = told(&mut admitted(Market::Iex, &["AAPL"]), 400);
    assert!(
        matches!(events.as_slice(), [Event::Refused { key: FIRST, .. }]),
        "{events:?}"
    );
    let events = told(&mut admitted(Market::Iex, &["AAPL", "AMD"]), 400);
    assert!(
        matches!(events.as_slice(), [Event::Complaint { .. }]),
        "{events:?}"
    );
}

#[test]
fn where_there_is_no_more_room_halts_make_place_and_then_the_whole_request_has_none() {
    let mut venue = admitted(Market::Iex, &["AAPL", "AMD"]);
    let events = told(&mut venue, 405);
    let replies: Vec<_> = events
        .iter()
        .map(|event| {
            let Event::Reply(said) = event else {
                panic!("{event:?}")
            };
            said.reveal()
        })
        .collect();
    assert_eq!(
        replies,
        [
            r#"{"action":"unsubscribe","statuses":["AAPL","AMD"]}"#,
            r#"{"action":"subscribe","quotes":["AAPL","AMD"],"trades":["AAPL","AMD"]}"#,
        ]
    );
    // To the halts, to giving them up, and to the second try.
    assert_eq!(told(&mut venue, 405), []);
    let nothing = r#"[{"T":"subscription","trades":[],"quotes":[]}]"#;
    assert_eq!(
        hear(&mut venue, &directory(&["AAPL", "AMD"]), nothing),
        Ok(vec![])
    );
    let events = told(&mut venue, 405);
    assert!(
        matches!(events.as_slice(), [Event::Full { keys, .. }] if **keys == [FIRST, SECOND]),
        "{events:?}"
    );
}

#[test]
fn an_account_that_may_not_hear_of_halts_hears_prices() {
    for code in [400, 405, 409, 410] {
        let mut venue = admitted(Market::Iex, &["AAPL"]);
        let directory = directory(&["AAPL"]);
        let answer = r#"[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL"]}]"#;
        assert_eq!(hear(&mut venue, &directory, answer).unwrap().len(), 1);
        assert_eq!(told(&mut venue, code), [], "{code}");
        let again = ask(&mut venue, &["AMD"], false);
        assert_eq!(again.len(), 1, "halts are asked for no more: {again:?}");
    }
}

#[test]
fn what_is_forbidden_where_it_is_fetched_was_not_paid_for_or_is_the_key() {
    let venue = Alpaca::new(Market::Sip);
    let plan = r#"{"message":"subscription does not permit querying recent SIP data"}"#;
    assert_eq!(venue.refusal(403, plan), Some(Denial::Plan));
    assert_eq!(venue.refusal(403, r#"{"message":"forbidden."}"#), None);
    assert_eq!(venue.refusal(500, plan), None);
}

#[test]
fn two_rows_of_one_stream_hear_the_same_until_the_last_is_given_up() {
    let mut venue = admitted(Market::Iex, &["AAPL", "aapl"]);
    let directory = directory(&["AAPL", "aapl"]);
    let text = format!("[{TRADE}]");
    assert_eq!(hear(&mut venue, &directory, &text).unwrap().len(), 2);
    assert_eq!(venue.unsubscribe(&[&Symbol::new("AAPL")]), [] as [String; 0]);
    assert_eq!(venue.unsubscribe(&[&Symbol::new("aapl")]).len(), 2);
    assert_eq!(hear(&mut venue, &directory, &text), Ok(vec![]));
}

#[test]
fn no_message_is_longer_than_the_card_says() {
    let names: Vec<_> = (0..1_000).map(|n| format!("SYMBOL{n:024}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let mut venue = Alpaca::new(Market::Sip);
    let asked = ask(&mut venue, &names, true);
    let most = venue.card().message_max;
    assert!(asked.iter().all(|message| message.len() <= most));
}

fn told(venue: &mut Alpaca, code: i64) -> Vec<Event> {
    let text = format!(r#"[{{"T":"error","code":{code},"msg":"words"}}]"#);
    hear(venue, &directory(&["AAPL", "AMD"]), &text).unwrap()
}
