//! One answer that never ends.

use std::future::pending;
use std::time::Duration;

use http::header::{ACCEPT, CACHE_CONTROL};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tokio::time::{sleep_until, timeout};

use super::course::Course;
use super::events::{Event, Events};
use super::wire::Question;
use crate::progress::Progress;
use crate::{Hint, Inbound, Loss};

/// Some servers send the head together with the first event, or not at all.
const HEAD_WAIT: Duration = Duration::from_secs(10);
const CONTENT: &str = "text/event-stream";

pub(super) async fn follow(
    mut course: Course,
    path: PathAndQuery,
    last_event_id: Option<HeaderValue>,
) -> Loss {
    match listen(&mut course, path, last_event_id).await {
        Ok(()) => Loss::Closed {
            code: None,
            reason: String::new(),
        },
        Err(loss) => loss,
    }
}

async fn listen(
    course: &mut Course,
    path: PathAndQuery,
    last_event_id: Option<HeaderValue>,
) -> Result<(), Loss> {
    let mut headers = HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static(CONTENT)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]);
    if let Some(id) = last_event_id {
        headers.insert(HeaderName::from_static("last-event-id"), id);
    }
    let question = Question {
        method: Method::GET,
        path,
        headers,
    };
    let mut answer = timeout(HEAD_WAIT, course.wire.ask(&question))
        .await
        .unwrap_or(Err(Loss::Stalled { after: HEAD_WAIT }))?;
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::NO_CONTENT => {
            return Err(Loss::Refused {
                status: StatusCode::NO_CONTENT.as_u16(),
                retry_after: None,
                body: "it has nothing to stream, and asks not to be asked again".to_owned(),
            });
        }
        _ => return Err(answer.refusal().await),
    }
    let content = answer.content_type();
    if content != CONTENT {
        return Err(Loss::WrongContent(format!("{content:?} and no event stream")));
    }
    course.opened();
    course.tell(Inbound::Ping).await?;

    let (mut events, mut found, mut told_id) =
        (Events::default(), Vec::new(), Events::default().last_id().clone());
    let (mut progress, mut came) = (Progress::new(), 0);
    loop {
        let bytes = tokio::select! {
            biased;
            bytes = answer.next() => bytes?,
            () = course.retired() => return Ok(()),
            () = late(&progress) => {
                // Enough may have come of it all the same.
                if progress.look(came)? {
                    course.tell(Inbound::More).await?;
                }
                continue;
            }
        };
        let Some(bytes) = bytes else { return Ok(()) };
        came += bytes.len() as u64;
        let outcome = events.read(&bytes, &mut found);
        if !found.is_empty() {
            progress.over();
        }
        let mut sign = Inbound::Ping;
        if events.is_under_way() {
            if progress.look(came)? {
                sign = Inbound::More;
            }
        } else {
            progress.over();
        }
        if found.is_empty() {
            course.tell(sign).await?;
        }
        for event in found.drain(..) {
            course
                .tell(match event {
                    Event::Message(text) => Inbound::Text(text),
                    Event::Retry(wait) => Inbound::Hint(Hint::RetryAfter(wait)),
                })
                .await?;
        }
        if *events.last_id() != told_id {
            told_id = events.last_id().clone();
            course
                .tell(Inbound::Hint(Hint::LastEventId(told_id.clone())))
                .await?;
        }
        outcome?;
    }
}

/// When what is under way must have gone on.
async fn late(progress: &Progress) {
    match progress.deadline() {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}
