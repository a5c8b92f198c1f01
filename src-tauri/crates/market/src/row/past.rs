//! What of a row was not heard.

use chrono::{DateTime, Utc};
use model::{Timeframe, TransportKind};

use super::Row;
use crate::Revision;
use crate::series::Series;

impl Row {
    /// The venue sends it from now on. By asking again and again it tells no trades.
    pub(crate) fn listen(&mut self, now: DateTime<Utc>, revision: Revision) {
        if self.is_polled() {
            // What was before that is asked for only where there is a hole in it.
            if let Some(since) = self.hearing.ask_on(now) {
                self.tear(since, now, revision);
            }
            return;
        }
        if let Some(since) = self.hearing.begin(now) {
            self.tear(since, now, revision);
        }
    }

    pub(crate) fn tear(&mut self, from: DateTime<Utc>, until: DateTime<Utc>, revision: Revision) {
        for timeframe in Timeframe::ALL {
            self.series_mut(timeframe).tear(from, until, revision);
        }
    }

    pub(crate) fn is_polled(&self) -> bool {
        self.transport == Some(TransportKind::Poll)
    }

    /// The newest time that the venue has stated.
    pub(crate) fn newest_time(&self) -> Option<DateTime<Utc>> {
        self.trade_time.max(self.quote_time)
    }

    pub(crate) const fn series_mut(&mut self, timeframe: Timeframe) -> &mut Series {
        match timeframe {
            Timeframe::Second => &mut self.seconds,
            Timeframe::Minute => &mut self.minutes,
        }
    }
}
