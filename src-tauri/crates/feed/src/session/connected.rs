//! One connection that is up: how far it has come, and whether it still lives.

use std::time::Duration;

use bytes::Bytes;
use model::Moment;
use provider::Admission;

use crate::backoff::Came;
use crate::cause::Cause;
use crate::health::{Health, Verdict};
use crate::policy::Policy;

/// So long may a server that took the connection stay without a word.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// And so long may it take to look at a key: venues themselves give up after as much.
const ADMISSION_TIMEOUT: Duration = Duration::from_secs(10);
/// An answer to a ping that takes longer is none that a better way would give.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(2);
/// One answer to a ping is chance.
const ROUND_TRIPS: u32 = 2;

#[derive(Debug)]
pub(super) struct Connected {
    since: Moment,
    healthy_age: Duration,
    progress: Progress,
    /// How many of the wanted symbols have their answer, and of how many.
    acked: (u32, u32),
    health: Health,
    /// Pings that were answered soon enough.
    round_trips: u32,
    /// Whether it was asked once more than its silence asks for.
    trying: bool,
    /// What another line has brought meanwhile, it has too or will bring.
    pub(super) joined: bool,
    /// When to begin the connection that will follow this one.
    follow_at: Option<Moment>,
    /// When the venue itself said something last: a pong may come from
    /// somebody who stands before it.
    spoke: Moment,
    /// How long it may say nothing, since it has told how often it speaks.
    mute_after: Option<Duration>,
    leaving: Option<Leaving>,
    /// Not to be dialed sooner than this after its end.
    pub(super) retry_after: Option<Duration>,
    /// What the venue has said of it that a person should know; how often that was another thing.
    note: Option<(String, u32)>,
}

/// The venue goes on until then.
#[derive(Clone, Debug)]
struct Leaving {
    why: String,
    by: Moment,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Progress {
    /// The venue has not said yet that it takes the key.
    Authenticating {
        admit_by: Moment,
        spoke: bool,
    },
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
    /// How many of the wanted symbols have their answer, and of how many.
    pub(crate) acked: (u32, u32),
}

/// What a venue wants before it answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Greeting {
    pub(super) admission: Admission,
    /// How long a first question may have to wait.
    pub(super) turn_wait: Duration,
}

impl Progress {
    fn subscribing(now: Moment) -> Self {
        Self::Subscribing {
            answer_by: now + ANSWER_TIMEOUT,
            answered: false,
            data: false,
        }
    }
}

/// What a look at the clock has shown.
#[derive(Debug)]
pub(super) enum Look {
    Fine,
    Ping(Bytes),
    Over(Cause),
}

impl Connected {
    pub(super) fn new(policy: Policy, greeting: Greeting, now: Moment) -> Self {
        Self {
            since: now,
            healthy_age: policy.healthy_age(),
            round_trips: 0,
            trying: false,
            joined: false,
            follow_at: None,
            progress: match greeting.admission {
                Admission::AtOnce => Progress::subscribing(now + greeting.turn_wait),
                Admission::Told => Progress::Authenticating {
                    admit_by: now + ADMISSION_TIMEOUT,
                    spoke: false,
                },
            },
            acked: (0, 0),
            health: Health::new(now),
            spoke: now,
            mute_after: None,
            leaving: None,
            retry_after: None,
            note: None,
        }
    }

    pub(super) const fn since(&self) -> Moment {
        self.since
    }

    pub(super) const fn progress(&self) -> Progress {
        self.progress
    }

    pub(super) const fn acked(&self) -> (u32, u32) {
        self.acked
    }

    /// Whether it was asked for a sign of life, after a silence, and has given none.
    pub(super) fn is_probing(&self) -> bool {
        self.health.is_probing()
    }

    pub(super) const fn round_trip(&self) -> Option<Duration> {
        self.health.round_trip()
    }

    /// How long it was silent when it was last tried, or is now.
    pub(super) fn silence(&self, now: Moment) -> Duration {
        self.health.silence(now)
    }

    pub(super) const fn set_quiet_before_ping(&mut self, quiet: Duration) {
        self.health.set_quiet_before_ping(quiet);
    }

    pub(super) fn disturbed(&mut self, now: Moment) {
        self.health.disturbed(now);
    }

    /// Whether it may be asked for something.
    pub(super) const fn is_admitted(&self) -> bool {
        !matches!(self.progress, Progress::Authenticating { .. })
    }

    /// The venue takes the key. Whether that is news.
    pub(super) fn admit(&mut self, now: Moment) -> bool {
        let news = !self.is_admitted();
        if news {
            self.progress = Progress::subscribing(now);
        }
        news
    }

    /// Whether it is still on its way to being subscribed.
    pub(super) const fn is_subscribing(&self) -> bool {
        matches!(
            self.progress,
            Progress::Authenticating { .. } | Progress::Subscribing { .. }
        )
    }

    pub(super) fn note(&mut self, why: String) {
        match &mut self.note {
            Some((known, _)) if *known == why => {}
            Some((known, count)) => {
                *known = why;
                *count += 1;
            }
            None => self.note = Some((why, 1)),
        }
    }

    pub(super) const fn noted(&self) -> Option<&(String, u32)> {
        self.note.as_ref()
    }

    /// Whether the venue itself has said anything on it.
    pub(super) const fn has_spoken(&self) -> bool {
        !matches!(
            self.progress,
            Progress::Authenticating { spoke: false, .. }
                | Progress::Subscribing {
                    answered: false,
                    data: false,
                    ..
                }
        )
    }

    pub(super) const fn has_data(&self) -> bool {
        match self.progress {
            Progress::Authenticating { .. } => false,
            Progress::Subscribing { data, .. } | Progress::Proving { data } => data,
            Progress::Healthy { .. } => true,
        }
    }

    /// Whether it may take another line's place without anybody noticing.
    pub(super) const fn is_ripe(&self) -> bool {
        self.joined && self.has_data() && !self.is_subscribing()
    }

    /// Whether pings come back on it, and soon.
    pub(super) const fn is_answering(&self) -> bool {
        self.round_trips >= ROUND_TRIPS
    }

    pub(super) fn expect(&mut self, round_trip: Duration) {
        self.health.expect(round_trip);
    }

    pub(super) fn pong(&mut self, payload: &[u8], now: Moment) -> Option<Duration> {
        let round_trip = self.health.pong(payload, now)?;
        self.trying = false;
        if round_trip <= ROUND_TRIP_MAX {
            self.round_trips = self.round_trips.saturating_add(1);
        }
        Some(round_trip)
    }

    /// One that is on trial is asked once more without waiting for a silence.
    pub(super) fn try_again(&mut self, now: Moment) {
        if !self.is_answering() && !self.trying {
            self.trying = true;
            self.health.disturbed(now);
        }
    }

    pub(super) fn hear(&mut self, heard: Heard, now: Moment) {
        self.health.heard(now);
        self.acked = heard.acked;
        if heard.spoke {
            self.spoke = now;
        }
        if heard.data {
            self.health.heard_data(now);
        }
        self.progress = match self.progress {
            Progress::Authenticating { admit_by, spoke } => Progress::Authenticating {
                admit_by,
                spoke: spoke || heard.spoke,
            },
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

    pub(super) fn leaves(&mut self, why: String, by: Moment, follow_at: Moment) {
        self.leaving = Some(Leaving { why, by });
        self.follow_at = Some(follow_at);
    }

    pub(super) const fn follow_at(&self) -> Option<Moment> {
        self.follow_at
    }

    /// When to begin its successor, at the latest or anew.
    pub(super) const fn set_follow_at(&mut self, at: Moment) {
        self.follow_at = Some(at);
    }

    /// Whether it is healthy: subscribed, with data, and of some age.
    pub(super) fn prove(&mut self, now: Moment) -> bool {
        if matches!(self.progress, Progress::Proving { data: true })
            && now.since(self.since) >= self.healthy_age
        {
            self.progress = Progress::Healthy { since: now };
        }
        matches!(self.progress, Progress::Healthy { .. })
    }

    pub(super) fn look(&mut self, now: Moment) -> Look {
        if let Some(leaving) = self.leaving.as_ref().filter(|leaving| now >= leaving.by) {
            return Look::Over(Cause::Left {
                why: leaving.why.clone(),
            });
        }
        match self.progress {
            Progress::Authenticating { admit_by, .. } if now >= admit_by => {
                return Look::Over(Cause::NotAdmitted);
            }
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
            Progress::Authenticating { .. }
            | Progress::Subscribing { .. }
            | Progress::Proving { .. }
            | Progress::Healthy { .. } => {}
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
            Progress::Authenticating { admit_by, .. } => Some(admit_by),
            Progress::Subscribing { answer_by, .. } => Some(answer_by),
            Progress::Proving { data: true } => Some(self.since + self.healthy_age),
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
            Progress::Authenticating { .. } | Progress::Subscribing { .. } | Progress::Proving { .. } => {
                Came::Up
            }
            Progress::Healthy { since } => Came::Healthy {
                for_: now.since(since),
            },
        }
    }

    fn mute_at(&self) -> Option<Moment> {
        self.mute_after.map(|after| self.spoke + after)
    }
}
