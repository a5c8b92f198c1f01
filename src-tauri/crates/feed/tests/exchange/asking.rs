//! A stream that falls silent: asked about beside it, and no more done than was proven.

use std::time::Duration;

use feed::LossCause;
use model::{SymbolKey, TransportKind};

use crate::world::{BTC, Line, NVX, WELCOME, World, snapshot, trade};

const SECOND: Duration = Duration::from_secs(1);
const SYMBOLS: [(SymbolKey, &str); 2] = [(NVX, "NVX"), (BTC, "BTC-USD")];

fn ack(symbol: &str, session: &str) -> String {
    format!(r#"{{"type":"ack","symbol":"{symbol}","seq":0,"session":"{session}"}}"#)
}

/// A stream of two symbols whose ticks the test tells.
struct Stream {
    world: World,
    line: Line,
    /// The number of the last tick of each.
    told: u64,
}

impl Stream {
    async fn of(session: &str) -> Self {
        let mut world = World::start(TransportKind::WebSocket);
        for (key, name) in SYMBOLS {
            world.feed.want(key, name.into()).unwrap();
        }
        let line = world.line().await;
        line.say(&[WELCOME, &ack("NVX", session), &ack("BTC-USD", session)]);
        Self { world, line, told: 0 }
    }

    /// So many seconds with a tick of each of these in every second, and what was asked meanwhile.
    async fn goes_on(&mut self, seconds: u64, symbols: &[&str]) -> Vec<String> {
        let mut asked = Vec::new();
        for _ in 0..seconds {
            self.told += 1;
            for symbol in symbols {
                self.line.say(&[&trade(symbol, self.told)]);
            }
            asked.extend(self.line.tend(SECOND).await);
        }
        asked
    }

    /// The question that was asked beside the stream within so many seconds of silence.
    async fn asked_beside(&mut self, within: u64, symbols: &[&str]) -> Option<Line> {
        for _ in 0..within {
            self.goes_on(1, symbols).await;
            if let Some(line) = self.world.line_now() {
                assert_eq!(line.transport, TransportKind::Poll);
                return Some(line);
            }
        }
        None
    }
}

#[tokio::test(start_paused = true)]
async fn a_single_mute_symbol_is_asked_about_and_subscribed_anew_alone() {
    let mut stream = Stream::of("open").await;
    stream.goes_on(60, &["NVX", "BTC-USD"]).await;
    let heard = stream.told;
    let mut beside = stream.asked_beside(13, &["BTC-USD"]).await.unwrap();
    assert_eq!(beside.fetched().await, "/v1/snapshot?symbols=NVX");
    beside.say(&[WELCOME, &snapshot("NVX", stream.told)]);
    let asked = stream.goes_on(2, &["BTC-USD"]).await;
    let [subscribe] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    assert!(
        subscribe.contains("NVX") && !subscribe.contains("BTC-USD"),
        "{subscribe}"
    );
    assert!(stream.told - heard <= 15, "{} s", stream.told - heard);
    assert_eq!(stream.world.lost(), None);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_symbol_is_asked_about_and_left_in_peace() {
    let mut stream = Stream::of("open").await;
    stream.goes_on(60, &["NVX", "BTC-USD"]).await;
    let heard = stream.told;
    let beside = stream.asked_beside(13, &["BTC-USD"]).await.unwrap();
    beside.say(&[WELCOME, &snapshot("NVX", heard)]);
    assert_eq!(stream.goes_on(8, &["BTC-USD"]).await, [""; 0]);
    assert!(stream.world.line_now().is_none(), "asked again so soon");
    assert_eq!(stream.world.lost(), None);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_mute_altogether_is_left_within_fifteen_seconds() {
    let mut stream = Stream::of("open").await;
    stream.goes_on(60, &["NVX", "BTC-USD"]).await;
    let heard = stream.told;
    let beside = stream.asked_beside(13, &[]).await.unwrap();
    let told = stream.told;
    beside.say(&[WELCOME, &snapshot("NVX", told), &snapshot("BTC-USD", told)]);
    let again = stream.world.line().await;
    assert_eq!(again.transport, TransportKind::WebSocket);
    assert_eq!(stream.world.lost(), Some(LossCause::Silent));
    assert!(told - heard <= 13, "{} s", told - heard);
}

#[tokio::test(start_paused = true)]
async fn a_question_without_an_answer_changes_nothing() {
    let mut stream = Stream::of("open").await;
    stream.goes_on(60, &["NVX", "BTC-USD"]).await;
    let beside = stream.asked_beside(13, &["BTC-USD"]).await.unwrap();
    assert_eq!(stream.goes_on(6, &["BTC-USD"]).await, [""; 0]);
    drop(beside);
    assert_eq!(stream.world.lost(), None);
}

#[tokio::test(start_paused = true)]
async fn three_days_of_a_closed_market_are_three_days_of_one_connection() {
    let mut stream = Stream::of("closed").await;
    stream.line.tend(SECOND).await;
    assert_eq!(stream.line.tend(SECOND * 3_600 * 72).await, [""; 0]);
    assert!(stream.world.line_now().is_none());
    assert_eq!(stream.world.lost(), None);
}
