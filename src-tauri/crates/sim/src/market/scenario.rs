//! What is decided before a market opens: its seed, its clock, its weather.
//!
//! A person writes one as a TOML file, which `file` reads; those in the folder
//! `scenarios` beside the sources are built in. All that happens in one is told
//! as a time after its start, so that another start takes it along.

mod file;
mod words;

use chrono::{DateTime, TimeDelta, Utc};

use super::calendar;
use super::exchange::NEW_YORK;
use super::mood::Mood;
use super::speed::Speed;
use super::{RATE_DEFAULT, exchange};

pub use words::{NotAScenario, ScenarioWords};

/// Those that come with the program: name and text.
const BUILT_IN: &[(&str, &str)] = &[
    ("quiet-day", include_str!("../../scenarios/quiet-day.toml")),
    ("crash-monday", include_str!("../../scenarios/crash-monday.toml")),
    ("melt-up", include_str!("../../scenarios/melt-up.toml")),
    ("halted", include_str!("../../scenarios/halted.toml")),
    ("opening-bell", include_str!("../../scenarios/opening-bell.toml")),
];

/// A market that is about to open.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The same seed, scenario and clock give the same bytes.
    pub seed: u64,
    /// What the market's clock shows when it opens.
    pub start: DateTime<Utc>,
    /// The mood at the start.
    pub mood: Mood,
    pub speed: Speed,
    /// Trades and quotes in a second on the wall, of all instruments together
    /// and while all of them are open.
    pub rate: u32,
    /// Threads that make long stretches; the bytes do not depend on it.
    pub workers: usize,
    pub turns: Vec<Turn>,
    pub halts: Vec<Halt>,
    pub news: Vec<News>,
}

/// The mood changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    pub after: TimeDelta,
    pub mood: Mood,
}

/// The venue stops trading in one instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct Halt {
    pub after: TimeDelta,
    pub symbol: String,
    pub lasts: TimeDelta,
    pub reason: String,
}

/// Something becomes known: a price jumps and trading is busy for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    pub after: TimeDelta,
    /// `None`: about the whole market.
    pub symbol: Option<String>,
    /// By how much, as 0.04 for four per cent up.
    pub moves: f64,
}

/// Why a scenario cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    #[error("no scenario is called `{0}`; there are: {list}", list = Scenario::names().join(", "))]
    NoSuchName(String),
    /// `why` ends the sentence that place and key begin.
    #[error("line {line}: `{key}`: {why}")]
    Key { line: usize, key: String, why: String },
    #[error("line {line}: {why}")]
    Syntax { line: usize, why: String },
}

impl Scenario {
    /// An ordinary market that opens at [`Scenario::default_start`].
    pub fn new(seed: u64, wall: DateTime<Utc>) -> Self {
        Self {
            seed,
            start: Self::default_start(wall),
            mood: Mood::Normal,
            speed: Speed::LIVE,
            rate: RATE_DEFAULT,
            workers: 1,
            turns: Vec::new(),
            halts: Vec::new(),
            news: Vec::new(),
        }
    }

    /// Reads a person's file; `wall` is the present, for one that names no start.
    pub fn from_toml(text: &str, wall: DateTime<Utc>) -> Result<Self, ScenarioError> {
        file::read(text, wall)
    }

    /// One of those that are built in.
    pub fn named(name: &str, wall: DateTime<Utc>) -> Result<Self, ScenarioError> {
        let (_, text) = BUILT_IN
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| ScenarioError::NoSuchName(name.to_owned()))?;
        Self::from_toml(text, wall)
    }

    /// What [`Scenario::named`] knows.
    pub fn names() -> Vec<&'static str> {
        BUILT_IN.iter().map(|(name, _)| *name).collect()
    }

    /// Now, while New York trades and does for another half hour; else ten in
    /// the morning of its last day of trading, so that whoever looks on a Sunday
    /// sees prices of several exchanges move. A whole minute in any case.
    pub fn default_start(wall: DateTime<Utc>) -> DateTime<Utc> {
        const TEN: i64 = 10 * 60;
        const CLOSE: i64 = 16 * 60;
        let zone = &exchange::EXCHANGES[NEW_YORK];
        let now = wall - TimeDelta::nanoseconds(wall.timestamp_nanos_opt().unwrap_or(0) % 60_000_000_000);
        let today = calendar::days_of(wall.date_naive()) + 1;
        for day in (today - 14..=today).rev() {
            if !calendar::trades(zone.holidays, day) {
                continue;
            }
            let midnight = zone.midnight(day);
            let at = |minute: i64| DateTime::from_timestamp((midnight + minute) * 60, 0).unwrap_or(now);
            if (at(9 * 60 + 30)..=at(CLOSE - 30)).contains(&now) {
                return now;
            }
            if at(TEN) <= now {
                return at(TEN);
            }
        }
        now
    }

    /// What a person calls ticks a second, for one second of the market's clock.
    pub(super) fn intensity(&self) -> f64 {
        f64::from(self.rate.clamp(1, super::RATE_MAX)) / self.speed.factor().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_built_in_can_be_played() {
        for name in Scenario::names() {
            Scenario::named(name, DateTime::UNIX_EPOCH).unwrap();
        }
        let error = Scenario::named("boom", DateTime::UNIX_EPOCH).unwrap_err();
        assert!(error.to_string().contains("crash-monday"), "{error}");
    }

    #[test]
    fn it_starts_now_while_new_york_trades_and_else_at_ten_of_its_last_day() {
        let start = |text: &str| {
            let wall: DateTime<Utc> = text.parse().unwrap();
            Scenario::default_start(wall).to_rfc3339()
        };
        assert_eq!(start("2026-11-18T16:20:31.5Z"), "2026-11-18T16:20:00+00:00");
        // A Sunday, the half hour before the close, a night, a holiday, and summer time.
        assert_eq!(start("2026-11-22T12:00:00Z"), "2026-11-20T15:00:00+00:00");
        assert_eq!(start("2026-11-18T20:31:00Z"), "2026-11-18T15:00:00+00:00");
        assert_eq!(start("2026-11-18T03:00:00Z"), "2026-11-17T15:00:00+00:00");
        assert_eq!(start("2026-12-25T17:00:00Z"), "2026-12-24T15:00:00+00:00");
        assert_eq!(start("2026-07-05T17:00:00Z"), "2026-07-02T14:00:00+00:00");
    }
}
