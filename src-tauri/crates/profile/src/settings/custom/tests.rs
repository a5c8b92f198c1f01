use model::TransportKind;

use super::super::{FeedKind, FeedSettings};
use super::*;

const WHOLE: &str = r#"id = "mine"
kind = "custom"
url = "wss://ticks.example/{key}/v1?format=json&key={key}"
rest = "https://ticks.example/api"
token = "keyring"
transports = ["ws", "poll"]
colour = "blue"

[custom]
title = "Ticks"
subscribe = '{"op":"sub","s":{symbol}}'
poll = "/price?s={symbol}"
polls_per_minute = 6
always_open = true
mood = "newer"

[[custom.headers]]
name = "Authorization"
value = "Bearer {key}"

[[custom.messages]]
kind = "trade"
symbol = "/s"
price = "/p"

[[custom.messages.when]]
pointer = "/t"
equals = "trade"
"#;

fn unread(text: &str) -> String {
    let feed: FeedSettings = toml::from_str(text).unwrap();
    let FeedKind::Unread { why, .. } = &feed.kind else {
        panic!("{feed:?}")
    };
    let written: Table = toml::to_string(&feed).unwrap().parse().unwrap();
    assert_eq!(written, text.parse::<Table>().unwrap(), "it is kept as it came");
    why.to_string()
}

#[test]
fn a_description_is_read_and_written_the_same_with_what_a_newer_version_has_put_there() {
    let feed: FeedSettings = toml::from_str(WHOLE).unwrap();
    let FeedKind::Venue(settings) = &feed.kind else {
        panic!("{feed:?}")
    };
    assert_eq!(
        (settings.venue.as_str(), settings.venue.title()),
        ("custom", "Ticks")
    );
    let ways = [TransportKind::WebSocket, TransportKind::Poll];
    assert_eq!(settings.venue.card().transports, ways);
    let place = settings.place().unwrap();
    assert_eq!(place.rest.unwrap().as_str(), "https://ticks.example/api");
    let written: Table = toml::to_string(&feed).unwrap().parse().unwrap();
    assert_eq!(written, WHOLE.parse::<Table>().unwrap());
}

#[test]
fn what_is_wrong_is_told_by_its_field_and_what_stands_there_is_kept() {
    for (was, becomes, sentence) in [
        (
            "price = \"/p\"",
            "price = \"p\"",
            "messages.0.price: p is no JSON pointer: it begins with a slash, as /p",
        ),
        (
            "poll = \"/price",
            "poll = \"price",
            "poll: a path begins with a slash, as /v1/price?symbol={symbol}",
        ),
        (
            "polls_per_minute = 6",
            "polls_per_minute = \"hush\"",
            "expected u32",
        ),
        (
            "kind = \"trade\"",
            "kind = \"trade\"\nnews = \"/n\"",
            "unknown field `news`",
        ),
    ] {
        let told = unread(&WHOLE.replace(was, becomes));
        assert!(told.contains(sentence) && !told.contains("hush"), "{told}");
    }
}

#[test]
fn the_feeds_of_the_page_for_people_are_what_they_say() {
    let page = include_str!("../../../../provider/CUSTOM.md");
    let blocks: Vec<_> = page.split("```toml\n").skip(1).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let (text, _) = block.split_once("```").unwrap();
        let settings: super::super::Settings = toml::from_str(text).unwrap();
        let feed = &settings.feeds[0];
        assert!(matches!(feed.kind, FeedKind::Venue(_)), "{feed:?}");
    }
}

#[test]
fn a_key_belongs_into_the_keyring_and_not_into_an_address() {
    for (address, fine) in [
        ("wss://ticks.example/v1?symbols=A,B", true),
        ("wss://ticks.example/v1?token={key}", true),
        ("wss://ticks.example/v1?token=hush", false),
        ("wss://ann:hush@ticks.example/v1", false),
    ] {
        let text = WHOLE.replace("wss://ticks.example/{key}/v1?format=json&key={key}", address);
        let feed: FeedSettings = toml::from_str(&text).unwrap();
        assert_eq!(matches!(feed.kind, FeedKind::Venue(_)), fine, "{address}");
        if !fine {
            assert!(!unread(&text).contains("hush"));
        }
    }
}
