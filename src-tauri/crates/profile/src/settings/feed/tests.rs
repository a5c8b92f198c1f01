use super::*;

#[test]
fn an_address_in_the_settings_holds_no_key() {
    for (text, bad) in [
        ("wss://host/v1?token=hush", BadFeedUrl::Secret),
        ("wss://host/v1?", BadFeedUrl::Secret),
        ("wss://ada:hush@host/v1", BadFeedUrl::Secret),
        ("wss://ada@host/v1", BadFeedUrl::Secret),
        ("https://host/v1", BadFeedUrl::Scheme),
        ("host:80/v1", BadFeedUrl::Scheme),
        ("ticks", BadFeedUrl::Malformed),
    ] {
        assert_eq!(FeedUrl::parse(text), Err(bad), "{text}");
    }
    let url = FeedUrl::parse("wss://ticks.example/v1").unwrap();
    assert_eq!(url.url().as_str(), "wss://ticks.example/v1");
}

#[test]
fn a_feed_that_makes_no_sense_is_named() {
    for (text, sentence) in [
        (
            "id = 'a'\nkind = 'tickwire'",
            "feed a is of kind \"tickwire\" and has no url",
        ),
        (
            "id = 'a'\nkind = 'sim'\ntoken = 'keyring'",
            "feed a is of kind \"sim\", which has neither url nor token",
        ),
        (
            "id = 'a'\nkind = 'tickwire'\nurl = 'http://h'",
            "feed a: a feed's address begins with ws:// or wss://",
        ),
        (
            "id = 'a'\nkind = 'tickwire'\nurl = 'ws://h'\nmood = 'wild'",
            "feed a is of kind \"tickwire\", whose market nobody chooses: leave out seed, mood, speed, rate and scenario",
        ),
        (
            "id = 'a'\nkind = 'sim'\nseed = -1",
            "feed a: its seed is a whole number from 0 to 4294967295",
        ),
        (
            "id = 'a'\nkind = 'sim'\nrate = 'fast'",
            "feed a: its rate is a whole number of ticks a second",
        ),
        (
            "id = 'a'\nkind = 'sim'\nmood = 3",
            "feed a: its mood is a word in quotes",
        ),
        (
            "id = 'a'\nkind = 'sim'\nspeed = true",
            "feed a: its speed is a number, or \"max\"",
        ),
        (
            "id = 'a'\nkind = 'tickwire'\nurl = 'ws://h'\ntoken = 'hush'",
            "token can only be \"keyring\"; the token itself is kept there",
        ),
        (
            "id = 'a'\nkind = 'tickwire'\nurl = 'ws://h'\ntoken = 1234",
            "token can only be \"keyring\"; the token itself is kept there",
        ),
    ] {
        let error = toml::from_str::<FeedSettings>(text).unwrap_err();
        assert_eq!(error.message(), sentence);
    }
}
