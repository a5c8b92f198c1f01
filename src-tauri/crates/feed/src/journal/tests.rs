use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use model::{FeedId, FeedState, FeedStatus, LineHealth, Moment, Received, Source, TransportKind};
use proptest::prelude::*;
use transport::{DialError, Loss, Phases, Redaction};

use super::*;
use crate::Clock;
use crate::cause::Cause;
use crate::layer::Layer;
use crate::outlet::Burst;
use crate::session::{Fallen, Heard, LineId, Role};

const LIVE: FeedState = FeedState::Live(LineHealth::Healthy);
const LINE: LineId = LineId(1);

#[test]
fn a_step_is_told_with_its_cause_and_how_long_the_state_before_has_lasted() {
    let mut scene = Scene::begin();
    scene.shown(LIVE, Some(LINE), 2);
    scene.clerk.fell(&Fallen {
        line: LINE,
        transport: TransportKind::WebSocket,
        role: Role::Main,
        cause: Cause::NoPong {
            silent: Duration::from_secs(7),
        },
    });
    scene.shown(waiting(1), None, 62);
    let journal = scene.journal();
    let last = journal.transitions().next_back().unwrap();
    assert_eq!((last.from, last.to), (LIVE, waiting(1)));
    assert_eq!((last.layer, last.line, last.attempt), (Layer::Tcp, Some(1), 1));
    assert_eq!(last.lasted, Duration::from_secs(60));
    assert!(
        last.cause.starts_with("the server stopped answering"),
        "{}",
        last.cause
    );
    let detection = journal.times(Measure::Detection);
    assert_eq!(detection.greatest(), Some(Duration::from_secs(7)));
}

#[test]
fn a_ping_and_an_answered_symbol_are_no_steps() {
    let mut scene = Scene::begin();
    let subscribing = |acked| FeedState::Subscribing {
        attempt: 1,
        acked,
        total: 9,
    };
    for acked in 0..9 {
        scene.shown(subscribing(acked), Some(LINE), 1);
    }
    for health in [LineHealth::Proving, LineHealth::Healthy, LineHealth::Probing] {
        scene.shown(FeedState::Live(health), Some(LINE), 2);
    }
    scene.shown(FeedState::Live(LineHealth::Mute), Some(LINE), 30);
    let journal = scene.journal();
    let steps: Vec<_> = journal.transitions().map(|step| step.to.as_str()).collect();
    assert_eq!(steps, ["subscribing", "live", "mute"]);
}

#[test]
fn a_connection_that_takes_over_is_a_step_though_the_feed_was_live_all_the_while() {
    let mut scene = Scene::begin();
    scene.shown(LIVE, Some(LINE), 2);
    scene.clerk.promoted(LineId(2), Role::Follow);
    scene.shown(LIVE, Some(LineId(2)), 60);
    let journal = scene.journal();
    assert_eq!(journal.counts.followed, 1);
    let last = journal.transitions().next_back().unwrap();
    assert_eq!((last.line, last.lasted), (Some(2), Duration::from_secs(58)));
}

#[test]
fn a_climb_that_fails_is_told_by_its_own_cause() {
    let mut scene = Scene::begin();
    let to = TransportKind::WebSocket;
    scene.shown(FeedState::Climbing { to }, Some(LINE), 20);
    scene.clerk.fell(&Fallen {
        line: LineId(2),
        transport: to,
        role: Role::Climb,
        cause: Cause::Dial(DialError::NotWebSocket("it said 200".to_owned())),
    });
    scene.shown(LIVE, Some(LINE), 21);
    let journal = scene.journal();
    assert_eq!(journal.counts.climbs_failed, 1);
    let last = journal.transitions().next_back().unwrap();
    assert_eq!(last.layer, Layer::Ws);
    assert!(
        last.cause
            .starts_with("WebSocket, tried beside it, did not work: "),
        "{}",
        last.cause
    );
}

#[test]
fn the_ring_keeps_the_newest_and_the_count_of_all() {
    let mut scene = Scene::begin();
    for second in 0..2_000 {
        scene.shown(if second % 2 == 0 { LIVE } else { waiting(1) }, None, second);
    }
    let journal = scene.journal();
    assert_eq!(journal.transitions().len(), 512);
    assert_eq!(journal.counts.transitions, 2_000);
    let newest = journal.transitions().next_back().unwrap();
    assert_eq!(newest.at.at, at(1_999).at);
}

#[test]
fn an_attempt_is_measured_from_its_dial_to_its_first_price() {
    let mut scene = Scene::begin();
    scene.clerk.dialing(
        LINE,
        TransportKind::WebSocket,
        "wss://ticks.example/".to_owned(),
        1,
        at(10).at,
    );
    let phases = Phases {
        resolve: Duration::from_millis(3),
        tls: Duration::from_millis(12),
        ..Phases::default()
    };
    scene.clerk.dialed(LINE, &phases, at(11).at);
    let heard = |settled, data| Heard {
        spoke: true,
        answered: true,
        data,
        settled,
        acked: (1, 1),
    };
    scene.clerk.heard(LINE, heard(true, false), at(11).at);
    scene.clerk.heard(LINE, heard(true, true), at(15).at);
    scene.clerk.heard(LINE, heard(true, true), at(16).at);
    let journal = scene.journal();
    let found = |measure| (journal.times(measure).count(), journal.times(measure).greatest());
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(found(Measure::Dns), (1, Some(Duration::from_millis(3))));
    assert_eq!(found(Measure::Proxy), (0, None), "there was none");
    assert_eq!(found(Measure::Subscribe), (1, seconds(0)));
    assert_eq!(found(Measure::FirstTick), (1, seconds(5)));
    assert_eq!(found(Measure::Silence), (2, seconds(4)));
    assert_eq!(journal.counts.attempts, 1);
}

#[test]
fn the_log_tells_a_connection_from_its_dial_to_its_end() {
    let mut scene = Scene::begin();
    let address = "wss://ticks.example/".to_owned();
    scene
        .clerk
        .dialing(LINE, TransportKind::WebSocket, address, 1, at(1).at);
    let phases = Phases {
        tls: Duration::from_millis(12),
        ..Phases::default()
    };
    scene.clerk.dialed(LINE, &phases, at(2).at);
    for second in 2..9 {
        let mut burst = Burst::new(at(second));
        (burst.messages, burst.bytes) = (10, 1_000);
        scene.clerk.carried(LINE, &burst);
    }
    let closed = Loss::Closed {
        code: Some(4001),
        reason: "too slow".to_owned(),
    };
    scene.clerk.fell(&Fallen {
        line: LINE,
        transport: TransportKind::WebSocket,
        role: Role::Main,
        cause: Cause::Loss(closed),
    });
    // Its end was told already.
    scene.clerk.gone(LINE, Some(1000));
    scene.shown(waiting(1), None, 9);
    let told: Vec<_> = scene
        .log
        .after(0)
        .iter()
        .map(|entry| match &entry.what {
            Happening::Dialing { address, .. } => address.clone(),
            Happening::Opened { phases, .. } => format!("opened, {:?} for TLS", phases.tls),
            Happening::Messages { count, within, .. } => format!("{count} in {within:?}"),
            Happening::Closed { code, reason, .. } => format!("closed {code:?} {reason}"),
            Happening::Rests { state, .. } => state.as_str().to_owned(),
            other @ (Happening::Subscribed { .. }
            | Happening::FirstPrice { .. }
            | Happening::Failed { .. }
            | Happening::Left { .. }) => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            "wss://ticks.example/",
            "opened, 12ms for TLS",
            "50 in 4s",
            "20 in 1s",
            "closed Some(4001) too slow",
            "waiting",
        ]
    );
}

#[test]
fn a_connection_that_we_leave_is_told_as_left() {
    let mut scene = Scene::begin();
    scene
        .clerk
        .dialing(LINE, TransportKind::WebSocket, String::new(), 1, at(1).at);
    scene.clerk.dialed(LINE, &Phases::default(), at(2).at);
    scene.clerk.gone(LINE, Some(1000));
    let entries = scene.log.after(0);
    assert_eq!(entries.last().unwrap().what, Happening::Left { code: Some(1000) });
}

proptest! {
    #[test]
    fn a_figure_is_told_at_most_an_eighth_too_high(mut micros in prop::collection::vec(0_u64..4_000_000_000, 1..200)) {
        let mut histogram = Histogram::default();
        for micros in &micros {
            histogram.record(Duration::from_micros(*micros));
        }
        micros.sort_unstable();
        for (share, at) in [(0.5, micros.len().div_ceil(2)), (1.0, micros.len())] {
            let exact = Duration::from_micros(micros[at - 1]);
            let told = histogram.quantile(share).unwrap();
            prop_assert!(told >= exact && told <= exact + exact / 8, "{share}: {told:?} for {exact:?}");
        }
        prop_assert_eq!(histogram.greatest(), micros.last().map(|last| Duration::from_micros(*last)));
    }
}

#[test]
fn a_time_beyond_all_measure_is_counted_and_told() {
    let mut histogram = Histogram::default();
    assert_eq!(histogram.quantile(0.5), None);
    histogram.record(Duration::from_secs(86_400));
    assert_eq!(histogram.quantile(0.5), Some(Duration::from_secs(86_400)));
}

struct Scene {
    clerk: Clerk,
    log: Arc<Log>,
    journal: Arc<Mutex<Journal>>,
}

impl Scene {
    /// A feed that was told to be idle at second 0.
    fn begin() -> Self {
        let journal = Arc::<Mutex<Journal>>::default();
        let log = Arc::<Log>::default();
        let clerk = Clerk::new(
            FeedId::new("desk"),
            Redaction::default(),
            Arc::clone(&journal),
            Arc::clone(&log),
            Clock::from(DateTime::UNIX_EPOCH),
        );
        let mut scene = Self { clerk, log, journal };
        scene.shown(FeedState::Idle, None, 0);
        scene
    }

    fn shown(&mut self, state: FeedState, line: Option<LineId>, second: u64) {
        let status = FeedStatus {
            feed: FeedId::new("desk"),
            source: Source::Live,
            state,
            transport: TransportKind::WebSocket,
            round_trip: None,
            since: Moment::START,
            why: "as it is".into(),
            drops: 0,
        };
        self.clerk.shown(&status, line, at(second));
    }

    fn journal(&self) -> Journal {
        self.journal.lock().unwrap().clone()
    }
}

fn waiting(attempt: u32) -> FeedState {
    let until = Moment::START;
    FeedState::Waiting { until, attempt }
}

fn at(second: u64) -> Received {
    Received {
        wall: DateTime::from_timestamp(i64::try_from(second).unwrap(), 0).unwrap(),
        at: Moment::after_start(Duration::from_secs(second)),
    }
}
