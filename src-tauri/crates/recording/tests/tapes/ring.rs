//! The last ten minutes, always.

use std::time::Duration;

use chrono::TimeDelta;
use recording::{Entry, Ring, RingSink, RingSize, Sink, Tape, What};
use transport::{Inbound, Loss, Outbound, Phases};

use crate::common::{header, started, text};

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn it_holds_the_last_ten_minutes_and_little_more() {
    let (ring, mut sink) = Ring::new(RingSize::default()).unwrap();
    connect(&mut sink, 1, Duration::ZERO);
    for second in 1..=3_600 {
        tick(&mut sink, 1, Duration::from_secs(second), "tick");
    }
    let (first, last) = ring.span();
    assert_eq!(last, 60 * MINUTE);
    let held = last - first;
    assert!(held >= 10 * MINUTE && held < 11 * MINUTE, "{held:?}");
}

#[test]
fn a_saved_ring_is_a_tape_that_begins_with_the_answers_to_its_subscriptions() {
    let (ring, mut sink) = Ring::new(RingSize::default()).unwrap();
    connect(&mut sink, 1, Duration::ZERO);
    put(&mut sink, 1, Duration::from_secs(1), What::Lost(Loss::Dropped));
    connect(&mut sink, 2, Duration::from_secs(2));
    for second in 3..=3_600 {
        tick(
            &mut sink,
            2,
            Duration::from_secs(second),
            &format!("tick {second}"),
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("last.tape");
    let bytes = ring.save(&path, &header(), false).unwrap();
    assert_eq!(bytes, std::fs::metadata(&path).unwrap().len());

    let mut tape = Tape::open(&path).unwrap();
    assert_eq!(tape.extent().left, 0);
    let survey = tape.survey();
    assert_eq!(survey.dials.len(), 1, "the connection that was lost an hour ago");
    assert!(survey.ended);
    let entries: Vec<_> = tape.entries().collect();
    let heard: Vec<_> = entries
        .iter()
        .filter_map(|entry| {
            let What::Inbound(Inbound::Text(text)) = &entry.what else {
                return None;
            };
            Some(text.as_str().to_owned())
        })
        .collect();
    assert_eq!(heard[..2], ["welcome", "ack"]);
    assert_eq!(heard.last().unwrap(), "tick 3600");
    // One that is there for its nearness to the answers, or none, and then the last ten minutes.
    let minutes = heard.iter().filter(|text| text.starts_with("tick")).count() as u64;
    assert!((600..670).contains(&minutes), "{minutes}");
    let everything = 5 + 1 + 5 + 3_598;
    assert_eq!(survey.missing + entries.len() as u64 - 2, everything);
    // It goes on meanwhile.
    tick(&mut sink, 2, Duration::from_secs(3_601), "tick 3601");
    assert!(ring.save(&path, &header(), false).is_err());
    ring.save(&path, &header(), true).unwrap();
}

#[test]
fn its_memory_is_bounded_however_much_comes() {
    let size = RingSize {
        bytes_max: 1 << 20,
        ..RingSize::default()
    };
    let (ring, mut sink) = Ring::new(size).unwrap();
    connect(&mut sink, 1, Duration::ZERO);
    let mut noise = 1u64;
    for millis in 1..60_000u64 {
        let mut line = String::new();
        for _ in 0..10 {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            line.push_str(&format!("{noise:x}"));
        }
        tick(&mut sink, 1, Duration::from_millis(millis), &line);
        assert!(ring.bytes() <= (1 << 20) + (256 << 10));
    }
    let (first, last) = ring.span();
    assert!(last - first > Duration::from_secs(1), "the newest are there");
}

#[test]
fn a_ring_that_nothing_was_put_in_can_be_saved_too() {
    let (ring, _sink) = Ring::new(RingSize::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("last.tape");
    ring.save(&path, &header(), false).unwrap();
    assert_eq!(Tape::open(&path).unwrap().survey().messages, 0);
}

/// Five entries.
fn connect(sink: &mut RingSink, connection: u64, at: Duration) {
    let address = "ws://127.0.0.1:9/v1/stream".to_owned();
    put(sink, connection, at, What::Dialing { address });
    let phases = Phases::default();
    put(sink, connection, at, What::Connected { phases });
    put(sink, connection, at, What::Inbound(text("welcome")));
    let ask = Outbound::Text("subscribe".to_owned());
    put(sink, connection, at, What::Outbound(ask));
    put(sink, connection, at, What::Inbound(text("ack")));
}

fn tick(sink: &mut RingSink, connection: u64, at: Duration, said: &str) {
    put(sink, connection, at, What::Inbound(text(said)));
    sink.look(at).unwrap();
}

fn put(sink: &mut RingSink, connection: u64, at: Duration, what: What) {
    let wall = started() + TimeDelta::from_std(at).unwrap();
    sink.put(&Entry { at, connection, what }, wall).unwrap();
}
