//! The engine's own dialer with a watch in its hand: how long each phase of the
//! first dial took, and in which one it failed.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use transport::{DialError, Dialed, Dialer, Dialing, Phase, Phases, Redaction, Target};

/// The first dial of a feed.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    /// Where it went, without what nobody may see.
    pub(super) address: String,
    /// What was seen to last for a while, in its order.
    pub(super) lasted: Vec<(Phase, Duration)>,
    /// What it is busy with, until its end.
    pub(super) busy: Option<Phase>,
    pub(super) end: Option<End>,
}

#[derive(Clone, Debug)]
pub(super) enum End {
    Up(Phases),
    Failed {
        phase: Phase,
        why: String,
        next: Option<&'static str>,
    },
}

#[derive(Clone)]
pub(super) struct Stopwatch {
    dialer: Arc<dyn Dialer>,
    course: watch::Sender<Course>,
}

impl Stopwatch {
    pub(super) fn on(dialer: Arc<dyn Dialer>) -> (Self, watch::Receiver<Course>) {
        let (course, seen) = watch::channel(Course::default());
        (Self { dialer, course }, seen)
    }
}

impl Dialer for Stopwatch {
    fn dial(&self, target: Target) -> Dialing {
        let Self { dialer, course } = self.clone();
        // A server may repeat what it was told.
        let redaction = Redaction::of(&target.secrets());
        let address = format!("{target:?}");
        let mut dialing = dialer.dial(target);
        Dialing::new(|progress| async move {
            let mut lasted = Lasted::default();
            while let Some(phase) = dialing.changed().await {
                lasted.enter(phase);
                progress.enter(phase);
                tell(
                    &course,
                    Course {
                        address: address.clone(),
                        lasted: lasted.over.clone(),
                        busy: Some(phase),
                        end: None,
                    },
                );
            }
            let last = dialing.phase();
            let outcome = dialing.await;
            let end = end_of(&outcome, last, &redaction);
            tell(
                &course,
                Course {
                    address,
                    lasted: lasted.all(),
                    busy: None,
                    end: Some(end),
                },
            );
            outcome
        })
    }
}

/// Of the first dial alone: one that came to its end is not changed any more.
fn tell(course: &watch::Sender<Course>, news: Course) {
    course.send_if_modified(|course| {
        let is_first = course.end.is_none();
        if is_first {
            *course = news;
        }
        is_first
    });
}

fn end_of(outcome: &Result<Dialed, DialError>, last: Option<Phase>, redaction: &Redaction) -> End {
    match outcome {
        Ok(dialed) => End::Up(dialed.phases),
        Err(error) => End::Failed {
            // A dialer without phases never gets further than to dial.
            phase: last.unwrap_or(Phase::Connect),
            why: redaction.strike(error.to_string()),
            next: error.next_step(),
        },
    }
}

#[derive(Debug, Default)]
struct Lasted {
    over: Vec<(Phase, Duration)>,
    present: Option<(Phase, Instant)>,
}

impl Lasted {
    fn enter(&mut self, phase: Phase) {
        self.leave();
        self.present = Some((phase, Instant::now()));
    }

    /// One that comes again, as behind a redirection, goes on.
    fn leave(&mut self) {
        let Some((phase, since)) = self.present.take() else {
            return;
        };
        match self.over.iter_mut().find(|(known, _)| *known == phase) {
            Some((_, took)) => *took += since.elapsed(),
            None => self.over.push((phase, since.elapsed())),
        }
    }

    fn all(mut self) -> Vec<(Phase, Duration)> {
        self.leave();
        self.over
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    struct Refusing;

    impl Dialer for Refusing {
        fn dial(&self, _target: Target) -> Dialing {
            Dialing::new(|progress| async move {
                for phase in [Phase::Resolve, Phase::Connect, Phase::Resolve, Phase::Upgrade] {
                    progress.enter(phase);
                    sleep(Duration::from_millis(20)).await;
                }
                Err(DialError::Refused {
                    status: 401,
                    retry_after: None,
                    body: "no such key: hush-hush-hush".to_owned(),
                })
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_dial_is_timed_by_its_phases_and_what_is_secret_is_struck_out() {
        let (stopwatch, seen) = Stopwatch::on(Arc::new(Refusing));
        let target = || Target::new("wss://ticks.example/v1?token=hush-hush-hush".parse().unwrap()).unwrap();
        for _ in 0..2 {
            stopwatch.dial(target()).await.unwrap_err();
        }
        let course = seen.borrow().clone();
        assert_eq!(course.address, "wss://ticks.example:443/v1");
        let took = |times: u32| Duration::from_millis(20) * times;
        assert_eq!(
            course.lasted,
            [
                (Phase::Resolve, took(2)),
                (Phase::Connect, took(1)),
                (Phase::Upgrade, took(1))
            ]
        );
        let Some(End::Failed { phase, why, next }) = course.end else {
            panic!("{course:?}")
        };
        assert_eq!(phase, Phase::Upgrade);
        assert!(why.contains("401") && !why.contains("hush"), "{why}");
        assert!(next.is_some());
    }
}
