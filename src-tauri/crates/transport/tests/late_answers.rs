//! Timed poll against a server that lets its answers wait, on a clock that
//! jumps: the same line is slow at first and dead later.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a broken line is a failed test")]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use model::TransportKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, advance, sleep};
use transport::{Arrivals, BoxConnection, Dialer, Inbound, Loss, Memory, Outbound, Target};

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: 6\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn the_first_answer_has_ten_seconds() {
    let (mut connection, mut line, _arrivals) = asked().await;
    sleep(Duration::from_millis(9_900)).await;
    line.write_all(HEAD.as_bytes()).await.unwrap();
    line.write_all(b"first\n").await.unwrap();
    assert_eq!(text(&mut connection).await, Ok("first".to_owned()));
    let (mut connection, _line, _arrivals) = asked().await;
    let after = Duration::from_secs(10);
    assert_eq!(text(&mut connection).await, Err(Loss::Stalled { after }));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_was_quick_and_falls_silent_is_given_up_after_two() {
    let (mut connection, mut line, _arrivals) = asked().await;
    for answer in ["first\n", "again\n"] {
        line.write_all(format!("{HEAD}{answer}").as_bytes())
            .await
            .unwrap();
        assert_eq!(text(&mut connection).await.unwrap(), answer.trim());
        until_asked(&mut connection, &mut line).await;
    }
    let since = Instant::now();
    let after = Duration::from_secs(2);
    assert_eq!(text(&mut connection).await, Err(Loss::Stalled { after }));
    assert_eq!(since.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_always_takes_its_time_is_given_it() {
    let (mut connection, mut line, _arrivals) = asked().await;
    let serving = async move {
        for _ in 0..20 {
            sleep(Duration::from_millis(1_200)).await;
            line.write_all(format!("{HEAD}first\n").as_bytes()).await.unwrap();
            question(&mut line).await;
        }
        sleep(Duration::from_millis(3_900)).await;
        line.write_all(format!("{HEAD}other\n").as_bytes()).await.unwrap();
        line
    };
    let hearing = async {
        assert_eq!(text(&mut connection).await.unwrap(), "first");
        assert_eq!(text(&mut connection).await.unwrap(), "other");
    };
    tokio::join!(serving, hearing);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_kept_back_as_the_timer_was_has_a_second_more() {
    let (mut connection, mut line, _arrivals) = asked().await;
    line.write_all(format!("{HEAD}first\n").as_bytes()).await.unwrap();
    assert_eq!(text(&mut connection).await.unwrap(), "first");
    until_asked(&mut connection, &mut line).await;
    // The program was stopped, and the answer came meanwhile.
    advance(Duration::from_secs(60)).await;
    let serving = async {
        sleep(Duration::from_millis(900)).await;
        line.write_all(format!("{HEAD}other\n").as_bytes()).await.unwrap();
    };
    let ((), came) = tokio::join!(serving, text(&mut connection));
    assert_eq!(came.unwrap(), "other");
    // The same with nobody there.
    until_asked(&mut connection, &mut line).await;
    advance(Duration::from_secs(60)).await;
    let since = Instant::now();
    assert!(matches!(text(&mut connection).await, Err(Loss::Stalled { .. })));
    assert_eq!(since.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_keeps_coming_is_waited_for() {
    let (mut connection, mut line, _arrivals) = asked().await;
    line.write_all(format!("{HEAD}first\n").as_bytes()).await.unwrap();
    assert_eq!(text(&mut connection).await.unwrap(), "first");
    let serving = async move {
        question(&mut line).await;
        line.write_all(HEAD.as_bytes()).await.unwrap();
        for byte in "other\n".bytes() {
            sleep(Duration::from_millis(2_200)).await;
            line.write_u8(byte).await.unwrap();
        }
        line
    };
    let (_line, came) = tokio::join!(serving, text(&mut connection));
    assert_eq!(came.unwrap(), "other", "after more than thirteen seconds");
}

/// A connection whose first question has arrived.
async fn asked() -> (BoxConnection, DuplexStream, Arrivals) {
    let (memory, mut arrivals) = Memory::new(4_096);
    let target = Target::new("ws://localhost".parse().unwrap()).unwrap();
    let mut connection = memory
        .dial(target.over(TransportKind::Poll))
        .await
        .unwrap()
        .connection;
    connection.send(Outbound::fetch("/v1/snapshot")).await.unwrap();
    let mut line = arrivals.next().await.unwrap();
    until_asked(&mut connection, &mut line).await;
    (connection, line, arrivals)
}

async fn question(line: &mut DuplexStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(line.read_u8().await.unwrap());
    }
}

/// The next question arrives while the connection is read, which brings nothing.
async fn until_asked(connection: &mut BoxConnection, line: &mut DuplexStream) {
    tokio::select! {
        () = question(line) => {}
        came = text(connection) => panic!("{came:?} before it was asked for"),
    }
}

async fn text(connection: &mut BoxConnection) -> Result<String, Loss> {
    loop {
        match connection.next().await.unwrap()? {
            Inbound::Text(text) | Inbound::Answer { text, .. } => return Ok(text.to_string()),
            Inbound::Ping | Inbound::More => {}
            other @ (Inbound::Declined { .. } | Inbound::Binary(_) | Inbound::Pong(_) | Inbound::Hint(_)) => {
                panic!("{other:?}")
            }
        }
    }
}
