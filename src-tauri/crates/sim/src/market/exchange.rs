//! Where instruments are traded, and the plan of a day there.
//!
//! A plan is a list of phases in minutes after the local midnight. The last
//! minute of an auction is the one in which it clears, with one trade.

use chrono::{DateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;
use model::Session;

use super::calendar::{self, Holidays};

/// One venue's hours.
#[derive(Debug)]
pub(super) struct Exchange {
    /// ISO 10383; none for what is traded between banks or on chains.
    pub(super) code: Option<&'static str>,
    zone: Tz,
    pub(super) holidays: Holidays,
    pub(super) phases: &'static [Phase],
    /// Where the last phase ends.
    pub(super) end: i32,
    /// Whether there is an official close, and a limit to a day's fall.
    pub(super) regulated: bool,
}

/// What holds from a minute on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phase {
    pub(super) from: i32,
    pub(super) session: Session,
    pub(super) reason: Option<&'static str>,
}

impl Exchange {
    /// The local midnight that begins a day, in minutes since 1970 in UTC.
    ///
    /// Clocks are changed in nights without trading, so that the offset of the
    /// day's noon is right for all of it.
    pub(super) fn midnight(&self, day: i32) -> i64 {
        let noon = calendar::date_of(day).and_time(NaiveTime::MIN) + chrono::TimeDelta::hours(12);
        let offset = self.zone.offset_from_utc_datetime(&noon).fix();
        (i64::from(day) * 86_400 - i64::from(offset.local_minus_utc())) / 60
    }

    /// The first minute of a day's plan, in minutes since 1970 in UTC.
    pub(super) fn opens(&self, day: i32) -> i64 {
        self.midnight(day) + i64::from(self.phases.first().map_or(0, |phase| phase.from))
    }

    /// The day of trading whose plan began last before a minute.
    pub(super) fn day_at(&self, minute: i64) -> i32 {
        let tomorrow = DateTime::from_timestamp(minute * 60, 0)
            .map_or(0, |time| calendar::days_of(time.date_naive()))
            + 1;
        let mut day = tomorrow;
        while !calendar::trades(self.holidays, day) || self.opens(day) > minute {
            day -= 1;
        }
        day
    }

    pub(super) fn next_day(&self, day: i32) -> i32 {
        let mut next = day + 1;
        while !calendar::trades(self.holidays, next) {
            next += 1;
        }
        next
    }

    pub(super) fn day_before(&self, day: i32) -> i32 {
        let mut before = day - 1;
        while !calendar::trades(self.holidays, before) {
            before -= 1;
        }
        before
    }

    /// Minutes of regular trading in a day, as `open` and `end` of each stretch.
    pub(super) fn regular(&self) -> impl Iterator<Item = (i32, i32)> {
        let ends = self
            .phases
            .iter()
            .skip(1)
            .map(|phase| phase.from)
            .chain([self.end]);
        self.phases
            .iter()
            .zip(ends)
            .filter(|(phase, _)| phase.session == Session::Open)
            .map(|(phase, end)| (phase.from, end))
    }
}

const fn phase(hour: i32, minute: i32, session: Session) -> Phase {
    Phase {
        from: hour * 60 + minute,
        session,
        reason: None,
    }
}

const fn auction(hour: i32, minute: i32, reason: &'static str) -> Phase {
    Phase {
        from: hour * 60 + minute,
        session: Session::Auction,
        reason: Some(reason),
    }
}

const fn opening(hour: i32, minute: i32) -> Phase {
    auction(hour, minute, OPENING)
}

const fn closing(hour: i32, minute: i32) -> Phase {
    auction(hour, minute, CLOSING)
}

const fn lunch(hour: i32, minute: i32) -> Phase {
    Phase {
        from: hour * 60 + minute,
        session: Session::Closed,
        reason: Some("lunch break"),
    }
}

pub(super) const OPENING: &str = "opening auction";
pub(super) const CLOSING: &str = "closing auction";

/// Places in [`EXCHANGES`].
pub(super) const NEW_YORK: usize = 0;
pub(super) const NASDAQ: usize = 1;
pub(super) const TORONTO: usize = 2;
pub(super) const LONDON: usize = 3;
pub(super) const XETRA: usize = 4;
pub(super) const PARIS: usize = 5;
pub(super) const ZURICH: usize = 6;
pub(super) const TOKYO: usize = 7;
pub(super) const HONG_KONG: usize = 8;
pub(super) const CHAINS: usize = 9;
pub(super) const BANKS: usize = 10;

const AMERICAN: &[Phase] = &[
    phase(4, 0, Session::Pre),
    opening(9, 28),
    phase(9, 30, Session::Open),
    closing(16, 0),
    phase(16, 2, Session::Post),
];
const CANADIAN: &[Phase] = &[
    phase(8, 0, Session::Pre),
    opening(9, 28),
    phase(9, 30, Session::Open),
    closing(16, 0),
    phase(16, 2, Session::Post),
];
const BRITISH: &[Phase] = &[opening(7, 50), phase(8, 0, Session::Open), closing(16, 30)];
const EUROPEAN: &[Phase] = &[opening(8, 50), phase(9, 0, Session::Open), closing(17, 30)];
const SWISS: &[Phase] = &[opening(8, 50), phase(9, 0, Session::Open), closing(17, 20)];
const JAPANESE: &[Phase] = &[
    opening(8, 50),
    phase(9, 0, Session::Open),
    lunch(11, 30),
    phase(12, 30, Session::Open),
    closing(15, 25),
];
const CHINESE: &[Phase] = &[
    opening(9, 15),
    phase(9, 30, Session::Open),
    lunch(12, 0),
    phase(13, 0, Session::Open),
    closing(16, 0),
];

pub(super) static EXCHANGES: [Exchange; 11] = [
    exchange(
        "XNYS",
        Tz::America__New_York,
        Holidays::UnitedStates,
        AMERICAN,
        20 * 60,
    ),
    exchange(
        "XNAS",
        Tz::America__New_York,
        Holidays::UnitedStates,
        AMERICAN,
        20 * 60,
    ),
    exchange("XTSE", Tz::America__Toronto, Holidays::Canada, CANADIAN, 17 * 60),
    exchange(
        "XLON",
        Tz::Europe__London,
        Holidays::Britain,
        BRITISH,
        16 * 60 + 35,
    ),
    exchange(
        "XETR",
        Tz::Europe__Berlin,
        Holidays::Europe,
        EUROPEAN,
        17 * 60 + 35,
    ),
    exchange(
        "XPAR",
        Tz::Europe__Paris,
        Holidays::Europe,
        EUROPEAN,
        17 * 60 + 35,
    ),
    exchange(
        "XSWX",
        Tz::Europe__Zurich,
        Holidays::Switzerland,
        SWISS,
        17 * 60 + 30,
    ),
    exchange("XTKS", Tz::Asia__Tokyo, Holidays::Japan, JAPANESE, 15 * 60 + 30),
    exchange(
        "XHKG",
        Tz::Asia__Hong_Kong,
        Holidays::HongKong,
        CHINESE,
        16 * 60 + 10,
    ),
    Exchange {
        code: None,
        zone: Tz::UTC,
        holidays: Holidays::None,
        phases: &[phase(0, 0, Session::Open)],
        end: 24 * 60,
        regulated: false,
    },
    // A day of currencies begins at five in the afternoon of New York's day before.
    Exchange {
        code: None,
        zone: Tz::America__New_York,
        holidays: Holidays::Weekends,
        phases: &[phase(-7, 0, Session::Open)],
        end: 17 * 60,
        regulated: false,
    },
];

const fn exchange(
    code: &'static str,
    zone: Tz,
    holidays: Holidays,
    phases: &'static [Phase],
    end: i32,
) -> Exchange {
    Exchange {
        code: Some(code),
        zone,
        holidays,
        phases,
        end,
        regulated: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(text: &str) -> i64 {
        text.parse::<DateTime<chrono::Utc>>().unwrap().timestamp() / 60
    }

    fn day(text: &str) -> i32 {
        calendar::days_of(text.parse().unwrap())
    }

    #[test]
    fn opens_at_its_own_hour_in_summer_and_in_winter() {
        let regular = |place: usize, date: &str| {
            let exchange: &Exchange = &EXCHANGES[place];
            let open = exchange.regular().next().unwrap().0;
            exchange.midnight(day(date)) + i64::from(open)
        };
        assert_eq!(regular(NEW_YORK, "2026-01-05"), minute("2026-01-05T14:30:00Z"));
        assert_eq!(regular(NEW_YORK, "2026-07-06"), minute("2026-07-06T13:30:00Z"));
        // Three weeks in which New York has summer time and Frankfurt has not.
        assert_eq!(regular(NEW_YORK, "2026-03-09"), minute("2026-03-09T13:30:00Z"));
        assert_eq!(regular(XETRA, "2026-03-09"), minute("2026-03-09T08:00:00Z"));
        assert_eq!(regular(XETRA, "2026-03-30"), minute("2026-03-30T07:00:00Z"));
        assert_eq!(regular(TOKYO, "2026-03-09"), minute("2026-03-09T00:00:00Z"));
        assert_eq!(regular(BANKS, "2026-03-09"), minute("2026-03-08T21:00:00Z"));
    }

    #[test]
    fn a_moment_belongs_to_the_day_that_began_before_it() {
        let at = |place: usize, text: &str| EXCHANGES[place].day_at(minute(text));
        assert_eq!(at(NEW_YORK, "2026-11-21T12:00:00Z"), day("2026-11-20"));
        assert_eq!(at(NEW_YORK, "2026-11-23T08:59:00Z"), day("2026-11-20"));
        assert_eq!(at(NEW_YORK, "2026-11-23T09:00:00Z"), day("2026-11-23"));
        assert_eq!(at(TOKYO, "2026-11-19T23:50:00Z"), day("2026-11-20"));
        assert_eq!(at(BANKS, "2026-11-22T22:00:00Z"), day("2026-11-23"));
        assert_eq!(at(CHAINS, "2026-11-22T23:59:00Z"), day("2026-11-22"));
    }

    #[test]
    fn every_plan_is_in_order_and_has_regular_hours() {
        for exchange in &EXCHANGES {
            assert!(exchange.phases.is_sorted_by(|a, b| a.from < b.from));
            assert!(exchange.phases.last().unwrap().from < exchange.end);
            assert!(exchange.regular().count() > 0);
            // A bar of an hour lies in one day only.
            assert_eq!(exchange.midnight(20_000) % 60, 0);
        }
    }
}
