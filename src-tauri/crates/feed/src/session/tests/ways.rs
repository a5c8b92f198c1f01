//! Several ways to a venue: down, up, and over to a new line.

mod asked_for;

use super::*;

const WEBSOCKET: TransportKind = TransportKind::WebSocket;
const EVENTS: TransportKind = TransportKind::EventStream;

fn millis(millis: u64) -> Moment {
    Moment::after_start(Duration::from_millis(millis))
}

/// A session and what a supervisor would hold of it.
struct Scene {
    session: Session,
    now: Moment,
    said: Vec<Action>,
}

impl Scene {
    fn begin(rungs: &[TransportKind]) -> Self {
        let mut scene = Self {
            session: Session::new(terms(rungs), at(0)),
            now: at(0),
            said: Vec::new(),
        };
        scene.event(Event::Wanted(true));
        scene
    }

    fn event(&mut self, event: Event) {
        self.session.step(event, self.now, &mut self.said);
    }

    fn news(&mut self, line: u64, news: News) {
        self.event(Event::On(LineId(line), news));
    }

    /// Everything that was said since it was asked last.
    fn said(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.said)
    }

    fn dialed(&mut self) -> Vec<(u64, TransportKind)> {
        let dials = self.said().into_iter().filter_map(|action| match action {
            Action::Dial { line, transport } => Some((line.0, transport)),
            Action::Subscribe(_)
            | Action::Ping(..)
            | Action::HangUp(..)
            | Action::Promoted(..)
            | Action::RoundTrip(_)
            | Action::Lost(_) => None,
        });
        dials.collect()
    }

    /// Up to this moment, with every timer at its time and every ping on these lines answered.
    fn pass_until(&mut self, end: Moment, alive: &[u64]) {
        while let Some(next) = self.session.deadline().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.event(Event::Timer);
            self.answer(alive);
        }
        self.now = end;
    }

    fn answer(&mut self, alive: &[u64]) {
        let pings: Vec<_> = self
            .said
            .extract_if(
                ..,
                |action| matches!(action, Action::Ping(line, _) if alive.contains(&line.0)),
            )
            .collect();
        for ping in pings {
            if let Action::Ping(line, payload) = ping {
                let settled = self.settled(line);
                self.event(Event::On(line, heard(false, false, settled)));
                self.event(Event::On(line, News::Pong(payload)));
            }
        }
    }

    fn settled(&mut self, line: LineId) -> bool {
        let State::Active(active) = &mut self.session.state else {
            return false;
        };
        let connected = active.leg(line).and_then(|leg| leg.connected());
        connected.is_some_and(|connected| !connected.is_subscribing())
    }

    /// A line that comes up, is subscribed and brings data.
    fn comes_up(&mut self, line: u64) {
        self.news(line, News::Dialed);
        self.news(line, TICKS);
        self.news(line, News::Joined);
        self.answer(&[line]);
    }
}

fn refused(status: u16) -> Cause {
    Cause::Dial(DialError::Refused {
        status,
        retry_after: None,
        body: String::new(),
    })
}

/// Live on server-sent events, since the WebSocket was refused.
fn below() -> Scene {
    let mut scene = Scene::begin(&[WEBSOCKET, EVENTS]);
    scene.news(1, News::Failed(refused(426)));
    scene.pass_until(millis(250), &[]);
    scene.comes_up(2);
    assert_eq!(scene.session.transport(), EVENTS);
    scene.said();
    scene
}

#[test]
fn a_way_that_is_refused_is_left_for_the_next_a_quarter_of_a_second_later() {
    let mut scene = Scene::begin(&TransportKind::ALL);
    scene.news(1, News::Failed(refused(405)));
    scene.pass_until(millis(250), &[]);
    scene.news(2, News::Failed(refused(404)));
    scene.pass_until(millis(500), &[]);
    let tried = [(1, WEBSOCKET), (2, EVENTS), (3, TransportKind::LongPoll)];
    assert_eq!(scene.dialed(), tried);
}

#[test]
fn an_address_that_is_wrong_for_every_way_is_a_persons_matter() {
    let mut scene = Scene::begin(&[WEBSOCKET, EVENTS]);
    scene.news(1, News::Failed(refused(404)));
    scene.pass_until(millis(250), &[]);
    scene.news(2, News::Failed(refused(404)));
    assert!(scene.session.why().contains("404"), "{}", scene.session.why());
    assert!(matches!(scene.session.state, State::Suspended { .. }));
}

#[test]
fn a_key_that_is_refused_is_not_tried_another_way() {
    let mut scene = Scene::begin(&TransportKind::ALL);
    scene.news(1, News::Failed(refused(401)));
    assert!(matches!(scene.session.state, State::Suspended { .. }));
    assert_eq!(scene.dialed(), [(1, WEBSOCKET)]);
}

#[test]
fn an_upgrade_that_hangs_is_raced_and_the_first_with_data_wins() {
    let mut scene = Scene::begin(&[WEBSOCKET, EVENTS]);
    scene.news(1, News::Phase(Phase::Upgrade));
    scene.pass_until(millis(2_499), &[]);
    assert_eq!(scene.dialed(), [(1, WEBSOCKET)]);
    scene.pass_until(millis(2_500), &[]);
    assert_eq!(scene.dialed(), [(2, EVENTS)]);
    scene.comes_up(2);
    assert!(scene.said().contains(&Action::Promoted(LineId(2), Role::Hedge)));
    assert_eq!(scene.session.transport(), EVENTS);
    // The slower one may still come: then it is the better way.
    scene.comes_up(1);
    scene.pass_until(at(10), &[1, 2]);
    assert_eq!(scene.session.transport(), WEBSOCKET);
}

#[test]
fn a_hedge_is_given_up_as_soon_as_the_better_way_speaks() {
    let mut scene = Scene::begin(&[WEBSOCKET, EVENTS]);
    scene.news(1, News::Dialed);
    scene.answer(&[1]);
    scene.pass_until(millis(2_500), &[1]);
    assert_eq!(scene.dialed(), [(1, WEBSOCKET), (2, EVENTS)]);
    scene.news(1, TICKS);
    assert!(scene.said().contains(&Action::HangUp(LineId(2), Some(1000))));
    assert_eq!(scene.session.transport(), WEBSOCKET);
}

#[test]
fn a_network_that_is_dead_is_dead_for_every_way() {
    let mut scene = Scene::begin(&TransportKind::ALL);
    for phase in [Phase::Resolve, Phase::Connect] {
        scene.news(1, News::Phase(phase));
        scene.pass_until(scene.now + Duration::from_secs(4), &[]);
    }
    let cause = Cause::Dial(DialError::Deadline {
        phase: Phase::Connect,
        after: Duration::from_secs(4),
    });
    scene.news(1, News::Failed(cause));
    scene.pass_until(at(9), &[]);
    assert!(
        scene
            .dialed()
            .iter()
            .all(|(_, transport)| *transport == WEBSOCKET)
    );
}

#[test]
fn climbs_while_the_lower_way_goes_on_and_lets_it_finish_what_it_was_saying() {
    let mut scene = below();
    let climb = scene.session.ladder.climb_at().unwrap();
    scene.pass_until(climb, &[2]);
    assert_eq!(scene.dialed(), [(3, WEBSOCKET)]);
    scene.comes_up(3);
    scene.answer(&[2, 3]);
    scene.pass_until(climb + Duration::from_millis(4_999), &[2, 3]);
    assert_eq!(scene.session.transport(), EVENTS, "it has to show that it lasts");
    assert_eq!(scene.session.state(), FeedState::Climbing { to: WEBSOCKET });
    scene.pass_until(climb + Duration::from_secs(5), &[2, 3]);
    assert_eq!(scene.session.transport(), WEBSOCKET);
    let said = scene.said();
    assert!(
        said.contains(&Action::Promoted(LineId(3), Role::Climb)),
        "{said:?}"
    );
    assert!(!said.iter().any(|action| matches!(action, Action::HangUp(..))));
    scene.pass_until(climb + Duration::from_secs(7), &[2, 3]);
    assert!(scene.said().contains(&Action::HangUp(LineId(2), Some(1000))));
    assert_eq!(scene.session.drops(), 0);
    assert_eq!(scene.session.ladder.climb_at(), None);
}

#[test]
fn a_climb_waits_for_what_only_the_lower_way_has_brought() {
    let mut scene = below();
    let climb = scene.session.ladder.climb_at().unwrap();
    scene.pass_until(climb, &[2]);
    scene.news(3, News::Dialed);
    scene.news(3, TICKS);
    scene.answer(&[3]);
    scene.pass_until(climb + Duration::from_secs(9), &[2, 3]);
    assert_eq!(scene.session.transport(), EVENTS);
    scene.news(3, News::Joined);
    assert_eq!(scene.session.transport(), WEBSOCKET);
}

#[test]
fn a_climb_that_fails_costs_nothing() {
    let mut scene = below();
    let climb = scene.session.ladder.climb_at().unwrap();
    scene.pass_until(climb, &[2]);
    scene.comes_up(3);
    let since = scene.session.since();
    scene.news(3, News::Failed(Cause::Loss(Loss::Dropped)));
    assert!(
        !scene
            .said()
            .iter()
            .any(|action| matches!(action, Action::Lost(_)))
    );
    assert_eq!((scene.session.drops(), scene.session.since()), (0, since));
    assert_eq!(scene.session.transport(), EVENTS);
    let next = scene.session.ladder.climb_at().unwrap();
    assert!(
        next > climb + Duration::from_secs(29),
        "it comes up and breaks off: {next:?}"
    );
}

#[test]
fn whatever_is_beside_goes_on_without_a_wait_when_the_main_line_dies() {
    let mut scene = below();
    let climb = scene.session.ladder.climb_at().unwrap();
    scene.pass_until(climb, &[2]);
    scene.comes_up(3);
    scene.said();
    let since = scene.session.since();
    scene.news(2, News::Failed(Cause::Loss(Loss::Dropped)));
    assert_eq!(scene.session.since(), since, "what was live is live");
    let lost = [
        Action::Lost(LossCause::Broken),
        Action::HangUp(LineId(2), None),
        Action::Promoted(LineId(3), Role::Climb),
    ];
    assert_eq!(scene.said(), lost);
    assert_eq!(scene.session.transport(), WEBSOCKET);
}

#[test]
fn a_server_that_will_go_is_followed_before_it_is_gone() {
    let mut scene = Scene::begin(&[WEBSOCKET, EVENTS]);
    scene.comes_up(1);
    scene.said();
    scene.news(
        1,
        News::Leaving {
            why: "maintenance".to_owned(),
            within: Duration::from_secs(10),
        },
    );
    scene.pass_until(at(3), &[1]);
    assert_eq!(
        scene.dialed(),
        [(2, WEBSOCKET)],
        "not later than after three seconds"
    );
    scene.comes_up(2);
    assert!(scene.said().contains(&Action::Promoted(LineId(2), Role::Follow)));
    scene.news(1, News::Failed(Cause::Loss(Loss::Dropped)));
    assert_eq!(scene.session.drops(), 0, "nothing was lost");
    assert!(
        !scene
            .said()
            .iter()
            .any(|action| matches!(action, Action::Lost(_)))
    );
}

#[test]
fn a_connection_is_renewed_before_the_venue_ends_it_for_its_age() {
    let mut scene = Scene {
        session: Session::new(
            terms_of(&[WEBSOCKET], |card| {
                card.age_max = Some(Duration::from_secs(86_400));
            }),
            at(0),
        ),
        now: at(0),
        said: Vec::new(),
    };
    scene.event(Event::Wanted(true));
    scene.comes_up(1);
    scene.pass_until(at(22 * 3_600), &[1]);
    assert_eq!(scene.dialed(), [(1, WEBSOCKET)]);
    scene.pass_until(at(23 * 3_600 + 1_801), &[1]);
    assert_eq!(scene.dialed()[0], (2, WEBSOCKET));
}

#[test]
fn with_one_session_alone_nothing_is_begun_beside_it() {
    let terms = terms_of(&[WEBSOCKET, EVENTS], |card| card.sessions_max = 1);
    let mut scene = Scene {
        session: Session::new(terms, at(0)),
        now: at(0),
        said: Vec::new(),
    };
    scene.event(Event::Wanted(true));
    scene.news(1, News::Failed(refused(426)));
    scene.pass_until(millis(250), &[]);
    scene.comes_up(2);
    scene.dialed();
    scene.pass_until(at(1_000), &[2]);
    assert_eq!(scene.dialed(), []);
}

/// Every WebSocket is accepted and dropped; what is below works.
#[test]
fn a_server_that_accepts_and_drops_is_left_for_the_way_below_within_fifteen_seconds() {
    let mut scene = Scene::begin(&[WEBSOCKET, EVENTS]);
    let mut dials = Vec::new();
    let mut fallback = None;
    let mut below = Vec::new();
    while scene.now < at(120) {
        for (line, transport) in scene.dialed() {
            if transport == WEBSOCKET {
                dials.push(scene.now);
                scene.news(line, News::Dialed);
                scene.news(line, News::Failed(Cause::Loss(Loss::Dropped)));
            } else {
                scene.comes_up(line);
                fallback.get_or_insert(scene.now);
                below.push(line);
            }
        }
        scene.pass_until(scene.now + Duration::from_millis(100), &below);
    }
    assert!(fallback.unwrap() <= at(15), "{fallback:?}");
    let first_minute = dials.iter().filter(|dial| **dial <= at(60)).count();
    assert!(first_minute <= 8, "{first_minute} dials");
    assert!(
        dials.len() - first_minute <= 2,
        "{} dials later",
        dials.len() - first_minute
    );
    assert_eq!(scene.session.transport(), EVENTS);
}

#[test]
fn without_a_network_nothing_counts_against_the_venue_and_a_new_network_ends_the_wait() {
    let mut scene = Scene::begin(&[WEBSOCKET, EVENTS]);
    let no_route = || {
        Cause::Dial(DialError::Unreachable {
            host: "feed.example:443".to_owned(),
            kind: std::io::ErrorKind::NetworkUnreachable,
        })
    };
    scene.news(1, News::Failed(no_route()));
    assert_eq!(scene.session.state(), FeedState::Offline { until: at(5) });
    scene.pass_until(at(5), &[]);
    scene.news(2, News::Failed(no_route()));
    assert!(matches!(scene.session.state, State::Offline { .. }));
    scene.now = at(6);
    scene.event(Event::Disturbed(Disturbance::NetworkChanged));
    assert_eq!(scene.dialed(), [(1, WEBSOCKET), (2, WEBSOCKET), (3, WEBSOCKET)]);
}
