use super::*;

#[test]
fn symbols_are_asked_for_and_given_up_one_by_one_together_or_all_at_once() {
    let mut played = Played::of(&plain(), &["A", "B\""]);
    assert_eq!(
        played.subscribe(),
        [
            r#"{"op":"sub","s":"A","id":1}"#,
            r#"{"op":"sub","s":"B\"","id":2}"#
        ]
    );
    let gone = played.venue.unsubscribe(&[&Symbol::new("A"), &Symbol::new("Z")]);
    assert_eq!(gone, [r#"{"op":"unsub","s":"A","id":3}"#]);
    assert_eq!(
        played.told(r#"{"e":"trade","s":"A","p":1}"#),
        [],
        "nobody wants it any more"
    );

    let mut draft = plain();
    draft.subscribe = r#"{"all":{symbols}}"#.to_owned();
    draft.unsubscribe = r#"{"none":{symbols}}"#.to_owned();
    let mut played = Played::of(&draft, &["A", "B"]);
    assert_eq!(played.venue.card().symbols_per_message, 50);
    assert_eq!(played.subscribe(), [r#"{"all":["A","B"]}"#]);

    draft.subscribe = r#"{"op":"everything"}"#.to_owned();
    draft.unsubscribe = r#"{"op":"nothing"}"#.to_owned();
    let mut played = Played::of(&draft, &["A", "B"]);
    assert_eq!(played.subscribe(), [r#"{"op":"everything"}"#]);
    assert_eq!(played.subscribe(), [] as [&str; 0]);
    assert_eq!(played.venue.unsubscribe(&[&Symbol::new("A")]), [] as [&str; 0]);
    assert_eq!(
        played.venue.unsubscribe(&[&Symbol::new("B")]),
        [r#"{"op":"nothing"}"#]
    );
}

#[test]
fn what_is_asked_again_and_again_says_what_is_true_and_whose_it_is() {
    let mut draft = plain();
    draft.poll = "/price?s={symbol}&k={key}".to_owned();
    draft.messages = vec![message(
        "trade",
        &[("price", "/last"), ("bid", "/b"), ("ask", "/a")],
    )];
    let form = Form::of(&draft, STREAM).unwrap();
    assert_eq!(
        form.card().symbols_per_connection,
        Some(1),
        "nothing tells two apart on its stream"
    );
    let addresses = Addresses {
        stream: None,
        rest: Some("https://ticks.example"),
    };
    let form = Form::of(&draft, addresses).unwrap();
    assert_eq!(
        (form.card().symbols_per_connection, form.card().transports),
        (None, &[TransportKind::Poll][..])
    );

    let mut played = Played::of(&draft, &["A", "B/C"]);
    let paths = played.fetch(TransportKind::Poll);
    assert_eq!(paths, ["/price?s=A&k={key}", "/price?s=B%2FC&k={key}"]);
    for _ in 0..2 {
        let told = played.answered(&paths[1], r#"{"last":"2.50","b":2.4,"a":null}"#);
        let [Event::Accepted { key, .. }, Event::Snapshot { snapshot, .. }] = &told[..] else {
            panic!("{told:?}")
        };
        let price = |text: &str| Some((text.parse().unwrap(), None));
        let expected = Snapshot {
            last: price("2.50"),
            bid: price("2.4"),
            ..Snapshot::default()
        };
        assert_eq!((key.0, **snapshot), (1, expected));
    }

    draft.poll = "/prices?s={symbols}".to_owned();
    draft.messages = vec![message("latest", &[("symbol", "/*/s"), ("price", "/*/p")])];
    let mut played = Played::of(&draft, &["A", "B"]);
    let paths = played.fetch(TransportKind::Poll);
    assert_eq!(paths, ["/prices?s=A,B"]);
    let told = played.answered(&paths[0], r#"[{"s":"B","p":2},{"s":"A","p":1}]"#);
    assert_eq!(prices(&told), [(1, "2".to_owned()), (0, "1".to_owned())]);
}

#[test]
fn an_event_stream_tells_trades_as_a_socket_does() {
    let mut draft = plain();
    draft.events = "/stream?s={symbols}".to_owned();
    let mut played = Played::of(&draft, &["A", "B"]);
    assert_eq!(played.fetch(TransportKind::EventStream), ["/stream?s=A,B"]);
    let told = played.told(r#"{"e":"trade","s":"B","p":1}"#);
    assert_eq!(prices(&told), [(1, "1".to_owned())]);
}
