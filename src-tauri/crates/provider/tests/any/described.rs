//! Venues that nobody has listed, as a person might describe them.

use std::sync::Arc;

use provider::Adapter;
use provider::custom::{Addresses, Draft, Form, MessageDraft, WhenDraft};

pub(crate) const ALL: [Described; 2] = [("custom-plain", plain), ("custom-graphql", graphql)];

/// What it is called, and what is said of it.
pub(crate) type Described = (&'static str, fn() -> Draft);

pub(crate) fn adapter(draft: &Draft) -> Adapter {
    let addresses = Addresses {
        stream: Some("wss://ticks.example/ws"),
        rest: Some("https://ticks.example"),
    };
    Adapter::Custom(Arc::new(Form::of(draft, addresses).unwrap()))
}

/// Trades and quotes in lists, the last prices of all by their names, and errors.
fn plain() -> Draft {
    Draft {
        title: "Plain".to_owned(),
        example: "AAA-USD".to_owned(),
        subscribe: r#"{"op":"subscribe","symbol":{symbol},"id":{id}}"#.to_owned(),
        unsubscribe: r#"{"op":"unsubscribe","symbol":{symbol},"id":{id}}"#.to_owned(),
        poll: "/last?symbol={symbol}".to_owned(),
        polls_per_minute: Some(30),
        messages: vec![
            MessageDraft {
                when: when("/list/*/kind", "trade"),
                symbol: "/list/*/symbol".to_owned(),
                price: "/list/*/price".to_owned(),
                size: "/list/*/size".to_owned(),
                time: "/list/*/at".to_owned(),
                unit: "ms".to_owned(),
                sequence: "/list/*/number".to_owned(),
                side: "/list/*/side".to_owned(),
                ..of("trade")
            },
            MessageDraft {
                when: when("/list/*/kind", "quote"),
                symbol: "/list/*/symbol".to_owned(),
                bid: "/list/*/bid/0".to_owned(),
                bid_size: "/list/*/bid/1".to_owned(),
                ask: "/list/*/ask/0".to_owned(),
                ask_size: "/list/*/ask/1".to_owned(),
                ..of("quote")
            },
            MessageDraft {
                symbol: "/last/*#".to_owned(),
                price: "/last/*/price".to_owned(),
                ..of("latest")
            },
            MessageDraft {
                when: when("/kind", "error"),
                symbol: "/symbol".to_owned(),
                text: "/why".to_owned(),
                ..of("error")
            },
        ],
        ..Draft::default()
    }
}

fn graphql() -> Draft {
    Draft {
        title: "Graph".to_owned(),
        example: "AAA-USD".to_owned(),
        dialect: "graphql-transport-ws".to_owned(),
        query: "subscription($symbol:String!){price(symbol:$symbol){last size at}}".to_owned(),
        variables: r#"{"symbol":{symbol}}"#.to_owned(),
        messages: vec![MessageDraft {
            price: "/data/price/last".to_owned(),
            size: "/data/price/size".to_owned(),
            time: "/data/price/at".to_owned(),
            unit: "ms".to_owned(),
            ..of("trade")
        }],
        ..Draft::default()
    }
}

fn of(kind: &str) -> MessageDraft {
    MessageDraft {
        kind: kind.to_owned(),
        ..MessageDraft::default()
    }
}

fn when(pointer: &str, equals: &str) -> Vec<WhenDraft> {
    let (pointer, equals) = (pointer.to_owned(), equals.to_owned());
    vec![WhenDraft { pointer, equals }]
}
