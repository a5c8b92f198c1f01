use proptest::prelude::*;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::*;
use crate::protocol::message;

/// Of the first 100,000 events of seed 1, as text, each with a line feed.
const TAPE_SHA256: &str = "39c2f54742facc3055f802a70930cecd3d7c43db41affca4c468feb74316a68a";

#[test]
fn the_same_seed_gives_the_same_bytes_on_every_system() {
    let mut market = Market::new(1, start(), RATE_DEFAULT);
    let mut tape = Vec::new();
    while tape.len() < 100_000 {
        market.advance(market.now() + TimeDelta::seconds(1), &mut tape);
    }
    let mut hash = Sha256::new();
    for entry in &tape[..100_000] {
        hash.update(message::tick(
            market.symbol(entry.listing),
            entry.seq,
            &tick(entry),
        ));
        hash.update("\n");
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, TAPE_SHA256);
}

#[test]
fn the_length_of_the_steps_changes_nothing() {
    let mut long = Vec::new();
    Market::new(5, start(), 600).advance(start() + TimeDelta::seconds(20), &mut long);
    let mut short = Vec::new();
    let mut market = Market::new(5, start(), 600);
    for step in 1..=20_000 {
        market.advance(start() + TimeDelta::milliseconds(step), &mut short);
    }
    assert!(long.len() > 10_000);
    assert_eq!(long, short);
}

#[test]
fn another_seed_gives_another_market() {
    assert_ne!(tape(1, 1_000), tape(2, 1_000));
}

#[test]
fn every_symbol_ticks_about_as_often_as_its_listing_says() {
    let mut tape = Vec::new();
    Market::new(3, start(), RATE_DEFAULT).advance(start() + TimeDelta::seconds(1_000), &mut tape);
    for (place, listing) in LISTINGS.iter().enumerate() {
        let count = tape.iter().filter(|entry| entry.listing == place).count() as f64;
        let per_second = count / 1_000.0;
        assert!(
            (per_second - listing.activity).abs() < 0.5,
            "{} ticks {per_second} times a second",
            listing.symbol
        );
    }
}

#[test]
fn an_hour_of_a_stock_is_a_walk_and_neither_a_flight_nor_a_line() {
    for seed in 0..20 {
        let mut tape = Vec::new();
        Market::new(seed, start(), 12).advance(start() + TimeDelta::hours(1), &mut tape);
        let prices: Vec<f64> = tape
            .iter()
            .filter(|entry| entry.listing == 0)
            .filter_map(|entry| match tick(&entry) {
                Tick::Trade(trade) => trade.price.to_string().parse().ok(),
                Tick::Quote(_) => None,
            })
            .collect();
        let high = prices.iter().copied().fold(f64::MIN, f64::max);
        let low = prices.iter().copied().fold(f64::MAX, f64::min);
        let range = (high - low) / low;
        assert!((0.001..0.1).contains(&range), "seed {seed}: a range of {range}");
    }
}

#[test]
fn a_rest_has_no_events_and_no_hole_in_the_numbers() {
    let mut market = Market::new(9, start(), RATE_DEFAULT);
    let mut tape = Vec::new();
    market.advance(start() + TimeDelta::seconds(5), &mut tape);
    let before = tape.len();
    let morning = start() + TimeDelta::hours(9);
    market.rest(morning);
    assert_eq!(market.now(), morning);
    market.advance(morning + TimeDelta::seconds(5), &mut tape);
    assert!(
        tape[before..]
            .iter()
            .all(|entry| tick(entry).time() > Some(morning))
    );
    assert!(tape.len() > before + 100);
    assert_numbers_have_no_hole(&tape);
}

#[test]
fn a_snapshot_agrees_with_the_tape() {
    let mut market = Market::new(4, start(), RATE_DEFAULT);
    let (_, opening) = market.snapshot(0);
    let mut tape = Vec::new();
    market.advance(start() + TimeDelta::minutes(10), &mut tape);
    let (seq, snapshot) = market.snapshot(0);

    let entries: Vec<_> = tape.iter().filter(|entry| entry.listing == 0).collect();
    let trades: Vec<_> = entries
        .iter()
        .filter_map(|entry| match tick(&entry) {
            Tick::Trade(trade) => Some(trade),
            Tick::Quote(_) => None,
        })
        .collect();
    let last = trades.last().unwrap();
    let traded: Decimal = trades
        .iter()
        .filter_map(|trade| trade.size)
        .map(|size| size.decimal())
        .sum();

    assert_eq!(seq, entries.last().unwrap().seq);
    assert_eq!(snapshot.time, tick(entries.last().unwrap()).time());
    assert_eq!(snapshot.last, Some((last.price, last.size)));
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn quotes_never_cross_and_everything_is_on_the_grid(seed: u64) {
        let market = Market::new(seed, start(), RATE_DEFAULT);
        let tape = tape(seed, 3_000);
        assert_numbers_have_no_hole(&tape);
        let mut books = vec![None; market.len()];
        for (place, book) in books.iter_mut().enumerate() {
            let snapshot = market.snapshot(place).1;
            *book = Some((snapshot.bid.unwrap().0, snapshot.ask.unwrap().0));
        }
        for entry in &tape {
            let step = market.instrument(entry.listing).tick.unwrap().decimal();
            let on_grid = |price: Decimal| price > Decimal::ZERO && (price % step).is_zero();
            match tick(&entry) {
                Tick::Quote(quote) => {
                    let (bid, ask) = (quote.bid.unwrap(), quote.ask.unwrap());
                    prop_assert!(bid.0 < ask.0, "{entry:?}");
                    prop_assert!(on_grid(bid.0.decimal()) && on_grid(ask.0.decimal()), "{entry:?}");
                    prop_assert!(bid.1.decimal() > Decimal::ZERO && ask.1.decimal() > Decimal::ZERO);
                    books[entry.listing] = Some((bid.0, ask.0));
                }
                Tick::Trade(trade) => {
                    let (bid, ask) = books[entry.listing].unwrap();
                    prop_assert!((bid..=ask).contains(&trade.price), "{entry:?} outside {bid} to {ask}");
                    prop_assert!(on_grid(trade.price.decimal()), "{entry:?}");
                }
            }
        }
    }
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_623_400, 0).unwrap()
}

fn tape(seed: u64, length: usize) -> Vec<TapeEntry> {
    let mut market = Market::new(seed, start(), RATE_DEFAULT);
    let mut tape = Vec::new();
    while tape.len() < length {
        market.advance(market.next_at(), &mut tape);
    }
    tape
}

fn assert_numbers_have_no_hole(tape: &[TapeEntry]) {
    let mut last = [0; LISTINGS.len()];
    let mut time = None;
    for entry in tape {
        assert_eq!(entry.seq, last[entry.listing] + 1, "{entry:?}");
        last[entry.listing] = entry.seq;
        assert!(tick(entry).time() >= time, "{entry:?} is out of order");
        time = tick(entry).time();
    }
}

fn tick(entry: &TapeEntry) -> Tick {
    match entry.event {
        TapeEvent::Tick(tick) => tick,
        TapeEvent::Session(_) => unreachable!("nothing opens or closes"),
    }
}
