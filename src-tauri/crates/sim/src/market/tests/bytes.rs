//! The same bytes, whoever makes them.

use sha2::{Digest, Sha256};

use super::*;
use crate::protocol::message;

/// Of the first million events of seed 1 from this start, as text, each with a line feed.
const TAPE_SHA256: &str = "73fedcb8bc833f495b43b53d0357565a9e2b616cf4fa143d2aaa050003fa8a17";
const EVENTS: usize = 1_000_000;

#[test]
fn a_million_events_are_the_same_on_every_system_and_with_any_number_of_threads() {
    for workers in [1, 2] {
        let start = "2026-11-10T15:00:00Z".parse().unwrap();
        let mut market = Market::new(&Scenario {
            start,
            workers,
            rate: RATE_MAX,
            ..Scenario::new(1, start)
        });
        let mut hash = Sha256::new();
        let (mut tape, mut left) = (Vec::new(), EVENTS);
        while left > 0 {
            // Long enough to be shared out, and short enough for one thread at times.
            let stride = if left % 3 == 0 { 5 } else { 250 };
            market.advance(market.now() + TimeDelta::milliseconds(stride), &mut tape);
            for entry in tape.drain(..).take(left) {
                let symbol = market.symbol(entry.listing);
                match &entry.event {
                    TapeEvent::Tick(tick) => hash.update(message::tick(symbol, entry.seq, tick)),
                    TapeEvent::Session(change) => hash.update(message::status(symbol, entry.seq, change)),
                }
                hash.update("\n");
                left -= 1;
            }
        }
        let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, TAPE_SHA256, "{workers} threads");
    }
}
