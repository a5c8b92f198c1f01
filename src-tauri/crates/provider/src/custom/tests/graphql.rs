//! A description that asks by GraphQL, in both of its ways.

use super::*;
use crate::Admission;

fn draft(dialect: &str) -> Draft {
    Draft {
        dialect: dialect.to_owned(),
        hello: vec![r#"{"token":"{key}"}"#.to_owned()],
        query: "subscription($s:String!){price(symbol:$s){last at}}".to_owned(),
        variables: r#"{"s":{symbol}}"#.to_owned(),
        messages: vec![message(
            "trade",
            &[
                ("price", "/data/price/last"),
                ("time", "/data/price/at"),
                ("unit", "ms"),
            ],
        )],
        ..Draft::default()
    }
}

#[test]
fn prices_belong_to_whose_subscription_they_come_by() {
    for (dialect, begins, next, ends) in [
        ("graphql-transport-ws", "subscribe", "next", "complete"),
        ("graphql-ws", "start", "data", "stop"),
    ] {
        let mut played = Played::of(&draft(dialect), &["A", "B"]);
        let card = played.venue.card();
        assert_eq!(
            (card.subprotocol.as_deref(), card.admission),
            (Some(dialect), Admission::Told)
        );
        assert_eq!(card.symbols_per_connection, None);
        let said = played.venue.begin(Some(&model::Secret::new("hush".to_owned())));
        assert_eq!(
            said[0].reveal(),
            r#"{"type":"connection_init","payload":{"token":"hush"}}"#
        );
        assert_eq!(played.told(r#"{"type":"connection_ack"}"#), [Event::Admitted]);
        let asked = played.subscribe();
        assert_eq!(
            asked[1],
            format!(
                r#"{{"id":"2","type":"{begins}","payload":{{"query":"subscription($s:String!){{price(symbol:$s){{last at}}}}","variables":{{"s":"B"}}}}}}"#
            )
        );
        let told = played.told(&format!(
            r#"{{"id":"2","type":"{next}","payload":{{"data":{{"price":{{"last":"1.50","at":1672515782136}}}}}}}}"#
        ));
        assert_eq!(prices(&told), [(1, "1.50".to_owned())]);
        let told = played.told(r#"{"id":"1","type":"error","payload":[{"message":"no such"}]}"#);
        let why = "no such".to_owned();
        assert_eq!(
            told,
            [Event::Refused {
                key: SymbolKey(0),
                why
            }]
        );
        let gone = played.venue.unsubscribe(&[&Symbol::new("B")]);
        assert_eq!(gone, [format!(r#"{{"id":"2","type":"{ends}"}}"#)]);
        assert_eq!(played.read("nonsense"), (vec![], Err(Unreadable::Json)));
    }
}

#[test]
fn one_subscription_may_be_for_everything() {
    let mut draft = draft("graphql-transport-ws");
    draft.query = "subscription{prices{symbol last}}".to_owned();
    draft.variables.clear();
    draft.messages = vec![message(
        "latest",
        &[
            ("symbol", "/data/prices/*/symbol"),
            ("price", "/data/prices/*/last"),
        ],
    )];
    let mut played = Played::of(&draft, &["A", "B"]);
    assert_eq!(played.subscribe().len(), 1);
    assert_eq!(played.subscribe(), [] as [&str; 0]);
    let told = played.told(
        r#"{"id":"1","type":"next","payload":{"data":{"prices":[{"symbol":"B","last":2},{"symbol":"C","last":3}]}}}"#,
    );
    assert_eq!(prices(&told), [(1, "2".to_owned())]);
    assert_eq!(played.venue.unsubscribe(&[&Symbol::new("A")]), [] as [&str; 0]);
    assert_eq!(played.venue.unsubscribe(&[&Symbol::new("B")]).len(), 1);
}

#[test]
fn what_graphql_says_by_itself_is_not_a_persons_to_say() {
    let mut bad = draft("graphql-ws");
    bad.subscribe = "{}".to_owned();
    bad.variables = r#"{"s":{symbols}}"#.to_owned();
    bad.hello.push("{}".to_owned());
    let told = Form::of(&bad, STREAM).unwrap_err();
    let fields: Vec<_> = told.iter().map(|fault| &*fault.field).collect();
    assert_eq!(fields, ["subscribe", "hello.1", "variables"]);
    bad = draft("graphql-ws");
    bad.query.clear();
    assert_eq!(Form::of(&bad, STREAM).unwrap_err()[0].field, "query");
}

#[test]
fn a_sample_may_be_a_whole_message_or_what_was_subscribed_to() {
    let form = Form::of(&draft("graphql-ws"), STREAM).unwrap();
    for sample in [
        r#"{"id":"1","type":"data","payload":{"data":{"price":{"last":"1.5"}}}}"#,
        r#"{"data":{"price":{"last":"1.5"}}}"#,
    ] {
        assert_eq!(preview(&form, sample).messages[0].verdict, "It is read as trade.");
    }
}
