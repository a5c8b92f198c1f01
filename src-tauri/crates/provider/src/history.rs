//! What was, candle by candle: what a venue has of it, how it is asked and how its answer is read.
//!
//! A page is one question and its answer. Which pages are asked, in which order
//! and when is not decided here.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use model::{Adjusted, Candle, NotANumber, Price, Size, Symbol, Timeframe};
use serde::Deserialize;

use crate::json::{Digits, optional, required};
use crate::sentence::sentence;
use crate::{Denial, Unreadable, offer, time};

/// No venue answers with more, and a page that seems to is read so far and no further.
const PAGE_MAX: usize = 20_000;

/// The candles of one symbol from one start to another; the second does not belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub symbol: Symbol,
    pub timeframe: Timeframe,
    /// In seconds since 1970, on the grid of the timeframe.
    pub from: i64,
    pub until: i64,
}

/// What a venue has of the past, and how that is fetched.
#[derive(Debug)]
pub struct History {
    pub timeframes: &'static [Timeframe],
    /// So many candles one page has at most.
    pub page: usize,
    pub cut: Cut,
    /// So far back is looked for enough candles: over a weekend, where the market shuts.
    pub reach: Duration,
    /// It knows nothing of what is younger than this.
    pub behind: Duration,
    pub adjusted: Adjusted,
    pub(crate) ask: fn(&Stretch) -> String,
    pub(crate) read: fn(&str, &mut Page<'_>) -> Result<(), NoHistory>,
}

/// What a venue does with a stretch that has more candles than a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It gives the newest of them.
    Newest,
    /// It gives some, or nothing at all: no page may ask for more.
    Refused,
}

/// Why a page did not come to anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoHistory {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The venue has said so, in its words.
    #[error("{why}")]
    Denied { denial: Option<Denial>, why: String },
}

/// A week shows more than any weekend hides.
pub(crate) const OVER_A_WEEKEND: Duration = Duration::from_secs(5 * 24 * 60 * 60);
/// Where trading never ends.
pub(crate) const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
pub(crate) const MINUTES: &[Timeframe] = &[Timeframe::Minute];

impl History {
    /// The path, with its query, that one page is fetched from.
    pub fn ask(&self, stretch: &Stretch) -> String {
        (self.ask)(stretch)
    }

    /// Appends the candles of a page that belong to the stretch, in whatever order they came.
    /// What could be read before an error is kept.
    pub fn read(&self, stretch: &Stretch, text: &str, candles: &mut Vec<Candle>) -> Result<(), NoHistory> {
        let room = PAGE_MAX;
        (self.read)(
            text,
            &mut Page {
                stretch,
                candles,
                room,
            },
        )
    }
}

impl Stretch {
    pub fn is_empty(&self) -> bool {
        self.until <= self.from
    }

    /// The start of the newest candle in it, for venues whose stretches have an inclusive end.
    pub(crate) const fn newest(&self) -> i64 {
        self.until.saturating_sub(self.timeframe.seconds())
    }
}

/// `2026-01-05T14:30:00Z`
pub(crate) fn utc(seconds: i64) -> String {
    let time = DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::UNIX_EPOCH);
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `2026-01-05`
pub(crate) fn day(seconds: i64) -> String {
    let time = DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::UNIX_EPOCH);
    time.format("%Y-%m-%d").to_string()
}

/// The venue did not give a page, and says why.
pub(crate) fn denied(denial: Option<Denial>, words: Option<&str>, code: Option<&str>) -> NoHistory {
    let why = sentence(words, code);
    NoHistory::Denied { denial, why }
}

/// Where candles go that a page has.
pub(crate) struct Page<'a> {
    stretch: &'a Stretch,
    candles: &'a mut Vec<Candle>,
    room: usize,
}

/// A candle as a venue writes it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bar<'a> {
    pub(crate) start: Option<DateTime<Utc>>,
    pub(crate) open: Option<Digits<'a>>,
    pub(crate) high: Option<Digits<'a>>,
    pub(crate) low: Option<Digits<'a>>,
    pub(crate) close: Option<Digits<'a>>,
    pub(crate) volume: Option<Digits<'a>>,
    pub(crate) trades: Option<u32>,
}

/// One that is an object in which every number has its name. When it begins each
/// venue writes in a way of its own.
#[derive(Deserialize)]
pub(crate) struct Named<'a> {
    #[serde(borrow)]
    open: Option<Digits<'a>>,
    #[serde(borrow)]
    high: Option<Digits<'a>>,
    #[serde(borrow)]
    low: Option<Digits<'a>>,
    #[serde(borrow)]
    close: Option<Digits<'a>>,
    #[serde(borrow)]
    volume: Option<Digits<'a>>,
}

impl<'a> Named<'a> {
    pub(crate) fn begins(self, start: Option<DateTime<Utc>>) -> Bar<'a> {
        Bar {
            start,
            open: self.open,
            high: self.high,
            low: self.low,
            close: self.close,
            volume: self.volume,
            trades: None,
        }
    }
}

/// One that is a list in which every number has its place.
pub(crate) struct Places<'a>(pub(crate) Vec<Digits<'a>>);

impl<'a> Places<'a> {
    pub(crate) fn at(&self, place: usize) -> Option<Digits<'a>> {
        self.0.get(place).copied()
    }

    pub(crate) fn start(&self, place: usize) -> Option<DateTime<Utc>> {
        time::stated(self.at(place).and_then(Digits::text)).0
    }

    pub(crate) fn count(&self, place: usize) -> Option<u32> {
        self.at(place)?.text()?.parse().ok()
    }
}

impl Page<'_> {
    /// Of a venue that has a candle too where nothing was traded. To us that is none.
    pub(crate) fn put_traded(&mut self, bar: Bar<'_>) -> Result<(), Unreadable> {
        let volume: Option<Size> = optional("volume", bar.volume)?;
        if volume.is_some_and(|volume| volume.decimal().is_zero()) {
            return Ok(());
        }
        self.put(bar)
    }

    pub(crate) fn put(&mut self, bar: Bar<'_>) -> Result<(), Unreadable> {
        let start = bar.start.ok_or(Unreadable::Time { field: "start" })?;
        let aligned = self.stretch.timeframe.start(start);
        // What is off the grid is no candle: some end a list with the price of this moment.
        if start.timestamp_millis() != aligned.saturating_mul(1_000)
            || !(self.stretch.from..self.stretch.until).contains(&aligned)
            || self.room == 0
        {
            return Ok(());
        }
        let missing = |digits: Option<Digits<'_>>| digits.and_then(Digits::text).is_none();
        if [bar.open, bar.high, bar.low, bar.close].into_iter().all(missing) {
            return Ok(());
        }
        let price = |field, digits| {
            let price: Price = required(field, digits)?;
            offer::paid(field, price)
        };
        let candle = Candle {
            start: aligned,
            open: price("open", bar.open)?,
            high: price("high", bar.high)?,
            low: price("low", bar.low)?,
            close: price("close", bar.close)?,
            volume: optional("volume", bar.volume)?.unwrap_or(Size::ZERO),
            trades: bar.trades.unwrap_or(0),
        };
        let within = |price: Price| (candle.low..=candle.high).contains(&price);
        if !within(candle.open) || !within(candle.close) {
            let why = NotANumber::OutOfRange;
            return Err(Unreadable::Number { field: "high", why });
        }
        self.room -= 1;
        self.candles.push(candle);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VenueName;

    #[test]
    fn every_venue_that_has_a_past_says_how_much_of_it_a_page_has() {
        let with_past = VenueName::all().filter_map(|venue| Some((venue, venue.history()?)));
        let mut count = 0;
        for (venue, history) in with_past {
            count += 1;
            assert!((1..=PAGE_MAX).contains(&history.page), "{venue}");
            assert!(history.timeframes.contains(&Timeframe::Minute), "{venue}");
            assert!(history.reach >= Duration::from_secs(60 * 60), "{venue}");
            let stretch = Stretch {
                symbol: Symbol::new(venue.sample()),
                timeframe: Timeframe::Minute,
                from: 1_767_623_400,
                until: 1_767_627_000,
            };
            let path = history.ask(&stretch);
            assert!(path.starts_with('/') && !path.contains(' '), "{venue}: {path}");
        }
        assert_eq!(count, 25, "those without one are told in their own words");
    }
}
