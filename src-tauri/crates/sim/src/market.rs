//! The simulated market: a scenario and a stretch of time give the same events
//! on every system.
//!
//! Whoever serves it asks it to advance and owns the clock. Nothing here keeps a
//! price from one event to the next: a day is made from hashes of its minutes,
//! and a minute's ticks from the minute, so that any moment of any year can be
//! had at once and the history of a stream is what it streamed.
//!
//! - `listing`, `exchange`, `calendar`: what is traded, where, and when
//! - `scenario`, `mood`, `speed`: what a person decides about it
//! - `noise`, `climate`: the numbers that move it, own and shared
//! - `listed`: one instrument from day to day; `day`: from minute to minute;
//!   `tape`: from tick to tick
//! - `ticker`: one instrument on the stream; `crew`: several threads of them
//! - `history`: candles of the past

mod calendar;
mod climate;
mod crew;
mod day;
mod exchange;
mod history;
mod interval;
mod listed;
mod listing;
mod minute;
mod mood;
mod noise;
mod roll;
mod scenario;
mod speed;
mod tape;
#[cfg(test)]
mod tests;
mod ticker;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use model::{Instrument, Session, SessionChange, Snapshot, Symbol, Tick};

pub use history::History;
pub use interval::Interval;
use listing::{FIRST_WATCHED, LISTINGS};
pub use mood::{Mood, NoSuchMood};
use roll::Roll;
pub use scenario::{Halt, News, NotAScenario, Scenario, ScenarioError, ScenarioWords, Turn};
pub use speed::{NotASpeed, Speed};
use ticker::Ticker;

/// Trades and quotes a second of the whole market: each symbol of a first
/// watchlist moves two to eight times a second, which looks alive and can still
/// be read.
pub const RATE_DEFAULT: u32 = 175;
/// More than any feed of stocks sends outside of its worst second.
pub const RATE_MAX: u32 = 200_000;
/// The first start that has a history, and the first that is too far away.
pub const START_MIN: DateTime<Utc> = at_second(1_325_376_000);
pub const START_MAX: DateTime<Utc> = at_second(7_258_118_400);

const fn at_second(seconds: i64) -> DateTime<Utc> {
    match DateTime::from_timestamp(seconds, 0) {
        Some(time) => time,
        None => DateTime::UNIX_EPOCH,
    }
}

/// What a first watchlist shows.
pub fn default_symbols() -> Vec<Symbol> {
    FIRST_WATCHED.iter().map(|symbol| Symbol::new(symbol)).collect()
}

/// One line of the market's tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapeEntry {
    /// The place of its instrument in the list of all.
    pub listing: usize,
    /// Counts from 1, per instrument, without a hole.
    pub seq: u64,
    pub event: TapeEvent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TapeEvent {
    Tick(Tick),
    Session(SessionChange),
}

impl TapeEvent {
    pub const fn time(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Tick(tick) => tick.time(),
            Self::Session(change) => change.time,
        }
    }
}

/// All instruments, and whose turn it is.
#[derive(Debug)]
pub struct Market {
    /// In microseconds since 1970, as all moments within.
    now: i64,
    workers: usize,
    roll: Arc<Roll>,
    tickers: Vec<Ticker>,
    /// The moment at which each instrument moves next.
    due: BinaryHeap<Reverse<(i64, usize)>>,
}

impl Market {
    /// All that was due until the scenario's start has happened and is not told.
    pub fn new(scenario: &Scenario) -> Self {
        let start = scenario.start.clamp(START_MIN, START_MAX);
        let roll = Arc::new(Roll::of(scenario));
        let now = start.timestamp_micros();
        let tickers: Vec<_> = (0..roll.listed.len())
            .map(|place| Ticker::at(&roll, place, now))
            .collect();
        let mut market = Self {
            now,
            workers: scenario.workers.max(1),
            roll,
            due: BinaryHeap::with_capacity(tickers.len()),
            tickers,
        };
        market.line_up();
        market
    }

    /// The moment up to which everything has happened.
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.now).unwrap_or_default()
    }

    /// The moment of the next event.
    pub fn next_at(&self) -> DateTime<Utc> {
        let next = self.due.peek().map_or(self.now, |Reverse((at, _))| *at);
        DateTime::from_timestamp_micros(next).unwrap_or_default()
    }

    /// Lets everything happen up to and including `until`, in order of time and,
    /// within a microsecond, of the listings.
    ///
    /// The steps do not matter: a hundred short ones give the same events as a long one.
    pub fn advance(&mut self, until: DateTime<Utc>, tape: &mut Vec<TapeEntry>) {
        let until = until.timestamp_micros();
        if self.workers > 1 && crew::pays(until - self.now, &self.roll) {
            crew::advance(&self.roll, &mut self.tickers, until, self.workers, tape);
            self.line_up();
        } else {
            play(&self.roll, &mut self.tickers, &mut self.due, until, tape);
        }
        self.now = self.now.max(until);
    }

    /// Passes over a stretch in which the venue was not running, as after a
    /// machine slept: none of it is told, prices go on from where they are by
    /// then, and who is in another session by then says so first.
    pub fn rest(&mut self, until: DateTime<Utc>) {
        self.now = self.now.max(until.timestamp_micros());
        for ticker in &mut self.tickers {
            *ticker = ticker.moved(&self.roll, self.now);
        }
        self.line_up();
    }

    /// The place of a symbol, if it is traded here.
    pub fn find(&self, symbol: &str) -> Option<usize> {
        LISTINGS.iter().position(|listing| listing.symbol == symbol)
    }

    /// How many instruments there are.
    pub fn len(&self) -> usize {
        self.tickers.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tickers.is_empty()
    }

    /// The symbol at a place that [`Market::find`] or the tape has named.
    pub fn symbol(&self, listing: usize) -> &'static str {
        self.roll.listed[listing].listing.symbol
    }

    pub fn instrument(&self, listing: usize) -> Instrument {
        self.tickers[listing].instrument(&self.roll)
    }

    /// The last number given, and what is true since then. High, low and volume
    /// are those of all trades of the day, also of those before its opening.
    pub fn snapshot(&self, listing: usize) -> (u64, Snapshot) {
        let ticker = &self.tickers[listing];
        (ticker.seq(), ticker.snapshot(&self.roll))
    }

    pub fn session(&self, listing: usize) -> Session {
        self.tickers[listing].session()
    }

    /// Places of what a person may mean by a text, the likeliest first.
    pub fn search(&self, query: &str, limit: usize) -> Vec<usize> {
        self.roll.search(query, limit)
    }

    /// What has been traded before, for any thread.
    pub fn history(&self) -> Arc<History> {
        Arc::new(History::of(Arc::clone(&self.roll)))
    }

    fn line_up(&mut self) {
        let turns = self
            .tickers
            .iter()
            .enumerate()
            .map(|(place, ticker)| Reverse((ticker.due(), place)));
        self.due = turns.collect();
    }
}

/// Lets those whose turn it is tell what happens, one event at a time. `due`
/// names them by their place among `tickers`.
fn play(
    roll: &Roll,
    tickers: &mut [Ticker],
    due: &mut BinaryHeap<Reverse<(i64, usize)>>,
    until: i64,
    tape: &mut Vec<TapeEntry>,
) {
    while let Some(mut turn) = due.peek_mut() {
        let Reverse((at, place)) = *turn;
        if at > until {
            break;
        }
        let ticker = &mut tickers[place];
        let (seq, event) = ticker.tell(roll);
        tape.push(TapeEntry {
            listing: ticker.place(),
            seq,
            event,
        });
        *turn = Reverse((ticker.due(), place));
    }
}
