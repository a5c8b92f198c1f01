//! What holds of every description and every message.

use proptest::prelude::*;

use super::*;

/// JSON of any shape, not deep and not long.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i32>().prop_map(|number| number.to_string()),
        "[a-f0-9.*/~-]{0,6}".prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let names = prop_oneof![Just("e"), Just("s"), Just("p"), Just("data"), Just("*")];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|list| format!("[{}]", list.join(","))),
            proptest::collection::vec((names, inner), 0..4).prop_map(|members| {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_pointers_on_any_message_tell_only_of_what_is_wanted(
        text in json(),
        symbol in "(/(e|s|p|data|[*]|0|1)){0,3}(/[*]#)?",
        price in "(/(e|s|p|data|[*]|0|1)){1,3}",
    ) {
        let mut draft = plain();
        draft.messages = vec![message("trade", &[("symbol", &symbol), ("price", &price)])];
        let Ok(form) = Form::of(&draft, STREAM) else { return Ok(()) };
        let mut played = Played::subscribed(&draft, &["A"]);
        let (events, _) = played.read(&text);
        for event in &events {
            let fine = matches!(event, Event::Accepted { .. } | Event::Tick { .. } | Event::Snapshot { .. });
            prop_assert!(fine, "{event:?}");
        }
        let seen = preview(&form, &text);
        prop_assert!(seen.messages.len() <= 1);
    }

    /// What nobody has typed well is told, and never a panic.
    #[test]
    fn any_words_in_a_form_are_read_or_told(
        words in "[ -~]{0,24}",
        other in "(/|[{}\":,*~#a-z]){0,12}",
    ) {
        let mut draft = plain();
        draft.subscribe = words.clone();
        draft.poll = other.clone();
        draft.messages[0].price = other.clone();
        draft.headers = vec![HeaderDraft { name: other, value: words }];
        match Form::of(&draft, STREAM) {
            Ok(form) => {
                let mut venue = Custom::new(Arc::new(form));
                venue.begin(None);
            }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.iter().all(|fault| !fault.sentence.is_empty()));
            }
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,40}") {
        let mut played = Played::subscribed(&plain(), &["A"]);
        let _told = played.read(&text);
    }
}

#[test]
fn what_is_very_deep_or_very_long_ends_soon() {
    let mut draft = plain();
    draft.messages = vec![message("trade", &[("symbol", "/*/s"), ("price", "/*/p")])];
    let mut played = Played::subscribed(&draft, &["A", "B"]);
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(played.told(&deep), []);
    let long = format!("[{}]", vec![r#"{"s":"A","p":1}"#; 30_000].join(","));
    let (events, error) = played.read(&long);
    assert_eq!(error, Err(Unreadable::TooMuch));
    assert!(events.len() <= 20_001, "{}", events.len());
}
