//! Days, and on which of them an exchange trades.
//!
//! Days are counted from 1970-01-01, which is all that a walk from day to day
//! needs. The holidays are the rules that most days of a real calendar follow;
//! one that moves with the moon of another calendar is a day of trading here.

use chrono::{Datelike, NaiveDate};

/// Whose holidays an exchange keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holidays {
    UnitedStates,
    Canada,
    Britain,
    Europe,
    Switzerland,
    Japan,
    HongKong,
    /// Saturdays and Sundays only.
    Weekends,
    /// Never closed.
    None,
}

pub(super) fn days_of(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

pub(super) fn date_of(day: i32) -> NaiveDate {
    NaiveDate::from_epoch_days(day).unwrap_or_default()
}

/// Whether there is trading on that day.
pub(super) fn trades(holidays: Holidays, day: i32) -> bool {
    if holidays == Holidays::None {
        return true;
    }
    // 1970-01-01 was a Thursday: Monday is 0.
    let weekday = (day + 3).rem_euclid(7);
    if weekday >= 5 {
        return false;
    }
    if holidays == Holidays::Weekends {
        return true;
    }
    let date = date_of(day);
    let (year, month, dom) = (date.year(), date.month(), date.day());
    let week = dom.div_ceil(7);
    let monday = weekday == 0;
    let last_monday = |of: u32| monday && month == of && dom > 24;
    let nth_monday = |of: u32, nth: u32| monday && month == of && week == nth;
    // A feast on a weekend is kept on the working day beside it.
    let kept = |of: u32, on: u32| {
        month == of && (dom == on || (weekday == 4 && dom + 1 == on) || (monday && dom == on + 1 && dom > 1))
    };
    let from_easter = day - easter(year);
    let good_friday = from_easter == -2;
    let easter_monday = from_easter == 1;
    let new_year = month == 1 && (dom == 1 || (monday && dom <= 3));
    let holiday = match holidays {
        Holidays::UnitedStates => {
            new_year
                || good_friday
                || nth_monday(1, 3)
                || nth_monday(2, 3)
                || last_monday(5)
                || (year >= 2022 && kept(6, 19))
                || kept(7, 4)
                || nth_monday(9, 1)
                || (month == 11 && weekday == 3 && week == 4)
                || kept(12, 25)
        }
        Holidays::Canada => {
            new_year
                || good_friday
                || nth_monday(2, 3)
                || (monday && month == 5 && (18..=24).contains(&dom))
                || kept(7, 1)
                || nth_monday(8, 1)
                || nth_monday(9, 1)
                || nth_monday(10, 2)
                || (month == 12 && (25..=26).contains(&dom))
        }
        Holidays::Britain => {
            new_year
                || good_friday
                || easter_monday
                || nth_monday(5, 1)
                || last_monday(5)
                || last_monday(8)
                || (month == 12 && (25..=26).contains(&dom))
        }
        Holidays::Europe => {
            (month == 1 && dom == 1)
                || good_friday
                || easter_monday
                || (month == 5 && dom == 1)
                || (month == 12 && (25..=26).contains(&dom))
        }
        Holidays::Switzerland => {
            (month == 1 && dom <= 2)
                || good_friday
                || easter_monday
                || (month == 5 && dom == 1)
                || (month == 8 && dom == 1)
                || from_easter == 39
                || from_easter == 50
                || (month == 12 && (24..=26).contains(&dom))
        }
        Holidays::Japan => {
            (month == 1 && dom <= 3)
                || nth_monday(1, 2)
                || (month == 2 && (dom == 11 || dom == 23))
                || (month == 4 && dom == 29)
                || (month == 5 && (3..=5).contains(&dom))
                || nth_monday(7, 3)
                || (month == 8 && dom == 11)
                || nth_monday(9, 3)
                || nth_monday(10, 2)
                || (month == 11 && (dom == 3 || dom == 23))
                || (month == 12 && dom == 31)
        }
        Holidays::HongKong => {
            (month == 1 && dom == 1)
                || good_friday
                || easter_monday
                || (month == 5 && dom == 1)
                || (month == 7 && dom == 1)
                || (month == 10 && dom == 1)
                || (month == 12 && (25..=26).contains(&dom))
        }
        Holidays::Weekends | Holidays::None => false,
    };
    !holiday
}

/// Easter Sunday of the Gregorian calendar, by the method that Butcher wrote down.
fn easter(year: i32) -> i32 {
    let (golden, century) = (year % 19, year / 100);
    let moon = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    let full = moon - moon / 28 * (1 - moon / 28 * (29 / (moon + 1)) * ((21 - golden) / 11));
    let weekday = (year + year / 4 + full + 2 - century + century / 4) % 7;
    let offset = full - weekday;
    let month = 3 + (offset + 40) / 44;
    let dom = offset + 28 - 31 * (month / 4);
    NaiveDate::from_ymd_opt(year, month as u32, dom as u32).map_or(0, days_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(holidays: Holidays, date: &str) -> bool {
        trades(holidays, days_of(date.parse().unwrap()))
    }

    #[test]
    fn easter_is_where_the_almanacs_have_it() {
        for date in [
            "2015-04-05",
            "2016-03-27",
            "2019-04-21",
            "2024-03-31",
            "2026-04-05",
            "2038-04-25",
        ] {
            let date: NaiveDate = date.parse().unwrap();
            assert_eq!(date_of(easter(date.year())), date);
        }
    }

    #[test]
    fn new_york_keeps_the_holidays_of_2026() {
        for closed in [
            "2026-01-01",
            "2026-01-19",
            "2026-02-16",
            "2026-04-03",
            "2026-05-25",
            "2026-06-19",
            "2026-07-03",
            "2026-09-07",
            "2026-11-26",
            "2026-12-25",
            "2026-11-21",
        ] {
            assert!(!open(Holidays::UnitedStates, closed), "{closed}");
        }
        for open_day in [
            "2026-01-02",
            "2026-04-06",
            "2026-11-27",
            "2026-12-24",
            "2026-10-12",
        ] {
            assert!(open(Holidays::UnitedStates, open_day), "{open_day}");
        }
    }

    #[test]
    fn other_places_have_other_holidays() {
        assert!(!open(Holidays::Europe, "2026-05-01") && open(Holidays::UnitedStates, "2026-05-01"));
        assert!(!open(Holidays::Japan, "2026-11-03") && open(Holidays::Britain, "2026-11-03"));
        assert!(!open(Holidays::Britain, "2026-08-31") && open(Holidays::Europe, "2026-08-31"));
        assert!(open(Holidays::None, "2026-12-25") && open(Holidays::Weekends, "2026-12-25"));
    }
}
