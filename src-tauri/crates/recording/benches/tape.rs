//! What recording costs the network's task, what a tape takes on the disk, and how fast one is read.
//!
//! `cargo bench -p recording`; the figures stand in `decisions/tapes.md`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench prints what it measured, and fails by panicking"
)]

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{Sink as FutureSink, Stream, StreamExt};
use model::Secret;
use recording::{Entry, Header, Recorder, Replayer, Sink, Speed, Tape, TapeFile, What};
use tokio::time::Instant;
use transport::{BoxConnection, Dialed, Dialer, Dialing, Inbound, Loss, Outbound, Phases, Target};

/// Fewer than the queue takes, so that the hot path alone is measured.
const BURST: u64 = 30_000;
const MESSAGES: u64 = 600_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let bare = drain(&Venue(BURST)).await;
        let (recorder, recording) = Recorder::start(Arc::new(Venue(BURST)), Nowhere, &secrets()).unwrap();
        let recorded = drain(&recorder).await;
        assert_eq!(recording.end().taken().missing, 0);
        println!(
            "recorded on the network's task   {:>8.0} ns a message",
            per(recorded.saturating_sub(bare), BURST)
        );

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tape");
        let header = Header::new(DateTime::UNIX_EPOCH, "bench", "ws://127.0.0.1:9/");
        let mut file = TapeFile::create(&path, &header, false).unwrap();
        let entries: Vec<_> = (0..MESSAGES).map(entry).collect();
        let began = Instant::now();
        for entry in &entries {
            file.put(entry, DateTime::UNIX_EPOCH).unwrap();
        }
        let written = began.elapsed();
        file.end().unwrap();
        let stored = std::fs::metadata(&path).unwrap().len();
        println!(
            "packed and written               {:>8.0} ns a message",
            per(written, MESSAGES)
        );
        println!(
            "on the disk                      {:>8.1} bytes a message",
            stored as f64 / MESSAGES as f64
        );

        let began = Instant::now();
        let mut tape = Tape::open(&path).unwrap();
        let checked = began.elapsed();
        let began = Instant::now();
        assert_eq!(tape.survey().messages, MESSAGES - 2);
        println!(
            "opened, all checksums looked at  {:>8.0} ns a message",
            per(checked, MESSAGES)
        );
        println!(
            "surveyed                         {:>8.0} ns a message",
            per(began.elapsed(), MESSAGES)
        );
        let (replayer, _controls) = Replayer::new(tape, Speed::Max);
        let began = Instant::now();
        let mut connection = replayer.dial(target()).await.unwrap().connection;
        for _ in 2..MESSAGES {
            connection.next().await.unwrap().unwrap();
        }
        println!(
            "played as fast as it goes        {:>8.0} ns a message",
            per(began.elapsed(), MESSAGES)
        );
    });
}

async fn drain(dialer: &dyn Dialer) -> Duration {
    let mut connection = dialer.dial(target()).await.unwrap().connection;
    let began = Instant::now();
    while let Some(Ok(_)) = connection.next().await {}
    began.elapsed()
}

fn per(time: Duration, count: u64) -> f64 {
    time.as_nanos() as f64 / count as f64
}

fn target() -> Target {
    Target::new("ws://127.0.0.1:9/".parse().unwrap()).unwrap()
}

fn secrets() -> [Secret; 1] {
    [Secret::new("0f9b2a7c51e84d3fa6c0d1b2e3f40516".to_owned())]
}

/// The first two are the dial; then trades and quotes of twelve symbols at two thousand a second.
fn entry(number: u64) -> Entry {
    let what = match number {
        0 => What::Dialing {
            address: "ws://127.0.0.1:9/".to_owned(),
        },
        1 => What::Connected {
            phases: Phases::default(),
        },
        _ => What::Inbound(Inbound::Text(message(number).into())),
    };
    Entry {
        at: Duration::from_micros(number * 500),
        connection: 1,
        what,
    }
}

fn message(number: u64) -> String {
    let noise = (number + 1).wrapping_mul(6_364_136_223_846_793_005) >> 33;
    let (symbol, cents, size) = (noise % 12, noise % 97, noise % 900);
    let (seconds, micros) = (number / 2_000, number % 2_000 * 500);
    let seq = number / 12;
    if noise.is_multiple_of(3) {
        format!(
            r#"{{"type":"trade","symbol":"SYM{symbol}","seq":{seq},"time":"2026-01-05T14:30:{seconds:02}.{micros:06}Z","price":"187.{cents:02}","size":"{size}","id":"{seq}","side":"buy"}}"#
        )
    } else {
        format!(
            r#"{{"type":"quote","symbol":"SYM{symbol}","seq":{seq},"time":"2026-01-05T14:30:{seconds:02}.{micros:06}Z","bid":"187.{cents:02}","bid_size":"{size}","ask":"188.{cents:02}","ask_size":"{size}"}}"#
        )
    }
}

/// Says so many messages and is gone.
struct Venue(u64);

impl Dialer for Venue {
    fn dial(&self, _: Target) -> Dialing {
        let text: transport::Utf8Bytes = message(7).into();
        let connection: BoxConnection = Box::new(Saying { text, left: self.0 });
        let phases = Phases::default();
        Dialing::plain(async move {
            Ok(Dialed {
                connection,
                phases,
                local: None,
            })
        })
    }
}

struct Saying {
    text: transport::Utf8Bytes,
    left: u64,
}

impl Stream for Saying {
    type Item = Result<Inbound, Loss>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        Poll::Ready(Some(Ok(Inbound::Text(self.text.clone()))))
    }
}

impl FutureSink<Outbound> for Saying {
    type Error = Loss;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, _: Outbound) -> Result<(), Loss> {
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }
}

/// Takes everything and keeps nothing.
struct Nowhere;

impl Sink for Nowhere {
    fn put(&mut self, _: &Entry, _: DateTime<Utc>) -> std::io::Result<()> {
        Ok(())
    }

    fn look(&mut self, _: Duration) -> std::io::Result<()> {
        Ok(())
    }

    fn end(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    fn stored(&self) -> u64 {
        0
    }
}
