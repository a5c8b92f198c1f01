//! What a tape plays, and when.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use recording::{Controls, Replayer, Speed, Standing, Tape, What};
use tempfile::TempDir;
use tokio::time::{Instant, timeout};
use transport::{BoxConnection, DialError, Dialer, Inbound, Loss, Outbound};

use crate::common::{Script, loopback, text, write};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn messages_come_at_the_distances_that_they_had() {
    for (speed, factor) in [("1x", 1.0), ("0.1x", 0.1), ("10x", 10.0), ("1000x", 1_000.0)] {
        let (replayer, _controls, _folder) = play(&asked(), speed);
        let mut connection = up(&replayer).await;
        heard(&mut connection, "welcome").await;
        say(&mut connection).await;
        heard(&mut connection, "ack").await;
        let began = Instant::now();
        heard(&mut connection, "b").await;
        heard(&mut connection, "c").await;
        let took = began.elapsed().as_secs_f64() * factor;
        // A timer of tokio's has a millisecond.
        assert!(
            (7.0 - 0.01..7.01 + 0.002 * factor).contains(&took),
            "{speed}: {took}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn as_fast_as_it_goes_nothing_is_waited_for() {
    let (replayer, controls, _folder) = play(&asked(), "max");
    let began = Instant::now();
    let mut connection = up(&replayer).await;
    say(&mut connection).await;
    for said in ["welcome", "ack", "b", "c"] {
        heard(&mut connection, said).await;
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(controls.position(), 8 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn an_answer_does_not_come_before_the_question() {
    let (replayer, controls, _folder) = play(&asked(), "max");
    let mut connection = up(&replayer).await;
    heard(&mut connection, "welcome").await;
    let early = timeout(SECOND / 2, connection.next()).await;
    assert!(early.is_err(), "{early:?}");
    say(&mut connection).await;
    heard(&mut connection, "ack").await;
    assert_eq!(controls.differences(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_asks_for_nothing_is_not_waited_for_long() {
    let (replayer, controls, _folder) = play(&asked(), "max");
    let mut connection = up(&replayer).await;
    heard(&mut connection, "welcome").await;
    let began = Instant::now();
    heard(&mut connection, "ack").await;
    assert_eq!(began.elapsed(), SECOND);
    assert_eq!(controls.differences(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_the_tape_and_a_step_lets_one_message_out() {
    let (replayer, controls, _folder) = play(&asked(), "1x");
    controls.pause();
    let mut connection = up(&replayer).await;
    say(&mut connection).await;
    heard(&mut connection, "welcome").await;
    heard(&mut connection, "ack").await;
    silent(&mut connection).await;
    assert_eq!(*controls.standing().borrow(), Standing::Paused);
    controls.step();
    heard(&mut connection, "b").await;
    silent(&mut connection).await;
    assert_eq!(controls.position(), 3 * SECOND);
    controls.resume();
    let began = Instant::now();
    heard(&mut connection, "c").await;
    let took = began.elapsed();
    assert!(took >= 5 * SECOND && took < 6 * SECOND, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn pings_are_answered_whatever_the_tape_does() {
    let (replayer, controls, _folder) = play(&asked(), "1x");
    controls.pause();
    let mut connection = up(&replayer).await;
    say(&mut connection).await;
    heard(&mut connection, "welcome").await;
    heard(&mut connection, "ack").await;
    for number in 0..3u8 {
        let payload = Bytes::copy_from_slice(&[number]);
        connection.send(Outbound::Ping(payload.clone())).await.unwrap();
        assert_eq!(connection.next().await, Some(Ok(Inbound::Pong(payload))));
    }
}

#[tokio::test(start_paused = true)]
async fn each_dial_gives_the_next_connection_or_the_error_that_stood_in_its_place() {
    let refused = DialError::Refused {
        status: 503,
        retry_after: None,
        body: String::new(),
    };
    let script = Script::new()
        .connect(0)
        .heard(1, "one")
        .on(2, What::Lost(Loss::Dropped))
        .dial(3)
        .on(4, What::NotConnected(refused))
        .dial(5)
        .on(6, What::GivenUp)
        .connect(7)
        .heard(8, "two")
        .end(9);
    let (replayer, controls, _folder) = play(&script, "max");
    let mut connection = up(&replayer).await;
    heard(&mut connection, "one").await;
    assert_eq!(connection.next().await, Some(Err(Loss::Dropped)));
    assert_eq!(connection.next().await, None);
    let error = replayer.dial(loopback()).await.unwrap_err();
    assert!(matches!(error, DialError::Refused { status: 503, .. }), "{error}");
    let mut connection = up(&replayer).await;
    heard(&mut connection, "two").await;
    silent(&mut connection).await;
    assert_eq!(*controls.standing().borrow(), Standing::Ended);
    let error = replayer.dial(loopback()).await.unwrap_err();
    assert!(matches!(error, DialError::TapeOver), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_end_is_only_told_when_everything_was_dealt_with() {
    let (replayer, controls, _folder) = play(&asked(), "max");
    let mut connection = up(&replayer).await;
    say(&mut connection).await;
    for said in ["welcome", "ack", "b", "c"] {
        assert_eq!(*controls.standing().borrow(), Standing::Playing);
        heard(&mut connection, said).await;
    }
    assert_eq!(*controls.standing().borrow(), Standing::Playing);
    silent(&mut connection).await;
    assert_eq!(*controls.standing().borrow(), Standing::Ended);
}

#[tokio::test(start_paused = true)]
async fn a_goodbye_is_answered() {
    let (replayer, _controls, _folder) = play(&asked(), "1x");
    let mut connection = up(&replayer).await;
    connection.send(Outbound::Close(1000)).await.unwrap();
    let answer = connection.next().await;
    assert!(
        matches!(answer, Some(Err(Loss::Closed { code: Some(1000), .. }))),
        "{answer:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn seeking_on_in_a_connection_runs_through_what_is_between() {
    let (replayer, controls, _folder) = play(&asked(), "1x");
    controls.seek(4 * SECOND);
    let began = Instant::now();
    let mut connection = up(&replayer).await;
    say(&mut connection).await;
    for said in ["welcome", "ack", "b"] {
        heard(&mut connection, said).await;
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    heard(&mut connection, "c").await;
    let took = began.elapsed();
    assert!(took >= 4 * SECOND && took < 5 * SECOND, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn seeking_elsewhere_ends_the_connection_and_the_next_is_that_of_the_moment() {
    let script = Script::new()
        .connect(0)
        .heard(1_000, "one")
        .on(2_000, What::Lost(Loss::Dropped))
        .connect(60_000)
        .heard(61_000, "two")
        .heard(90_000, "three")
        .end(90_000);
    let (replayer, controls, _folder) = play(&script, "max");
    let mut connection = up(&replayer).await;
    heard(&mut connection, "one").await;
    controls.seek(70 * SECOND);
    assert_eq!(connection.next().await, Some(Err(Loss::Dropped)));
    let mut connection = up(&replayer).await;
    for said in ["two", "three"] {
        heard(&mut connection, said).await;
    }
    silent(&mut connection).await;
    assert_eq!(*controls.standing().borrow(), Standing::Ended);
    controls.seek(Duration::ZERO);
    assert_eq!(connection.next().await, Some(Err(Loss::Dropped)));
    let mut connection = up(&replayer).await;
    heard(&mut connection, "one").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_takes_no_time() {
    let script = Script::new()
        .connect(0)
        .heard(1, "one")
        .on(2, What::Missing(7))
        .heard(3_600_000, "two")
        .heard(3_602_000, "three")
        .end(3_602_000);
    let (replayer, _controls, _folder) = play(&script, "1x");
    let mut connection = up(&replayer).await;
    let began = Instant::now();
    for said in ["one", "two", "three"] {
        heard(&mut connection, said).await;
    }
    let took = began.elapsed();
    assert!(took >= 2 * SECOND && took < 3 * SECOND, "{took:?}");
}

/// A question and its answer, and two messages after 3 and 8 seconds.
fn asked() -> Script {
    Script::new()
        .connect(0)
        .heard(0, "welcome")
        .said(1, "subscribe")
        .heard(1_000, "ack")
        .heard(3_000, "b")
        .heard(8_000, "c")
        .end(8_000)
}

fn play(script: &Script, speed: &str) -> (Replayer, Controls, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    write(&path, &script.entries);
    let tape = Tape::open(&path).unwrap();
    let (replayer, controls) = Replayer::new(tape, speed.parse::<Speed>().unwrap());
    (replayer, controls, folder)
}

async fn up(replayer: &Replayer) -> BoxConnection {
    replayer.dial(loopback()).await.unwrap().connection
}

async fn say(connection: &mut BoxConnection) {
    let ask = Outbound::Text("subscribe".to_owned());
    connection.send(ask).await.unwrap();
}

async fn heard(connection: &mut BoxConnection, said: &str) {
    assert_eq!(connection.next().await, Some(Ok(text(said))));
}

/// Nothing comes for a while.
async fn silent(connection: &mut BoxConnection) {
    let heard = timeout(60 * SECOND, connection.next()).await;
    assert!(heard.is_err(), "{heard:?}");
}
