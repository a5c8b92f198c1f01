//! What works of a feed and what does not: the name, the network, the proxy,
//! TLS, the way of talking, the login, the subscription and the first price.
//!
//! A trial has an engine of its own, with a thread and a market that nobody
//! else sees, so what it opens and closes disturbs no feed that is open. What it
//! asks it takes from what the accounts of the engine have that tries it out. The
//! venue may see it otherwise: `rival` tells where it bears one connection of
//! a key and that one is in use.
//!
//! - `stopwatch`: the engine's dialer, timed
//! - `step`: what was seen, read as steps; `stage`: the same while it goes on
//! - `rival`: whose connection a trial would end
//! - `own`: how the connection of a feed that is open came up

mod own;
mod rival;
mod stage;
mod step;
mod stopwatch;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use feed::{Transition, Update};
use model::{FeedId, FeedState, FeedStatus, Session, Symbol, SymbolKey, TransportKind};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::account::Loan;
use crate::desk::lock;
use crate::handle::{Handle, NoSuchFeed};
use crate::observer::{Observation, Observer};
use crate::runtime::{Engine, EngineOptions, StartError};
use crate::spec::{FeedSpec, OpenError};

pub use stage::Stage;
pub use step::{Outcome, Remedy, Step};

use rival::is_rival;
use stage::stages;
use step::{Finding, steps};
use stopwatch::{Course, End, Stopwatch};

/// Nothing is kept: only the first of everything counts.
const UPDATES_MAX: usize = 4_096;
/// A dial ends by itself long before, and a feed that does not begin at all by then.
const DIAL_MAX: Duration = Duration::from_secs(60);

/// What is tried.
#[derive(Clone, Debug)]
pub struct Trial {
    pub spec: FeedSpec,
    pub symbols: Vec<Symbol>,
    /// How long to wait for a first price once the connection is up.
    pub patience: Duration,
}

/// What a trial came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// Where it went, without what nobody may see.
    pub address: String,
    pub transport: Option<TransportKind>,
    pub steps: Vec<(Step, Outcome)>,
    /// These are of the connection that the feed has, since the venue bears no other beside it.
    pub own: bool,
}

/// Why there is nothing to tell.
#[derive(Debug, thiserror::Error)]
pub enum NotTried {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Gone(#[from] NoSuchFeed),
    /// The venue would end the connection of this feed for the sake of the trial.
    #[error("{venue} bears one connection of a key, and the feed {feed} has it: a trial would end it")]
    Rival { feed: FeedId, venue: String },
}

impl Findings {
    pub fn is_good(&self) -> bool {
        self.steps
            .iter()
            .all(|(_, outcome)| !matches!(outcome, Outcome::Failed { .. } | Outcome::NotReached))
    }
}

impl Trial {
    /// Until its end, telling how far it is. To drop it is to end it.
    pub async fn run(
        &self,
        options: EngineOptions,
        mut told: impl FnMut(Vec<(Step, Stage)>),
    ) -> Result<Findings, NotTried> {
        let (stopwatch, course) = Stopwatch::on(options.dialer);
        let engine = Apart(Some(Engine::start(EngineOptions {
            dialer: Arc::new(stopwatch),
            resume: None,
            ..options
        })?));
        let handle = engine.handle()?;
        let observer = handle.observe(UPDATES_MAX);
        handle.open_feed(&self.spec)?;
        let mut keys = BTreeMap::new();
        for symbol in &self.symbols {
            // A row has the number of its symbol's key.
            let row = handle.watch(&self.spec.id, symbol)?;
            keys.insert(SymbolKey(row.0), None);
        }
        let mut examination = Examination {
            feed: self.spec.id.clone(),
            patience: self.patience,
            course,
            observer,
            keys,
            handle,
        };
        let finding = examination.finding(&mut told).await;
        Ok(examination.findings(&finding))
    }
}

impl Handle {
    /// Tries a feed with an engine of its own. Where that would cost the feed itself its connection,
    /// what is told is how that one came up; where it would cost another one its own, nothing is tried.
    pub async fn try_out(
        &self,
        trial: &Trial,
        told: impl FnMut(Vec<(Step, Stage)>),
    ) -> Result<Findings, NotTried> {
        if let Some(rival) = self.rival_of(&trial.spec) {
            if rival == trial.spec
                && let Some(findings) = self.own_course(&rival.id)
            {
                return Ok(findings);
            }
            let venue = trial.spec.venue.title().to_owned();
            return Err(NotTried::Rival {
                feed: rival.id,
                venue,
            });
        }
        let shared = &*self.shared;
        let options = EngineOptions {
            dialer: Arc::clone(&shared.dialer),
            policy: shared.policy,
            clock: shared.clock,
            loan: Some(Loan(Arc::clone(&shared.accounts))),
            ..EngineOptions::default()
        };
        trial.run(options, told).await
    }

    /// The feed whose connection its venue would end for another one of the same key.
    fn rival_of(&self, trial: &FeedSpec) -> Option<FeedSpec> {
        let statuses = self.feeds().borrow().clone();
        let feeds = lock(&self.shared.feeds);
        let rival = feeds.values().map(|open| &open.spec).find(|spec| {
            let status = statuses.iter().find(|status| status.feed == spec.id);
            is_rival(spec, status, trial)
        });
        rival.cloned()
    }
}

/// An engine that says goodbye on a thread where that may take its time.
struct Apart(Option<Engine>);

impl Apart {
    fn handle(&self) -> Result<Handle, NoSuchFeed> {
        self.0.as_ref().map(Engine::handle).ok_or(NoSuchFeed)
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        let Some(engine) = self.0.take() else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || engine.shut_down())),
            Err(_) => engine.shut_down(),
        }
    }
}

/// What the venue has said of a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Accepted(Option<Session>),
    Refused(Arc<str>),
}

struct Examination {
    feed: FeedId,
    patience: Duration,
    course: watch::Receiver<Course>,
    observer: Observer,
    keys: BTreeMap<SymbolKey, Option<Answer>>,
    handle: Handle,
}

impl Examination {
    async fn finding(&mut self, told: &mut impl FnMut(Vec<(Step, Stage)>)) -> Finding {
        let mut statuses = self.handle.feeds();
        statuses.mark_changed();
        let mut until = Instant::now() + DIAL_MAX;
        let mut stages = Vec::new();
        loop {
            let now = self.stages();
            if now != stages {
                told(now.clone());
                stages = now;
            }
            tokio::select! {
                biased;
                Ok(()) = self.course.changed() => match &self.course.borrow_and_update().end {
                    Some(End::Failed { .. }) => return Finding::NotUp,
                    Some(End::Up(_)) => until = Instant::now() + self.patience,
                    None => {}
                },
                observation = self.observer.next() => {
                    let finding = observation.and_then(|observation| self.heard(&observation));
                    if let Some(finding) = finding {
                        return finding;
                    }
                }
                Ok(()) = statuses.changed() => {
                    let status = statuses.borrow_and_update().first().cloned();
                    let fell = status.filter(has_fallen);
                    if let Some(status) = fell {
                        return self.fell(&status);
                    }
                }
                () = sleep_until(until) => return self.silent(),
            }
        }
    }

    /// The first word about a price, or the last refusal.
    fn heard(&mut self, observation: &Observation) -> Option<Finding> {
        let at = observation.received.at;
        match &observation.update {
            Update::Snapshot { beside: false, .. } | Update::Tick { .. } | Update::Bar { .. } => {
                return Some(Finding::Data { at });
            }
            Update::Accepted { key, session, .. } => {
                self.keys.insert(*key, Some(Answer::Accepted(*session)));
            }
            Update::Session { key, change, .. } => {
                self.keys
                    .insert(*key, Some(Answer::Accepted(Some(change.session))));
            }
            Update::Refused { key, why } => {
                self.keys.insert(*key, Some(Answer::Refused(Arc::clone(why))));
            }
            // What was asked for beside the stream says nothing of the stream.
            Update::Snapshot { beside: true, .. }
            | Update::Day { .. }
            | Update::Amended { .. }
            | Update::Gap { .. }
            | Update::Filled { .. }
            | Update::Clock(_)
            | Update::Source(_)
            | Update::Pong { .. } => {}
        }
        let refusals: Option<Vec<_>> = self
            .keys
            .values()
            .map(|answer| match answer {
                Some(Answer::Refused(why)) => Some(why.as_ref()),
                Some(Answer::Accepted(_)) | None => None,
            })
            .collect();
        let why = refusals?.join("; ");
        Some(Finding::Refused { at, why })
    }

    fn fell(&self, status: &FeedStatus) -> Finding {
        // The dial knows more of it than the feed.
        match self.course.borrow().end {
            Some(End::Failed { .. }) => Finding::NotUp,
            Some(End::Up(_)) | None => Finding::Fell {
                at: self.handle.now().at,
                why: status.why.to_string(),
            },
        }
    }

    fn silent(&self) -> Finding {
        let shut = |answer: &Option<Answer>| match answer {
            Some(Answer::Accepted(Some(session))) => is_shut(*session),
            Some(Answer::Accepted(None) | Answer::Refused(_)) | None => false,
        };
        Finding::Silent {
            at: self.handle.now().at,
            patience: self.patience,
            shut: self.keys.values().all(shut),
        }
    }

    fn stages(&self) -> Vec<(Step, Stage)> {
        stages(&self.course.borrow(), &self.transitions())
    }

    fn transitions(&self) -> Vec<Transition> {
        let report = self.handle.report(&self.feed);
        let journal = report.map(|report| report.journal).unwrap_or_default();
        journal.transitions().cloned().collect()
    }

    fn findings(&self, finding: &Finding) -> Findings {
        let report = self.handle.report(&self.feed).ok();
        let status = report.as_ref().and_then(|report| report.status.as_ref());
        let transport = status.map(|status| status.transport);
        let course = self.course.borrow();
        Findings {
            address: if course.address.is_empty() {
                report.map_or_else(String::new, |report| report.address)
            } else {
                course.address.clone()
            },
            transport,
            steps: steps(&course, &self.transitions(), finding),
            own: false,
        }
    }
}

const fn is_shut(session: Session) -> bool {
    match session {
        Session::Halted | Session::Closed => true,
        Session::Pre | Session::Auction | Session::Open | Session::Post | Session::Overnight => false,
    }
}

const fn has_fallen(status: &FeedStatus) -> bool {
    match status.state {
        FeedState::Offline { .. } | FeedState::Waiting { .. } | FeedState::Suspended { .. } => true,
        FeedState::Idle
        | FeedState::Connecting { .. }
        | FeedState::Authenticating { .. }
        | FeedState::Subscribing { .. }
        | FeedState::Live(_)
        | FeedState::Climbing { .. }
        | FeedState::Closed => false,
    }
}
