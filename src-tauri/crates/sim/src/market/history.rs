//! Candles of the past, made when somebody asks.
//!
//! They are folded from the same minutes that the stream plays, so a candle is
//! the same whether it was streamed or asked for. Only candles of a second need
//! the trades themselves, and no candle needs a quote.

use std::sync::Arc;
use std::thread;

use chrono::{DateTime, Utc};
use model::Candle;

use super::START_MAX;
use super::day::{Day, Extent};
use super::interval::Interval;
use super::listed::{Listed, ORIGIN};
use super::listing::Listing;
use super::minute::Minute;
use super::roll::Roll;
use super::tape::Trades;

/// Fewer days than this are made before a second thread has started.
const SHARED_OUT: usize = 64;

/// What has been traded, back to the first days of 2010. It knows nothing of the
/// stream and may be asked from any thread, also about days that are yet to come.
#[derive(Debug)]
pub struct History {
    roll: Arc<Roll>,
}

impl History {
    pub(super) const fn of(roll: Arc<Roll>) -> Self {
        Self { roll }
    }

    /// The newest `limit` candles that are over at `to` and begin at `from` or
    /// later, the oldest first. Stretches without a trade have none.
    ///
    /// A day is one of its exchange's trading, from the opening auction to the
    /// closing one, and is stamped with midnight UTC of its date: its close is
    /// what the next day's change is counted from. All shorter ones have the
    /// trades of before and after as well.
    pub fn bars(
        &self,
        listing: usize,
        interval: Interval,
        from: Option<DateTime<Utc>>,
        to: DateTime<Utc>,
        limit: usize,
    ) -> Vec<Candle> {
        let Some(listed) = self.roll.listed.get(listing) else {
            return Vec::new();
        };
        let from = from.map_or(i64::MIN, |from| {
            from.timestamp() + i64::from(from.timestamp_subsec_nanos() > 0)
        });
        let to = to.min(START_MAX).timestamp();
        let exchange = listed.listing.exchange();
        // The newest first, until there are enough.
        let mut found: Vec<Bar> = Vec::new();
        let mut day = exchange.day_at(to.div_euclid(60));
        if interval == Interval::Day {
            let mut numbers = Vec::new();
            // One more than wanted: the newest may not be over.
            while day > ORIGIN && numbers.len() <= limit && i64::from(day) * 86_400 >= from {
                numbers.push(day);
                day = exchange.day_before(day);
            }
            found = self.days(listed, &numbers, to);
            day = ORIGIN;
        }
        while day > ORIGIN && found.len() < limit {
            let begin = exchange.opens(day) * 60;
            self.day(listed, interval, day, to, limit, &mut found);
            if begin < from {
                break;
            }
            day = exchange.day_before(day);
        }
        found.retain(|bar| bar.start >= from);
        found.truncate(limit);
        found.iter().rev().map(|bar| bar.candle(listed.listing)).collect()
    }

    /// The candles of whole days, the newest first. A day of a pair of coins has
    /// 1,440 minutes; a thousand of them are shared out.
    fn days(&self, listed: &Listed, numbers: &[i32], to: i64) -> Vec<Bar> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let made = |numbers: &[i32]| -> Vec<Bar> {
            numbers
                .iter()
                .filter_map(|number| self.official(listed, *number, to))
                .collect()
        };
        if numbers.len() < SHARED_OUT || threads == 1 {
            return made(numbers);
        }
        let made = &made;
        thread::scope(|scope| {
            let running: Vec<_> = numbers
                .chunks(numbers.len().div_ceil(threads))
                .map(|numbers| scope.spawn(move || made(numbers)))
                .collect();
            running
                .into_iter()
                .flat_map(|thread| match thread.join() {
                    Ok(bars) => bars,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
                .collect()
        })
    }

    /// The candle of a day, if its last official trade can have been made by `to`.
    fn official(&self, listed: &Listed, number: i32, to: i64) -> Option<Bar> {
        let day = Day::of(listed, &self.roll.climate, number, Extent::Official);
        let official = |minute: &Minute| minute.kind.is_official();
        let last = day.minutes.iter().rposition(official)? as i64;
        if (day.first + last + 1) * 60 > to {
            return None;
        }
        let start = i64::from(number) * 86_400;
        let traded = day.minutes.iter().filter(|minute| official(minute));
        Bar::folded(traded.map(|minute| (start, minute))).pop()
    }

    /// The candles of one day that are over at `to`, the newest first.
    fn day(
        &self,
        listed: &Listed,
        interval: Interval,
        number: i32,
        to: i64,
        limit: usize,
        found: &mut Vec<Bar>,
    ) {
        let climate = &self.roll.climate;
        match interval {
            Interval::Day => found.extend(self.official(listed, number, to)),
            Interval::Second => {
                let day = Day::of(listed, climate, number, Extent::Whole);
                for (at, minute) in day.minutes.iter().enumerate().rev() {
                    let begin = day.first + at as i64;
                    if found.len() >= limit {
                        return;
                    }
                    if minute.trades > 0 && begin * 60 < to {
                        let bars = seconds(Trades::of(listed, minute, begin));
                        found.extend(bars.into_iter().rev().filter(|bar| bar.start < to));
                    }
                }
            }
            Interval::Minute | Interval::FiveMinutes | Interval::QuarterHour | Interval::Hour => {
                let day = Day::of(listed, climate, number, Extent::Whole);
                let length = interval.seconds();
                let minutes = day.minutes.iter().enumerate().map(|(at, minute)| {
                    let begin = (day.first + at as i64) * 60;
                    (begin - begin.rem_euclid(length), minute)
                });
                let bars = Bar::folded(minutes);
                found.extend(bars.into_iter().rev().filter(|bar| bar.start + length <= to));
            }
        }
    }
}

/// A candle in ticks and lots.
#[derive(Clone, Copy, Debug)]
struct Bar {
    start: i64,
    open: i64,
    high: i64,
    low: i64,
    close: i64,
    volume: i64,
    trades: u32,
}

impl Bar {
    fn folded<'a>(minutes: impl Iterator<Item = (i64, &'a Minute)>) -> Vec<Self> {
        let mut bars: Vec<Self> = Vec::new();
        for (start, minute) in minutes.filter(|(_, minute)| minute.trades > 0) {
            let next = Self {
                start,
                open: minute.open,
                high: minute.high,
                low: minute.low,
                close: minute.close,
                volume: minute.volume,
                trades: minute.trades,
            };
            Self::add(&mut bars, next);
        }
        bars
    }

    fn add(bars: &mut Vec<Self>, next: Self) {
        match bars.last_mut() {
            Some(bar) if bar.start == next.start => {
                bar.high = bar.high.max(next.high);
                bar.low = bar.low.min(next.low);
                bar.close = next.close;
                bar.volume = bar.volume.saturating_add(next.volume);
                bar.trades = bar.trades.saturating_add(next.trades);
            }
            Some(_) | None => bars.push(next),
        }
    }

    fn candle(&self, listing: &Listing) -> Candle {
        Candle {
            start: self.start,
            open: listing.price(self.open),
            high: listing.price(self.high),
            low: listing.price(self.low),
            close: listing.price(self.close),
            volume: listing.size(self.volume),
            trades: self.trades,
        }
    }
}

fn seconds(trades: Trades) -> Vec<Bar> {
    let mut bars = Vec::new();
    for deal in trades {
        let next = Bar {
            start: deal.at.div_euclid(1_000_000),
            open: deal.price,
            high: deal.price,
            low: deal.price,
            close: deal.price,
            volume: deal.size,
            trades: 1,
        };
        Bar::add(&mut bars, next);
    }
    bars
}
