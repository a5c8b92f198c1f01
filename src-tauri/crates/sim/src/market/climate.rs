//! What all instruments live under: the moves that they share, how agitated the
//! market is, the moods and the news of the scenario.

use super::exchange::Exchange;
use super::listing::Sector;
use super::mood::Mood;
use super::noise::Key;
use super::scenario::{Halt, News, Scenario};

/// Agitation is known at every eighth minute, with straight lines in between.
pub(super) const KNOT: i64 = 8;

#[derive(Debug)]
pub(super) struct Climate {
    pub(super) key: Key,
    market: Key,
    agitation: [Key; 3],
    /// From which minute which mood holds, in order; before the first it is normal.
    moods: Vec<(i64, Mood)>,
    /// The level of agitation of whole days.
    days: Key,
    start: i64,
    news: Vec<News>,
    halts: Vec<Halt>,
}

/// A sudden move, and the minute in which it happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shock {
    pub(super) minute: i64,
    /// Of the logarithm of the price.
    pub(super) size: f64,
}

/// A stop of trading that the scenario asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop<'a> {
    pub(super) minute: i64,
    pub(super) lasts: i64,
    pub(super) reason: &'a str,
}

impl Climate {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let key = Key::of(scenario.seed);
        let start = scenario.start.timestamp().div_euclid(60);
        let mut moods = vec![(start, scenario.mood)];
        let mut turns = scenario.turns.clone();
        turns.sort_by_key(|turn| turn.after);
        moods.extend(
            turns
                .iter()
                .map(|turn| (start + turn.after.num_minutes(), turn.mood)),
        );
        Self {
            key,
            market: key.named("market"),
            agitation: ["market minutes", "market hour", "market hours"].map(|name| key.named(name)),
            moods,
            days: key.named("market days"),
            start,
            news: scenario.news.clone(),
            halts: scenario.halts.clone(),
        }
    }

    pub(super) fn sector(&self, sector: Sector) -> Key {
        self.key.named(sector.word())
    }

    /// The part of a minute's or a day's move that is everybody's.
    pub(super) fn market(&self, index: i64) -> f64 {
        self.market.bell(index)
    }

    /// The agitation of the whole market: what lasts minutes, an hour, and hours.
    pub(super) const fn agitation(&self) -> [Key; 3] {
        self.agitation
    }

    /// The part of the agitation of a whole day that is everybody's.
    pub(super) fn day(&self, day: i64) -> f64 {
        self.days.slow(day, 31)
    }

    /// Whether a day, in days since 1970, lies wholly before the scenario.
    pub(super) fn is_before(&self, day: i32) -> bool {
        (i64::from(day) + 2) * 24 * 60 < self.start
    }

    /// The moods that hold between two minutes, each with its share of them.
    pub(super) fn moods(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, Mood)> {
        let ends = self
            .moods
            .iter()
            .skip(1)
            .map(|(minute, _)| *minute)
            .chain([i64::MAX]);
        let before = self.moods.first().map_or(i64::MAX, |(minute, _)| *minute);
        [(i64::MIN, before, Mood::Normal)]
            .into_iter()
            .chain(
                self.moods
                    .iter()
                    .zip(ends)
                    .map(|((begin, mood), end)| (*begin, end, *mood)),
            )
            .map(move |(begin, end, mood)| (end.min(to) - begin.max(from), mood))
            .filter(|(minutes, _)| *minutes > 0)
    }

    pub(super) fn mood(&self, minute: i64) -> Mood {
        self.moods
            .iter()
            .rev()
            .find(|(begin, _)| *begin <= minute)
            .map_or(Mood::Normal, |(_, mood)| *mood)
    }

    /// What the scenario makes known about an instrument within a day of its exchange.
    ///
    /// What is said while it does not trade regularly moves it when it next does.
    pub(super) fn news(&self, symbol: &str, beta: f64, exchange: &Exchange, day: i32) -> Vec<Shock> {
        if self.news.is_empty() {
            return Vec::new();
        }
        let end = |day: i32| {
            let last = exchange.regular().last().map_or(0, |(_, end)| end);
            exchange.midnight(day) + i64::from(last)
        };
        let (after, until) = (end(exchange.day_before(day)), end(day));
        let midnight = exchange.midnight(day);
        self.news
            .iter()
            .filter(|news| news.symbol.as_deref().is_none_or(|about| about == symbol))
            .filter_map(|news| {
                let minute = self.start + news.after.num_minutes();
                let range = exchange
                    .regular()
                    .find(|(_, end)| minute < midnight + i64::from(*end))?;
                let size = libm::log1p(news.moves.max(-0.95));
                (after..until).contains(&minute).then(|| Shock {
                    minute: minute.max(midnight + i64::from(range.0)),
                    size: if news.symbol.is_some() { size } else { size * beta },
                })
            })
            .collect()
    }

    pub(super) fn stops<'a>(&'a self, symbol: &str) -> impl Iterator<Item = Stop<'a>> {
        self.halts
            .iter()
            .filter(move |halt| halt.symbol == symbol)
            .map(|halt| Stop {
                minute: self.start + halt.after.num_minutes(),
                lasts: halt.lasts.num_minutes().max(1),
                reason: &halt.reason,
            })
    }
}
