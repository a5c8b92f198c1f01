//! However bad it was: when all is well again, so is the feed.

use std::collections::BTreeMap;

use proptest::prelude::*;
use transport::Blame;

use super::*;

/// A venue and a network that can be told what to do, second by second.
#[derive(Clone, Copy, Debug)]
enum Second {
    /// Dials succeed, symbols are answered, data comes, pings come back.
    Well,
    /// Dials succeed and nothing more happens.
    Silent,
    /// Dials hang.
    Hangs,
    /// What is up ends, and dials fail, by this.
    Fails(u8),
    /// A person asks to try again.
    Retry,
}

/// One cause of each class.
fn cause(which: u8) -> Cause {
    let refused = |status, retry_after| {
        Cause::Dial(DialError::Refused {
            status,
            retry_after,
            body: String::new(),
        })
    };
    match which {
        0 => Cause::Loss(Loss::Dropped),
        1 => Cause::Loss(Loss::Closed {
            code: Some(1012),
            reason: String::new(),
        }),
        2 => refused(503, Some(Duration::from_secs(20))),
        3 => refused(401, None),
        4 => refused(426, None),
        5 => Cause::Dial(DialError::Unresolved {
            host: "venue".to_owned(),
            kind: std::io::ErrorKind::TimedOut,
        }),
        _ => refused(500, None),
    }
}

fn seconds() -> impl Strategy<Value = Vec<Second>> {
    let second = prop_oneof![
        4 => Just(Second::Well),
        1 => Just(Second::Silent),
        1 => Just(Second::Hangs),
        3 => (0u8..7).prop_map(Second::Fails),
        1 => Just(Second::Retry),
    ];
    prop::collection::vec(second, 1..120)
}

/// A session, and what its supervisor holds for it.
struct Play {
    session: Session,
    /// Whether it is up.
    lines: BTreeMap<LineId, bool>,
    now: Moment,
    /// Whether only a person could help with the newest failure.
    fatal: bool,
}

impl Play {
    fn new(rungs: &[TransportKind], seed: u64) -> Self {
        let terms = Terms { seed, ..terms(rungs) };
        let mut play = Self {
            session: Session::new(terms, at(0)),
            lines: BTreeMap::new(),
            now: at(0),
            fatal: false,
        };
        play.step(Event::Wanted(true), Second::Well);
        play
    }

    /// An event, and whatever the network answers to what it leads to.
    fn step(&mut self, event: Event, second: Second) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            if let Event::On(_, News::Failed(cause)) = &event {
                self.fatal = matches!(cause.blame(), Blame::Person { .. });
            }
            let mut actions = Vec::new();
            self.session.step(event, self.now, &mut actions);
            for action in actions {
                match action {
                    Action::Dial { line, .. } => {
                        self.lines.insert(line, false);
                    }
                    Action::HangUp(line, _) => {
                        self.lines.remove(&line);
                    }
                    Action::Ping(line, payload) if matches!(second, Second::Well | Second::Retry) => {
                        events.push(Event::On(line, News::Pong(payload)));
                    }
                    Action::Ping(..)
                    | Action::Subscribe(_)
                    | Action::Promoted(..)
                    | Action::RoundTrip(_)
                    | Action::Lost(_) => {}
                }
            }
        }
    }

    /// What the network does in this second, and every timer of it.
    fn pass(&mut self, second: Second) {
        for (line, up) in self.lines.clone() {
            let news = match (second, up) {
                (Second::Fails(which), true) if which > 1 => vec![News::Failed(cause(0))],
                (Second::Fails(which), _) => vec![News::Failed(cause(which))],
                (Second::Well | Second::Retry, false) => vec![News::Dialed, TICKS, News::Joined],
                (Second::Well | Second::Retry, true) => vec![TICKS, News::Joined],
                (Second::Silent, false) => vec![News::Dialed],
                (Second::Silent, true) | (Second::Hangs, _) => Vec::new(),
            };
            for news in news {
                let Some(up) = self.lines.get_mut(&line) else {
                    continue;
                };
                *up |= matches!(news, News::Dialed);
                self.step(Event::On(line, news), second);
            }
        }
        if matches!(second, Second::Retry) {
            self.step(Event::Retry, second);
        }
        let end = self.now + Duration::from_secs(1);
        while let Some(deadline) = self.session.deadline().filter(|deadline| *deadline <= end) {
            self.now = self.now.max(deadline);
            self.step(Event::Timer, second);
        }
        self.now = end;
    }
}

proptest! {
    #[test]
    fn whatever_has_happened_a_feed_is_live_again_when_all_is_well(
        seconds in seconds(),
        single: bool,
        seed: u64,
    ) {
        let rungs = if single { &TransportKind::ALL[..1] } else { &TransportKind::ALL[..] };
        let mut play = Play::new(rungs, seed);
        for second in seconds {
            play.pass(second);
            if matches!(play.session.state(), FeedState::Suspended { .. }) {
                prop_assert!(play.fatal, "nothing of that needs a person: {:?}", play.session);
            }
        }
        // A minute after a server that flaps, and what a venue's card makes of a
        // person who has pressed the button all the time.
        for _ in 0..400 {
            if matches!(play.session.state(), FeedState::Suspended { .. }) {
                play.pass(Second::Retry);
            }
            play.pass(Second::Well);
        }
        prop_assert!(play.session.state().is_live(), "{:?}", play.session);
        prop_assert!(play.lines.len() <= 3);
        prop_assert_eq!(play.session.attempt, 0, "it has not made up for the past: {:?}", play.session);
    }
}
