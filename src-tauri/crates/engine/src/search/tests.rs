use provider::VenueName;

use super::*;

fn venue(word: &str) -> Adapter {
    VenueName::from_word(word).unwrap().into()
}

fn hit(native: &str) -> Hit {
    Hit {
        native: Symbol::new(native),
        name: None,
        exchange: None,
        currency: None,
        kind: None,
    }
}

fn answer(feed: &str, word: &str, natives: &[&str], is_all: bool) -> Answer {
    Answer {
        feed: FeedId::new(feed),
        venue: venue(word),
        hits: Arc::new(natives.iter().map(|native| hit(native)).collect()),
        is_all,
    }
}

fn natives(found: &[Found]) -> Vec<(&str, &str)> {
    let feed = |found: &Found| found.feed.clone();
    let told = found.iter().map(|found| {
        let name = feed(found).map_or("", |feed| {
            if feed == FeedId::new("coins") {
                "coins"
            } else {
                "shares"
            }
        });
        (name, found.native.as_str())
    });
    told.collect()
}

#[test]
fn without_a_feed_it_is_told_as_its_exchange_calls_it() {
    let found = ranked("apple", &[], &[], 3);
    let first = &found[0];
    assert_eq!((first.native.as_str(), first.feed.as_ref()), ("AAPL", None));
    assert_eq!(first.canonical.as_ref().unwrap().to_string(), "AAPL (US)");
    assert!(found.len() <= 3);
    assert_eq!(ranked(" ", &[], &[], 3), []);
}

#[test]
fn what_a_venue_has_comes_in_the_order_in_which_it_is_meant_and_each_only_once() {
    let asked = [(FeedId::new("coins"), venue("kraken"))];
    let all = ["BTC/EUR", "NEWCOIN/USD", "BTC/JPY", "BTC/USD", "SOL/USD"];
    let answers = [answer("coins", "kraken", &all, true)];
    let found = ranked("btc", &asked, &answers, 9);
    assert_eq!(
        natives(&found),
        [("coins", "BTC/USD"), ("coins", "BTC/EUR"), ("coins", "BTC/JPY")]
    );
    let euros = &found[1];
    assert_eq!(euros.name.as_deref(), Some("Bitcoin"));
    assert_eq!(euros.currency.as_deref(), Some("EUR"));
    assert_eq!(euros.canonical.as_ref().unwrap().to_string(), "BTC/EUR");
    let new = ranked("newcoin", &asked, &answers, 9);
    assert_eq!(natives(&new), [("coins", "NEWCOIN/USD")]);
}

#[test]
fn what_a_venue_could_have_and_has_not_is_not_told() {
    let asked = [(FeedId::new("coins"), venue("kraken"))];
    assert_eq!(
        natives(&ranked("ethereum", &asked, &[], 1)),
        [("coins", "ETH/USD")]
    );
    let answers = [answer("coins", "kraken", &["BTC/USD"], true)];
    assert_eq!(ranked("ethereum", &asked, &answers, 9), []);
    let silent = [answer("coins", "kraken", &[], true)];
    assert_eq!(
        ranked("ethereum", &asked, &silent, 1).len(),
        1,
        "it has told nothing at all"
    );
}

#[test]
fn what_a_venue_has_found_by_something_untold_comes_last() {
    let asked = [
        (FeedId::new("shares"), venue("finnhub")),
        (FeedId::new("coins"), venue("kraken")),
    ];
    let answers = [answer("shares", "finnhub", &["QQQX", "AAPL"], false)];
    let found = ranked("apple", &asked, &answers, 9);
    assert_eq!(natives(&found)[0], ("shares", "AAPL"));
    assert_eq!(natives(&found).last(), Some(&("shares", "QQQX")));
    assert_eq!(found.last().unwrap().closeness, Closeness::Within);
    let apples = found.iter().filter(|found| found.native.as_str() == "AAPL");
    assert_eq!(apples.count(), 1);
}
