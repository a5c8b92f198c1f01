//! Several threads for a long stretch of time.
//!
//! Each plays some of the instruments by itself, as no instrument waits for
//! another; their tapes are put together in the order that one thread would
//! have told them in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter::Peekable;
use std::thread;

use super::roll::Roll;
use super::ticker::Ticker;
use super::{TapeEntry, play};

/// Starting threads takes as long as making so many events.
const WORTHWHILE: f64 = 4_000.0;

/// Whether a stretch, in microseconds, has enough in it to be shared out.
pub(super) fn pays(stretch: i64, roll: &Roll) -> bool {
    let a_second: f64 = roll
        .listed
        .iter()
        .map(|listed| listed.listing.activity * listed.pace)
        .sum();
    stretch as f64 / 1e6 * a_second > WORTHWHILE
}

pub(super) fn advance(
    roll: &Roll,
    tickers: &mut Vec<Ticker>,
    until: i64,
    workers: usize,
    tape: &mut Vec<TapeEntry>,
) {
    let mut gangs = shared_out(roll, std::mem::take(tickers), workers);
    let tapes = thread::scope(|scope| {
        let running: Vec<_> = gangs
            .iter_mut()
            .map(|gang| scope.spawn(move || played(roll, gang, until)))
            .collect();
        running
            .into_iter()
            .map(|thread| match thread.join() {
                Ok(tape) => tape,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect::<Vec<_>>()
    });
    tickers.extend(gangs.into_iter().flatten());
    tickers.sort_by_key(Ticker::place);
    merge(tapes, tape);
}

/// The busiest first, each to whoever has least to do.
fn shared_out(roll: &Roll, mut tickers: Vec<Ticker>, workers: usize) -> Vec<Vec<Ticker>> {
    let work = |ticker: &Ticker| roll.listed[ticker.place()].listing.activity;
    tickers.sort_by(|a, b| {
        work(b)
            .total_cmp(&work(a))
            .then_with(|| a.place().cmp(&b.place()))
    });
    let mut gangs: Vec<(f64, Vec<Ticker>)> = (0..workers).map(|_| (0.0, Vec::new())).collect();
    for ticker in tickers {
        if let Some((load, gang)) = gangs.iter_mut().min_by(|a, b| a.0.total_cmp(&b.0)) {
            *load += work(&ticker);
            gang.push(ticker);
        }
    }
    gangs.into_iter().map(|(_, gang)| gang).collect()
}

fn played(roll: &Roll, gang: &mut [Ticker], until: i64) -> Vec<TapeEntry> {
    // In the order of places, so that ties are broken as for all.
    gang.sort_by_key(Ticker::place);
    let mut due: BinaryHeap<_> = gang
        .iter()
        .enumerate()
        .map(|(at, ticker)| Reverse((ticker.due(), at)))
        .collect();
    let mut tape = Vec::new();
    play(roll, gang, &mut due, until, &mut tape);
    tape
}

fn merge(tapes: Vec<Vec<TapeEntry>>, tape: &mut Vec<TapeEntry>) {
    tape.reserve(tapes.iter().map(Vec::len).sum());
    let mut tapes: Vec<Peekable<_>> = tapes
        .into_iter()
        .map(|tape| tape.into_iter().peekable())
        .collect();
    loop {
        let next = tapes
            .iter_mut()
            .enumerate()
            .filter_map(|(at, tape)| tape.peek().map(|entry| (entry.event.time(), entry.listing, at)))
            .min();
        let Some((.., at)) = next else {
            return;
        };
        tape.extend(tapes[at].next());
    }
}
