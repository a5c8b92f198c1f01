//! What a person can get wrong, each told by its field.

use super::*;

fn faults(change: impl FnOnce(&mut Draft)) -> Vec<(String, String)> {
    let mut draft = plain();
    change(&mut draft);
    let faults = Form::of(&draft, STREAM).unwrap_err();
    faults
        .into_iter()
        .map(|fault| (fault.field, fault.sentence))
        .collect()
}

#[test]
fn each_fault_is_told_by_its_field() {
    type Change = fn(&mut Draft);
    let table: [(Change, &str, &str); 19] = [
        (
            |draft| draft.messages[0].price = "p".to_owned(),
            "messages.0.price",
            "p is no JSON pointer: it begins with a slash, as /p",
        ),
        (
            |draft| draft.messages[0].price.clear(),
            "messages.0.price",
            "say where the price of a trade stands",
        ),
        (
            |draft| draft.messages[0].kind = "deal".to_owned(),
            "messages.0.kind",
            "deal is of no kind that is known",
        ),
        (
            |draft| draft.messages[0].unit = "h".to_owned(),
            "messages.0.unit",
            "s, ms, us or ns",
        ),
        (
            |draft| draft.messages[0].when[0].pointer = "e".to_owned(),
            "messages.0.when.0.pointer",
            "begins with a slash",
        ),
        (|draft| draft.messages[0].size = "/x/*/q".to_owned(), "", ""),
        (
            |draft| draft.messages[1].bid.clear(),
            "messages.1.bid_size",
            "belongs to a bid",
        ),
        (
            |draft| draft.messages[2].when.clear(),
            "messages.2.when",
            "what such a message is known by",
        ),
        (
            |draft| draft.messages[4].means = "doom".to_owned(),
            "messages.4.means",
            "doom is nothing that an error means",
        ),
        (
            |draft| draft.messages.clear(),
            "messages",
            "describe at least one",
        ),
        (
            |draft| draft.messages.truncate(0),
            "messages",
            "say where a price stands",
        ),
        (
            |draft| draft.subscribe = r#"{"s":{symbol}"#.to_owned(),
            "subscribe",
            "no JSON when its holes are filled",
        ),
        (
            |draft| draft.subscribe = r#"{"s":"{ticker}"}"#.to_owned(),
            "subscribe",
            "{ticker} is none of",
        ),
        (
            |draft| draft.poll = "price".to_owned(),
            "poll",
            "begins with a slash",
        ),
        (
            |draft| draft.polls_per_minute = Some(0),
            "polls_per_minute",
            "1 to 600",
        ),
        (
            |draft| draft.beat = "ping".to_owned(),
            "beat_seconds",
            "say how often",
        ),
        (|draft| draft.gapless = true, "", ""),
        (
            |draft| draft.query = "subscription{x}".to_owned(),
            "query",
            "only GraphQL",
        ),
        (
            |draft| draft.dialect = "xml".to_owned(),
            "dialect",
            "xml is not spoken here",
        ),
    ];
    for (change, field, words) in table {
        if field.is_empty() {
            // What may be so.
            let mut draft = plain();
            change(&mut draft);
            assert!(Form::of(&draft, STREAM).is_ok());
            continue;
        }
        let told = faults(change);
        let found = told
            .iter()
            .any(|(named, sentence)| named == field && sentence.contains(words));
        assert!(found, "{field}: {told:?}");
    }
}

#[test]
fn stars_of_one_message_stand_in_the_same_lists() {
    let told = faults(|draft| {
        draft.messages[0].price = "/data/*/p".to_owned();
        draft.messages[0].size = "/sizes/*/q".to_owned();
    });
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "messages.0.size");
    assert!(told[0].1.contains("other lists"));
}

#[test]
fn headers_that_are_not_a_persons_and_keys_in_the_open_are_refused() {
    let header = |name: &str, value: &str| HeaderDraft {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    for (name, value, field) in [
        ("Upgrade", "x", "headers.0.name"),
        ("Sec-WebSocket-Key", "x", "headers.0.name"),
        ("a b", "x", "headers.0.name"),
        ("", "x", "headers.0.name"),
        ("Origin", "", "headers.0.value"),
        ("Origin", "a\nb", "headers.0.value"),
        ("Authorization", "Bearer hush", "headers.0.value"),
        ("X-Api-Key", "hush", "headers.0.value"),
    ] {
        let told = faults(|draft| draft.headers = vec![header(name, value)]);
        assert_eq!(told[0].0, field, "{name}: {value}");
        assert!(!told[0].1.contains("hush"));
    }
    let mut draft = plain();
    draft.headers = vec![
        header("Origin", "https://ticks.example"),
        header("X-Api-Key", "{key}"),
    ];
    assert!(Form::of(&draft, STREAM).is_ok());
}

#[test]
fn somewhere_it_must_be_reached() {
    let nowhere = Form::of(&plain(), Addresses::default()).unwrap_err();
    assert_eq!(nowhere[0].field, "poll");
    let mut draft = plain();
    draft.events = "/stream".to_owned();
    draft.poll = "/price".to_owned();
    let ways = |addresses| Form::of(&draft, addresses).unwrap().card().transports.to_vec();
    let (socket, events, poll) = (
        TransportKind::WebSocket,
        TransportKind::EventStream,
        TransportKind::Poll,
    );
    assert_eq!(ways(STREAM), [socket, events, poll]);
    assert_eq!(ways(Addresses::default()), [events, poll]);
}

#[test]
fn how_often_it_is_asked_and_spoken_to_is_what_was_said() {
    let mut draft = plain();
    draft.poll = "/p?s={symbols}".to_owned();
    draft.polls_per_minute = Some(6);
    draft.beat = "ping".to_owned();
    draft.beat_seconds = Some(20);
    draft.symbols_max = Some(5);
    draft.subprotocol = "v1.ticks".to_owned();
    let form = Form::of(&draft, STREAM).unwrap();
    let card = form.card();
    assert_eq!((card.polls.times, card.symbols_per_connection), (6, Some(5)));
    let beat = card.beat.as_ref().unwrap();
    assert_eq!((&*beat.text, beat.every.as_secs()), ("ping", 20));
    assert_eq!(card.subprotocol.as_deref(), Some("v1.ticks"));
}
