//! Descriptions of made-up venues, and what comes of their messages.

mod asking;
mod forms;
mod graphql;
mod properties;

use std::sync::Arc;

use model::{Side, Snapshot, Symbol, SymbolKey, Tick, TransportKind};

use super::preview::preview;
use super::{Addresses, Custom, Draft, Form, HeaderDraft, MessageDraft, WhenDraft};
use crate::{Asking, Denial, Directory, Event, Unreadable, Venue, Wanted};

const STREAM: Addresses<'_> = Addresses {
    stream: Some("wss://ticks.example/v1"),
    rest: None,
};

/// A venue with some symbols of a person, of which the first has the key 0.
struct Played {
    venue: Custom,
    directory: Directory,
    symbols: Vec<Symbol>,
}

impl Played {
    fn of(draft: &Draft, symbols: &[&str]) -> Self {
        let form = Form::of(draft, STREAM).unwrap();
        let mut directory = Directory::default();
        let symbols: Vec<_> = symbols.iter().map(|name| Symbol::new(name)).collect();
        for (number, symbol) in (0..).zip(&symbols) {
            directory.insert(symbol.clone(), SymbolKey(number));
        }
        let venue = Custom::new(Arc::new(form));
        Self {
            venue,
            directory,
            symbols,
        }
    }

    fn subscribed(draft: &Draft, symbols: &[&str]) -> Self {
        let mut played = Self::of(draft, symbols);
        played.subscribe();
        played
    }

    fn ask(&mut self, ask: impl FnOnce(&mut Custom, Asking<'_>) -> Vec<String>) -> Vec<String> {
        let wanted = self.symbols.iter();
        let wanted: Vec<_> = wanted.map(|symbol| Wanted { symbol, after: None }).collect();
        let asking = Asking {
            symbols: &wanted,
            epoch: None,
            bars: false,
        };
        ask(&mut self.venue, asking)
    }

    fn subscribe(&mut self) -> Vec<String> {
        self.ask(|venue, asking| venue.subscribe(asking))
    }

    fn fetch(&mut self, transport: TransportKind) -> Vec<String> {
        self.ask(|venue, asking| venue.fetch(transport, asking))
    }

    fn read(&mut self, text: &str) -> (Vec<Event>, Result<(), Unreadable>) {
        let mut events = Vec::new();
        let told = self.venue.read(text, &self.directory, &mut events);
        (events, told)
    }

    /// Of a message in which nothing is wrong.
    fn told(&mut self, text: &str) -> Vec<Event> {
        let (events, told) = self.read(text);
        assert_eq!(told, Ok(()), "{text}");
        events
    }

    fn answered(&mut self, path: &str, text: &str) -> Vec<Event> {
        let mut events = Vec::new();
        let told = self.venue.read_fetched(path, text, &self.directory, &mut events);
        assert_eq!(told, Ok(()), "{text}");
        events
    }
}

fn message(kind: &str, places: &[(&str, &str)]) -> MessageDraft {
    let mut message = MessageDraft {
        kind: kind.to_owned(),
        ..MessageDraft::default()
    };
    for (name, text) in places {
        let place = match *name {
            "symbol" => &mut message.symbol,
            "price" => &mut message.price,
            "size" => &mut message.size,
            "time" => &mut message.time,
            "unit" => &mut message.unit,
            "sequence" => &mut message.sequence,
            "side" => &mut message.side,
            "buy" => &mut message.buy,
            "bid" => &mut message.bid,
            "bid_size" => &mut message.bid_size,
            "ask" => &mut message.ask,
            "ask_size" => &mut message.ask_size,
            "text" => &mut message.text,
            "means" => &mut message.means,
            "answer" => &mut message.answer,
            pointer => {
                let (pointer, equals) = (pointer.to_owned(), (*text).to_owned());
                message.when.push(WhenDraft { pointer, equals });
                continue;
            }
        };
        *place = (*text).to_owned();
    }
    message
}

/// A plain one: `{"e":"trade","s":"A","p":"1.5","q":2,"t":1672515782136,"n":7,"m":"buy"}`.
fn plain() -> Draft {
    Draft {
        subscribe: r#"{"op":"sub","s":{symbol},"id":{id}}"#.to_owned(),
        unsubscribe: r#"{"op":"unsub","s":{symbol},"id":{id}}"#.to_owned(),
        messages: vec![
            message(
                "trade",
                &[
                    ("/e", "trade"),
                    ("symbol", "/s"),
                    ("price", "/p"),
                    ("size", "/q"),
                    ("time", "/t"),
                    ("sequence", "/n"),
                    ("side", "/m"),
                ],
            ),
            message(
                "quote",
                &[
                    ("/e", "quote"),
                    ("symbol", "/s"),
                    ("bid", "/b"),
                    ("bid_size", "/B"),
                    ("ask", "/a"),
                ],
            ),
            message("heartbeat", &[("/e", "hb"), ("answer", "alive")]),
            message("heartbeat", &[("", "pong")]),
            message("error", &[("/e", "error"), ("symbol", "/s"), ("text", "/why")]),
            message("error", &[("/e", "denied"), ("text", "/why"), ("means", "key")]),
        ],
        ..Draft::default()
    }
}

/// Prices without their acceptances.
fn prices(events: &[Event]) -> Vec<(u32, String)> {
    let price = |event: &Event| {
        if let Event::Tick { key, tick, .. } = event
            && let Tick::Trade(trade) = tick
        {
            return Some((key.0, trade.price.to_string()));
        }
        let Event::Snapshot { key, snapshot, .. } = event else {
            return None;
        };
        Some((key.0, snapshot.last?.0.to_string()))
    };
    events.iter().filter_map(price).collect()
}

#[test]
fn a_trade_is_read_with_everything_that_was_described() {
    let mut played = Played::subscribed(&plain(), &["A", "B"]);
    let told = played.told(r#"{"e":"trade","s":"A","p":"1.50","q":2e-3,"t":1672515782136,"n":7,"m":"buy"}"#);
    let [
        Event::Accepted { key, .. },
        Event::Tick {
            seq, tick, precision, ..
        },
    ] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!((key.0, *seq), (0, Some(7)));
    let Tick::Trade(trade) = tick else {
        panic!("{tick:?}")
    };
    assert_eq!(trade.price.to_string(), "1.50");
    assert_eq!(trade.size.unwrap().to_string(), "0.002");
    assert_eq!(trade.side, Some(Side::Buy));
    assert_eq!(precision.text(trade.time.unwrap()), "2022-12-31T19:43:02.136Z");
    let again = played.told(r#"{"e":"trade","s":"A","p":105944.20}"#);
    assert_eq!(prices(&again), [(0, "105944.20".to_owned())]);
    assert_eq!(again.len(), 1, "it is accepted once");
}

#[test]
fn a_quote_may_have_one_side_and_an_empty_one() {
    let mut played = Played::subscribed(&plain(), &["A"]);
    let told = played.told(r#"{"e":"quote","s":"A","b":"1.4","B":"3","a":0}"#);
    let Some(Event::Tick {
        tick: Tick::Quote(quote),
        ..
    }) = told.last()
    else {
        panic!("{told:?}")
    };
    let (bid, size) = quote.bid.unwrap();
    assert_eq!(
        (bid.to_string(), size.unwrap().to_string()),
        ("1.4".to_owned(), "3".to_owned())
    );
    assert_eq!(quote.ask, None);
}

#[test]
fn what_was_not_described_is_passed_over_and_what_is_wrong_is_told_by_its_field() {
    let mut played = Played::subscribed(&plain(), &["A"]);
    for nothing in [
        r#"{"e":"book","s":"A"}"#,
        "{}",
        "[]",
        "7",
        r#"{"e":"trade","s":"ELSE","p":"x"}"#,
    ] {
        assert_eq!(played.told(nothing), [], "{nothing}");
    }
    let missing = |field| Err(Unreadable::Missing { field });
    for (text, error) in [
        ("{", Err(Unreadable::Json)),
        ("ping", Err(Unreadable::Json)),
        (r#"{"e":"trade","p":1}"#, missing("symbol")),
        (r#"{"e":"trade","s":"A"}"#, missing("price")),
        (r#"{"e":"trade","s":"A","p":null}"#, missing("price")),
        (r#"{"e":"quote","s":"A"}"#, missing("bid")),
    ] {
        // Of one alone it need not be said whose it is.
        let symbols: &[&str] = if text.contains("\"s\"") {
            &["A"]
        } else {
            &["A", "B"]
        };
        let mut played = Played::subscribed(&plain(), symbols);
        assert_eq!(played.read(text), (vec![], error), "{text}");
    }
    for text in [
        r#"{"e":"trade","s":"A","p":"x"}"#,
        r#"{"e":"trade","s":"A","p":[1]}"#,
        r#"{"e":"trade","s":"A","p":0}"#,
    ] {
        let (events, error) = played.read(text);
        assert!(
            matches!(error, Err(Unreadable::Number { field: "price", .. })),
            "{text}"
        );
        assert_eq!(events, []);
    }
    assert_eq!(
        played.told(r#"{"e":"hb"}"#).len(),
        2,
        "a sign of life, and what it is answered with"
    );
    assert_eq!(played.told("pong"), [Event::Heartbeat]);
}

#[test]
fn one_bad_element_of_a_list_loses_no_other() {
    let mut draft = plain();
    draft.messages = vec![message(
        "trade",
        &[
            ("/type", "trades"),
            ("symbol", "/data/*/s"),
            ("price", "/data/*/p"),
        ],
    )];
    let mut played = Played::subscribed(&draft, &["A", "B"]);
    let (events, error) = played
        .read(r#"{"type":"trades","data":[{"s":"A","p":1},{"s":"B","p":"x"},7,{"s":"B","p":"2"},{"p":3}]}"#);
    assert_eq!(prices(&events), [(0, "1".to_owned()), (1, "2".to_owned())]);
    assert!(error.is_err());
}

#[test]
fn each_element_is_of_its_own_kind_and_what_stands_around_a_list_holds_for_all() {
    let mut draft = plain();
    draft.messages = vec![
        message(
            "trade",
            &[("/*/ev", "T"), ("symbol", "/*/sym"), ("price", "/*/p")],
        ),
        message(
            "quote",
            &[
                ("/*/ev", "Q"),
                ("symbol", "/*/sym"),
                ("bid", "/*/bp"),
                ("ask", "/*/ap"),
            ],
        ),
    ];
    let mut played = Played::subscribed(&draft, &["A"]);
    let told = played.told(r#"[{"ev":"T","sym":"A","p":1},{"ev":"Q","sym":"A","bp":0.9,"ap":1.1}]"#);
    assert_eq!(told.len(), 3);

    draft.messages = vec![message("trade", &[("symbol", "/sym"), ("price", "/deals/*/1")])];
    let mut played = Played::subscribed(&draft, &["A", "B"]);
    let told = played.told(r#"{"sym":"B","deals":[[0,"1.5"],[0,"1.6"]]}"#);
    assert_eq!(prices(&told), [(1, "1.5".to_owned()), (1, "1.6".to_owned())]);

    draft.messages = vec![message("latest", &[("symbol", "/*#"), ("price", "/*/usd")])];
    let mut played = Played::subscribed(&draft, &["bitcoin", "ether"]);
    let told = played.told(r#"{"bitcoin":{"usd":67187.33},"ether":{"usd":3500},"else":{"usd":1}}"#);
    assert_eq!(
        prices(&told),
        [(0, "67187.33".to_owned()), (1, "3500".to_owned())]
    );
}

#[test]
fn an_error_is_about_a_symbol_about_all_of_whom_nothing_was_heard_or_about_the_connection() {
    let mut played = Played::subscribed(&plain(), &["A", "B", "C"]);
    played.told(r#"{"e":"trade","s":"A","p":1}"#);
    let refused = |told: Vec<Event>| {
        let each = told.into_iter().map(|event| {
            let Event::Refused { key, why } = event else {
                panic!("{event:?}")
            };
            (key.0, why)
        });
        each.collect::<Vec<_>>()
    };
    let why = |key| (key, "no such".to_owned());
    let told = played.told(r#"{"e":"error","s":"B","why":"no such"}"#);
    assert_eq!(refused(told), [why(1)]);
    let told = played.told(r#"{"e":"error","why":"no such"}"#);
    assert_eq!(refused(told), [why(1), why(2)]);
    let told = played.told(r#"{"e":"trade","s":"B","p":1}"#);
    assert!(
        matches!(told[0], Event::Accepted { .. }),
        "it was there all the same"
    );
    let told = played.told(r#"{"e":"denied","why":"bad token"}"#);
    let (denial, why) = (Denial::Key, "bad token".to_owned());
    assert_eq!(told, [Event::Denied { denial, why }]);
}

#[test]
fn a_sample_shows_what_is_found_and_what_is_wrong() {
    let form = Form::of(&plain(), STREAM).unwrap();
    let sample = "{\"e\":\"trade\",\"s\":\"A\",\"p\":\"1.50\",\"t\":\"soon\",\"m\":\"buy\"}\n\
                  data: {\"e\":\"book\"}\n\nevent: x\nhello\npong\n";
    let seen = preview(&form, sample);
    let verdicts: Vec<_> = seen.messages.iter().map(|message| &*message.verdict).collect();
    assert_eq!(
        verdicts,
        [
            "It cannot be read: time: this is no time in that unit.",
            "Nothing that was described is in it: it would be passed over.",
            "This is no JSON, and nothing is found in it.",
            "A sign of life.",
        ]
    );
    let reads = &seen.messages[0].seen[0].reads;
    let read = |field| reads.iter().find(|read| read.field == field).unwrap();
    assert_eq!(read("price").found.as_deref(), Some("\"1.50\""));
    assert_eq!(read("price").read.as_deref(), Some("1.50"));
    assert_eq!(read("side").read.as_deref(), Some("buy"));
    assert_eq!((&*read("size").pointer, &read("size").found), ("/q", &None));
    let whole = preview(&form, "{\n \"e\":\"trade\",\n \"s\":\"A\",\n \"p\":1\n}");
    assert_eq!(whole.messages[0].verdict, "It is read as trade.");
}

#[test]
fn a_key_is_asked_for_where_a_place_is_left_for_it() {
    use crate::{KeyNeed, KeyPlace};
    let none = Form::of(&plain(), STREAM).unwrap();
    assert_eq!(
        (none.key_need(), none.card().key),
        (KeyNeed::None, KeyPlace::None)
    );
    let key = model::Secret::new("hush".to_owned());
    let mut draft = plain();
    draft.headers = vec![HeaderDraft {
        name: "Authorization".to_owned(),
        value: "Bearer {key}".to_owned(),
    }];
    draft.hello = vec![r#"{"login":"{key}"}"#.to_owned()];
    let form = Form::of(&draft, STREAM).unwrap();
    assert_eq!(
        (form.key_need(), form.card().key),
        (KeyNeed::Needed, KeyPlace::Written)
    );
    let headers: Vec<_> = form.headers(Some(&key)).collect();
    assert_eq!(
        (headers[0].0, headers[0].1.reveal()),
        ("Authorization", "Bearer hush")
    );
    let mut venue = Custom::new(Arc::new(form));
    let said = venue.begin(Some(&key));
    assert_eq!(said[0].reveal(), r#"{"login":"hush"}"#);
    assert!(!format!("{venue:?}").contains("hush"));
    let address = Addresses {
        stream: Some("wss://ticks.example/{key}"),
        rest: None,
    };
    assert_eq!(Form::of(&plain(), address).unwrap().key_need(), KeyNeed::Needed);
}
