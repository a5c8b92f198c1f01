mod bytes;
mod past;
mod sessions;
mod shape;

use chrono::TimeDelta;
use rust_decimal::Decimal;

use super::*;

#[test]
fn the_length_of_the_steps_changes_nothing() {
    let scenario = scenario(5, "2026-01-05T14:29:50Z");
    let mut long = Vec::new();
    Market::new(&scenario).advance(scenario.start + TimeDelta::seconds(120), &mut long);
    let mut short = Vec::new();
    let mut market = Market::new(&scenario);
    for step in 1..=12_000 {
        market.advance(scenario.start + TimeDelta::milliseconds(10 * step), &mut short);
    }
    assert!(long.len() > 10_000);
    assert_eq!(long, short);
}

#[test]
fn another_seed_gives_another_market() {
    let tape = |seed| {
        let scenario = scenario(seed, "2026-01-05T15:00:00Z");
        let mut tape = Vec::new();
        Market::new(&scenario).advance(scenario.start + TimeDelta::seconds(5), &mut tape);
        tape
    };
    assert_ne!(tape(1), tape(2));
}

#[test]
fn a_snapshot_agrees_with_the_tape() {
    let scenario = scenario(4, "2026-01-05T15:00:30Z");
    let mut market = Market::new(&scenario);
    let (_, opening) = market.snapshot(0);
    let mut tape = Vec::new();
    market.advance(scenario.start + TimeDelta::minutes(10), &mut tape);
    let (seq, snapshot) = market.snapshot(0);

    let entries: Vec<_> = tape.iter().filter(|entry| entry.listing == 0).collect();
    let trades: Vec<_> = entries
        .iter()
        .filter_map(|entry| match &entry.event {
            TapeEvent::Tick(Tick::Trade(trade)) => Some(trade),
            TapeEvent::Tick(Tick::Quote(_)) | TapeEvent::Session(_) => None,
        })
        .collect();
    let last = trades.last().unwrap();
    let traded: Decimal = trades
        .iter()
        .filter_map(|trade| trade.size)
        .map(|size| size.decimal())
        .sum();
    assert_eq!(seq, entries.last().unwrap().seq);
    assert_eq!(snapshot.time, entries.last().unwrap().event.time());
    assert_eq!(snapshot.last, Some((last.price, last.size)));
    assert_eq!(snapshot.session, Some(Session::Open));
    assert_eq!(
        snapshot.high,
        trades.iter().map(|trade| trade.price).chain(opening.high).max()
    );
    assert_eq!(
        snapshot.low,
        trades.iter().map(|trade| trade.price).chain(opening.low).min()
    );
    assert_eq!(
        snapshot.volume.unwrap().decimal(),
        opening.volume.unwrap().decimal() + traded
    );
}

fn scenario(seed: u64, start: &str) -> Scenario {
    let start = start.parse().unwrap();
    Scenario {
        start,
        rate: 4_000,
        ..Scenario::new(seed, start)
    }
}
