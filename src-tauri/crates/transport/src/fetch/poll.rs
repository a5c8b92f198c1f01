//! The state of things, asked for again and again: one question after the other,
//! as many as it takes for everything that is wanted.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, ETAG, IF_NONE_MATCH};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method};
use tokio::time::{Instant, sleep};
use tracing::debug;

use super::body::Body;
use super::course::Course;
use super::pace::PollPace;
use super::patience::{Patience, in_time};
use super::turns::Asks;
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
    /// The server does not have it, and is asked for it no more.
    refused: bool,
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
    refusal: Option<Loss>,
}

impl Subject {
    pub(super) fn new(name: Arc<str>, path: PathAndQuery) -> Self {
        Self {
            name,
            path,
            known: Known::default(),
            refused: false,
        }
    }
}

pub(super) async fn follow(mut course: Course, mut subjects: Vec<Subject>, patience: Patience) -> Loss {
    let here = course.wire.target().is_loopback();
    let mut pace = PollPace::new(here);
    let spacing = course.turns().spacing(pace.spacing());
    // However often what is fetched changes, the server is not asked more often for it.
    let mut apart = pace.spacing();
    let (mut wait, mut asks) = (Duration::ZERO, Asks::First);
    loop {
        let began = Instant::now();
        let (mut changed, mut interval, mut refusal) = (false, None, None);
        for subject in subjects.iter_mut().filter(|subject| !subject.refused) {
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
            match ask_until(&mut course, subject, &patience, wait).await {
                Ok(asked) => {
                    asks = Asks::Again;
                    changed |= asked.changed;
                    interval = interval.max(asked.interval);
                    refusal = asked.refusal.or(refusal);
                }
                Err(loss) => return loss,
            }
        }
        // What it has is asked for again; where it has nothing, that is how it ends.
        if let Some(loss) = refusal.filter(|_| subjects.iter().all(|subject| subject.refused)) {
            return loss;
        }
        let asked = subjects.iter().filter(|subject| !subject.refused).count();
        let round = pace
            .interval(interval.unwrap_or(INTERVAL), changed)
            .max(course.turns().round(asked));
        wait = round.saturating_sub(began.elapsed());
        tokio::select! {
            biased;
            () = course.retired() => return Loss::Dropped,
            () = sleep(wait) => {}
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
        if let Err(loss) = ask_until(&mut course, subject, &patience, Duration::ZERO).await {
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
) -> Result<Asked, Loss> {
    let mut again = AGAIN.iter();
    loop {
        // A snapshot is made at once or not at all.
        let loss = match ask(course, subject, patience.wait(pause)).await {
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

async fn ask(course: &mut Course, subject: &mut Subject, wait: Duration) -> Result<Asked, Loss> {
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
                refusal: None,
            });
        }
        // One name of many that the server does not know must not cost the others.
        400 | 404 | 422 if subject.known.hash.is_none() && !course.wire.target().is_once() => {
            let (loss, words) = answer.refusal_in_its_words().await;
            subject.refused = true;
            let path = Arc::clone(&subject.name);
            let text = words.into();
            course.tell(Inbound::Answer { path, text }).await?;
            return Ok(Asked {
                changed: true,
                interval,
                took,
                refusal: Some(loss),
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
        refusal: None,
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
