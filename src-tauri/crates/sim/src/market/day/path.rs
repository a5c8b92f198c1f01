//! Where the price goes in a day, minute by minute.
//!
//! Within regular hours it is a bridge: the day's open and close stand on their
//! two banks, every minute adds a step of its own, and what the steps miss the
//! far bank by is taken back in proportion to their variance. Before and after
//! it is a walk that leads to the open, and one that leaves the close.

mod step;

use std::sync::LazyLock;

use super::super::climate::{Climate, Shock};
use super::super::listed::{Course, Listed};
use super::super::noise::fraction;
use super::{Day, Extent, Kind, Minute};
use step::Step;

/// Of the ticks, those that are trades.
const TRADES: f64 = 0.4;
/// Minutes of usual trading that clear in an auction.
const AUCTION_MINUTES: f64 = 9.0;
/// A busy minute has some trade for certain.
const CERTAIN: f64 = 12.0;
/// More than a minute has microseconds for.
const TRADES_MAX: f64 = 10_000_000.0;

pub(super) fn fill(
    day: &mut Day,
    listed: &Listed,
    climate: &Climate,
    course: &Course,
    shocks: &[Shock],
    extent: Extent,
) {
    let steps = step::all(day, listed, climate, course.level, shocks, extent);
    let (mut added, mut variance, mut before, mut opened) = (0.0, 0.0, 0.0, false);
    for (minute, step) in day.minutes.iter().zip(&steps) {
        if minute.kind.is_in_hours() {
            opened = true;
            added += step.chance + step.drift;
            variance += step.deviation * step.deviation;
        } else if !opened {
            before += step.chance;
        }
    }
    let missing = course.close - course.open - added;
    let share = if variance > 0.0 { missing / variance } else { 0.0 };

    let mut walker = Walker {
        listed,
        level: libm::exp(course.open - before),
        floor: day.floor,
    };
    let mut entered = false;
    let last = day.minutes.iter().rposition(|minute| minute.kind.is_in_hours());
    for (index, step) in steps.iter().enumerate() {
        let kind = day.minutes[index].kind;
        if kind.is_in_hours() && !entered {
            entered = true;
            walker.stand(course.open);
        }
        let minute = day.first + index as i64;
        day.minutes[index] = match kind {
            Kind::Silent => continue,
            Kind::Opening => {
                walker.stand(course.open);
                walker.auction(minute, kind)
            }
            Kind::Closing => {
                walker.stand(course.close);
                walker.auction(minute, kind)
            }
            Kind::Extended if extent == Extent::Official => continue,
            Kind::Extended => walker.step(minute, kind, step, Stride::By(step.chance)),
            Kind::Halted | Kind::Reopening | Kind::Regular => {
                let stride = if Some(index) == last {
                    // On the far bank, and not where all that was rounded on the way leads to.
                    Stride::To(course.close)
                } else {
                    Stride::By(step.chance + step.drift + share * step.deviation * step.deviation)
                };
                let walked = walker.step(minute, kind, step, stride);
                match kind {
                    Kind::Halted => continue,
                    Kind::Reopening => walker.auction(minute, kind),
                    Kind::Silent | Kind::Regular | Kind::Extended | Kind::Opening | Kind::Closing => walked,
                }
            }
        };
    }
}

/// Logarithms: how far, or where to.
#[derive(Clone, Copy)]
enum Stride {
    By(f64),
    To(f64),
}

/// Goes along the path and says what each minute on it comes to.
struct Walker<'a> {
    listed: &'a Listed,
    /// The price in ticks, between them as well.
    level: f64,
    floor: i64,
}

impl Walker<'_> {
    fn stand(&mut self, at: f64) {
        self.level = libm::exp(at);
    }

    fn stride(&mut self, stride: Stride) {
        match stride {
            // A usual step is small, and a series of five terms is exact to the last digits
            // at a fifth of the price of an exponential.
            Stride::By(by) if by.abs() < 0.02 => {
                let series =
                    1.0 + by * (1.0 + by / 2.0 * (1.0 + by / 3.0 * (1.0 + by / 4.0 * (1.0 + by / 5.0))));
                self.level *= series;
            }
            Stride::By(by) => self.level *= libm::exp(by),
            Stride::To(at) => self.stand(at),
        }
    }

    fn price(&self) -> i64 {
        self.grid(self.level)
    }

    /// On the grid, and neither nothing nor below the limit.
    fn grid(&self, price: f64) -> i64 {
        ((price + 0.5) as i64).max(10).max(self.floor)
    }

    fn step(&mut self, minute: i64, kind: Kind, step: &Step, stride: Stride) -> Minute {
        let (from, open) = (self.level, self.price());
        self.stride(stride);
        let close = self.price();
        let listing = self.listed.listing;
        let flow = self.listed.keys.flow.at(minute);
        let part = |shift: u32| ((flow >> shift) & 0xffff) as f64 / 65_536.0;
        let trades_of_all = if listing.is_index() { 1.0 } else { TRADES };
        let lively = 0.4 + 1.8 * part(0) * part(0);
        let expected = listing.activity * 60.0 * trades_of_all * step.bustle * lively;
        let quiet = expected < CERTAIN && part(16) >= 1.0 - libm::exp(-expected);
        if quiet {
            return Minute {
                kind,
                ..Minute::default()
            };
        }
        // The highest and the lowest point of a walk between two given ones.
        let reach = self.listed.keys.reach.at(minute);
        let (apart, sum) = (self.level - from, self.level + from);
        let spread = step.deviation * self.level;
        let extent = |number: u64| {
            let excess = EXCESS[(number & 0xff) as usize];
            // Exact by the standard of its numbers, so it needs no library to be the same everywhere.
            (apart * apart + spread * spread * excess).sqrt()
        };
        let high = self.grid((sum + extent(reach)) / 2.0);
        let low = self.grid((sum - extent(reach >> 8)) / 2.0);
        let mut minute = Minute {
            open,
            high: high.max(open).max(close),
            low: low.min(open).min(close),
            close,
            volume: 0,
            trades: 0,
            spread: step.spread,
            kind,
        };
        let count = (expected * self.listed.pace + part(32)).min(TRADES_MAX);
        minute.trades = (count as u32).max(minute.touches());
        let sizes = f64::from(minute.trades) * listing.usual_size * (0.6 + 0.8 * part(48));
        if !listing.is_index() {
            minute.volume = (sizes as i64).max(i64::from(minute.trades));
        }
        minute
    }

    /// One trade for all who waited.
    fn auction(&self, minute: i64, kind: Kind) -> Minute {
        let price = self.price();
        let listing = self.listed.listing;
        let crowd = AUCTION_MINUTES * (0.5 + fraction(self.listed.keys.flow.at(minute)));
        let of_a_minute = listing.activity * 60.0 * TRADES * listing.usual_size;
        Minute {
            open: price,
            high: price,
            low: price,
            close: price,
            volume: ((crowd * of_a_minute) as i64).max(1),
            trades: 1,
            spread: 1.0,
            kind,
        }
    }
}

/// By how much the square of a walk's reach passes that of its ends: -2 ln u.
static EXCESS: LazyLock<[f64; 256]> =
    LazyLock::new(|| std::array::from_fn(|index| -2.0 * libm::log((index as f64 + 0.5) / 256.0)));
