//! Whatever happens in whatever order.

use std::collections::BTreeMap;

use proptest::prelude::*;
use provider::{Admission, Denial};

use super::*;

/// What a supervisor would hold of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Dialing(TransportKind),
    Up(TransportKind),
}

const DENIALS: [Denial; 6] = [
    Denial::Key,
    Denial::Plan,
    Denial::Region,
    Denial::Crowded,
    Denial::Slower { patience: None },
    Denial::Passing,
];

fn news() -> impl Strategy<Value = News> {
    prop_oneof![
        3 => Just(News::Dialed),
        2 => Just(News::Admitted),
        1 => prop::sample::select(DENIALS.to_vec()).prop_map(|denial| {
            News::Failed(Cause::Denied { denial, why: String::new() })
        }),
        1 => Just(News::Phase(Phase::Upgrade)),
        1 => Just(News::Failed(Cause::Loss(Loss::Dropped))),
        1 => Just(News::Failed(Cause::Loss(Loss::Closed { code: Some(1001), reason: String::new() }))),
        1 => Just(News::Failed(Cause::WriteStalled)),
        1 => prop::sample::select(vec![401u16, 403, 404, 426, 429, 503]).prop_map(|status| {
            News::Failed(Cause::Dial(DialError::Refused { status, retry_after: None, body: String::new() }))
        }),
        4 => (any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(answered, data, settled)| heard(answered, data, settled)),
        3 => Just(TICKS),
        2 => Just(News::Joined),
        1 => (10u64..60).prop_map(|seconds| News::SpeaksWithin(Duration::from_secs(seconds))),
        1 => (0u64..30).prop_map(|seconds| News::Leaving {
            why: "maintenance".to_owned(),
            within: Duration::from_secs(seconds),
        }),
        1 => (0u64..30).prop_map(|seconds| News::RetryAfter(Duration::from_secs(seconds))),
        2 => (1u64..4).prop_map(|ping| News::Pong(Bytes::copy_from_slice(&ping.to_be_bytes()))),
    ]
}

/// On one of the lines that there are, whichever it is.
fn event() -> impl Strategy<Value = (usize, Event)> {
    let whole = prop_oneof![
        any::<bool>().prop_map(Event::Wanted),
        Just(Event::Timer),
        Just(Event::Timer),
        prop::sample::select(DISTURBANCES.to_vec()).prop_map(Event::Disturbed),
        prop::sample::select(vec![Attention::Watched, Attention::Unwatched]).prop_map(Event::Attended),
        Just(Event::Retry),
    ];
    prop_oneof![
        1 => whole.prop_map(|event| (0, event)),
        3 => (0usize..3, news()).prop_map(|(line, news)| (line, Event::On(LineId(0), news))),
    ]
}

proptest! {
    /// There are never two attempts over one transport nor more than three
    /// lines, every line is given back, and every state that must not last for
    /// ever has a timer.
    #[test]
    fn no_order_of_events_makes_two_dials_leaks_a_line_or_forgets_a_timer(
        events in prop::collection::vec((event(), 0u64..20_000), 1..300),
        overlaps: bool,
        is_told: bool,
        age in prop::option::of(60u64..600),
    ) {
        let terms = terms_of(&TransportKind::ALL, |card| {
            card.sessions_max = if overlaps { 2 } else { 1 };
            card.age_max = age.map(Duration::from_secs);
            if is_told {
                card.admission = Admission::Told;
            }
        });
        let mut session = Session::new(terms, at(0));
        let mut now = at(0);
        let mut held: BTreeMap<LineId, Held> = BTreeMap::new();
        let mut dials: Vec<Moment> = Vec::new();
        for ((which, event), later) in events {
            now = now + Duration::from_millis(later);
            let event = match event {
                Event::On(_, news) => {
                    let Some((line, state)) = held.iter().nth(which).map(|(line, state)| (*line, *state)) else {
                        continue;
                    };
                    // A supervisor reports only what can happen to what it holds.
                    match (&news, state) {
                        (News::Dialed, Held::Dialing(transport)) => {
                            held.insert(line, Held::Up(transport));
                        }
                        (News::Phase(_) | News::Failed(Cause::Dial(_)), Held::Dialing(_)) => {}
                        (News::Phase(_) | News::Failed(Cause::Dial(_)) | News::Dialed, Held::Up(_)) => continue,
                        (_, Held::Dialing(_)) => continue,
                        (_, Held::Up(_)) => {}
                    }
                    Event::On(line, news)
                }
                other @ (Event::Wanted(_) | Event::Timer | Event::Disturbed(_) | Event::Attended(_) | Event::Retry | Event::Close) => other,
            };
            let mut actions = Vec::new();
            session.step(event, now, &mut actions);
            for action in actions {
                match action {
                    Action::Dial { line, transport } => {
                        dials.push(now);
                        let lately = dials.iter().filter(|dial| now.since(**dial) < Duration::from_secs(300));
                        // What the card allows, and a round of climbing that had begun.
                        prop_assert!(lately.count() <= 63, "a storm");
                        let same = held.values().any(|held| *held == Held::Dialing(transport));
                        prop_assert!(!same, "a second attempt over {transport}");
                        prop_assert!(held.insert(line, Held::Dialing(transport)).is_none());
                        prop_assert!(held.len() <= 3, "{held:?}");
                        prop_assert!(overlaps || held.len() == 1, "a second session beside the only one");
                    }
                    Action::HangUp(line, _) => {
                        prop_assert!(held.remove(&line).is_some(), "{line:?} was given back twice");
                    }
                    Action::Subscribe(line) | Action::Ping(line, _) => {
                        prop_assert!(matches!(held.get(&line), Some(Held::Up(_))), "{line:?}");
                    }
                    Action::Promoted(line, _) => prop_assert!(held.contains_key(&line)),
                    Action::Lost(_) | Action::RoundTrip(_) => {}
                }
            }
            match &session.state {
                State::Idle | State::Closed => prop_assert!(held.is_empty(), "{held:?}"),
                State::Suspended { .. } => prop_assert!(held.is_empty(), "{held:?}"),
                State::Offline { .. } | State::Waiting { .. } => {
                    prop_assert!(held.is_empty() && session.deadline().is_some());
                }
                State::Active(active) => {
                    prop_assert!(held.contains_key(&active.main.line));
                    prop_assert!(session.deadline().is_some());
                }
            }
            prop_assert!(!session.why().is_empty());
            // A timer that is due does not stay due.
            for _ in 0..8 {
                if session.deadline().is_none_or(|deadline| deadline > now) {
                    break;
                }
                let mut actions = Vec::new();
                session.step(Event::Timer, now, &mut actions);
                for action in actions {
                    match action {
                        Action::Dial { line, transport } => {
                            dials.push(now);
                            held.insert(line, Held::Dialing(transport));
                        }
                        Action::HangUp(line, _) => {
                            held.remove(&line);
                        }
                        Action::Subscribe(_)
                        | Action::Ping(..)
                        | Action::Promoted(..)
                        | Action::Lost(_)
                        | Action::RoundTrip(_) => {}
                    }
                }
            }
            prop_assert!(
                session.deadline().is_none_or(|deadline| deadline > now),
                "it would spin: {session:?}"
            );
        }
    }
}
