//! One connection that is up: how far it has come, and whether it still lives.

use std::time::Duration;

use bytes::Bytes;
use model::Moment;

use super::{ANSWER_TIMEOUT, HEALTHY_AGE};
use crate::backoff::Came;
use crate::cause::Cause;
use crate::health::{Health, Verdict};

#[derive(Debug)]
pub(super) struct Connected {
    since: Moment,
    pub(super) progress: Progress,
    pub(super) health: Health,
    /// When the venue itself said something last: a pong may come from
    /// somebody who stands before it.
    spoke: Moment,
    /// How long it may say nothing, since it has told how often it speaks.
    mute_after: Option<Duration>,
    leaving: Option<Leaving>,
    /// Not to be dialed sooner than this after its end.
    pub(super) retry_after: Option<Duration>,
}

/// The venue goes on until then.
#[derive(Clone, Debug)]
struct Leaving {
    why: String,
    by: Moment,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Progress {
    Subscribing {
        answer_by: Moment,
        answered: bool,
        data: bool,
    },
    /// Subscribed; it has not worked for long enough to be trusted.
    Proving {
        data: bool,
    },
    Healthy {
        since: Moment,
    },
}

/// What bytes have brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// A message, whatever it says.
    pub(crate) spoke: bool,
    /// An answer to what was asked for.
    pub(crate) answered: bool,
    /// Something about a price, or the venue's word that it is there.
    pub(crate) data: bool,
    /// Every wanted symbol has its answer now.
    pub(crate) settled: bool,
}

/// What a look at the clock has shown.
#[derive(Debug)]
pub(super) enum Look {
    Fine,
    Ping(Bytes),
    Over(Cause),
}

impl Connected {
    pub(super) fn new(now: Moment) -> Self {
        Self {
            since: now,
            progress: Progress::Subscribing {
                answer_by: now + ANSWER_TIMEOUT,
                answered: false,
                data: false,
            },
            health: Health::new(now),
            spoke: now,
            mute_after: None,
            leaving: None,
            retry_after: None,
        }
    }

    pub(super) const fn is_subscribing(&self) -> bool {
        matches!(self.progress, Progress::Subscribing { .. })
    }

    pub(super) fn hear(&mut self, heard: Heard, now: Moment) {
        self.health.heard(now);
        if heard.spoke {
            self.spoke = now;
        }
        self.progress = match self.progress {
            Progress::Subscribing { data, .. } if heard.settled => Progress::Proving {
                data: data || heard.data,
            },
            Progress::Subscribing {
                answer_by,
                answered,
                data,
            } => Progress::Subscribing {
                answer_by,
                answered: answered || heard.answered,
                data: data || heard.data,
            },
            Progress::Proving { data } => Progress::Proving {
                data: data || heard.data,
            },
            Progress::Healthy { since } => Progress::Healthy { since },
        };
    }

    /// It speaks at least this often, or something is wrong.
    pub(super) const fn speaks_within(&mut self, silence_max: Duration) {
        self.mute_after = Some(silence_max);
    }

    pub(super) fn leaves(&mut self, why: String, by: Moment) {
        self.leaving = Some(Leaving { why, by });
    }

    /// Whether it has become healthy: subscribed, with data, and of some age.
    pub(super) fn prove(&mut self, now: Moment) -> bool {
        let proven =
            matches!(self.progress, Progress::Proving { data: true }) && now.since(self.since) >= HEALTHY_AGE;
        if proven {
            self.progress = Progress::Healthy { since: now };
        }
        proven
    }

    pub(super) fn look(&mut self, now: Moment) -> Look {
        if let Some(leaving) = self.leaving.as_ref().filter(|leaving| now >= leaving.by) {
            return Look::Over(Cause::Left {
                why: leaving.why.clone(),
            });
        }
        match self.progress {
            Progress::Subscribing {
                answer_by,
                answered: false,
                ..
            } if now >= answer_by => return Look::Over(Cause::NoAnswer),
            // It speaks, though one answer is still missing: that is the one symbol's matter.
            Progress::Subscribing {
                answer_by,
                answered: true,
                data,
            } if now >= answer_by => {
                self.progress = Progress::Proving { data };
            }
            Progress::Subscribing { .. } | Progress::Proving { .. } | Progress::Healthy { .. } => {}
        }
        if self.mute_at().is_some_and(|mute_at| now >= mute_at) {
            return Look::Over(Cause::Mute {
                silent: now.since(self.spoke),
            });
        }
        match self.health.verdict(now) {
            Verdict::Dead { silent } => Look::Over(Cause::NoPong { silent }),
            Verdict::Ping(payload) => Look::Ping(payload),
            Verdict::Fine => Look::Fine,
        }
    }

    pub(super) fn deadline(&self) -> Moment {
        let progress = match self.progress {
            Progress::Subscribing { answer_by, .. } => Some(answer_by),
            Progress::Proving { data: true } => Some(self.since + HEALTHY_AGE),
            Progress::Proving { data: false } | Progress::Healthy { .. } => None,
        };
        let leaving = self.leaving.as_ref().map(|leaving| leaving.by);
        [progress, leaving, self.mute_at()]
            .into_iter()
            .flatten()
            .fold(self.health.deadline(), Moment::min)
    }

    /// The end of a server that had said that it would go is its leaving.
    pub(super) fn end(&self, cause: Cause) -> Cause {
        match (&self.leaving, cause) {
            (Some(leaving), Cause::Loss(_)) => Cause::Left {
                why: leaving.why.clone(),
            },
            (Some(_) | None, cause) => cause,
        }
    }

    pub(super) const fn came(&self, now: Moment) -> Came {
        match self.progress {
            Progress::Subscribing { .. } | Progress::Proving { .. } => Came::Up,
            Progress::Healthy { since } => Came::Healthy {
                for_: now.since(since),
            },
        }
    }

    fn mute_at(&self) -> Option<Moment> {
        self.mute_after.map(|after| self.spoke + after)
    }
}
