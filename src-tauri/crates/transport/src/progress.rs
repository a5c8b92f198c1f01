//! A message that has begun must come to its end.
//!
//! A slow line is borne, however long it takes: at 64 kbit/s, a hundred times
//! the least that is asked for comes in time. A server that lets a byte fall now
//! and then would otherwise hold a connection for ever, and look alive.

use std::time::Duration;

use tokio::time::Instant;

use crate::Loss;

/// Within this time a message that has begun ends, or so much more of it comes.
const PROGRESS_EVERY: Duration = Duration::from_secs(15);
const PROGRESS_MIN: u64 = 1 << 10;
/// That it goes on is told so often.
const TOLD_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Progress {
    /// Since when something is under way, and how much had come by then.
    since: Option<(Instant, u64)>,
    /// When it was told last that it goes on, and how much had come by then; at
    /// first when it began.
    told: Option<(Instant, u64)>,
}

impl Progress {
    pub(crate) const fn new() -> Self {
        Self {
            since: None,
            told: None,
        }
    }

    /// The last message is whole.
    pub(crate) const fn over(&mut self) {
        self.since = None;
        self.told = None;
    }

    /// A message is under way, and `came` is all that ever came. Whether it is
    /// time to tell that more of it has come.
    pub(crate) fn look(&mut self, came: u64) -> Result<bool, Loss> {
        let now = Instant::now();
        let (since, before) = *self.since.get_or_insert((now, came));
        let (told, known) = *self.told.get_or_insert((now, came));
        if now.duration_since(since) >= PROGRESS_EVERY {
            if came.saturating_sub(before) < PROGRESS_MIN {
                return Err(Loss::Stalled {
                    after: PROGRESS_EVERY,
                });
            }
            self.since = Some((now, came));
        }
        let is_news = came > known && now.duration_since(told) >= TOLD_EVERY;
        if is_news {
            self.told = Some((now, came));
        }
        Ok(is_news)
    }

    /// When to look again, whatever comes until then.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.since.map(|(since, _)| since + PROGRESS_EVERY)
    }
}
