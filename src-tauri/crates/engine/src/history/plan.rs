//! What is asked next of a series' past, and what a failure means for it.

use std::ops::Range;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use model::Timeframe;
use provider::{Denial, History, NoHistory};

use crate::inquiry::NotFetched;

/// So long after its end a candle is the venue's last word, as a rule.
const GRACE: Duration = Duration::from_secs(5);
/// Whoever does not answer is asked again after this, then after twice as long, and so on.
const WAIT: Duration = Duration::from_secs(5);
/// So often one stretch is asked for before it is given up.
const TRIES_MAX: u32 = 5;
/// However long a venue wants to be left alone, it is asked again after a day.
const WAIT_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// What is known of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Whether all of its past was asked for.
    pub(super) asked: bool,
    /// Stretches of starts that were not heard and not asked for.
    pub(super) unheard: Vec<Range<i64>>,
    /// How many candles it keeps.
    pub(super) room: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// All of its past is still to be asked for, and is this.
    Whole(Range<i64>),
    /// This was not heard, and can be asked for.
    Missing(Range<i64>),
    /// Nothing before the market's clock shows this.
    At(DateTime<Utc>),
    Nothing,
}

/// `now` is the market's time.
pub(super) fn next(known: &Known, timeframe: Timeframe, history: &History, now: DateTime<Utc>) -> Next {
    if !history.timeframes.contains(&timeframe) {
        return Next::Nothing;
    }
    let late = seconds(history.behind + GRACE);
    // Candles that begin before this have ended, and the venue knows them.
    let until = now
        .checked_sub_signed(TimeDelta::seconds(late))
        .map_or(0, |past| timeframe.start(past));
    if !known.asked {
        let reach = match timeframe {
            // Nobody looks at the seconds of yesterday.
            Timeframe::Second => i64::try_from(known.room).unwrap_or(i64::MAX),
            Timeframe::Minute => seconds(history.reach),
        };
        let from = until.saturating_sub(reach);
        return Next::Whole(from - from.rem_euclid(timeframe.seconds())..until);
    }
    let due = known.unheard.iter().find(|stretch| stretch.start < until);
    if let Some(due) = due {
        return Next::Missing(due.start..due.end.min(until));
    }
    let first = known.unheard.first();
    let ends = first.map(|stretch| stretch.start + timeframe.seconds() + late);
    ends.and_then(|second| DateTime::from_timestamp(second, 0))
        .map_or(Next::Nothing, Next::At)
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// Why a page did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Fetched(#[from] NotFetched),
    #[error(transparent)]
    Read(#[from] NoHistory),
}

/// How long to wait before the same is asked once more; `None` gives it up.
pub(super) fn patience(failure: &Failure, tries: u32) -> Option<Duration> {
    let again = WAIT.saturating_mul(2_u32.saturating_pow(tries));
    let wait = match failure {
        // It was not asked at all, so this was no try.
        Failure::Fetched(NotFetched::Spent { again }) => return Some((*again).clamp(WAIT, WAIT_MAX)),
        Failure::Fetched(fetched) if !fetched.may_retry() => return None,
        Failure::Fetched(NotFetched::Refused { again: said, .. }) => said.unwrap_or(again),
        Failure::Fetched(NotFetched::NoSuchFeed | NotFetched::NoRest | NotFetched::Lost { .. }) => again,
        Failure::Read(NoHistory::Denied { denial, .. }) => match denial {
            Some(Denial::Slower { patience }) => patience.unwrap_or(again.saturating_mul(6)),
            Some(Denial::Passing) => again,
            Some(Denial::Key | Denial::Plan | Denial::Region | Denial::Unwelcome | Denial::Crowded)
            | None => {
                return None;
            }
        },
        // The same question has the same answer.
        Failure::Read(NoHistory::Unreadable(_)) => return None,
    };
    (tries + 1 < TRIES_MAX).then_some(wait.clamp(WAIT, WAIT_MAX))
}

#[cfg(test)]
mod tests {
    use provider::VenueName;

    use super::*;

    const MINUTE: Timeframe = Timeframe::Minute;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn history(venue: &str) -> &'static History {
        VenueName::from_word(venue).unwrap().history().unwrap()
    }

    fn known(asked: bool, unheard: Option<Range<i64>>) -> Known {
        Known {
            asked,
            unheard: unheard.into_iter().collect(),
            room: 1_440,
        }
    }

    #[test]
    fn first_all_of_the_past_is_asked_for_and_never_the_candle_under_way() {
        let coinbase = history("coinbase");
        let day = 86_400_i64;
        for (now, until) in [
            (1_000_024, 999_960_i64),
            (1_000_025, 1_000_020),
            (1_000_084, 1_000_020),
        ] {
            let next = next(&known(false, None), MINUTE, coinbase, at(now));
            assert_eq!(
                next,
                Next::Whole(until - day - (until - day).rem_euclid(60)..until),
                "{now}"
            );
        }
        assert_eq!(
            next(&known(false, None), Timeframe::Second, coinbase, at(9)),
            Next::Nothing
        );
        let seconds = Known {
            room: 3_600,
            ..known(false, None)
        };
        let whole = next(&seconds, Timeframe::Second, history("binance"), at(1_000_000));
        assert_eq!(
            whole,
            Next::Whole(996_395..999_995),
            "an hour, however far the venue reaches"
        );
    }

    #[test]
    fn what_is_missing_is_asked_for_as_far_as_it_has_ended() {
        let coinbase = history("coinbase");
        let gap = known(true, Some(600..1_200));
        let next = |now| next(&gap, MINUTE, coinbase, at(now));
        assert_eq!(next(664), Next::At(at(665)));
        assert_eq!(next(665), Next::Missing(600..660));
        assert_eq!(next(1_100), Next::Missing(600..1_080));
        assert_eq!(next(9_999), Next::Missing(600..1_200));
    }

    #[test]
    fn nothing_is_asked_where_nothing_is_missing() {
        assert_eq!(
            next(&known(true, None), MINUTE, history("coinbase"), at(9_999)),
            Next::Nothing
        );
    }

    #[test]
    fn a_venue_that_is_behind_is_asked_when_it_knows() {
        let delayed = history("alpaca:delayed");
        let late = seconds(delayed.behind);
        let gap = known(true, Some(600..660));
        assert_eq!(next(&gap, MINUTE, delayed, at(700)), Next::At(at(665 + late)));
        assert_eq!(
            next(&gap, MINUTE, delayed, at(665 + late)),
            Next::Missing(600..660)
        );
    }

    #[test]
    fn who_may_be_asked_later_is_asked_later_and_nobody_for_ever() {
        let refused = |status, again, person| {
            Failure::from(NotFetched::Refused {
                status,
                why: String::new(),
                again,
                person,
            })
        };
        let slow = Duration::from_secs(90);
        assert_eq!(patience(&refused(429, Some(slow), false), 0), Some(slow));
        assert_eq!(
            patience(&refused(503, None, false), 2),
            Some(Duration::from_secs(20))
        );
        assert_eq!(patience(&refused(503, None, false), 4), None);
        assert_eq!(patience(&refused(403, None, true), 0), None);
        assert_eq!(patience(&refused(404, None, false), 0), None);
        let spent = Failure::from(NotFetched::Spent { again: slow });
        assert_eq!(patience(&spent, 99), Some(slow));
        let denied = |denial| {
            Failure::from(NoHistory::Denied {
                denial,
                why: String::new(),
            })
        };
        let slower = Denial::Slower { patience: Some(slow) };
        assert_eq!(patience(&denied(Some(slower)), 0), Some(slow));
        assert_eq!(patience(&denied(Some(Denial::Plan)), 0), None);
        assert_eq!(patience(&denied(None), 0), None);
    }
}
