//! Whatever a venue may send.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _unread = read(&text);
    }

    #[test]
    fn no_changed_byte_makes_it_panic(of in 0..2usize, at in 0..170usize, byte: u8) {
        let mut text = [TRADE, BEST][of].to_owned();
        if at < text.len() {
            text.replace_range(at..=at, &char::from(byte).to_string());
        }
        let _unread = read(&text);
    }
}

/// Text that is a message, or nearly one: every field may be missing, odd or doubled.
fn nearly_a_tick() -> impl Strategy<Value = String> {
    let whole = || {
        prop_oneof![
            6 => "[1-9][0-9]{11,15}",
            1 => "0|01|-1|1e3|[0-9]{19,22}|null|\"7\"",
        ]
    };
    let number = || prop_oneof![4 => "[0-9]{1,7}(\\.[0-9]{1,8})?", 1 => "[-+.eE0-9]{0,22}"];
    let symbol = prop_oneof![6 => Just("BTCUSDT".to_owned()), 1 => "[A-Z]{0,6}", 1 => "\\\\u0042TCUSDT|\\PC"];
    let truth = || prop_oneof![8 => "true|false", 1 => "1|null|\"true\""];
    let field = |name: &'static str, value: BoxedStrategy<String>| {
        prop::option::weighted(0.9, value.prop_map(move |value| format!("\"{name}\":{value}"))).boxed()
    };
    let quoted = |value: BoxedStrategy<String>| value.prop_map(|value| format!("\"{value}\"")).boxed();
    let trade = vec![
        Just(Some("\"e\":\"trade\"".to_owned())).boxed(),
        field("E", whole().boxed()),
        field("s", quoted(symbol.clone().boxed())),
        field("t", whole().boxed()),
        field("p", quoted(number().boxed())),
        field("q", quoted(number().boxed())),
        field("T", whole().boxed()),
        field("m", truth().boxed()),
        field("M", truth().boxed()),
    ];
    let best = vec![
        field("u", whole().boxed()),
        field("s", quoted(symbol.boxed())),
        field("b", quoted(number().boxed())),
        field("B", quoted(number().boxed())),
        field("a", quoted(number().boxed())),
        field("A", quoted(number().boxed())),
    ];
    let ending = prop_oneof![8 => Just("}"), 1 => Just(",\"more\":1}"), 1 => Just(" }\n"), 1 => Just("")];
    (
        prop_oneof![trade, best],
        ending,
        prop::option::weighted(0.7, "[a-z@\"]{0,9}"),
    )
        .prop_map(|(fields, ending, stream)| {
            let fields: Vec<_> = fields.into_iter().flatten().collect();
            let payload = format!("{{{}{ending}", fields.join(","));
            match stream {
                Some(stream) => format!("{{\"stream\":\"{stream}\",\"data\":{payload}}}"),
                None => payload,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// The short way may refuse anything, and never reads anything else than the long one does.
    #[test]
    fn both_readers_agree_about_whatever_the_quick_one_reads(text in nearly_a_tick()) {
        let directory = directory();
        let mut venue = Binance::of(&CARD);
        subscribe(&mut venue, &["BTC-USDT"]);
        if let Some(said) = tick::read(&text) {
            let mut quick = Vec::new();
            venue.names.compare(&directory);
            venue.names.tell(said, &mut quick);
            let mut slow = Vec::new();
            let outcome = message::read(&text, &venue.names, &mut venue.requests.unanswered, &directory, &mut slow);
            prop_assert_eq!((outcome, slow), (Ok(()), quick), "{}", text);
        }
    }
}
