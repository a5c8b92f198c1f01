//! Whatever a venue may send.

use proptest::prelude::*;

use super::super::count::Count;
use super::super::message;
use super::*;

/// Text that is a message, or nearly one: every field may be missing, odd or doubled.
fn nearly_a_tick() -> impl Strategy<Value = String> {
    let whole = || {
        prop_oneof![
            6 => "[1-9][0-9]{0,12}",
            1 => "0|01|-1|1e3|[0-9]{19,22}|null|\"7\"",
        ]
    };
    let number = || prop_oneof![4 => "[0-9]{1,7}(\\.[0-9]{1,8})?", 1 => "[-+.eE0-9]{0,22}"];
    let product =
        prop_oneof![6 => Just("BTC-USD".to_owned()), 1 => "[A-Z-]{0,7}", 1 => "\\\\u0042TC-USD|\\PC"];
    let side = || prop_oneof![8 => "buy|sell", 1 => "[a-z]{0,4}"];
    let time = || {
        prop_oneof![
            8 => "20[0-9]{2}-0[1-9]-[0-2][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,9})?Z",
            1 => "1970-01-01T00:00:00Z|2026-01-05T14:30:00\\+01:00|[-0-9T:.Z]{0,30}",
        ]
    };
    let field = |name: &'static str, value: BoxedStrategy<String>| {
        prop::option::weighted(0.97, value.prop_map(move |value| format!("\"{name}\":{value}"))).boxed()
    };
    let quoted = |value: BoxedStrategy<String>| value.prop_map(|value| format!("\"{value}\"")).boxed();
    let fixed = |text: &'static str| Just(Some(text.to_owned())).boxed();
    let sometimes = |name: &'static str, value: BoxedStrategy<String>| {
        prop::option::of(value.prop_map(move |value| format!("\"{name}\":{value}"))).boxed()
    };
    let deal = vec![
        fixed(r#""type":"match""#),
        field("trade_id", whole().boxed()),
        fixed(r#""maker_order_id":"a-1""#),
        fixed(r#""taker_order_id":"b-2""#),
        field("side", quoted(side().boxed())),
        field("size", quoted(number().boxed())),
        field("price", quoted(number().boxed())),
        field("product_id", quoted(product.clone().boxed())),
        field("sequence", whole().boxed()),
        field("time", quoted(time().boxed())),
    ];
    let ticker = vec![
        fixed(r#""type":"ticker""#),
        field("sequence", whole().boxed()),
        field("product_id", quoted(product.boxed())),
        field("price", quoted(number().boxed())),
        field("open_24h", quoted(number().boxed())),
        field("volume_24h", quoted(number().boxed())),
        field("low_24h", quoted(number().boxed())),
        field("high_24h", quoted(number().boxed())),
        field("volume_30d", quoted(number().boxed())),
        field("best_bid", quoted(number().boxed())),
        sometimes("best_bid_size", quoted(number().boxed())),
        field("best_ask", quoted(number().boxed())),
        sometimes("best_ask_size", quoted(number().boxed())),
        field("side", quoted(side().boxed())),
        field("time", quoted(time().boxed())),
        field("trade_id", whole().boxed()),
        field("last_size", quoted(number().boxed())),
    ];
    let ending = prop_oneof![8 => Just("}"), 1 => Just(",\"more\":1}"), 1 => Just(" }\n"), 1 => Just("")];
    (prop_oneof![deal, ticker], ending).prop_map(|(fields, ending)| {
        let fields: Vec<_> = fields.into_iter().flatten().collect();
        format!("{{{}{ending}", fields.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// The short way may refuse anything, and never reads anything else than the long one does.
    #[test]
    fn both_readers_agree_about_whatever_the_quick_one_reads(text in nearly_a_tick()) {
        let directory = directory();
        let mut venue = venue(&["BTC-USD"]);
        if let Some(heard) = tick::read(&text, &mut Minute::default()) {
            venue.names.compare(&directory);
            let mut quick = Vec::new();
            heard.tell(&venue.names, &mut Count::default(), &mut quick);
            let mut slow = Vec::new();
            let Coinbase { names, standing, .. } = &mut venue;
            let outcome =
                message::read(&text, names, standing, &mut Count::default(), &directory, &mut slow);
            prop_assert_eq!((outcome, slow), (Ok(()), quick), "{}", text);
        }
    }
}
