//! Long poll against a server that the test speaks for, and against lines that break.

#![expect(clippy::unwrap_used, reason = "a broken test server is a failed test")]

mod venue;

use std::io::Write;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use model::TransportKind;
use tokio::time::Instant;
use transport::{Blame, Dialer, Loss, Memory, Outbound, Target};
use venue::{Client, Venue, dial, scripted};

const LONG_POLL: TransportKind = TransportKind::LongPoll;
const LINES: (&str, &str) = ("content-type", "application/x-ndjson");

async fn polling() -> (Venue, Client) {
    let mut venue = Venue::open().await;
    let mut client = venue.dial(LONG_POLL).await;
    client.fetch("/v1/poll?symbols=NVX").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.path(), "/v1/poll?symbols=NVX");
    asked.lines(&["one", "two"], "/v1/poll?symbols=NVX&cursor=2");
    assert_eq!(client.texts().await, ["one", "two"]);
    (venue, client)
}

#[tokio::test]
async fn what_comes_next_is_asked_on_the_same_line() {
    let (mut venue, mut client) = polling().await;
    for round in 3..30 {
        let (asked, _) = client.while_reading(venue.asked()).await;
        assert_eq!(asked.path(), format!("/v1/poll?symbols=NVX&cursor={}", round - 1));
        asked.lines(&["tick"], &format!("?symbols=NVX&cursor={round}"));
        assert_eq!(client.text().await, "tick");
    }
    assert_eq!(venue.lines(), 1);
}

#[tokio::test]
async fn a_line_counts_when_it_has_come_and_not_when_the_answer_ends() {
    let (mut venue, mut client) = polling().await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    let speaker = asked.speak(200, &[LINES, ("link", "</v1/poll?cursor=9>; rel=next")]);
    speaker.say("{\"slow\":1}\n{\"ha").await;
    assert_eq!(client.text().await, "{\"slow\":1}");
    speaker.say("lf\":2}").await;
    drop(speaker);
    assert_eq!(client.text().await, "{\"half\":2}");
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.path(), "/v1/poll?cursor=9");
}

#[tokio::test]
async fn nothing_new_keeps_the_cursor() {
    let (mut venue, mut client) = polling().await;
    for _ in 0..3 {
        let (asked, _) = client.while_reading(venue.asked()).await;
        assert_eq!(asked.path(), "/v1/poll?symbols=NVX&cursor=2");
        asked.answer(204, &[], "");
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_on_a_new_line() {
    let (mut venue, mut client) = polling().await;
    // Broken off in the middle, and twice not answered at all.
    let (asked, _) = client.while_reading(venue.asked()).await;
    let speaker = asked.speak(200, &[LINES, ("link", "</v1/poll?cursor=9>; rel=next")]);
    speaker.say("three\nfo").await;
    assert_eq!(client.text().await, "three");
    speaker.break_off().await;
    for _ in 0..2 {
        let (asked, _) = client.while_reading(venue.asked()).await;
        assert_eq!(asked.path(), "/v1/poll?symbols=NVX&cursor=2");
        drop(asked);
    }
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.path(), "/v1/poll?symbols=NVX&cursor=2");
    asked.lines(&["three", "four"], "/v1/poll?cursor=4");
    assert_eq!(
        client.texts().await,
        ["three", "four"],
        "nothing is missing, and one came twice"
    );
    assert_eq!(venue.lines(), 4);
}

#[tokio::test]
async fn an_answer_that_is_lost_again_and_again_is_a_loss() {
    let (mut venue, mut client) = polling().await;
    let mut asked = 0;
    let loss = loop {
        tokio::select! {
            loss = client.loss() => break loss,
            question = venue.asked() => {
                asked += 1;
                question.answer(502, &[], "no such server");
            }
        }
    };
    assert_eq!(
        (asked, loss.to_string().as_str()),
        (4, "the server answered 502: no such server")
    );
    assert_eq!(loss.blame(), Blame::Endpoint);
}

#[tokio::test]
async fn a_line_that_died_while_it_waited_is_replaced() {
    let first = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nLink: </2>; rel=next\r\n\
                 Content-Length: 4\r\n\r\none\n";
    // Says keep-alive by saying nothing, and is closed as soon as it is idle.
    let (address, _server) = scripted(vec![
        (first.into(), false),
        (first.replace("one", "two").into(), false),
        (first.replace("one", "six").into(), true),
    ])
    .await;
    let mut client = dial_to(&address.to_string()).await;
    client.fetch("/1").await;
    assert_eq!(client.texts().await, ["one", "two", "six"]);
}

#[tokio::test]
async fn a_cursor_that_is_forgotten_begins_again_without_one() {
    let (mut venue, mut client) = polling().await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(410, &[], "{\"type\":\"error\",\"code\":\"cursor_gone\"}");
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.path(), "/v1/poll?symbols=NVX");
    asked.answer(410, &[], "");
    let loss = client.loss().await;
    assert!(matches!(loss, Loss::Refused { status: 410, .. }), "{loss}");
}

#[tokio::test]
async fn a_busy_server_is_left_alone_for_as_long_as_it_says() {
    for status in [429, 503] {
        let (mut venue, mut client) = polling().await;
        let (asked, _) = client.while_reading(venue.asked()).await;
        asked.answer(status, &[("retry-after", "42")], "slow down");
        let loss = client.loss().await;
        let retry_after = Some(Duration::from_secs(42));
        assert_eq!(loss.blame(), Blame::Announced { retry_after }, "{loss}");
        assert!(!venue.has_asked(), "it was asked again all the same");
    }
}

#[tokio::test]
async fn a_new_fetch_takes_over_and_the_old_answer_is_still_heard() {
    let (mut venue, mut client) = polling().await;
    let (old, _) = client.while_reading(venue.asked()).await;
    client.fetch("/v1/poll?symbols=NVX,HLQ").await;
    let (new, _) = client.while_reading(venue.asked()).await;
    assert_eq!(new.path(), "/v1/poll?symbols=NVX,HLQ");
    old.lines(&["late"], "/v1/poll?symbols=NVX&cursor=3");
    assert_eq!(client.text().await, "late");
    new.lines(&["new"], "/v1/poll?symbols=NVX,HLQ&cursor=1");
    // The old one may have asked once more before the new one was there.
    let (_, _) = client
        .while_reading(async { while venue.asked().await.path() != "/v1/poll?symbols=NVX,HLQ&cursor=1" {} })
        .await;
}

#[tokio::test]
async fn compressed_answers_are_read_and_a_bomb_is_not() {
    let (mut venue, mut client) = polling().await;
    let gzip = |text: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    };
    let (asked, _) = client.while_reading(venue.asked()).await;
    assert_eq!(asked.header("accept-encoding"), Some("gzip, deflate"));
    let headers = [LINES, ("content-encoding", "gzip"), ("link", "</2>; rel=next")];
    asked.answer_bytes(200, &headers, gzip(b"three\nfour\n"));
    assert_eq!(client.texts().await, ["three", "four"]);
    let (asked, _) = client.while_reading(venue.asked()).await;
    let bomb = gzip(&vec![b'0'; 6 << 20]);
    assert!(bomb.len() < 100_000);
    asked.answer_bytes(200, &headers, bomb);
    let loss = client.loss().await;
    assert_eq!(loss.close_code(), Some(1009), "{loss}");
}

#[tokio::test]
async fn the_sign_in_page_of_a_hotel_is_no_market() {
    let (mut venue, mut client) = polling().await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(
        200,
        &[("content-type", "text/html; charset=utf-8")],
        "<html>Welcome",
    );
    let loss = client.loss().await;
    assert!(matches!(loss, Loss::WrongContent(_)), "{loss}");
}

#[tokio::test]
async fn another_server_is_never_asked() {
    let (mut venue, mut client) = polling().await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.lines(&[], "http://127.0.0.1:1/v1/poll");
    let loss = client.loss().await;
    assert!(matches!(loss, Loss::Protocol(_)), "{loss}");
}

#[tokio::test]
async fn any_other_content_is_one_message() {
    let (mut venue, mut client) = polling().await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    asked.answer(200, &[("content-type", "application/json")], "{\n \"a\": 1\n}");
    assert_eq!(client.text().await, "{\n \"a\": 1\n}");
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_not_answered_in_time_is_a_loss() {
    let (memory, _arrivals) = Memory::new(4_096);
    let target = Target::new("http://localhost".parse().unwrap()).unwrap();
    let mut connection = memory.dial(target.over(LONG_POLL)).await.unwrap().connection;
    let began = Instant::now();
    connection.send(Outbound::fetch("/")).await.unwrap();
    let loss = connection.next().await;
    let after = Duration::from_secs(35);
    assert_eq!(loss, Some(Err(Loss::Stalled { after })));
    assert_eq!(began.elapsed().as_secs(), 35);
}

async fn dial_to(address: &str) -> Client {
    let target = Target::new(format!("http://{address}").parse().unwrap()).unwrap();
    dial(target.over(LONG_POLL)).await
}
