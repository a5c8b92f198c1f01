//! What a recorder writes, and what it never does.

use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{SinkExt, StreamExt};
use model::Secret;
use recording::{Entry, Recorder, RecordingState, Replayer, Sink, Speed, Tape, TapeFile, What};
use transport::{DialError, Dialer, Inbound, Loss, Outbound};

use crate::common::{Scripted, header, loopback, target, text};

#[tokio::test]
async fn everything_that_happens_on_a_connection_is_on_the_tape() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let refused = DialError::Refused {
        status: 503,
        retry_after: None,
        body: "busy".to_owned(),
    };
    let inner = Scripted::default().will(Err(refused)).will(Ok(vec![
        Ok(text("one")),
        Ok(Inbound::Ping),
        Ok(Inbound::Binary(Bytes::from_static(b"\0\xff"))),
        Err(Loss::Dropped),
    ]));
    let file = TapeFile::create(&path, &header(), false).unwrap();
    let (recorder, recording) = Recorder::start(Arc::new(inner.clone()), file, &[]).unwrap();
    recorder.dial(loopback()).await.unwrap_err();
    let mut connection = recorder.dial(loopback()).await.unwrap().connection;
    connection.send(Outbound::Text("hello".to_owned())).await.unwrap();
    while connection.next().await.is_some() {}
    drop(connection);
    drop(recorder.dial(loopback()));
    let RecordingState::Ended(taken) = recording.end() else {
        panic!("it did not end in order")
    };
    assert_eq!((taken.messages, taken.missing), (2, 0));
    assert_eq!(taken.stored, std::fs::metadata(&path).unwrap().len());
    assert_eq!(*inner.said.lock().unwrap(), [Outbound::Text("hello".to_owned())]);

    let told: Vec<_> = Tape::open(&path)
        .unwrap()
        .entries()
        .map(|entry| (entry.connection, format!("{:?}", entry.what)))
        .collect();
    let told: Vec<_> = told
        .iter()
        .map(|(connection, what)| (*connection, what.split(['(', ' ']).next().unwrap()))
        .collect();
    let expected = [
        (1, "Dialing"),
        (1, "NotConnected"),
        (2, "Dialing"),
        (2, "Connected"),
        (2, "Outbound"),
        (2, "Inbound"),
        (2, "Inbound"),
        (2, "Inbound"),
        (2, "Lost"),
        (3, "Dialing"),
        (3, "GivenUp"),
        (0, "End"),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn no_secret_is_on_the_tape_neither_packed_nor_unpacked() {
    const TOKEN: &str = "tok-5up3rs3cret";
    const QUERY: &str = "qu3ry/s3cret";
    const KNOWN: &str = "kn0wn s3cret";
    const MADE: &str = "m4de-just-now";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let echo = format!(r#"{{"echo":"{TOKEN}","path":"?k={QUERY}","also":"{KNOWN}"}}"#);
    let inner = Scripted::default()
        .will(Err(DialError::NotWebSocket(format!("what is {TOKEN}?"))))
        .will(Ok(vec![
            Ok(text(&echo)),
            Ok(Inbound::Binary(Bytes::from(echo.clone()))),
            Ok(Inbound::Pong(Bytes::from_static(TOKEN.as_bytes()))),
            Err(Loss::Closed {
                code: Some(1008),
                reason: format!("go away, {KNOWN}"),
            }),
        ]));
    let file = TapeFile::create(&path, &header(), false).unwrap();
    let known = [Secret::new(KNOWN.to_owned())];
    let (recorder, recording) = Recorder::start(Arc::new(inner.clone()), file, &known).unwrap();
    let target = target("ws://127.0.0.1:9/v1/stream?api_key=qu3ry%2Fs3cret&symbols=NVX")
        .with_bearer_token(&Secret::new(TOKEN.to_owned()))
        .unwrap();
    recorder.dial(target.clone()).await.unwrap_err();
    let mut connection = recorder.dial(target).await.unwrap().connection;
    let auth = format!(r#"{{"op":"auth","key":"{TOKEN}","sign":"{MADE}","ask":"NVX"}}"#);
    connection.send(Outbound::Text(auth.clone())).await.unwrap();
    let fetch = format!("/v1/poll?symbols=NVX&token={MADE}");
    connection.send(Outbound::fetch(fetch)).await.unwrap();
    while connection.next().await.is_some() {}
    drop(connection);
    recording.end();

    assert_eq!(
        inner.said.lock().unwrap().first(),
        Some(&Outbound::Text(auth)),
        "the venue got what was meant for it"
    );
    let raw = std::fs::read(&path).unwrap();
    let unpacked: String = Tape::open(&path)
        .unwrap()
        .entries()
        .map(|entry| format!("{entry:?}\n"))
        .collect();
    for secret in [TOKEN, QUERY, "qu3ry%2Fs3cret", KNOWN, MADE] {
        let is_raw = raw.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
        assert!(
            !is_raw && !unpacked.contains(secret),
            "{secret} is in\n{unpacked}"
        );
    }
    assert!(unpacked.contains("NVX"), "{unpacked}");
}

#[tokio::test]
async fn a_disk_that_is_too_slow_costs_entries_which_are_counted_and_no_time() {
    let (go, gate) = channel();
    let (sink, seen) = Slow::new(gate);
    let count = 40_000u64;
    let messages = (0..count).map(|_| Ok(text("tick"))).collect();
    let inner = Scripted::default().will(Ok(messages));
    let (recorder, recording) = Recorder::start(Arc::new(inner), sink, &[]).unwrap();
    let mut connection = recorder.dial(loopback()).await.unwrap().connection;
    for _ in 0..count {
        connection.next().await.unwrap().unwrap();
    }
    // Only now is anything written at all.
    go.send(()).unwrap();
    drop(connection);
    let state = recording.end();
    let seen = seen.lock().unwrap();
    let missing: u64 = seen
        .iter()
        .map(|what| {
            if let What::Missing(count) = what {
                *count
            } else {
                0
            }
        })
        .sum();
    let heard = seen
        .iter()
        .filter(|what| matches!(what, What::Inbound(_)))
        .count() as u64;
    assert!(missing > 0);
    assert_eq!(state.taken().missing, missing);
    // Dialing, connected and the messages; the leaving may be among those that found no room.
    assert!(
        (count..=count + 1).contains(&(heard + missing)),
        "{heard} + {missing}"
    );
    assert!(matches!(seen.last(), Some(What::End)));
}

/// A trickle never leaves the writing thread without something to take.
#[tokio::test]
async fn a_feed_that_never_rests_is_written_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let messages = (0..100_000).map(|_| Ok(text("tick"))).collect();
    let inner = Scripted::default().will(Ok(messages));
    let file = TapeFile::create(&path, &header(), false).unwrap();
    let (recorder, recording) = Recorder::start(Arc::new(inner), file, &[]).unwrap();
    let began = std::fs::metadata(&path).unwrap().len();
    let mut connection = recorder.dial(loopback()).await.unwrap().connection;
    let state = recording.state();
    let trickle = async {
        while state.borrow().taken().stored <= began {
            connection.next().await.unwrap().unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), trickle)
        .await
        .unwrap();
    let entries = Tape::open(&path).unwrap().entries().count();
    assert!(entries > 2 && entries < 1_000, "{entries}");
}

#[tokio::test]
async fn a_full_disk_stops_the_recording_and_not_the_feed() {
    let messages = (0..2_000).map(|_| Ok(text("tick"))).collect();
    let inner = Scripted::default().will(Ok(messages));
    let (recorder, recording) = Recorder::start(Arc::new(inner), Full, &[]).unwrap();
    let mut state = recording.state();
    let mut connection = recorder.dial(loopback()).await.unwrap().connection;
    connection.next().await.unwrap().unwrap();
    let stopped = state
        .wait_for(|state| matches!(state, RecordingState::Stopped { .. }))
        .await
        .map(|state| *state)
        .unwrap();
    let RecordingState::Stopped { kind, .. } = stopped else {
        panic!("{stopped:?}")
    };
    assert_eq!(kind, io::ErrorKind::StorageFull);
    for _ in 1..2_000 {
        connection.next().await.unwrap().unwrap();
    }
}

/// Only where the system has a disk that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_tape_that_cannot_be_begun_says_where_and_why() {
    let refused = TapeFile::create(Path::new("/dev/full"), &header(), true).unwrap_err();
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert!(refused.to_string().contains("/dev/full"), "{refused}");
    assert!(why.to_lowercase().contains("space"), "{why}");
}

struct Slow {
    gate: Receiver<()>,
    open: bool,
    seen: Arc<Mutex<Vec<What>>>,
}

impl Slow {
    fn new(gate: Receiver<()>) -> (Self, Arc<Mutex<Vec<What>>>) {
        let seen = Arc::<Mutex<Vec<What>>>::default();
        let sink = Self {
            gate,
            open: false,
            seen: Arc::clone(&seen),
        };
        (sink, seen)
    }
}

impl Sink for Slow {
    fn put(&mut self, entry: &Entry, _: DateTime<Utc>) -> io::Result<()> {
        if !self.open {
            self.gate.recv_timeout(Duration::from_secs(120)).unwrap();
            self.open = true;
        }
        self.seen.lock().unwrap().push(entry.what.clone());
        Ok(())
    }

    fn look(&mut self, _: Duration) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn stored(&self) -> u64 {
        0
    }
}

struct Full;

impl Sink for Full {
    fn put(&mut self, _: &Entry, _: DateTime<Utc>) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn look(&mut self, _: Duration) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn stored(&self) -> u64 {
        0
    }
}

#[tokio::test]
async fn what_is_asked_once_beside_the_feed_is_on_no_tape_and_takes_nothing_from_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let inner = Scripted::default()
        .will(Ok(vec![Ok(text("history"))]))
        .will(Ok(vec![Ok(text("tick"))]));
    let file = TapeFile::create(&path, &header(), false).unwrap();
    let (recorder, recording) = Recorder::start(Arc::new(inner), file, &[]).unwrap();
    for target in [loopback().once(), loopback()] {
        let mut connection = recorder.dial(target).await.unwrap().connection;
        connection.next().await.unwrap().unwrap();
    }
    recording.end();
    let (replayer, _controls) = Replayer::new(Tape::open(&path).unwrap(), Speed::NORMAL);
    let refused = replayer.dial(loopback().once()).await.unwrap_err();
    assert!(matches!(refused, DialError::TapeOver), "{refused}");
    let mut connection = replayer.dial(loopback()).await.unwrap().connection;
    assert_eq!(connection.next().await.unwrap().unwrap(), text("tick"));
}
