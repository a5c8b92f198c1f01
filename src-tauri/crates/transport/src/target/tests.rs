use super::*;
use crate::Redaction;

fn target(url: &str) -> Result<Target, BadTarget> {
    Target::new(Url::parse(url).unwrap())
}

#[test]
fn plain_text_stays_on_this_computer() {
    for url in [
        "ws://127.0.0.1:9/x",
        "ws://[::1]:9",
        "ws://localhost",
        "wss://feed.example/x",
        "https://feed.example/x",
        "http://127.0.0.1:9/x",
    ] {
        assert!(target(url).is_ok(), "{url} was refused");
    }
    for url in [
        "ws://feed.example",
        "ws://10.0.0.1",
        "ws://localhost.example",
        "http://feed.example",
    ] {
        assert_eq!(target(url).unwrap_err(), BadTarget::Plain, "{url}");
    }
    assert_eq!(target("ftp://feed.example").unwrap_err(), BadTarget::Scheme);
    assert_eq!(
        target("wss://me:secret@feed.example").unwrap_err(),
        BadTarget::Credentials
    );
}

#[test]
fn who_agrees_to_plain_text_agrees_to_it_for_one_server() {
    let plain = |url: &str| Target::even_plain(Url::parse(url).unwrap());
    let agreed = plain("ws://feed.example:81/a").unwrap();
    assert!(agreed.is_exposed());
    assert!(!plain("ws://127.0.0.1:81/a").unwrap().is_exposed());
    assert!(!plain("wss://feed.example/a").unwrap().is_exposed());
    for (location, found) in [
        ("/b", Ok("ws://feed.example:81/b")),
        ("http://feed.example:81/b", Ok("ws://feed.example:81/b")),
        ("wss://other.example/b", Ok("wss://other.example:443/b")),
        ("ws://other.example:81/b", Err(BadRedirect::Plain)),
        ("ws://feed.example:82/b", Err(BadRedirect::Plain)),
    ] {
        let target = agreed.redirected(location);
        let target = target.map(|target| format!("{target:?}"));
        assert_eq!(target.as_deref(), found.as_ref().map(|text| *text), "{location}");
    }
    let secure = plain("wss://feed.example/a").unwrap();
    assert_eq!(
        secure.redirected("ws://feed.example/b").unwrap_err(),
        BadRedirect::Plain,
        "a redirect never makes it plain"
    );
}

#[test]
fn the_same_server_is_found_whichever_way_it_is_talked_to() {
    for (given, transport, found) in [
        (
            "wss://feed.example/x",
            TransportKind::EventStream,
            "https://feed.example:443/x",
        ),
        (
            "ws://127.0.0.1:9/x",
            TransportKind::LongPoll,
            "http://127.0.0.1:9/x",
        ),
        (
            "https://feed.example:8443",
            TransportKind::WebSocket,
            "wss://feed.example:8443/",
        ),
        (
            "http://localhost/x",
            TransportKind::WebSocket,
            "ws://localhost:80/x",
        ),
        (
            "https://feed.example",
            TransportKind::Poll,
            "https://feed.example:443/",
        ),
    ] {
        let target = target(given).unwrap().over(transport);
        assert_eq!(format!("{target:?}"), found);
        assert_eq!(target.transport(), transport);
    }
}

#[test]
fn shows_neither_its_query_nor_its_token() {
    let target = target("wss://feed.example/stream?token=hush")
        .unwrap()
        .with_bearer_token(&Secret::new("whisper".into()))
        .unwrap();
    let shown = format!("{target:?} {:?}", target.headers().collect::<Vec<_>>());
    assert!(!shown.contains("hush") && !shown.contains("whisper"), "{shown}");
}

#[test]
fn names_its_secrets_to_whoever_must_hide_them() {
    let target = target("wss://feed.example/stream?symbols=NVX,BTC-USD&apiKey=h%2Fsh")
        .unwrap()
        .with_bearer_token(&Secret::new("whisper".into()))
        .unwrap();
    let secrets = target.secrets();
    let secrets: Vec<_> = secrets.iter().map(Secret::reveal).collect();
    assert_eq!(secrets, ["whisper", "h/sh"]);
}

#[test]
fn a_token_that_a_server_quotes_is_struck_out_in_every_form() {
    let token = Secret::new("k3y-of \"the\" desk/9".to_owned());
    let target = target("wss://feed.example/v1?key=q%2Bsecret-of-the-query&symbols=NVX").unwrap();
    let redaction = Redaction::of(&target.with_bearer_token(&token).unwrap().secrets());
    for form in [
        "k3y-of \"the\" desk/9",
        "k3y-of%20%22the%22%20desk%2F9",
        "k3y-of \\\"the\\\" desk/9",
        "q+secret-of-the-query",
        "q%2Bsecret-of-the-query",
    ] {
        let said = redaction.strike(format!("the server answered 401: no such key {form}!"));
        assert_eq!(said, "the server answered 401: no such key ***!");
    }
    assert_eq!(redaction.strike("NVX is refused".to_owned()), "NVX is refused");
}

#[test]
fn a_redirect_is_followed_without_the_token_and_never_into_the_open() {
    let token = Secret::new("whisper".into());
    let secure = target("wss://feed.example/a?key=1").unwrap();
    let secure = secure.with_bearer_token(&token).unwrap();
    for (location, found, keeps_token) in [
        ("/b", "wss://feed.example:443/b", true),
        ("https://feed.example/b", "wss://feed.example:443/b", true),
        ("wss://feed.example:8443/b", "wss://feed.example:8443/b", false),
        ("//other.example/b?c", "wss://other.example:443/b", false),
    ] {
        let target = secure.redirected(location).unwrap();
        assert_eq!(format!("{target:?}"), found);
        assert_eq!(target.headers().next().is_some(), keeps_token, "{location}");
        assert!(!target.url().as_str().contains("key=1"), "{location}");
    }
    for (location, why) in [
        ("ws://feed.example/b", BadRedirect::Plain),
        ("http://feed.example/b", BadRedirect::Plain),
        ("ws://127.0.0.1/b", BadRedirect::Plain),
        ("file:///etc/passwd", BadRedirect::Nowhere),
        ("wss://me:secret@feed.example/", BadRedirect::Nowhere),
        ("https://", BadRedirect::Nowhere),
    ] {
        assert_eq!(secure.redirected(location).unwrap_err(), why, "{location}");
    }
}

#[test]
fn a_token_with_a_line_break_is_refused() {
    let target = target("wss://feed.example").unwrap();
    assert_eq!(
        target
            .with_bearer_token(&Secret::new("a\r\nHost: evil".into()))
            .unwrap_err(),
        BadTarget::Token
    );
}
