//! `tickwire-cli doctor`: what works of a feed and what does not, by the very
//! engine that the app has.
//!
//! - `stopwatch`: the engine's dialer, timed
//! - `step`: what was seen, read as steps
//! - `line`: how it is told

mod line;
mod step;
mod stopwatch;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use engine::{Engine, EngineOptions, FeedSpec, Handle, Observation, Observer, Transition};
use feed::Update;
use model::{FeedId, FeedState, FeedStatus, Session, Symbol, SymbolKey};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::args::DoctorArgs;
use crate::feeds::{self, FeedName, NotAFeed};
use crate::output::{Output, json};
use crate::stop::Stop;
use line::{Body, Findings};
use step::{Finding, steps};
use stopwatch::{Course, End, Stopwatch};

/// More of one feed's list would only take longer.
const SYMBOLS_MAX: usize = 3;
/// Nothing is kept: only the first of everything counts.
const UPDATES_MAX: usize = 4_096;
/// A dial ends by itself long before, and a feed that does not begin at all by then.
const DIAL_MAX: Duration = Duration::from_secs(60);

pub(crate) async fn run(wanted: DoctorArgs, output: Output, mut stop: Stop) -> anyhow::Result<ExitCode> {
    let work = async {
        let feeds = named(&wanted)?;
        let mut all_good = true;
        for feed in &feeds {
            let findings = match examine(&wanted, feed).await {
                // Whoever has named it is told as by every other command.
                Err(error) if wanted.feed.is_some() => return Err(error),
                Err(error) => Findings {
                    feed: name(feed),
                    symbols: Vec::new(),
                    body: Body::NotOpened {
                        why: format!("{error:#}"),
                    },
                },
                Ok(findings) => findings,
            };
            all_good &= findings.is_good();
            let text = if wanted.json {
                json(&findings.object())
            } else {
                findings.in_words()
            };
            if output.line(text).await.is_err() {
                break;
            }
        }
        Ok(all_good)
    };
    let all_good = tokio::select! {
        all_good = work => all_good?,
        () = stop.wanted() => return Ok(ExitCode::FAILURE),
    };
    output.finish().await.context("cannot write")?;
    Ok(if all_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The one that a person names, or all that the settings have.
fn named(wanted: &DoctorArgs) -> Result<Vec<FeedName>, NotAFeed> {
    if let Some(feed) = &wanted.feed {
        return Ok(vec![feed.clone()]);
    }
    if wanted.key.is_given() {
        return Err(NotAFeed::WhichFeed);
    }
    let profile = feeds::open(wanted.folder());
    let feeds = profile.settings().feeds.iter();
    Ok(feeds.map(|feed| FeedName::Named(feed.id.clone())).collect())
}

fn name(feed: &FeedName) -> String {
    match feed {
        FeedName::Address(url) => url.host_str().unwrap_or_default().to_owned(),
        FeedName::Named(id) => id.to_string(),
    }
}

/// What to ask a feed for: what was named, what the person's lists have of it,
/// or what is always there.
fn symbols(wanted: &DoctorArgs, spec: &FeedSpec) -> Result<Vec<Symbol>, NotAFeed> {
    if !wanted.symbols.is_empty() {
        return Ok(wanted.symbols.iter().map(|symbol| Symbol::new(symbol)).collect());
    }
    let profile = feeds::open(wanted.folder());
    let entries = profile.lists().lists.iter().flat_map(|list| &list.entries);
    let listed = entries.filter(|entry| entry.feed == spec.id);
    let listed: Vec<_> = listed
        .map(|entry| entry.symbol.clone())
        .take(SYMBOLS_MAX)
        .collect();
    if !listed.is_empty() {
        return Ok(listed);
    }
    match spec.venue.sample() {
        "" => Err(NotAFeed::WhichSymbol(spec.id.clone())),
        sample => Ok(vec![Symbol::new(sample)]),
    }
}

async fn examine(wanted: &DoctorArgs, feed: &FeedName) -> anyhow::Result<Findings> {
    let source = feeds::find(wanted.wanted(feed)).await?;
    let symbols = symbols(wanted, &source.spec)?;
    let options = feeds::network::options(&wanted.network).await?;
    let (stopwatch, course) = Stopwatch::on(options.dialer);
    let engine = Engine::start(EngineOptions {
        dialer: Arc::new(stopwatch),
        ..options
    })?;
    let handle = engine.handle();
    let observer = handle.observe(UPDATES_MAX);
    handle.open_feed(&source.spec)?;
    let mut keys = BTreeMap::new();
    for symbol in &symbols {
        // A row has the number of its symbol's key.
        let row = handle.watch(&source.spec.id, symbol)?;
        keys.insert(SymbolKey(row.0), None);
    }
    let mut examination = Examination {
        feed: source.spec.id.clone(),
        patience: Duration::from_secs(wanted.seconds),
        course,
        observer,
        keys,
        handle,
    };
    let finding = examination.finding().await;
    let findings = examination.findings(&source.spec, &finding);
    drop(examination);
    // Both say goodbye on threads of their own.
    tokio::task::spawn_blocking(move || {
        engine.shut_down();
        drop(source);
    })
    .await
    .context("the engine did not end in order")?;
    Ok(Findings {
        symbols: symbols.iter().map(Symbol::to_string).collect(),
        ..findings
    })
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
    async fn finding(&mut self) -> Finding {
        let mut statuses = self.handle.feeds();
        statuses.mark_changed();
        let mut until = Instant::now() + DIAL_MAX;
        loop {
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
            Update::Snapshot { .. } | Update::Tick { .. } | Update::Bar { .. } => {
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
            Update::Day { .. }
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

    fn findings(&self, spec: &FeedSpec, finding: &Finding) -> Findings {
        let report = self.handle.report(&self.feed).ok();
        let transitions: Vec<Transition> = report
            .iter()
            .flat_map(|report| report.journal.transitions().cloned())
            .collect();
        let course = self.course.borrow();
        let way = report.as_ref().and_then(|report| report.status.as_ref());
        let way = way.map_or("", |status| status.transport.as_str());
        Findings {
            feed: spec.id.to_string(),
            symbols: Vec::new(),
            body: Body::Examined {
                address: if course.address.is_empty() {
                    report.map_or_else(String::new, |report| report.address)
                } else {
                    course.address.clone()
                },
                transport: way,
                steps: steps(&course, &transitions, finding),
            },
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
