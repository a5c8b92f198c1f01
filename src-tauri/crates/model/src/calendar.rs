//! When an exchange trades, where its venue does not say.

mod book;
mod days;
mod hours;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Days, NaiveDate, TimeZone, Timelike, Utc};

use self::book::Book;
use self::hours::Phase;
use crate::Session;

/// The hours and days of one exchange, or of several that keep the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar(&'static Book);

/// No exchange is shut for longer: the longest are the new years of the east and
/// Japan's days of May, with the weekends around them.
const SHUT_MAX: u64 = 14;

impl Calendar {
    /// Every one that there is.
    pub fn all() -> impl Iterator<Item = Self> {
        Book::all().iter().map(Self)
    }

    /// That of an exchange, by its ISO 10383 code.
    pub fn of(exchange: &str) -> Option<Self> {
        Self::all().find(|Self(book)| book.codes.contains(&exchange))
    }

    /// New York's exchanges, with trading before and after their official hours.
    pub fn united_states() -> Option<Self> {
        Self::of("XNYS")
    }

    /// The part of the trading day that it is in; `None` in a year whose days are
    /// not known.
    pub fn session(self, time: DateTime<Utc>) -> Option<Session> {
        let local = time.with_timezone(&self.0.zone);
        let minute = local.hour() * 60 + local.minute();
        let phases = self.0.phases(local.date_naive())?;
        let begun = phases.iter().rev().find(|phase| phase.minute <= minute);
        Some(begun.map_or(Session::Closed, |phase| phase.session))
    }

    /// When that changes next; `None` where it is not known until then.
    pub fn next_change(self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let is = self.session(time)?;
        let today = time.with_timezone(&self.0.zone).date_naive();
        for later in 0..=SHUT_MAX {
            let date = today.checked_add_days(Days::new(later))?;
            for phase in self.0.phases(date)? {
                let at = self.instant(date, *phase)?;
                if at > time && phase.session != is {
                    return Some(at);
                }
            }
        }
        None
    }

    fn instant(self, date: NaiveDate, Phase { minute, .. }: Phase) -> Option<DateTime<Utc>> {
        let time = date.and_hms_opt(minute / 60, minute % 60, 0)?;
        // No exchange begins anything in the hour in which its clocks are changed.
        let local = self.0.zone.from_local_datetime(&time).earliest()?;
        Some(local.to_utc())
    }
}
