use super::*;

fn form(price: &str) -> FeedForm {
    let message = MessageForm {
        kind: "trade".to_owned(),
        symbol: "/s".to_owned(),
        price: price.to_owned(),
        ..MessageForm::default()
    };
    FeedForm {
        venue: "custom".to_owned(),
        url: "wss://ticks.example/v1".to_owned(),
        custom: Some(CustomForm {
            messages: vec![message],
            ..CustomForm::default()
        }),
        ..FeedForm::default()
    }
}

#[test]
fn a_sample_shows_what_each_pointer_finds() {
    let seen = preview_custom(form("/p"), r#"{"s":"A","p":"1.50"}"#.to_owned());
    assert_eq!(seen.faults, []);
    let values = &seen.messages[0].found[0].values;
    let read: Vec<_> = values
        .iter()
        .map(|value| (&*value.field, value.read.as_deref()))
        .collect();
    assert_eq!(read, [("symbol", Some("A")), ("price", Some("1.50"))]);
}

#[test]
fn a_pointer_that_is_none_is_told_in_its_field() {
    let mut bad = form("p");
    let custom = bad.custom.as_mut().unwrap();
    custom.messages[0].bid_size = "/b".to_owned();
    let seen = preview_custom(bad, "{}".to_owned());
    let fields: Vec<_> = seen.faults.iter().map(|fault| &*fault.field).collect();
    assert_eq!(
        fields,
        [
            "custom.messages.0.price",
            "custom.messages.0.price",
            "custom.messages.0.bidSize"
        ]
    );
    assert_eq!(
        seen.faults[0].sentence,
        "p is no JSON pointer: it begins with a slash, as /p."
    );
}

#[test]
fn a_description_crosses_both_ways_unchanged() {
    let custom = form("/p").custom.unwrap();
    assert_eq!(CustomForm::from(&Draft::from(custom.clone())), custom);
}
