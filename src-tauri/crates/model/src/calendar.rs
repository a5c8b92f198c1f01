//! When an exchange trades, where its venue does not say.

mod days;
mod hours;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Days, NaiveDate, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use self::days::Sort;
use crate::Session;

/// The hours and days of one exchange, or of several that keep the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Calendar {
    /// New York's exchanges, with trading before and after their official hours.
    UnitedStates,
    London,
    Xetra,
    /// Amsterdam, Brussels, Lisbon and Paris.
    Euronext,
    Tokyo,
    HongKong,
}

/// No exchange is shut for longer: the longest are the new years of the east and
/// Japan's days of May, with the weekends around them.
const SHUT_MAX: u64 = 14;

impl Calendar {
    pub const ALL: [Self; 6] = [
        Self::UnitedStates,
        Self::London,
        Self::Xetra,
        Self::Euronext,
        Self::Tokyo,
        Self::HongKong,
    ];

    /// That of an exchange, by its ISO 10383 code.
    pub fn of(exchange: &str) -> Option<Self> {
        match exchange {
            "XNYS" | "XNAS" | "ARCX" | "XASE" | "BATS" | "BATY" | "EDGA" | "EDGX" | "IEXG" | "XNGS"
            | "XNMS" | "XNCM" | "MEMX" | "EPRL" => Some(Self::UnitedStates),
            "XLON" => Some(Self::London),
            "XETR" => Some(Self::Xetra),
            "XAMS" | "XBRU" | "XLIS" | "XPAR" => Some(Self::Euronext),
            "XTKS" => Some(Self::Tokyo),
            "XHKG" => Some(Self::HongKong),
            _ => None,
        }
    }

    /// The part of the trading day that it is in; `None` in a year whose days are
    /// not known.
    pub fn session(self, time: DateTime<Utc>) -> Option<Session> {
        let local = time.with_timezone(&self.zone());
        let minute = local.hour() * 60 + local.minute();
        let phases = self.phases(local.date_naive())?;
        let begun = phases.iter().rev().find(|(start, _)| *start <= minute);
        Some(begun.map_or(Session::Closed, |(_, session)| *session))
    }

    /// When that changes next; `None` where it is not known until then.
    pub fn next_change(self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let is = self.session(time)?;
        let today = time.with_timezone(&self.zone()).date_naive();
        for later in 0..=SHUT_MAX {
            let date = today.checked_add_days(Days::new(later))?;
            for (minute, session) in self.phases(date)? {
                let at = self.instant(date, *minute)?;
                if at > time && *session != is {
                    return Some(at);
                }
            }
        }
        None
    }

    /// The minutes of a day at which its parts begin, in the exchange's own time.
    fn phases(self, date: NaiveDate) -> Option<&'static [(u32, Session)]> {
        Some(match days::sort(self, date)? {
            Sort::Shut => &[],
            Sort::Early => self.early_hours(),
            Sort::Whole => self.hours(date),
        })
    }

    fn instant(self, date: NaiveDate, minute: u32) -> Option<DateTime<Utc>> {
        let time = date.and_hms_opt(minute / 60, minute % 60, 0)?;
        // No exchange begins anything in the hour in which its clocks are changed.
        let local = self.zone().from_local_datetime(&time).earliest()?;
        Some(local.to_utc())
    }

    const fn zone(self) -> Tz {
        match self {
            Self::UnitedStates => Tz::America__New_York,
            Self::London => Tz::Europe__London,
            Self::Xetra => Tz::Europe__Berlin,
            Self::Euronext => Tz::Europe__Paris,
            Self::Tokyo => Tz::Asia__Tokyo,
            Self::HongKong => Tz::Asia__Hong_Kong,
        }
    }
}
