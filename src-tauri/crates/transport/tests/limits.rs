//! What a server may do with our time and our memory, on a paused clock.

#![expect(clippy::unwrap_used, reason = "a broken test server is a failed test")]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use model::TransportKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use transport::{BoxConnection, DialError, Dialer, Inbound, Loss, Memory, Outbound, Target};

const STALLED: Loss = Loss::Stalled {
    after: Duration::from_secs(15),
};

#[tokio::test(start_paused = true)]
async fn a_message_that_drips_is_given_up_and_one_that_flows_slowly_is_not() {
    for (what, drop, every, arrives) in [
        ("a byte a second", 1, 1_000, false),
        ("64 kbit/s", 800, 100, true),
        ("one and a half times the least", 103, 1_000, true),
    ] {
        let (connection, mut far) = websocket().await;
        let message = "x".repeat(60_000);
        let speaking = async {
            far.write_all(&[0x81, 126, 0xea, 0x60]).await.unwrap();
            for piece in message.as_bytes().chunks(drop) {
                if far.write_all(piece).await.is_err() {
                    return;
                }
                sleep(Duration::from_millis(every)).await;
            }
        };
        let began = Instant::now();
        let (heard, ()) = tokio::join!(hear_and_leave(connection), speaking);
        if arrives {
            assert_eq!(heard, Ok(Inbound::Text(message.into())), "{what}");
        } else {
            assert_eq!(heard, Err(STALLED), "{what}");
            assert!(began.elapsed() < Duration::from_secs(17), "{what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn while_a_large_message_comes_slowly_it_is_told_once_a_second_that_it_goes_on() {
    let (mut connection, mut far) = websocket().await;
    let message = "x".repeat(60_000);
    let speaking = async {
        // What is whole within a second needs no telling, however many pieces it comes in.
        for piece in [&b"\x81\x04"[..], b"ti", b"ck"] {
            far.write_all(piece).await.unwrap();
            sleep(Duration::from_millis(300)).await;
        }
        far.write_all(&[0x81, 126, 0xea, 0x60]).await.unwrap();
        for piece in message.as_bytes().chunks(800) {
            far.write_all(piece).await.unwrap();
            sleep(Duration::from_millis(100)).await;
        }
    };
    let hearing = async {
        assert_eq!(connection.next().await, Some(Ok(Inbound::Text("tick".into()))));
        let mut told = Vec::new();
        while connection.next().await == Some(Ok(Inbound::More)) {
            told.push(Instant::now());
        }
        told
    };
    let (told, ()) = tokio::join!(hearing, speaking);
    assert_eq!(told.len(), 7, "in seven and a half seconds");
    for pair in told.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_secs(1));
    }
}

#[tokio::test(start_paused = true)]
async fn frames_without_end_that_hold_nothing_are_no_message() {
    // Fragments of nothing; compressed blocks of nothing; half a header.
    let (begin, goes_on): ([&[u8]; 3], [&[u8]; 3]) = (
        [b"\x01\x00", b"\x41\x05\0\0\0\xff\xff", b"\x81\x7f\0\0"],
        [b"\x00\x00", b"\x00\x05\0\0\0\xff\xff", b""],
    );
    for (begin, goes_on) in begin.into_iter().zip(goes_on) {
        let (connection, mut far) = websocket_compressing().await;
        let speaking = async {
            far.write_all(begin).await.unwrap();
            while far.write_all(goes_on).await.is_ok() {
                // Not one drop a second, as above: a flood of nothing.
                sleep(Duration::from_millis(10)).await;
                if goes_on.is_empty() && far.read_u8().await.is_err() {
                    return;
                }
            }
        };
        let (heard, ()) = tokio::join!(hear_and_leave(connection), speaking);
        assert_eq!(heard, Err(STALLED), "{begin:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_between_messages_is_not_hurried() {
    let (mut connection, mut far) = websocket().await;
    for _ in 0..3 {
        far.write_all(b"\x81\x04tick").await.unwrap();
        assert_eq!(connection.next().await, Some(Ok(Inbound::Text("tick".into()))));
        let quiet = tokio::time::timeout(Duration::from_secs(600), connection.next()).await;
        assert!(quiet.is_err(), "{quiet:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_drips_is_given_up_and_slow_events_are_not() {
    let (mut connection, mut far) = fetching(TransportKind::EventStream).await;
    far.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        .await
        .unwrap();
    let speaking = async {
        for _ in 0..100 {
            far.write_all(b"data: a\n\n").await.unwrap();
            sleep(Duration::from_secs(1)).await;
        }
        far.write_all(b"data: ").await.unwrap();
        while far.write_all(b"x").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    };
    let hearing = async {
        let mut count = 0;
        let loss = loop {
            match connection.next().await.unwrap() {
                Ok(Inbound::Text(_)) => count += 1,
                Ok(_) => {}
                Err(loss) => break loss,
            }
        };
        drop(connection);
        (count, loss)
    };
    let (heard, ()) = tokio::join!(hearing, speaking);
    assert_eq!(heard, (100, STALLED));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_takes_a_minute_and_goes_on_arrives() {
    let (mut connection, mut far) = fetching(TransportKind::EventStream).await;
    far.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: ")
        .await
        .unwrap();
    let message = "x".repeat(60_000);
    let speaking = async {
        // Never when it is looked at whether it goes on.
        for piece in message.as_bytes().chunks(700) {
            far.write_all(piece).await.unwrap();
            sleep(Duration::from_millis(701)).await;
        }
        far.write_all(b"\n\n").await.unwrap();
    };
    let hearing = async {
        loop {
            match connection.next().await.unwrap() {
                Ok(Inbound::Text(text)) => break Ok(text),
                Ok(_) => {}
                Err(loss) => break Err(loss),
            }
        }
    };
    let (heard, ()) = tokio::join!(hearing, speaking);
    assert_eq!(heard, Ok(message.into()));
}

#[tokio::test(start_paused = true)]
async fn a_long_poll_that_drips_is_given_up_and_slow_lines_are_not() {
    let (mut connection, mut far) = fetching(TransportKind::LongPoll).await;
    far.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n",
    )
    .await
    .unwrap();
    let speaking = async {
        for _ in 0..100 {
            far.write_all(b"2\r\n1\n\r\n").await.unwrap();
            sleep(Duration::from_secs(1)).await;
        }
        while far.write_all(b"1\r\nx\r\n").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    };
    let hearing = async {
        let mut count = 0;
        let loss = loop {
            match connection.next().await.unwrap() {
                Ok(Inbound::Text(_)) => count += 1,
                Ok(_) => {}
                Err(loss) => break loss,
            }
        };
        drop(connection);
        (count, loss)
    };
    let (heard, ()) = tokio::join!(hearing, speaking);
    assert_eq!(heard, (100, STALLED));
}

#[tokio::test(start_paused = true)]
async fn a_handshake_of_headers_or_of_interim_answers_without_end_is_refused() {
    for (what, begin, again) in [
        (
            "headers",
            "HTTP/1.1 101 Switching\r\n",
            "X-More: of the same, and more of it\r\n",
        ),
        (
            "interim answers",
            "",
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
        ),
        (
            "one header",
            "HTTP/1.1 101 Switching\r\nX-Long: ",
            "and longer and longer",
        ),
    ] {
        let (memory, mut arrivals) = Memory::new(4 << 10);
        let speaking = async {
            let mut far = arrivals.next().await.unwrap();
            head(&mut far).await;
            let mut said = 0;
            far.write_all(begin.as_bytes()).await.unwrap();
            while far.write_all(again.as_bytes()).await.is_ok() {
                said += again.len();
            }
            said
        };
        let (dialed, said) = tokio::join!(memory.dial(target(TransportKind::WebSocket)), speaking);
        let error = dialed.unwrap_err();
        assert!(
            matches!(
                error,
                DialError::NotWebSocket(_) | DialError::Refused { status: 103, .. }
            ),
            "{what}: {error}"
        );
        // And what was in the pipe.
        assert!(said <= (64 << 10) + (40 << 10), "{what}: {said} bytes were taken");
    }
}

/// The venue notices by the end of the line.
async fn hear_and_leave(mut connection: BoxConnection) -> Result<Inbound, Loss> {
    loop {
        match connection.next().await.unwrap() {
            Ok(Inbound::Ping | Inbound::More) => {}
            heard => return heard,
        }
    }
}

fn target(transport: TransportKind) -> Target {
    let url = "ws://localhost/v1/stream".parse().unwrap();
    Target::new(url).unwrap().over(transport)
}

async fn head(far: &mut DuplexStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(far.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

async fn websocket() -> (BoxConnection, DuplexStream) {
    opened("").await
}

async fn websocket_compressing() -> (BoxConnection, DuplexStream) {
    opened("Sec-WebSocket-Extensions: permessage-deflate\r\n").await
}

async fn opened(extensions: &str) -> (BoxConnection, DuplexStream) {
    let (memory, mut arrivals) = Memory::new(4 << 10);
    let venue = async {
        let mut far = arrivals.next().await.unwrap();
        let head = head(&mut far).await;
        let key = head
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
        let accept = derive_accept_key(key.unwrap().as_bytes());
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             {extensions}Sec-WebSocket-Accept: {accept}\r\n\r\n"
        );
        far.write_all(answer.as_bytes()).await.unwrap();
        far
    };
    let (dialed, far) = tokio::join!(memory.dial(target(TransportKind::WebSocket)), venue);
    (dialed.unwrap().connection, far)
}

async fn fetching(transport: TransportKind) -> (BoxConnection, DuplexStream) {
    let (memory, mut arrivals) = Memory::new(4 << 10);
    let mut connection = memory.dial(target(transport)).await.unwrap().connection;
    connection.send(Outbound::fetch("/v1/x")).await.unwrap();
    let mut far = arrivals.next().await.unwrap();
    let asked = async {
        head(&mut far).await;
        far
    };
    tokio::select! {
        far = asked => (connection, far),
        ended = async { loop { if let Some(Err(loss)) = connection.next().await { break loss } } } => {
            unreachable!("it ended before it asked: {ended}")
        }
    }
}
