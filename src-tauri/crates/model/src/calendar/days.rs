//! Which days are trading days: `days.txt`, read once.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};

use super::Calendar;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Shut,
    Early,
    Whole,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(TEXT));

const TEXT: &str = include_str!("days.txt");

#[derive(Debug, Default)]
pub(super) struct Table {
    /// In order, so that one is found quickly.
    pub(super) days: Vec<(Calendar, NaiveDate, Sort)>,
    pub(super) years: Vec<(Calendar, i32)>,
    /// Lines that say nothing that could be understood; a test sees to it that there are none.
    pub(super) unread: Vec<&'static str>,
}

impl Table {
    pub(super) fn read(text: &'static str) -> Self {
        let mut table = Self::default();
        let lines = text.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match read(line) {
                Some((calendar, year, days)) => {
                    table.days.extend(days);
                    table.years.push((calendar, year));
                }
                None => table.unread.push(line),
            }
        }
        table
            .days
            .sort_unstable_by_key(|(calendar, date, _)| (*calendar, *date));
        table
    }
}

type Line = (Calendar, i32, Vec<(Calendar, NaiveDate, Sort)>);

fn read(line: &str) -> Option<Line> {
    let mut words = line.split_ascii_whitespace();
    let calendar = match words.next()? {
        "US" => Calendar::UnitedStates,
        "XLON" => Calendar::London,
        "XETR" => Calendar::Xetra,
        "EURONEXT" => Calendar::Euronext,
        "XTKS" => Calendar::Tokyo,
        "XHKG" => Calendar::HongKong,
        _ => return None,
    };
    let year: i32 = words.next()?.parse().ok()?;
    let sort = match words.next()? {
        "closed" => Sort::Shut,
        "early" => Sort::Early,
        _ => return None,
    };
    let day = |word: &str| {
        let (month, day) = word.split_once('-')?;
        let date = NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)?;
        Some((calendar, date, sort))
    };
    Some((calendar, year, words.map(day).collect::<Option<_>>()?))
}

/// `None` in a year of which nothing is known.
pub(super) fn sort(calendar: Calendar, date: NaiveDate) -> Option<Sort> {
    let table = &*TABLE;
    if !table.years.contains(&(calendar, date.year())) {
        return None;
    }
    if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
        return Some(Sort::Shut);
    }
    let found = table
        .days
        .binary_search_by_key(&(calendar, date), |(calendar, date, _)| (*calendar, *date));
    let known = found.ok().and_then(|at| table.days.get(at));
    Some(known.map_or(Sort::Whole, |(_, _, sort)| *sort))
}
