//! When a burst came, and what follows from that alone.

use chrono::{DateTime, TimeDelta, Utc};
use model::{MarketClock, Received};

/// A venue's clocks and ours are seldom further apart than this.
const LEAD_MAX: TimeDelta = TimeDelta::seconds(5);

/// No time zone and no clock that somebody looks after is further ahead.
const AHEAD_MAX: TimeDelta = TimeDelta::days(1);

/// Worked out once for all that came together, since times are counted slowly
/// and compared quickly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) received: Received,
    /// What the market's clock showed.
    pub(crate) market: DateTime<Utc>,
    newest_believable: DateTime<Utc>,
    newest_plausible: DateTime<Utc>,
}

impl Arrival {
    /// By our own time until the feed has stated how its market's runs.
    pub(crate) fn new(received: Received, clock: Option<&MarketClock>) -> Self {
        let market = clock.map_or(received.wall, |clock| clock.at(received.wall));
        let ahead = |lead| {
            market
                .checked_add_signed(lead)
                .unwrap_or(DateTime::<Utc>::MAX_UTC)
        };
        Self {
            received,
            market,
            newest_believable: ahead(LEAD_MAX),
            newest_plausible: ahead(AHEAD_MAX),
        }
    }

    /// A time from far ahead is no time at all: it would be the newest for ever.
    pub(crate) fn plausible(&self, time: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        time.filter(|time| *time <= self.newest_plausible)
    }

    /// One tick that was stamped hours ahead would make every later one look old, and a frozen
    /// price look live. Until the market's clock has come there, what comes later counts as newer.
    pub(crate) fn believable(&self, newest: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        newest.filter(|time| *time <= self.newest_believable)
    }
}

#[cfg(test)]
mod tests {
    use model::Moment;

    use super::*;

    fn wall(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn arrival(wall: DateTime<Utc>, clock: Option<&MarketClock>) -> Arrival {
        let at = Moment::START;
        Arrival::new(Received { wall, at }, clock)
    }

    #[test]
    fn what_is_far_ahead_of_the_market_is_told_by_the_markets_clock() {
        let clock = MarketClock {
            market: wall(1_000_000),
            wall: wall(0),
            rate: 10.0,
        };
        let arrival = arrival(wall(100), Some(&clock));
        assert_eq!(arrival.market, wall(1_001_000));
        let kept = |time| {
            let time = Some(wall(time));
            (arrival.believable(time) == time, arrival.plausible(time) == time)
        };
        assert_eq!(kept(1_001_005), (true, true));
        assert_eq!(kept(1_001_006), (false, true));
        assert_eq!(kept(1_001_000 + 86_400), (false, true));
        assert_eq!(kept(1_001_000 + 86_401), (false, false));
    }

    #[test]
    fn at_the_end_of_all_time_nothing_is_ahead() {
        let end = DateTime::<Utc>::MAX_UTC;
        assert_eq!(arrival(end, None).believable(Some(end)), Some(end));
    }
}
