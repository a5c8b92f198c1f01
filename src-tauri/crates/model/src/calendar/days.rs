//! Which days are trading days: the lines of `days.txt`.

use chrono::{Datelike, NaiveDate, Weekday};

use super::hours::Kind;

/// The days of one calendar that are not as usual, and the years that are known.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Days {
    years: Vec<i32>,
    /// In order, so that one is found quickly.
    unusual: Vec<(NaiveDate, Kind)>,
}

impl Days {
    pub(super) fn add(&mut self, line: Line) {
        self.years.push(line.year);
        self.unusual
            .extend(line.days.into_iter().map(|day| (day, line.kind)));
        self.unusual.sort_unstable_by_key(|(day, _)| *day);
    }

    /// `None` in a year of which nothing is known.
    pub(super) fn kind(&self, date: NaiveDate) -> Option<Kind> {
        if !self.years.contains(&date.year()) {
            return None;
        }
        if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
            return Some(Kind::Shut);
        }
        let found = self.unusual.binary_search_by_key(&date, |(day, _)| *day);
        let known = found.ok().and_then(|at| self.unusual.get(at));
        Some(known.map_or(Kind::Whole, |(_, kind)| *kind))
    }

    #[cfg(test)]
    pub(super) fn unusual(&self) -> &[(NaiveDate, Kind)] {
        &self.unusual
    }
}

/// Days of one year that are alike.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) calendar: &'static str,
    year: i32,
    kind: Kind,
    days: Vec<NaiveDate>,
}

impl Line {
    pub(super) fn read(line: &'static str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let calendar = words.next()?;
        let year = words.next()?.parse().ok()?;
        let kind = Kind::read(words.next()?)?;
        let day = |word: &str| {
            let (month, day) = word.split_once('-')?;
            NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
        };
        let days = words.map(day).collect::<Option<_>>()?;
        Some(Self {
            calendar,
            year,
            kind,
            days,
        })
    }
}
