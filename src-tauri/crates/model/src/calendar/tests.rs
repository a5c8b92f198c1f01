use std::collections::BTreeSet;

use chrono::{Datelike, Weekday};
use proptest::prelude::*;

use super::book::Books;
use super::hours::Kind;
use super::*;
use crate::Session::{Auction, Closed, Open, Post, Pre};

fn utc(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(&format!("{text}:00Z"))
        .unwrap()
        .to_utc()
}

fn session(exchange: &str, time: &str) -> Option<Session> {
    Calendar::of(exchange).unwrap().session(utc(time))
}

#[test]
fn sessions_of_known_moments() {
    for (exchange, time, expected) in [
        // Clocks were put forward on 8 March 2026: the same hour is an hour earlier in UTC.
        ("XNAS", "2026-03-06T14:29", Pre),
        ("XNAS", "2026-03-06T14:30", Open),
        ("XNAS", "2026-03-09T13:29", Pre),
        ("XNAS", "2026-03-09T13:30", Open),
        ("XNAS", "2026-03-09T19:59", Open),
        ("XNAS", "2026-03-09T20:00", Post),
        ("XNAS", "2026-03-10T00:00", Closed),
        // And back on 1 November.
        ("XNYS", "2026-10-30T13:30", Open),
        ("XNYS", "2026-11-02T13:30", Pre),
        ("XNYS", "2026-11-02T14:30", Open),
        ("XNYS", "2026-11-02T21:00", Post),
        ("XNYS", "2026-11-02T08:59", Closed),
        ("XNYS", "2026-11-02T09:00", Pre),
        // A weekend, Thanksgiving, the half day behind it, Good Friday, a day of mourning.
        ("ARCX", "2026-11-21T15:00", Closed),
        ("ARCX", "2026-11-26T15:00", Closed),
        ("ARCX", "2026-11-27T17:59", Open),
        ("ARCX", "2026-11-27T18:00", Post),
        ("ARCX", "2026-11-27T22:00", Closed),
        ("XNAS", "2026-04-03T15:00", Closed),
        ("XNAS", "2025-01-09T15:00", Closed),
        ("XNAS", "2026-07-03T15:00", Closed),
        // London keeps its own summer time, three weeks behind New York's.
        ("XLON", "2026-03-27T07:59", Auction),
        ("XLON", "2026-03-27T08:00", Open),
        ("XLON", "2026-03-30T07:00", Open),
        ("XLON", "2026-03-30T15:30", Auction),
        ("XLON", "2026-03-30T15:35", Closed),
        ("XLON", "2026-12-24T12:29", Open),
        ("XLON", "2026-12-24T12:35", Closed),
        ("XLON", "2026-12-28T10:00", Closed),
        ("XETR", "2026-11-23T08:00", Open),
        ("XETR", "2026-11-23T16:30", Auction),
        ("XETR", "2026-12-24T10:00", Closed),
        ("XETR", "2026-12-30T13:05", Closed),
        ("XPAR", "2026-04-06T10:00", Closed),
        ("XAMS", "2026-12-24T13:00", Auction),
        ("XAMS", "2026-12-24T13:05", Closed),
        ("XTKS", "2026-11-24T00:00", Open),
        ("XTKS", "2026-11-24T02:30", Closed),
        ("XTKS", "2026-11-24T03:30", Open),
        ("XTKS", "2026-11-24T06:25", Auction),
        ("XTKS", "2026-11-24T06:30", Closed),
        ("XTKS", "2024-11-01T06:00", Closed),
        ("XTKS", "2026-09-22T01:00", Closed),
        ("XHKG", "2026-11-24T01:30", Open),
        ("XHKG", "2026-11-24T04:00", Closed),
        ("XHKG", "2026-11-24T05:00", Open),
        ("XHKG", "2026-11-24T08:00", Auction),
        ("XHKG", "2026-02-16T04:10", Closed),
        ("XHKG", "2026-02-17T03:00", Closed),
        ("XHKG", "2026-04-07T03:00", Closed),
        // Others, at the end of a usual day, an early one and a late one, and on a holiday of their own.
        ("XTSE", "2026-11-23T20:59", Open),
        ("XTSE", "2026-11-23T21:00", Closed),
        ("XTSE", "2026-12-24T18:00", Closed),
        ("XSWX", "2026-05-14T10:00", Closed),
        ("XSTO", "2026-10-30T11:59", Open),
        ("XSTO", "2026-10-30T12:00", Closed),
        ("XKRX", "2026-01-02T00:59", Closed),
        ("XKRX", "2026-01-02T01:00", Open),
        ("XNSE", "2026-11-24T05:00", Closed),
        ("XSHE", "2026-11-23T04:00", Closed),
        ("XASX", "2026-12-24T03:10", Closed),
    ] {
        assert_eq!(session(exchange, time), Some(expected), "{exchange} at {time}");
    }
}

#[test]
fn a_weekend_with_a_holiday_ends_with_the_next_opening() {
    let next = |exchange, time| Calendar::of(exchange).unwrap().next_change(utc(time));
    assert_eq!(next("XNAS", "2026-04-03T00:00"), Some(utc("2026-04-06T08:00")));
    assert_eq!(next("XNAS", "2026-11-23T14:31"), Some(utc("2026-11-23T21:00")));
    assert_eq!(next("XHKG", "2026-02-16T04:10"), Some(utc("2026-02-20T01:00")));
    assert_eq!(next("XTKS", "2026-05-01T06:30"), Some(utc("2026-05-06T23:00")));
}

#[test]
fn of_a_year_without_data_nothing_is_said() {
    for time in ["2023-06-01T15:00", "2029-06-01T15:00"] {
        assert_eq!(session("XNAS", time), None);
    }
    let calendar = Calendar::united_states().unwrap();
    // A Friday: its last part ends in the year that nothing is known of, by UTC alone.
    assert_eq!(
        calendar.next_change(utc("2028-12-29T22:00")),
        Some(utc("2028-12-30T01:00"))
    );
    assert_eq!(calendar.next_change(utc("2028-12-30T02:00")), None);
    assert_eq!(Calendar::of("XXXX"), None);
}

#[test]
fn every_line_of_the_data_is_understood_and_names_weekdays_of_known_years() {
    let read = Books::read(include_str!("hours.txt"), include_str!("days.txt"));
    assert!(read.unread.is_empty(), "{:?}", read.unread);
    assert_eq!(read.books.as_slice(), Book::all());
    let mut codes = BTreeSet::new();
    for book in &read.books {
        for code in &book.codes {
            assert!(codes.insert(*code), "{code} twice");
        }
        let mut seen = BTreeSet::new();
        for (date, kind) in book.days.unusual() {
            assert!(!matches!(date.weekday(), Weekday::Sat | Weekday::Sun), "{date}");
            assert!(seen.insert(*date), "{} {date} twice", book.name);
            let has_hours = !book.hours.phases(*date, *kind).is_empty();
            assert_eq!(has_hours, *kind != Kind::Shut, "{} {date}", book.name);
        }
        for year in 2024..=2026 {
            assert!(book.phases(day(year, 3, 3)).is_some(), "{} {year}", book.name);
            assert!(!book.hours.phases(day(year, 3, 3), Kind::Whole).is_empty());
        }
    }
}

#[test]
fn a_line_that_makes_no_sense_is_told() {
    let hours = "calendar US America/New_York XNYS";
    for nonsense in [
        "whole 09:30",
        "whole 0930 open",
        "whole 09:30 opened",
        "until whole 09:30 open",
        "calendar XNEW",
        "calendar XNEW Atlantis/Capital",
        "sometimes 09:30 open",
    ] {
        assert_eq!(Books::read(nonsense, "").unread, [nonsense]);
    }
    assert_eq!(Books::read("whole 09:30 open", hours).unread.len(), 2);
    for nonsense in [
        "XNEW 2026 closed 01-01",
        "US 2026 open 01-01",
        "US 2026 closed 13-01",
        "US",
    ] {
        assert_eq!(Books::read(hours, nonsense).unread, [nonsense]);
    }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn nth(year: i32, month: u32, weekday: Weekday, nth: u8) -> NaiveDate {
    NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth).unwrap()
}

fn last(year: i32, month: u32, weekday: Weekday) -> NaiveDate {
    (1..=5)
        .rev()
        .find_map(|n| NaiveDate::from_weekday_of_month_opt(year, month, weekday, n))
        .unwrap()
}

/// The Sunday of Easter, by the rule that is named after Meeus.
fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    day(year, (n / 31).cast_unsigned(), (n % 31 + 1).cast_unsigned())
}

fn kind(exchange: &str, date: NaiveDate) -> Kind {
    Calendar::of(exchange).unwrap().0.days.kind(date).unwrap()
}

fn shut(exchange: &str, year: i32) -> BTreeSet<NaiveDate> {
    day(year, 1, 1)
        .iter_days()
        .take_while(|date| date.year() == year)
        .filter(|date| !matches!(date.weekday(), Weekday::Sat | Weekday::Sun))
        .filter(|date| kind(exchange, *date) == Kind::Shut)
        .collect()
}

fn weekdays(dates: impl IntoIterator<Item = NaiveDate>) -> BTreeSet<NaiveDate> {
    dates
        .into_iter()
        .filter(|date| !matches!(date.weekday(), Weekday::Sat | Weekday::Sun))
        .collect()
}

/// What falls on a Saturday is kept the day before, and what falls on a Sunday the day after.
fn near(date: NaiveDate) -> NaiveDate {
    match date.weekday() {
        Weekday::Sat => date - Days::new(1),
        Weekday::Sun => date + Days::new(1),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => date,
    }
}

#[test]
fn the_holidays_of_new_york_are_those_of_its_rules() {
    for year in 2024..=2028 {
        let mut rules = weekdays([
            day(year, 1, 1),
            nth(year, 1, Weekday::Mon, 3),
            nth(year, 2, Weekday::Mon, 3),
            easter(year) - Days::new(2),
            last(year, 5, Weekday::Mon),
            near(day(year, 6, 19)),
            near(day(year, 7, 4)),
            nth(year, 9, Weekday::Mon, 1),
            nth(year, 11, Weekday::Thu, 4),
            near(day(year, 12, 25)),
        ]);
        if year == 2025 {
            rules.insert(day(2025, 1, 9));
        }
        assert_eq!(shut("XNYS", year), rules, "{year}");
        let behind = nth(year, 11, Weekday::Thu, 4) + Days::new(1);
        assert_eq!(kind("XNYS", behind), Kind::Early);
    }
}

#[test]
fn the_holidays_of_europe_are_those_of_their_rules() {
    for year in 2024..=2028 {
        let easter = easter(year);
        let all = [day(year, 1, 1), easter - Days::new(2), easter + Days::new(1)];
        let labour = day(year, 5, 1);
        let christmas = [day(year, 12, 25), day(year, 12, 26)];
        let euronext = all.into_iter().chain([labour]).chain(christmas);
        assert_eq!(shut("XPAR", year), weekdays(euronext.clone()), "{year}");
        let eves = [day(year, 12, 24), day(year, 12, 31)];
        assert_eq!(shut("XETR", year), weekdays(euronext.chain(eves)), "{year}");

        // A holiday at a weekend is made up for by the next day that is none.
        let boxing = match day(year, 12, 25).weekday() {
            Weekday::Fri => [day(year, 12, 25), day(year, 12, 28)],
            Weekday::Sat => [day(year, 12, 27), day(year, 12, 28)],
            Weekday::Sun => [day(year, 12, 26), day(year, 12, 27)],
            Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu => christmas,
        };
        let banks = [
            nth(year, 5, Weekday::Mon, 1),
            last(year, 5, Weekday::Mon),
            last(year, 8, Weekday::Mon),
        ];
        let new_year = match day(year, 1, 1).weekday() {
            Weekday::Sat => day(year, 1, 3),
            Weekday::Sun => day(year, 1, 2),
            Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => day(year, 1, 1),
        };
        let london = all.into_iter().chain([new_year]).chain(banks).chain(boxing);
        assert_eq!(shut("XLON", year), weekdays(london), "{year}");
    }
}

#[test]
fn the_holidays_of_japan_are_those_of_its_law() {
    // The days of the equinoxes are announced by the National Astronomical Observatory.
    for (year, spring, autumn) in [
        (2024, 20, 22),
        (2025, 20, 23),
        (2026, 20, 23),
        (2027, 21, 23),
        (2028, 20, 22),
    ] {
        let national: BTreeSet<_> = [
            day(year, 1, 1),
            nth(year, 1, Weekday::Mon, 2),
            day(year, 2, 11),
            day(year, 2, 23),
            day(year, 3, spring),
            day(year, 4, 29),
            day(year, 5, 3),
            day(year, 5, 4),
            day(year, 5, 5),
            nth(year, 7, Weekday::Mon, 3),
            day(year, 8, 11),
            nth(year, 9, Weekday::Mon, 3),
            day(year, 9, autumn),
            nth(year, 10, Weekday::Mon, 2),
            day(year, 11, 3),
            day(year, 11, 23),
        ]
        .into();
        let mut all = national.clone();
        for holiday in &national {
            if holiday.weekday() == Weekday::Sun {
                let free = holiday.iter_days().find(|date| !national.contains(date));
                all.insert(free.unwrap());
            }
            // A day between two of them is one, too.
            if national.contains(&(*holiday + Days::new(2))) {
                all.insert(*holiday + Days::new(1));
            }
        }
        all.extend([day(year, 1, 2), day(year, 1, 3), day(year, 12, 31)]);
        assert_eq!(shut("XTKS", year), weekdays(all), "{year}");
    }
}

proptest! {
    /// The parts of a day follow one another without a hole, and each ends where it is said to.
    #[test]
    fn a_session_lasts_until_its_change_and_no_longer(
        calendar in prop::sample::select(Calendar::all().collect::<Vec<_>>()),
        // 2024-01-02 to 2026-12-15: what follows is not known of each.
        second in 1_704_153_600i64..1_797_292_800,
        share in 0.0f64..1.0,
    ) {
        let time = DateTime::from_timestamp(second, 0).unwrap();
        let is = calendar.session(time).unwrap();
        let next = calendar.next_change(time).unwrap();
        prop_assert!(next > time);
        prop_assert_ne!(calendar.session(next).unwrap(), is);
        let between = (next - time).num_seconds();
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "some days of seconds")]
        let within = (between as f64 * share) as i64;
        let within = time + chrono::TimeDelta::seconds(within.min(between - 1));
        prop_assert_eq!(calendar.session(within).unwrap(), is);
        prop_assert_eq!(calendar.next_change(within), Some(next));
    }

    /// A whole day has them in their order, beginning and ending closed.
    #[test]
    fn the_sessions_of_a_day_are_in_their_order(
        calendar in prop::sample::select(Calendar::all().collect::<Vec<_>>()),
        after in 0u64..1_090,
    ) {
        let date = day(2024, 1, 1) + Days::new(after);
        let phases = calendar.0.phases(date).unwrap();
        prop_assert!(phases.windows(2).all(|two| two[0].minute < two[1].minute && two[0].session != two[1].session));
        prop_assert!(phases.last().is_none_or(|last| last.session == Closed));
        let order = [Closed, Pre, Auction, Open, Post];
        let rank = |session| order.iter().position(|known| *known == session).unwrap();
        if Some(calendar) == Calendar::united_states() {
            let ranks: Vec<_> = phases.iter().map(|phase| rank(phase.session)).collect();
            prop_assert!(ranks.is_empty() || ranks == [1, 3, 4, 0]);
        }
    }
}
