//! One instrument in one scenario: from day to day.
//!
//! Its closes are a walk that begins long before anybody looks, made as far as
//! somebody asks and kept. What happens within a day lies between two of them,
//! see `day`.

use std::sync::{PoisonError, RwLock};

use super::calendar;
use super::climate::{Climate, Shock};
use super::listing::{Listing, Shares};
use super::noise::{Key, fraction};

/// 2010-01-01, the day before the first.
pub(super) const ORIGIN: i32 = 14_610;
/// What a day's distance from home is reduced to by the next.
const RETURN: f64 = 1.0 / 120.0;
/// No price is further from home than this, in logarithms.
const DISTANCE_MAX: f64 = 2.0;
/// Exchanges let a price fall by a fifth in a day.
pub(super) const FALL_MAX: f64 = -0.223_143_551;
/// The part of a day's moves that happens while an exchange is closed.
const OVERNIGHT: f64 = 0.5;
/// How many days bring news of their own.
const NEWS_DAYS: f64 = 0.04;

#[derive(Debug)]
pub(super) struct Listed {
    pub(super) listing: &'static Listing,
    pub(super) keys: Keys,
    /// Of the usual number of ticks, how many this scenario has in a second of the market.
    pub(super) pace: f64,
    /// The deviation of a day of regular trading.
    deviation: f64,
    /// The logarithm of home, in ticks.
    home: f64,
    /// The logarithm of the close in ticks, by days since [`ORIGIN`]; a day
    /// without trading has that of the day before.
    closes: RwLock<Vec<f64>>,
}

/// What its random numbers are for.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) sector: Key,
    day: Key,
    gap: Key,
    level: Key,
    news: Key,
    pub(super) minute: Key,
    pub(super) agitation: [Key; 3],
    pub(super) reach: Key,
    pub(super) flow: Key,
    pub(super) trades: Key,
    pub(super) quotes: Key,
}

/// Where a day begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    /// Logarithms of prices in ticks.
    pub(super) previous: f64,
    pub(super) open: f64,
    pub(super) close: f64,
    /// How agitated the day is as a whole.
    pub(super) level: f64,
}

/// What moods and news make of a day.
struct Weather {
    turmoil: f64,
    drift: f64,
    shocks: f64,
}

impl Listed {
    pub(super) fn of(listing: &'static Listing, climate: &Climate, pace: f64) -> Self {
        let own = climate.key.named(listing.symbol);
        let seconds: i32 = listing
            .exchange()
            .regular()
            .map(|(open, end)| (end - open) * 60)
            .sum();
        Self {
            listing,
            keys: Keys {
                sector: climate.sector(listing.sector),
                day: own.named("day"),
                gap: own.named("gap"),
                level: own.named("level"),
                news: own.named("news"),
                minute: own.named("minute"),
                agitation: ["minutes", "hour", "hours"].map(|name| own.named(name)),
                reach: own.named("reach"),
                flow: own.named("flow"),
                trades: own.named("trades"),
                quotes: own.named("quotes"),
            },
            pace,
            deviation: listing.volatility * 1e-4 * f64::from(seconds).sqrt(),
            home: libm::log(listing.home),
            closes: RwLock::new(Vec::new()),
        }
    }

    /// The course of a day of trading.
    pub(super) fn course(&self, climate: &Climate, day: i32) -> Course {
        let previous = self.close(climate, day - 1);
        let level = self.level(climate, day);
        Course {
            previous,
            open: previous + self.gap(climate, day, level),
            close: self.close(climate, day),
            level,
        }
    }

    /// A price in ticks: what a logarithm stands for, on the grid and never nothing.
    pub(super) fn ticks(logarithm: f64) -> i64 {
        (libm::exp(logarithm).round() as i64).max(10)
    }

    /// The sudden moves of a day: its own news, and those of the scenario.
    pub(super) fn shocks(&self, climate: &Climate, day: i32) -> Vec<Shock> {
        let listing = self.listing;
        let exchange = listing.exchange();
        let mut shocks = if climate.is_before(day) {
            Vec::new()
        } else {
            climate.news(listing.symbol, listing.sector.beta(), exchange, day)
        };
        if let Some((minute, size)) = self.own_news(day) {
            shocks.push(Shock {
                minute: exchange.midnight(day) + minute,
                size,
            });
        }
        shocks
    }

    /// The minute after midnight, and by how much.
    fn own_news(&self, day: i32) -> Option<(i64, f64)> {
        let mut draw = self.keys.news.stream(i64::from(day));
        if draw.fraction() >= NEWS_DAYS || self.listing.is_index() {
            return None;
        }
        let exchange = self.listing.exchange();
        let stretches = exchange.regular().count() as u64;
        let chosen = draw.below(stretches) as usize;
        let (open, end) = exchange.regular().nth(chosen)?;
        let minute = i64::from(open) + 10 + draw.below((end - open - 20) as u64) as i64;
        // Where nothing is ever closed, what is known comes out bit by bit.
        let whole = if exchange.regulated { 1.0 } else { 0.3 };
        let strength = whole * (0.4 - libm::log(draw.fraction()));
        let size = (self.deviation * strength).min(0.25);
        Some((minute, if draw.fraction() < 0.5 { size } else { -size }))
    }

    /// The logarithm of a day's official close.
    fn close(&self, climate: &Climate, day: i32) -> f64 {
        let index = usize::try_from(day - ORIGIN).unwrap_or(0);
        // A lock that was poisoned holds whole days all the same.
        if let Some(close) = self
            .closes
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(index)
        {
            return *close;
        }
        let mut closes = self.closes.write().unwrap_or_else(PoisonError::into_inner);
        if closes.is_empty() {
            closes.push(self.home + 6.0 * self.deviation * self.keys.day.bell(i64::from(ORIGIN)));
        }
        while closes.len() <= index {
            let last = closes.len() - 1;
            let next = self.walk(climate, closes[last], ORIGIN + last as i32 + 1);
            closes.push(next);
        }
        closes[index]
    }

    fn walk(&self, climate: &Climate, previous: f64, day: i32) -> f64 {
        let exchange = self.listing.exchange();
        if !calendar::trades(exchange.holidays, day) {
            return previous;
        }
        let index = i64::from(day);
        let Shares { market, sector, own } = self.listing.sector.shares();
        let move_of_day = market * climate.market(-index)
            + sector * self.keys.sector.bell(-index)
            + own * self.keys.day.bell(index);
        let weather = if climate.is_before(day) {
            Weather {
                turmoil: 1.0,
                drift: 0.0,
                shocks: self.own_news(day).map_or(0.0, |(_, size)| size),
            }
        } else {
            self.weather(climate, day)
        };
        let level = self.level(climate, day);
        let homewards = RETURN * (self.home - previous);
        let close = previous
            + self.gap(climate, day, level)
            + self.deviation * level * weather.turmoil * move_of_day
            + weather.drift
            + weather.shocks
            + homewards;
        let floor = if exchange.regulated {
            previous + FALL_MAX
        } else {
            f64::MIN
        };
        close
            .max(floor)
            .clamp(self.home - DISTANCE_MAX, self.home + DISTANCE_MAX)
    }

    /// What the scenario makes of a day.
    fn weather(&self, climate: &Climate, day: i32) -> Weather {
        let exchange = self.listing.exchange();
        let midnight = exchange.midnight(day);
        let (mut minutes, mut squares, mut drift) = (0.0, 0.0, 0.0);
        for (open, end) in exchange.regular() {
            for (count, mood) in climate.moods(midnight + i64::from(open), midnight + i64::from(end)) {
                let count = count as f64;
                minutes += count;
                squares += count * mood.turmoil() * mood.turmoil();
                drift += count * mood.drift();
            }
        }
        Weather {
            turmoil: (squares / minutes).sqrt(),
            drift: drift * self.listing.sector.beta(),
            shocks: self.shocks(climate, day).iter().map(|shock| shock.size).sum(),
        }
    }

    /// How far it opens from the close before.
    fn gap(&self, climate: &Climate, day: i32, level: f64) -> f64 {
        if !self.listing.exchange().regulated {
            return 0.0;
        }
        let index = i64::from(day);
        let Shares { market, own, .. } = self.listing.sector.shares();
        let shared = market * climate.market(-index - 1_000_000);
        let size = OVERNIGHT * self.deviation * level;
        let own = (1.0 - market * market).sqrt().max(own) * self.keys.gap.bell(index);
        let gap = size * (shared + own);
        // Some mornings a company has something to say.
        if fraction(self.keys.gap.at(-index)) < 0.015 && !self.listing.is_index() {
            gap * 3.0
        } else {
            gap
        }
    }

    /// The agitation of a day, which lasts for weeks.
    fn level(&self, climate: &Climate, day: i32) -> f64 {
        let index = i64::from(day);
        libm::exp(
            0.25 * climate.day(index)
                + 0.2 * self.keys.level.slow(index, 23)
                + 0.2 * self.keys.level.slow(-index, 6),
        )
    }
}
