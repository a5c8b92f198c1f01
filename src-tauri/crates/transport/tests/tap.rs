//! What somebody who looks at the wire sees of it, and what not.

#![expect(clippy::unwrap_used, reason = "a broken test server is a failed test")]

mod venue;

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::header::SEC_WEBSOCKET_EXTENSIONS;
use http::{HeaderMap, HeaderValue};
use model::{Secret, TransportKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use transport::websocket::{Agreed, Packer, ServerSocket, Wish, accept, agree};
use transport::{BoxConnection, Dialer, Direction, Frame, Memory, Outbound, Seen, Start, Tap, Target, View};
use venue::Venue;

const TOKEN: &str = "whisper-it";

#[tokio::test]
async fn sees_the_handshake_without_its_secrets_and_every_frame() {
    let tap = Tap::default();
    let mut view = tap.look(100);
    let text = "tick ".repeat(200);
    let (mut near, mut far) = connected(&tap).await;
    let subscribe = format!("subscribe with {TOKEN}");
    near.send(Outbound::Text(subscribe.clone())).await.unwrap();
    far.next().await.unwrap().unwrap();
    let packed = Packer::default().pack(text.clone().into());
    far.send(packed.message(Some(&agreed()))).await.unwrap();
    far.send(Message::Ping(Bytes::from_static(b"?"))).await.unwrap();
    far.close(None).await.unwrap();
    while near.next().await.is_some_and(|inbound| inbound.is_ok()) {}
    let leave = async {
        while far.next().await.is_some() {}
        drop(far);
    };
    let (closed, ()) = tokio::join!(near.close(), leave);
    closed.unwrap();
    drop(near);

    let (asked, answered) = (seen(&mut view).await, seen(&mut view).await);
    let Seen::Asked(head) = &asked else {
        panic!("{asked:?}")
    };
    assert_eq!(head.first, "GET /v1/stream?symbols=NVX&key=*** HTTP/1.1");
    assert!(
        head.headers.contains(&("authorization".into(), "***".into())),
        "{head:?}"
    );
    assert!(head.headers.iter().any(|(name, _)| name == "sec-websocket-key"));
    let Seen::Answered(head) = &answered else {
        panic!("{answered:?}")
    };
    assert_eq!(head.first, "HTTP/1.1 101 Switching Protocols");
    assert!(!format!("{asked:?}{answered:?}").contains(TOKEN));

    let (mut frames, mut starts) = (Vec::new(), Vec::new());
    while let Seen::Frame {
        frame,
        start,
        inflated,
        round_trip,
    } = seen(&mut view).await
    {
        frames.push(frame);
        starts.push((start, inflated));
        assert_eq!(round_trip.is_some(), frame.kind() == "pong", "{frame:?}");
    }
    let frame = |direction, opcode, length| Frame {
        direction,
        opcode,
        last: true,
        compressed: false,
        length,
        overhead: if direction == Direction::Out { 6 } else { 2 },
    };
    assert_eq!(frames[0], frame(Direction::Out, 1, subscribe.len() as u64));
    assert!(
        frames[1].compressed && frames[1].length < text.len() as u64 / 4,
        "{frames:?}"
    );
    assert_eq!(frames[2], frame(Direction::In, 9, 1));
    let said = |text: &str| Start::Text(text.to_owned());
    assert_eq!(starts[0], (said("subscribe with ***"), None));
    assert_eq!(
        starts[1],
        (said(&text[..256]), Some(1_000)),
        "inflated, and shortened"
    );
    assert_eq!(starts[2], (said("?"), None));
    let kinds: Vec<_> = frames[3..]
        .iter()
        .map(|frame| (frame.direction, frame.kind()))
        .collect();
    for kind in [(Direction::In, "close"), (Direction::Out, "close")] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert_eq!(view.missed(), 0);
}

#[tokio::test]
async fn what_is_not_looked_at_in_time_is_counted_and_holds_nobody_up() {
    let tap = Tap::default();
    let mut view = tap.look(4);
    let (mut near, mut far) = connected(&tap).await;
    for _ in 0..50 {
        far.send(Message::text("tick")).await.unwrap();
        near.next().await.unwrap().unwrap();
    }
    assert_eq!(view.missed(), 48);
    assert_eq!(view.next().await.unwrap().seen, Seen::Missed(48));
    assert!(matches!(view.next().await.unwrap().seen, Seen::Asked(_)));
    for _ in 0..3 {
        view.next().await.unwrap();
    }
    // There is room again, and nothing more is missing.
    far.send(Message::text("tick")).await.unwrap();
    near.next().await.unwrap().unwrap();
    assert!(matches!(view.next().await.unwrap().seen, Seen::Frame { .. }));
}

#[tokio::test]
async fn whoever_looks_in_the_middle_sees_frames_from_their_beginning() {
    let tap = Tap::default();
    let (mut near, mut far) = connected(&tap).await;
    for length in [3, 300, 70_000] {
        far.send(Message::text("x".repeat(length))).await.unwrap();
        near.next().await.unwrap().unwrap();
        let mut view = tap.look(10);
        far.send(Message::text("tick")).await.unwrap();
        near.next().await.unwrap().unwrap();
        // The handshake is long over, and is kept for whoever looks now.
        assert!(matches!(seen(&mut view).await, Seen::Asked(head) if head.first.starts_with("GET ")));
        assert!(matches!(seen(&mut view).await, Seen::Answered(head) if head.first.contains("101")));
        let Seen::Frame { frame, start, .. } = seen(&mut view).await else {
            panic!("no frame")
        };
        assert_eq!((frame.kind(), frame.length, start.as_str()), ("text", 4, "tick"));
        drop(view);
        far.send(Message::text("unseen")).await.unwrap();
        near.next().await.unwrap().unwrap();
    }
    let mut first = tap.look(10);
    let _second = tap.look(10);
    for _ in 0..2 {
        assert!(first.next().await.is_some(), "it saw the handshake");
    }
    assert_eq!(first.next().await, None, "one looks at a time");
}

#[tokio::test]
async fn sees_questions_answers_and_what_comes_of_them() {
    let tap = Tap::default();
    let mut view = tap.look(100);
    let mut venue = Venue::open().await;
    let token = Secret::new(TOKEN.to_owned());
    let mut client = venue
        .dial_as(TransportKind::EventStream, |target| {
            target.with_bearer_token(&token).unwrap().with_tap(tap.clone())
        })
        .await;
    client.fetch("/v1/events?symbols=NVX&token=hush").await;
    let (asked, _) = client.while_reading(venue.asked()).await;
    let speaker = asked.events();
    speaker.say("data: tick\n\n").await;
    assert_eq!(client.text().await, "tick");
    let asked = seen(&mut view).await;
    let Seen::Asked(head) = &asked else {
        panic!("{asked:?}")
    };
    assert_eq!(head.first, "GET /v1/events?symbols=NVX&token=*** HTTP/1.1");
    assert!(!format!("{asked:?}").contains(TOKEN));
    let answered = seen(&mut view).await;
    let Seen::Answered(head) = &answered else {
        panic!("{answered:?}")
    };
    assert_eq!(head.first, "HTTP/1.1 200 OK");
    assert_eq!(seen(&mut view).await, Seen::Piece { length: 12 });
    let start = Start::Text("tick".to_owned());
    assert_eq!(seen(&mut view).await, Seen::Message { length: 4, start });
}

#[tokio::test]
async fn a_pong_tells_how_long_its_ping_was_away() {
    let tap = Tap::default();
    let (mut near, mut far) = connected(&tap).await;
    let mut view = tap.look(100);
    for payload in ["first", "second"] {
        near.send(Outbound::Ping(Bytes::from(payload))).await.unwrap();
    }
    // Pings are answered by themselves, as soon as somebody reads.
    for _ in 0..2 {
        far.next().await.unwrap().unwrap();
    }
    far.send(Message::text("tick")).await.unwrap();
    near.next().await.unwrap().unwrap();
    let mut pongs = 0;
    loop {
        let Seen::Frame {
            frame,
            round_trip,
            start,
            ..
        } = seen(&mut view).await
        else {
            continue;
        };
        match (frame.kind(), start.as_str()) {
            ("ping", "first" | "second") => assert_eq!(round_trip, None),
            ("pong", "first" | "second") => {
                assert!(round_trip.is_some());
                pongs += 1;
            }
            ("text", "tick") => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(pongs >= 1, "no ping was answered");
}

#[tokio::test(start_paused = true)]
async fn a_pong_is_no_answer_to_a_ping_of_an_earlier_look() {
    let tap = Tap::default();
    let (mut near, mut far) = connected(&tap).await;
    let ping = || Outbound::Ping(Bytes::from_static(b"?"));
    let first = tap.look(10);
    near.send(ping()).await.unwrap();
    drop(first);
    far.next().await.unwrap().unwrap();
    far.flush().await.unwrap();
    near.next().await.unwrap().unwrap();
    tokio::time::advance(Duration::from_secs(10)).await;
    let mut view = tap.look(10);
    near.send(ping()).await.unwrap();
    far.next().await.unwrap().unwrap();
    far.flush().await.unwrap();
    near.next().await.unwrap().unwrap();
    let mut kinds = Vec::new();
    while kinds.len() < 2 {
        if let Seen::Frame {
            frame, round_trip, ..
        } = seen(&mut view).await
        {
            kinds.push((frame.kind(), round_trip));
        }
    }
    assert_eq!(kinds, [("ping", None), ("pong", Some(Duration::ZERO))]);
}

#[tokio::test]
async fn compressed_and_plain_messages_keep_their_order() {
    let tap = Tap::default();
    let (mut near, mut far) = connected(&tap).await;
    let mut view = tap.look(100);
    let texts: Vec<_> = (0..20)
        .map(|number| {
            let times = if number % 3 == 0 { 1 } else { 100 };
            format!("{number} ").repeat(times)
        })
        .collect();
    let mut packer = Packer::default();
    for text in &texts {
        let message = packer.pack(text.clone().into()).message(Some(&agreed()));
        far.feed(message).await.unwrap();
    }
    far.flush().await.unwrap();
    for _ in &texts {
        near.next().await.unwrap().unwrap();
    }
    for _ in 0..2 {
        seen(&mut view).await;
    }
    for text in &texts {
        let Seen::Frame {
            frame,
            start,
            inflated,
            ..
        } = seen(&mut view).await
        else {
            panic!("no frame")
        };
        let shown: String = text.chars().take(256).collect();
        assert_eq!(start.as_str(), shown);
        assert_eq!(inflated, frame.compressed.then_some(text.len()));
    }
}

async fn seen(view: &mut View) -> Seen {
    view.next().await.unwrap().seen
}

/// Both ends of a compressing WebSocket.
async fn connected(tap: &Tap) -> (BoxConnection, ServerSocket<DuplexStream>) {
    let (memory, mut arrivals) = Memory::new(1 << 20);
    let url = "ws://localhost/v1/stream?symbols=NVX&key=hush".parse().unwrap();
    let target = Target::new(url).unwrap().with_tap(tap.clone());
    let target = target.with_bearer_token(&Secret::new(TOKEN.to_owned())).unwrap();
    let venue = async {
        let mut line = arrivals.next().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(line.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let key = head
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Accept: {}\r\nSec-WebSocket-Extensions: {}\r\n\r\n",
            derive_accept_key(key.unwrap().as_bytes()),
            agreed().answer().to_str().unwrap(),
        );
        line.write_all(answer.as_bytes()).await.unwrap();
        accept(line, &[], Some(&agreed()), WebSocketConfig::default()).await
    };
    let (near, far) = tokio::join!(async { memory.dial(target).await.unwrap().connection }, venue);
    (near, far)
}

fn agreed() -> Agreed {
    let offer = HeaderValue::from_static("permessage-deflate; client_max_window_bits");
    let offer = HeaderMap::from_iter([(SEC_WEBSOCKET_EXTENSIONS, offer)]);
    agree(&offer, Wish::default()).unwrap()
}
