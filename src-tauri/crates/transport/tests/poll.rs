//! Timed poll against a server that the test speaks for.

mod venue;

use std::time::Duration;

use futures_util::SinkExt;
use model::Secret;
use model::TransportKind;
use tokio::time::Instant;
use transport::{Inbound, Loss, Outbound, Showing};
use venue::Venue;

const POLL: TransportKind = TransportKind::Poll;
const QUICK: (&str, &str) = ("poll-interval-ms", "50");
const LINES: (&str, &str) = ("content-type", "application/x-ndjson");

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(POLL).await;
    client.fetch("/v1/snapshot?symbols=NVX").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.path(), "/v1/snapshot?symbols=NVX");
    assert_eq!(asked.header("if-none-match"), None);
    asked.answer(200, &[LINES, QUICK, ("etag", "W/\"1\"")], "welcome\nsnapshot\n");
    assert_eq!(client.texts().await, ["welcome", "snapshot"]);
    for _ in 0..2 {
        let (asked, heard) = client.while_reading(venue.asked()).await;
        assert_eq!(asked.header("if-none-match"), Some("W/\"1\""));
        assert_eq!(heard, Vec::<String>::new());
        asked.answer(304, &[QUICK], "");
        assert_eq!(
            client.next().await,
            Ok(Inbound::Ping),
            "it costs nothing, and shows life"
        );
    }
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(200, &[LINES, QUICK, ("etag", "\"2\"")], "welcome\nnews\n");
    assert_eq!(client.texts().await, ["welcome", "news"]);
    assert_eq!(venue.lines(), 1);
}

#[tokio::test]
async fn a_server_without_tags_is_understood_as_well() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(POLL).await;
    client.fetch("/").await;
    for (body, expected) in [
        ("a\n", vec!["a"]),
        ("a\n", vec![]),
        ("b\n", vec!["b"]),
        ("a\n", vec!["a"]),
    ] {
        let (asked, _) = client.while_reading(venue.asked()).await;
        asked.answer(200, &[LINES, QUICK], body);
        let (asked, heard) = client.while_reading(venue.asked()).await;
        assert_eq!(heard, expected);
        asked.answer(304, &[QUICK], "");
    }
}

#[tokio::test]
async fn a_new_fetch_does_not_wait_for_the_next_time() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(POLL).await;
    let began = Instant::now();
    for path in ["/a", "/b", "/c"] {
        client.fetch(path).await;
        let (asked, _) = client.while_reading(venue.asked()).await;
        assert_eq!(asked.path(), path);
        let seldom = ("poll-interval-ms", "60000");
        asked.answer(200, &[LINES, seldom, ("etag", "\"same\"")], "x\n");
        assert_eq!(
            client.text().await,
            "x",
            "what is new is told, whatever was there before"
        );
    }
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_and_a_refusal_is_a_loss() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(POLL).await;
    client.fetch("/").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    drop(asked);
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(502, &[], "");
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(403, &[], "this token sees no market");
    let loss = client.loss().await;
    assert_eq!(
        loss,
        Loss::Refused {
            status: 403,
            retry_after: None,
            body: "this token sees no market".into()
        }
    );
}

#[tokio::test]
async fn who_is_sent_on_goes_there_on_the_same_server_and_nowhere_else() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(POLL).await;
    client.fetch("/v1/snapshot?symbols=NVX").await;
    for (location, path) in [
        ("/v2/snapshot?symbols=NVX", "/v2/snapshot?symbols=NVX"),
        ("board", "/v2/board"),
    ] {
        let (asked, _) = client.while_reading(venue.asked()).await;
        asked.answer(307, &[("location", location)], "");
        let (asked, _) = client.while_reading(venue.asked()).await;
        assert_eq!(asked.path(), path);
        asked.answer(307, &[("location", "/v2/snapshot")], "");
        let (asked, _) = client.while_reading(venue.asked()).await;
        assert_eq!(asked.path(), "/v2/snapshot");
        asked.answer(200, &[LINES, QUICK], path);
        assert_eq!(client.text().await, path);
        client.fetch("/v2/snapshot?symbols=NVX").await;
    }
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(307, &[("location", "https://evil.example/v1/snapshot")], "");
    let loss = client.loss().await;
    assert!(matches!(loss, Loss::Refused { status: 307, .. }), "{loss}");
}

#[tokio::test]
async fn who_is_sent_in_circles_stops() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(POLL).await;
    client.fetch("/a").await;
    let mut asked = 0;
    let loss = loop {
        tokio::select! {
            loss = client.loss() => break loss,
            question = venue.asked() => {
                asked += 1;
                question.answer(302, &[("location", "/a")], "");
            }
        }
    };
    assert!(matches!(loss, Loss::Refused { status: 302, .. }), "{loss}");
    assert_eq!(asked, 4);
}

#[tokio::test]
async fn several_paths_are_asked_in_turn_each_with_what_is_known_of_it() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(POLL).await;
    let paths = ["/a?x=1", "/b", "/c"];
    let all = Outbound::Fetch(paths.map(str::to_owned).to_vec());
    client.0.send(all).await.unwrap();
    for round in 0..3 {
        for path in paths {
            let (asked, heard) = client.while_reading(venue.asked()).await;
            assert_eq!(heard, [""; 0]);
            assert_eq!(asked.path(), path);
            let tag = format!("\"{path}\"");
            if round == 0 {
                assert_eq!(asked.header("if-none-match"), None);
                asked.answer(200, &[LINES, QUICK, ("etag", &tag)], "same");
                assert_eq!(client.answer().await, (path.to_owned(), "same".to_owned()));
            } else {
                assert_eq!(asked.header("if-none-match"), Some(tag.as_str()));
                asked.answer(304, &[QUICK], "");
            }
        }
    }
    assert_eq!(venue.lines(), 1);
}

#[tokio::test]
async fn a_key_in_the_query_is_asked_with_and_named_nowhere_else() {
    let mut venue = Venue::open().await;
    let mut client = venue
        .dial_as(POLL, |target| {
            let key = Secret::new("hush/hush".to_owned());
            target.with_key(Showing::Query("token"), &key).unwrap()
        })
        .await;
    client.fetch("/quote?symbol=NVX").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.path(), "/quote?symbol=NVX&token=hush%2Fhush");
    asked.answer(200, &[LINES, QUICK], "x");
    let told = ("/quote?symbol=NVX".to_owned(), "x".to_owned());
    assert_eq!(client.answer().await, told);
}

#[tokio::test]
async fn what_is_fetched_is_below_the_path_of_its_address() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial_as(POLL, transport::Target::with_base).await;
    client.fetch("/quote?symbol=NVX").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.path(), "/v1/stream/quote?symbol=NVX");
    asked.answer(200, &[LINES, QUICK], "x");
    let told = ("/quote?symbol=NVX".to_owned(), "x".to_owned());
    assert_eq!(client.answer().await, told);
}

#[tokio::test]
async fn only_what_is_asked_again_and_again_may_be_more_than_one() {
    let venue = Venue::open().await;
    for (transport, paths, works) in [
        (POLL, 2, true),
        (POLL, 0, false),
        (TransportKind::LongPoll, 2, false),
        (TransportKind::EventStream, 2, false),
        (TransportKind::EventStream, 1, true),
    ] {
        let mut client = venue.dial(transport).await;
        let sent = client.0.send(Outbound::Fetch(vec!["/a".to_owned(); paths])).await;
        assert_eq!(sent.is_ok(), works, "{transport}, {paths}");
    }
}

#[tokio::test]
async fn one_name_that_the_server_does_not_know_does_not_cost_the_others() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(POLL).await;
    let all = ["/good", "/bad"].map(str::to_owned).to_vec();
    client.0.send(Outbound::Fetch(all)).await.unwrap();
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(200, &[LINES, QUICK], "1");
    assert_eq!(client.answer().await, ("/good".to_owned(), "1".to_owned()));
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(404, &[], "{\"message\":\"NotFound\"}");
    let said = (404, "{\"message\":\"NotFound\"}".to_owned());
    assert_eq!(
        client.declined("/bad").await,
        said,
        "whoever asked may know what it means"
    );
    for price in ["2", "3"] {
        let (asked, _) = client.while_reading(venue.asked()).await;
        assert_eq!(asked.path(), "/good", "the other one is asked for no more");
        asked.answer(200, &[LINES, QUICK], price);
        assert_eq!(client.answer().await.1, price);
    }
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(404, &[], "gone");
    let loss = client.loss().await;
    assert!(
        matches!(loss, Loss::Refused { status: 404, .. }),
        "what was there and is no more is another matter: {loss}"
    );
}

#[tokio::test]
async fn a_server_that_knows_none_of_the_names_is_asked_for_others_when_somebody_says_so() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(POLL).await;
    client.fetch("/bad").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(400, &[], "{\"code\":-1121}");
    assert_eq!(
        client.declined("/bad").await,
        (400, "{\"code\":-1121}".to_owned())
    );
    client.exchange(&["/bad"], &["/good"]).await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.path(), "/good");
    asked.answer(200, &[LINES, QUICK], "1");
    assert_eq!(client.answer().await, ("/good".to_owned(), "1".to_owned()));
}

#[tokio::test]
async fn what_is_exchanged_does_not_disturb_the_others() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(POLL).await;
    let all = ["/a", "/bc"].map(str::to_owned).to_vec();
    client.0.send(Outbound::Fetch(all)).await.unwrap();
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(200, &[LINES, QUICK, ("etag", "\"a\"")], "1");
    assert_eq!(client.answer().await.0, "/a");
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.path(), "/bc");
    asked.answer(400, &[], "one of them is bad");
    client.declined("/bc").await;
    client.exchange(&["/bc"], &["/b", "/c"]).await;
    let mut asked_for = Vec::new();
    while asked_for.len() < 2 {
        let (asked, _) = client.while_reading(venue.asked()).await;
        let path = asked.path().to_owned();
        if path == "/a" {
            assert_eq!(asked.header("if-none-match"), Some("\"a\""), "it is known still");
            asked.answer(304, &[QUICK], "");
            continue;
        }
        asked.answer(200, &[LINES, QUICK], &path);
        assert_eq!(client.answer().await, (path.clone(), path.clone()));
        asked_for.push(path);
    }
    assert_eq!(asked_for, ["/b", "/c"]);
    assert_eq!(venue.lines(), 1);
}

#[tokio::test]
async fn a_server_that_fails_over_one_question_and_answers_others_is_asked_those() {
    for status in [403, 500] {
        let mut venue = Venue::open().await;
        let mut client = venue.dial(POLL).await;
        let all = ["/good", "/bad"].map(str::to_owned).to_vec();
        client.0.send(Outbound::Fetch(all)).await.unwrap();
        let (asked, _) = client.while_reading(venue.asked()).await;
        asked.answer(200, &[LINES, QUICK], "1");
        client.answer().await;
        let (asked, _) = client.while_reading(venue.asked()).await;
        asked.answer(status, &[], "no");
        assert_eq!(client.declined("/bad").await, (status, "no".to_owned()));
        let (asked, _) = client.while_reading(venue.asked()).await;
        assert_eq!(asked.path(), "/good");
    }
}

#[tokio::test]
async fn what_is_wanted_once_is_asked_once_and_then_it_ends() {
    let mut venue = Venue::open().await;
    let mut client = venue.dial_as(POLL, transport::Target::once).await;
    client.fetch("/candles").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(200, &[LINES], "1\n2");
    assert_eq!(client.texts().await, ["1", "2"]);
    let end = client.loss().await;
    assert!(matches!(end, Loss::Closed { code: None, .. }), "{end}");
    assert!(!venue.has_asked());

    let mut client = venue.dial_as(POLL, transport::Target::once).await;
    client.fetch("/bad").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(404, &[], "no such name");
    let loss = client.loss().await;
    assert!(matches!(loss, Loss::Refused { status: 404, .. }), "{loss}");
}
