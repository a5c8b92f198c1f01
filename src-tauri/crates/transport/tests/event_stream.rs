//! Server-sent events against a server that the test speaks for.

mod venue;

use bytes::Bytes;
use futures_util::SinkExt;
use model::{Secret, TransportKind};
use transport::{Blame, Dialer, Hint, Inbound, Loss, Memory, Outbound, Target};
use venue::{Client, Speaker, Venue, dial, scripted};

const SSE: TransportKind = TransportKind::EventStream;

async fn listening() -> (Venue, Client, Speaker) {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(SSE).await;
    client.fetch("/v1/events?symbols=NVX").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.path(), "/v1/events?symbols=NVX");
    assert_eq!(asked.header("accept"), Some("text/event-stream"));
    (venue, client, asked.events())
}

#[tokio::test]
async fn events_come_as_messages_with_where_to_go_on() {
    let (_venue, mut client, speaker) = listening().await;
    speaker.say("retry: 2500\n\nid: 7f-1\ndata: {\"a\":1}\n\n").await;
    assert_eq!(
        client.hint().await,
        Hint::RetryAfter(std::time::Duration::from_millis(2_500))
    );
    assert_eq!(client.text().await, "{\"a\":1}");
    assert_eq!(client.hint().await, Hint::LastEventId("7f-1".into()));
    speaker.say("data: cut in ").await;
    speaker.say("the middle\r").await;
    speaker.say("\n\r\n").await;
    assert_eq!(client.text().await, "cut in the middle");
    drop(speaker);
    let loss = client.loss().await;
    assert!(matches!(loss, Loss::Closed { code: None, .. }), "{loss}");
}

#[tokio::test]
async fn a_comment_is_a_sign_of_life() {
    let (_venue, mut client, speaker) = listening().await;
    assert_eq!(
        client.next().await,
        Ok(Inbound::Ping),
        "the answer's head is one too"
    );
    speaker.say(": still here\n").await;
    assert_eq!(client.next().await, Ok(Inbound::Ping));
}

#[tokio::test]
async fn the_next_dial_says_where_to_go_on_once_and_always_who_asks() {
    let mut venue = Venue::open().await;
    let mut client = venue
        .dial_as(SSE, |target| {
            let token = Secret::new("whisper".into());
            target
                .with_last_event_id("7f-1")
                .with_bearer_token(&token)
                .unwrap()
        })
        .await;
    client.fetch("/a").await;
    let (first, _) = client.while_reading(venue.asked()).await;
    assert_eq!(first.header("last-event-id"), Some("7f-1"));
    assert_eq!(first.header("authorization"), Some("Bearer whisper"));
    let _speaker = first.events();
    client.fetch("/b").await;
    let (second, _) = client.while_reading(venue.asked()).await;
    assert_eq!(second.header("last-event-id"), None);
    assert_eq!(second.header("authorization"), Some("Bearer whisper"));
}

#[tokio::test]
async fn a_new_fetch_takes_over_without_a_word_lost() {
    let (mut venue, mut client, old) = listening().await;
    client.fetch("/v1/events?symbols=NVX,HLQ").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    old.say("data: old, while the new one is not there yet\n\n").await;
    assert_eq!(client.text().await, "old, while the new one is not there yet");
    let new = asked.events();
    new.say("data: new\n\n").await;
    assert_eq!(client.text().await, "new");
    client.while_reading(old.left()).await;
    new.say("data: and on\n\n").await;
    assert_eq!(client.text().await, "and on");
}

#[tokio::test]
async fn a_stream_that_ends_while_it_is_replaced_ends_nothing() {
    let (mut venue, mut client, old) = listening().await;
    client.fetch("/v1/events?symbols=HLQ").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    old.break_off().await;
    let new = asked.events();
    new.say("data: new\n\n").await;
    assert_eq!(client.text().await, "new");
}

#[tokio::test]
async fn a_ping_is_a_question_beside_the_stream() {
    let (venue, mut client, speaker) = listening().await;
    for payload in [b"1", b"2", b"3"] {
        client
            .0
            .send(Outbound::Ping(Bytes::from_static(payload)))
            .await
            .unwrap();
        loop {
            match client.next().await.unwrap() {
                Inbound::Pong(answer) => break assert_eq!(answer, payload.as_slice()),
                Inbound::Ping | Inbound::More => {}
                other @ (Inbound::Text(_)
                | Inbound::Answer { .. }
                | Inbound::Declined { .. }
                | Inbound::Binary(_)
                | Inbound::Hint(_)) => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(venue.lines(), 2, "one for the stream, one for all pings");
    speaker.say("data: undisturbed\n\n").await;
    assert_eq!(client.text().await, "undisturbed");
}

#[tokio::test]
async fn what_is_no_event_stream_is_told_by_what_it_is() {
    for (status, headers, expected, blame) in [
        (
            204,
            vec![],
            "the server answered 204: it has nothing to stream, and asks not to be asked again",
            Blame::Person { again: None },
        ),
        (
            401,
            vec![],
            "the server answered 401: no such token",
            Blame::Person { again: None },
        ),
        (
            503,
            vec![("retry-after", "7")],
            "the server answered 503: no such token",
            Blame::Announced {
                retry_after: Some(std::time::Duration::from_secs(7)),
            },
        ),
        (
            200,
            vec![("content-type", "text/html")],
            "the server sent \"text/html\" and no event stream, which is no data of a feed",
            Blame::Endpoint,
        ),
    ] {
        let mut venue = Venue::open().await;
        let mut client = venue.dial(SSE).await;
        client.fetch("/v1/events").await;
        let (asked, _) = client.while_reading(venue.asked()).await;
        let body = if status == 204 { "" } else { "no such token" };
        asked.answer(status, &headers, body);
        let loss = client.loss().await;
        assert_eq!((loss.to_string().as_str(), loss.blame()), (expected, blame));
    }
}

#[tokio::test]
async fn a_stream_that_breaks_is_a_drop_after_what_it_said() {
    let (_venue, mut client, speaker) = listening().await;
    speaker.say("data: last words\n\ndata: half of").await;
    assert_eq!(client.text().await, "last words");
    speaker.break_off().await;
    assert_eq!(client.loss().await, Loss::Dropped);
}

#[tokio::test]
async fn a_line_of_a_megabyte_is_one_message() {
    let (_venue, mut client, speaker) = listening().await;
    let long = "x".repeat(1 << 20);
    let said = format!("data: {long}\nid: 1\n\ndata: short\n\n");
    let ((), heard) = client.while_reading(speaker.say(&said)).await;
    let mut heard = heard.into_iter();
    for expected in [long.as_str(), "short"] {
        let text = match heard.next() {
            Some(text) => text,
            None => client.text().await,
        };
        assert!(
            text == expected,
            "{} bytes instead of {}",
            text.len(),
            expected.len()
        );
    }
}

#[tokio::test]
async fn a_line_without_an_end_is_given_up_at_the_limit() {
    let (_venue, mut client, speaker) = listening().await;
    let flood = async {
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..6 {
            speaker.say_bytes(&piece).await;
        }
        std::future::pending().await
    };
    let loss = tokio::select! {
        loss = client.loss() => loss,
        never = flood => never,
    };
    assert_eq!(loss.close_code(), Some(1009), "{loss}");
}

#[tokio::test]
async fn a_stream_may_be_compressed_when_it_is_flushed() {
    use std::io::Write;
    let mut venue = Venue::open().await;
    let mut client = venue.dial(SSE).await;
    client.fetch("/v1/events").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    let speaker = asked.speak(
        200,
        &[
            ("content-type", "text/event-stream"),
            ("content-encoding", "gzip"),
        ],
    );
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    for said in ["one", "two", "three"] {
        encoder.write_all(format!("data: {said}\n\n").as_bytes()).unwrap();
        encoder.flush().unwrap();
        speaker.say_bytes(&std::mem::take(encoder.get_mut())).await;
        assert_eq!(client.text().await, said);
    }
}

#[tokio::test]
async fn a_goodbye_ends_the_stream_at_once_and_a_message_has_nowhere_to_go() {
    let (_venue, mut client, speaker) = listening().await;
    let misused = client
        .0
        .send(Outbound::Text("subscribe".into()))
        .await
        .unwrap_err();
    assert!(matches!(misused, Loss::Misused(_)), "{misused}");
    for path in [
        "https://evil.example/",
        "//evil.example/",
        "v1",
        "/a b",
        "/a#b",
        "",
    ] {
        let misused = client.0.send(Outbound::fetch(path)).await.unwrap_err();
        assert!(matches!(misused, Loss::Misused(_)), "{path:?} was fetched");
    }
    client.0.send(Outbound::Close(1000)).await.unwrap();
    let loss = client.loss().await;
    assert!(matches!(loss, Loss::Closed { code: None, .. }), "{loss}");
    drop(client);
    speaker.left().await;
}

#[tokio::test]
async fn an_answer_of_interim_answers_is_a_trap_and_a_large_head_too() {
    let interim = b"HTTP/1.1 102 Processing\r\n\r\n".repeat(40);
    let head = [
        b"HTTP/1.1 200 OK\r\nx: ".as_slice(),
        &vec![b'y'; 1 << 20],
        b"\r\n\r\n",
    ]
    .concat();
    let many = [
        b"HTTP/1.1 200 OK\r\n".as_slice(),
        &b"a: b\r\n".repeat(5_000),
        b"\r\n",
    ]
    .concat();
    for bytes in [interim, head, many] {
        // The line of the dial, and one more in case that was not meant.
        let (address, _server) = scripted(vec![(bytes.clone(), true), (bytes, true)]).await;
        let target = Target::new(format!("http://{address}").parse().unwrap()).unwrap();
        let mut client = dial(target.over(SSE)).await;
        client.fetch("/").await;
        let loss = client.loss().await;
        assert!(matches!(loss, Loss::Protocol(_)), "{loss}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_given_up() {
    let (memory, _arrivals) = Memory::new(4_096);
    let target = Target::new("http://localhost".parse().unwrap()).unwrap();
    let mut client = Client(memory.dial(target.over(SSE)).await.unwrap().connection);
    client.fetch("/").await;
    let loss = client.loss().await;
    assert!(matches!(loss, Loss::Stalled { .. }), "{loss}");
}
