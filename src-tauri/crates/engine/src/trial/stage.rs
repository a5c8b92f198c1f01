//! How far a trial is: a pure reading of what was seen of it until now.

use feed::Transition;

use super::step::{Outcome, Spans, Step, dialed, is_needed, of_state};
use super::stopwatch::{Course, End};

/// A step while the trial goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    Waiting,
    Running,
    Over(Outcome),
}

/// Every step in its order.
pub(super) fn stages(course: &Course, transitions: &[Transition]) -> Vec<(Step, Stage)> {
    let busy = match &course.end {
        None => course.busy.map(Step::of),
        Some(End::Failed { .. }) => None,
        Some(End::Up(_)) => transitions.last().and_then(|last| of_state(last.to)),
    };
    let dialed = dialed(course);
    let spans = Spans::of(transitions);
    let past = |step| match (&course.end, spans.of_step(step)) {
        (None, _) => under_way(course, step),
        (Some(_), _) if step <= Step::Upgrade => dialed(step),
        (Some(_), (Some(began), Some(ended))) => Outcome::Good(ended.since(began)),
        (Some(_), (Some(_) | None, None) | (None, Some(_))) => Outcome::NotNeeded,
    };
    // Between the dial and the first word, all of the dial is known.
    let is_up = matches!(course.end, Some(End::Up(_)));
    let over = |step| busy.map_or(is_up && step <= Step::Upgrade, |busy| step < busy);
    let stages = Step::ALL.into_iter().map(|step| {
        let stage = if busy == Some(step) {
            Stage::Running
        } else if over(step) {
            Stage::Over(past(step))
        } else {
            Stage::Waiting
        };
        (step, stage)
    });
    stages.collect()
}

/// A phase that the dial has left behind it.
fn under_way(course: &Course, step: Step) -> Outcome {
    let seen = course.lasted.iter().find(|(phase, _)| Step::of(*phase) == step);
    match seen {
        Some((_, took)) => Outcome::Good(*took),
        None if !is_needed(course, step) => Outcome::NotNeeded,
        // Some take no time at all on this computer.
        None => Outcome::Good(std::time::Duration::ZERO),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use chrono::DateTime;
    use feed::Layer;
    use model::{DialPhase, FeedState, LineHealth, Moment, Received, TransportKind};
    use transport::{Phase, Phases};

    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn dialing(busy: Phase, lasted: &[(Phase, u64)]) -> Course {
        Course {
            address: "ws://127.0.0.1:1/".to_owned(),
            lasted: lasted.iter().map(|(phase, took)| (*phase, ms(*took))).collect(),
            busy: Some(busy),
            end: None,
        }
    }

    fn up() -> Course {
        let end = Some(End::Up(Phases {
            connect: ms(2),
            ..Phases::default()
        }));
        Course {
            busy: None,
            end,
            ..dialing(Phase::Upgrade, &[])
        }
    }

    fn to(millis: u64, to: FeedState) -> Transition {
        Transition {
            at: Received {
                wall: DateTime::UNIX_EPOCH,
                at: Moment::after_start(ms(millis)),
            },
            line: Some(1),
            transport: TransportKind::WebSocket,
            from: FeedState::Idle,
            to,
            cause: Arc::from("a cause"),
            layer: Layer::App,
            attempt: 1,
            lasted: Duration::ZERO,
        }
    }

    fn words(stages: &[(Step, Stage)]) -> String {
        let letter = |stage: &Stage| match stage {
            Stage::Waiting => '.',
            Stage::Running => '>',
            Stage::Over(Outcome::Good(_)) => 'x',
            Stage::Over(Outcome::NotNeeded) => '-',
            Stage::Over(Outcome::Quiet { .. } | Outcome::Failed { .. } | Outcome::NotReached) => '!',
        };
        stages.iter().map(|(_, stage)| letter(stage)).collect()
    }

    #[test]
    fn one_step_runs_at_a_time_and_what_lies_behind_it_has_its_outcome() {
        let dial = FeedState::Connecting {
            attempt: 1,
            phase: DialPhase::Dialing,
        };
        let asked = FeedState::Subscribing {
            attempt: 1,
            acked: 0,
            total: 1,
        };
        let login = FeedState::Authenticating { attempt: 1 };
        let live = FeedState::Live(LineHealth::Proving);
        let course = [to(0, dial), to(10, login), to(30, asked), to(60, live)];
        for (told, seen, transitions) in [
            ("........", Course::default(), &course[..0]),
            (">.......", dialing(Phase::Resolve, &[]), &course[..1]),
            // Reaching the server took no time, and had to be done all the same.
            (
                "xx-->...",
                dialing(Phase::Upgrade, &[(Phase::Resolve, 1)]),
                &course[..1],
            ),
            ("xx--x>..", up(), &course[..2]),
            ("xx--xx>.", up(), &course[..3]),
            ("xx--xxx>", up(), &course),
        ] {
            assert_eq!(words(&stages(&seen, transitions)), told, "{seen:?}");
        }
        let over = stages(&up(), &course);
        assert_eq!(over[5].1, Stage::Over(Outcome::Good(ms(20))));
        assert_eq!(over[6].1, Stage::Over(Outcome::Good(ms(30))));
    }
}
