//! Questions that are answered when there is something to say, each answer
//! naming the next question.
//!
//! What is asked next is known only when an answer has come as a whole. Until
//! then the same question is put again, on a new line, and the server gives the
//! same again: whoever checks the numbers of the messages drops what came twice.

use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio::time::{Instant, sleep, timeout};
use tracing::debug;

use super::answer::Answer;
use super::body::{Body, Taken};
use super::course::Course;
use super::link;
use super::pace::LongPollPace;
use super::wire::Question;
use crate::{Inbound, Loss};

/// Beyond the time that the server may take: it is given to the network.
const MARGIN: Duration = Duration::from_secs(10);
/// So often the same is asked again, after these waits.
const AGAIN: [Duration; 3] = [Duration::ZERO, Duration::from_millis(250), Duration::from_secs(1)];

pub(super) async fn follow(mut course: Course, first: PathAndQuery) -> Loss {
    let mut pace = LongPollPace::default();
    let mut path = first.clone();
    let mut again = AGAIN.iter();
    loop {
        let began = Instant::now();
        let pause = match ask(&mut course, &path).await {
            Ok(Outcome::Answered { next, messages }) => {
                path = next.unwrap_or(path);
                again = AGAIN.iter();
                pace.pause(messages, began.elapsed())
            }
            Ok(Outcome::Gone) if path != first => {
                path = first.clone();
                pace.pause(0, began.elapsed())
            }
            Ok(Outcome::Gone) => {
                return Loss::Refused {
                    status: StatusCode::GONE.as_u16(),
                    retry_after: None,
                    body: String::new(),
                };
            }
            Err(Failure::Over(loss)) => return loss,
            Err(Failure::Lost(loss)) => match again.next() {
                Some(pause) => {
                    debug!(%loss, "an answer was lost, and is asked for again");
                    course.wire.forget();
                    *pause
                }
                None => return loss,
            },
        };
        tokio::select! {
            biased;
            () = course.retired() => return Loss::Dropped,
            () = sleep(pause) => {}
        }
    }
}

enum Outcome {
    Answered {
        next: Option<PathAndQuery>,
        messages: usize,
    },
    /// The server does not remember that far back.
    Gone,
}

enum Failure {
    /// The same question has the same answer, when it is put again.
    Lost(Loss),
    Over(Loss),
}

async fn ask(course: &mut Course, path: &PathAndQuery) -> Result<Outcome, Failure> {
    let question = Question {
        method: Method::GET,
        path: path.clone(),
        headers: HeaderMap::from_iter([
            (
                ACCEPT,
                HeaderValue::from_static("application/x-ndjson, application/json"),
            ),
            (ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate")),
        ]),
    };
    let wait = course.wire.target().poll_wait() + MARGIN;
    let asked = tokio::select! {
        biased;
        asked = timeout(wait, course.wire.ask(&question)) => asked,
        () = course.retired() => return Err(Failure::Over(Loss::Dropped)),
    };
    let answer = asked
        .map_err(|_| Failure::Over(Loss::Stalled { after: wait }))?
        .map_err(by_line)?;
    match answer.status().as_u16() {
        200 | 204 => {}
        410 => return Ok(Outcome::Gone),
        // Something between us and the server did not reach it.
        502 | 504 => return Err(Failure::Lost(answer.refusal().await)),
        _ => return Err(Failure::Over(answer.refusal().await)),
    }
    course.opened();
    let next = link::next(&answer.head.headers, &course.wire.url(path)).map_err(|_elsewhere| {
        Failure::Over(Loss::Protocol("it named another server to ask next".to_owned()))
    })?;
    let messages = hand_on(course, answer).await?;
    Ok(Outcome::Answered { next, messages })
}

/// Message by message as they come, so that a slow answer is no late one.
async fn hand_on(course: &mut Course, mut answer: Answer) -> Result<usize, Failure> {
    let mut body = Body::new(&answer).map_err(Failure::Over)?;
    let mut messages = 0;
    course.tell(Inbound::Ping).await.map_err(Failure::Over)?;
    loop {
        let bytes = tokio::select! {
            biased;
            bytes = answer.next_in_time() => bytes.map_err(by_line)?,
            () = course.retired() => return Err(Failure::Over(Loss::Dropped)),
        };
        let Taken { texts, ended } = body.take(bytes.as_deref()).map_err(Failure::Over)?;
        if texts.is_empty() && !ended {
            course.tell(Inbound::Ping).await.map_err(Failure::Over)?;
        }
        messages += texts.len();
        for text in texts {
            course.tell(Inbound::Text(text)).await.map_err(Failure::Over)?;
        }
        if ended {
            answer.finish(&course.wire);
            return Ok(messages);
        }
    }
}

/// What is the line's fault and what the server's.
fn by_line(loss: Loss) -> Failure {
    match loss {
        Loss::Dropped | Loss::Broken(_) => Failure::Lost(loss),
        Loss::Closed { .. }
        | Loss::Oversize { .. }
        | Loss::NotUtf8
        | Loss::Garbled
        | Loss::Protocol(_)
        | Loss::Refused { .. }
        | Loss::WrongContent(_)
        | Loss::Stalled { .. }
        | Loss::Spent { .. }
        | Loss::Misused(_) => Failure::Over(loss),
    }
}
