//! The state of things, asked for again and again: one question after the other,
//! as many as it takes for everything that is wanted.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, ETAG, IF_NONE_MATCH};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::debug;

use super::body::Body;
use super::course::Course;
use super::orders::{Exchange, Path};
use super::pace::PollPace;
use super::patience::{Patience, in_time};
use super::turns::{Asks, Turns};
use super::wire::Question;
use crate::{Inbound, Loss};

/// What every server that may be asked again and again bears.
const INTERVAL: Duration = Duration::from_secs(1);
/// How often a server wants to be asked.
const INTERVAL_HEADER: &str = "poll-interval-ms";
/// An answer that is lost is asked for again after these waits.
const AGAIN: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// One of the questions of a round.
pub(super) struct Subject {
    /// As whoever asks calls it.
    name: Arc<str>,
    path: PathAndQuery,
    known: Known,
    turn: Turn,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It is to be asked in this round.
    Due,
    /// It was.
    Had,
    /// The server did not take it, and is asked for it no more.
    Declined,
}

/// What we have of the state already.
#[derive(Default)]
struct Known {
    tag: Option<HeaderValue>,
    /// For a server that gives no tags.
    hash: Option<u64>,
}

struct Asked {
    changed: bool,
    interval: Option<Duration>,
    /// Until its head came.
    took: Duration,
}

impl Subject {
    pub(super) fn new(Path { name, path }: Path) -> Self {
        Self {
            name,
            path,
            known: Known::default(),
            turn: Turn::Due,
        }
    }
}

/// All that is asked, and how far it has come with it this time.
struct Round {
    subjects: Vec<Subject>,
    pace: PollPace,
    began: Instant,
    changed: bool,
    interval: Option<Duration>,
    /// When the next one begins, once this one is over.
    next: Option<Instant>,
}

impl Round {
    fn new(subjects: Vec<Subject>, pace: PollPace) -> Self {
        Self {
            subjects,
            pace,
            began: Instant::now(),
            changed: false,
            interval: None,
            next: None,
        }
    }

    fn begin(&mut self) {
        let taken = |subject: &&mut Subject| subject.turn != Turn::Declined;
        for subject in self.subjects.iter_mut().filter(taken) {
            subject.turn = Turn::Due;
        }
        self.began = Instant::now();
        (self.changed, self.interval, self.next) = (false, None, None);
    }

    /// Those that come are asked in this round still.
    fn exchange(&mut self, exchange: Exchange) {
        exchange.apply(&mut self.subjects, |subject| &subject.name, Subject::new);
        self.next = None;
    }

    fn asked(&mut self, asked: &Asked) {
        self.changed |= asked.changed;
        self.interval = self.interval.max(asked.interval);
    }

    /// `None` where nothing is left to be asked.
    fn next(&mut self, turns: &Turns) -> Option<Instant> {
        let taken = |subject: &&Subject| subject.turn != Turn::Declined;
        let asked = self.subjects.iter().filter(taken).count();
        if asked == 0 {
            return None;
        }
        if self.next.is_none() {
            let interval = self.interval.unwrap_or(INTERVAL);
            let round = self.pace.interval(interval, self.changed).max(turns.round(asked));
            self.next = Some(self.began + round);
        }
        self.next
    }
}

pub(super) async fn follow(mut course: Course, subjects: Vec<Subject>, patience: Patience) -> Loss {
    let here = course.wire.target().is_loopback();
    let mut round = Round::new(subjects, PollPace::new(here));
    let spacing = course.turns().spacing(round.pace.spacing());
    // However often what is fetched changes, the server is not asked more often for it.
    let mut apart = round.pace.spacing();
    let (mut wait, mut asks) = (Duration::ZERO, Asks::First);
    loop {
        if let Some(exchange) = course.take_exchange() {
            round.exchange(exchange);
        }
        let is_good = round.subjects.iter().any(|subject| subject.known.hash.is_some());
        let due = |subject: &&mut Subject| subject.turn == Turn::Due;
        let Some(subject) = round.subjects.iter_mut().find(due) else {
            let next = round.next(course.turns());
            let began = Instant::now();
            tokio::select! {
                biased;
                () = course.retired() => return Loss::Dropped,
                () = course.exchanged() => {}
                () = sleep_until(next.unwrap_or(began)), if next.is_some() => {
                    wait = next.unwrap_or(began).saturating_duration_since(began);
                    round.begin();
                }
            }
            continue;
        };
        tokio::select! {
            biased;
            () = course.retired() => return Loss::Dropped,
            turn = course.turns().turn(&subject.name, apart, asks) => {
                if let Err(loss) = turn {
                    return loss;
                }
            }
        }
        apart = spacing;
        subject.turn = Turn::Had;
        match ask_until(&mut course, subject, &patience, wait, is_good).await {
            Ok(asked) => {
                asks = Asks::Again;
                round.asked(&asked);
            }
            Err(loss) => return loss,
        }
    }
}

/// Each of them a single time. It has ended well when it is closed without a code.
pub(super) async fn follow_once(mut course: Course, mut subjects: Vec<Subject>, patience: Patience) -> Loss {
    for subject in &mut subjects {
        let turn = course.turns().turn(&subject.name, Duration::ZERO, Asks::First);
        if let Err(loss) = turn.await {
            return loss;
        }
        if let Err(loss) = ask_until(&mut course, subject, &patience, Duration::ZERO, false).await {
            return loss;
        }
    }
    Loss::Closed {
        code: None,
        reason: String::new(),
    }
}

/// Behind a pause; once more where only the answer was lost.
async fn ask_until(
    course: &mut Course,
    subject: &mut Subject,
    patience: &Patience,
    mut pause: Duration,
    is_good: bool,
) -> Result<Asked, Loss> {
    let mut again = AGAIN.iter();
    loop {
        // A snapshot is made at once or not at all.
        let loss = match ask(course, subject, patience.wait(pause), is_good).await {
            Ok(asked) => {
                patience.learn(asked.took);
                return Ok(asked);
            }
            Err(
                loss @ (Loss::Dropped
                | Loss::Broken(_)
                | Loss::Refused {
                    status: 502 | 504, ..
                }),
            ) => loss,
            Err(loss) => return Err(loss),
        };
        let Some(wait) = again.next() else {
            return Err(loss);
        };
        debug!(%loss, "an answer was lost, and is asked for again");
        course.wire.forget();
        pause = *wait;
        tokio::select! {
            biased;
            () = course.retired() => return Err(Loss::Dropped),
            () = sleep(pause) => {}
        }
        let turn = course.turns().turn(&subject.name, Duration::ZERO, Asks::First);
        turn.await?;
    }
}

/// What of its answers is about the question alone, where nothing was found by it yet. While the
/// server answers others, it is that, too, where else it would be about all of them.
const fn is_about_the_question(status: u16, is_good: bool) -> bool {
    match status {
        400 | 404 | 410 | 414 | 422 => true,
        402 | 403 | 451 | 500 | 501 => is_good,
        _ => false,
    }
}

async fn ask(
    course: &mut Course,
    subject: &mut Subject,
    wait: Duration,
    is_good: bool,
) -> Result<Asked, Loss> {
    let mut headers = HeaderMap::from_iter([
        (
            ACCEPT,
            HeaderValue::from_static("application/x-ndjson, application/json"),
        ),
        (ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate")),
    ]);
    if let Some(tag) = &subject.known.tag {
        headers.insert(IF_NONE_MATCH, tag.clone());
    }
    let question = Question {
        method: Method::GET,
        path: subject.path.clone(),
        headers,
    };
    let began = Instant::now();
    let mut answer = in_time(wait, course.wire.ask(&question))
        .await
        .unwrap_or(Err(Loss::Stalled { after: wait }))?;
    let took = began.elapsed();
    let interval = answer.head.headers.get(INTERVAL_HEADER).and_then(millis);
    match answer.status().as_u16() {
        200 => {}
        204 | 304 => {
            course.opened();
            // One that has a body all the same is not read to its end, if it has one.
            if answer.next_in_time().await?.is_none() {
                answer.finish(&course.wire);
            }
            course.tell(Inbound::Ping).await?;
            return Ok(Asked {
                changed: false,
                interval,
                took,
            });
        }
        // One name of many that the server does not know must not cost the others.
        status
            if is_about_the_question(status, is_good)
                && subject.known.hash.is_none()
                && !course.wire.target().is_once() =>
        {
            let words = answer.words(&course.wire).await;
            subject.turn = Turn::Declined;
            course.opened();
            let path = Arc::clone(&subject.name);
            let text = words.into();
            course.tell(Inbound::Declined { path, status, text }).await?;
            return Ok(Asked {
                changed: true,
                interval,
                took,
            });
        }
        _ => return Err(answer.refusal().await),
    }
    course.opened();
    subject.known.tag = answer.head.headers.get(ETAG).cloned();
    let mut body = Body::new(&answer)?;
    let mut texts = Vec::new();
    loop {
        let bytes = answer.next_in_time().await?;
        let taken = body.take(bytes.as_deref())?;
        texts.extend(taken.texts);
        if taken.ended {
            break;
        }
        course.tell(Inbound::Ping).await?;
    }
    answer.finish(&course.wire);
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    let hash = Some(hasher.finish());
    let changed = subject.known.hash != hash;
    subject.known.hash = hash;
    if !changed {
        course.tell(Inbound::Ping).await?;
        texts.clear();
    }
    for text in texts {
        let path = Arc::clone(&subject.name);
        course.tell(Inbound::Answer { path, text }).await?;
    }
    Ok(Asked {
        changed,
        interval,
        took,
    })
}

fn millis(value: &HeaderValue) -> Option<Duration> {
    value
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
        .map(Duration::from_millis)
}
