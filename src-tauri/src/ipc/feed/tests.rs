use std::sync::Arc;

use model::{DialPhase, FeedId, FeedState, LineHealth, TransportKind};

use super::*;
use crate::roster::Refusal;

const LIVE: FeedState = FeedState::Live(LineHealth::Healthy);

fn status(state: FeedState) -> FeedStatus {
    FeedStatus {
        feed: FeedId::new("sim"),
        source: Source::Simulated,
        state,
        transport: TransportKind::WebSocket,
        round_trip: Some(Duration::from_micros(1_250)),
        since: Moment::START,
        why: Arc::from("connected"),
        drops: 7,
    }
}

#[test]
fn a_waiting_feed_says_when_it_tries_again() {
    let now = Moment::after_start(Duration::from_secs(10));
    let until = now + Duration::from_millis(1_500);
    let view = FeedView::new(&status(FeedState::Waiting { until, attempt: 3 }), now, None, None);
    assert_eq!(
        (view.state, view.attempt, view.retry_in_ms),
        (StateView::Waiting, 3, Some(1_500))
    );
    assert_eq!((view.round_trip_ms, view.drops), (Some(1.25), 7));

    let late = FeedView::new(
        &status(FeedState::Waiting { until, attempt: 3 }),
        now + Duration::from_secs(9),
        None,
        None,
    );
    assert_eq!(late.retry_in_ms, Some(0), "a time that has passed is now");
}

#[test]
fn a_feed_of_our_own_simulator_says_what_is_rehearsed() {
    let view = |rehearsal| FeedView::new(&status(LIVE), Moment::START, rehearsal, None).simulator;
    assert_eq!(view(None), None, "somebody else's venue");
    assert_eq!(view(Some(&None)), Some(RehearsalView { drill: None }));
    let drill = crate::venues::drills().pop();
    let told = view(Some(&drill)).and_then(|simulator| simulator.drill).unwrap();
    assert_eq!(Some(told.sentence), drill.map(|drill| drill.sentence));
}

#[test]
fn a_feed_without_a_connection_says_whether_it_is_a_persons_turn() {
    let view = |standing| FeedView::new(&status(FeedState::Closed), Moment::START, None, Some(&standing));
    assert_eq!(view(Standing::Paused).state, StateView::Paused);
    assert_eq!(view(Standing::Locked { question: 1 }).state, StateView::Locked);
    assert_eq!(view(Standing::Open).state, StateView::Closed);
    let refused = view(Standing::Refused(Refusal {
        sentence: "Finnhub wants a key".to_owned(),
        next: "Set its key.".to_owned(),
        is_for_want_of_a_key: true,
    }));
    assert_eq!(
        (refused.state, refused.next.as_deref()),
        (StateView::Refused, Some("Set its key."))
    );
}

#[test]
fn a_feed_says_how_much_its_account_has_asked() {
    let allotment = Allotment {
        windows: vec![(37, 50, Duration::from_secs(3_600))],
        next: Some(Duration::from_secs(12)),
        spent: false,
    };
    let view = FeedView::new(&status(LIVE), Moment::START, None, None).with_asked(Some(&allotment));
    let asked = AskedView {
        words: "37 of 50 in an hour".to_owned(),
        next_in_ms: Some(12_000),
        spent: false,
    };
    assert_eq!(view.asked, Some(asked));
}

#[test]
fn a_live_feed_waits_for_nothing() {
    let view = FeedView::new(&status(LIVE), Moment::START, None, None);
    assert_eq!(
        (view.state, view.attempt, view.retry_in_ms),
        (StateView::Live, 0, None)
    );
}

#[test]
fn a_state_tells_what_only_it_can() {
    let view = |state| {
        FeedView::new(
            &status(state),
            Moment::after_start(Duration::from_secs(5)),
            None,
            None,
        )
    };
    let dialing = view(FeedState::Connecting {
        attempt: 2,
        phase: DialPhase::Securing,
    });
    assert_eq!((dialing.attempt, dialing.phase), (2, Some(PhaseView::Securing)));
    assert_eq!(dialing.since_ms.to_string(), "5000");

    let answers = |acked, total| {
        let attempt = 1;
        view(FeedState::Subscribing {
            attempt,
            acked,
            total,
        })
        .answers
    };
    assert_eq!(
        answers(120, 200),
        Some(AnswersView {
            acked: 120,
            total: 200
        })
    );
    assert_eq!(answers(0, 0), None, "not known is not nothing of nothing");

    let climbing = view(FeedState::Climbing {
        to: TransportKind::WebSocket,
    });
    assert_eq!(climbing.climbs_to.as_deref(), Some("WebSocket"));
    assert_eq!(view(FeedState::Live(LineHealth::Mute)).state, StateView::Mute);

    let again = Some(Moment::after_start(Duration::from_secs(305)));
    assert_eq!(view(FeedState::Suspended { again }).retry_in_ms, Some(300_000));
    assert_eq!(view(FeedState::Suspended { again: None }).retry_in_ms, None);
}
