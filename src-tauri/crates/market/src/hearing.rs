//! Whether all of a row's trades are heard, and since when they are not.

use chrono::{DateTime, Utc};

/// By the market's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hearing {
    /// Nobody has listened yet.
    Never,
    On {
        since: DateTime<Utc>,
    },
    /// What came since was not heard, or will come after all.
    Silent {
        since: DateTime<Utc>,
    },
    /// It was only asked for again and again, and then not even that.
    Cut {
        since: DateTime<Utc>,
    },
}

impl Hearing {
    /// Nothing comes any more; `heard` is when anything came from there last.
    pub(crate) fn fall_silent(&mut self, heard: Option<DateTime<Utc>>) {
        if let Self::On { since } = *self {
            *self = Self::Silent {
                since: heard.map_or(since, |heard| heard.max(since)),
            };
        }
    }

    /// Nobody asks for it any more.
    pub(crate) const fn cut(&mut self) {
        if let Self::On { since } | Self::Silent { since } = *self {
            *self = Self::Cut { since };
        }
    }

    /// It is asked for once more, from now on. Since when it was not heard, if there is a hole in that.
    pub(crate) const fn ask_on(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match *self {
            Self::Cut { since } => {
                *self = Self::Silent { since: now };
                Some(since)
            }
            Self::Never | Self::On { .. } | Self::Silent { .. } => None,
        }
    }

    /// All that was missed follows.
    pub(crate) const fn resume(&mut self) {
        if let Self::Silent { since } | Self::Cut { since } = *self {
            *self = Self::On { since };
        }
    }

    /// Since when it is listened to, if it is. Where nobody has listened yet, all that comes
    /// behind `known` will have been missed.
    pub(crate) const fn since_or_missing(&mut self, known: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match *self {
            Self::On { since } => Some(since),
            Self::Silent { .. } | Self::Cut { .. } => None,
            Self::Never => {
                *self = Self::Silent { since: known };
                None
            }
        }
    }

    /// It is listened to from now on. Since when it was not, up to this moment.
    pub(crate) fn begin(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let missed = match *self {
            // The candle of this moment has begun before.
            Self::Never => Some(now),
            Self::Silent { since } | Self::Cut { since } => Some(since),
            Self::On { .. } => None,
        };
        if missed.is_some() {
            *self = Self::On { since: now };
        }
        missed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn what_was_missed_begins_where_anything_was_heard_last() {
        let mut hearing = Hearing::Never;
        hearing.fall_silent(Some(at(1)));
        assert_eq!(hearing, Hearing::Never, "nobody has listened");
        assert_eq!(hearing.begin(at(10)), Some(at(10)));
        assert_eq!(hearing.begin(at(11)), None, "it is told again and again");
        hearing.fall_silent(Some(at(20)));
        hearing.fall_silent(Some(at(25)));
        assert_eq!(hearing.begin(at(30)), Some(at(20)));
        hearing.fall_silent(Some(at(5)));
        assert_eq!(hearing.begin(at(40)), Some(at(30)), "not before it began");
        hearing.fall_silent(None);
        hearing.resume();
        assert_eq!(hearing.begin(at(50)), None, "all of it came after all");
    }
}
