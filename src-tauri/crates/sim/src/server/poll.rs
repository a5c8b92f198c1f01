//! The stream in pieces, each asked for when the one before has come.

use std::collections::VecDeque;
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::LINK;
use hyper::http::HeaderValue;
use tokio::time::{Instant, sleep, timeout_at};

use super::body::{self, Answer};
use super::caller::Caller;
use super::floor::{Manner, Question};
use super::follower::Follower;
use super::lines::{self, Ndjson};
use super::mischief::Last;
use super::outbox::Parcel;
use super::query::{Malformed, Query};
use crate::protocol::request::Since;
use crate::protocol::{Code, message, path};

/// What comes this soon behind the first message goes with it.
const GATHERED: Duration = Duration::from_millis(20);

/// `None` when the venue is closing.
pub(super) async fn answer(query: &Query, caller: &Caller) -> Result<Option<Answer>, Malformed> {
    let wish = query.wish(None)?;
    let until = Instant::now() + query.wait()?;
    let goes_on = matches!(wish.since, Since::Place(_));
    let (mut follower, place) = match Follower::enter(caller, wish, Manner::Poll).await {
        None => return Ok(None),
        Some(Ok(entered)) => entered,
        Some(Err(_forgotten)) => {
            let why = "what came after this cursor is not kept any more: ask again without one";
            return Ok(Some(body::wrong(StatusCode::GONE, Code::CursorGone, why)));
        }
    };
    let mut batch = VecDeque::new();
    match timeout_at(until, follower.listen(&mut batch)).await {
        Ok(Ok(())) => {
            // The first answer is whole already.
            if goes_on {
                sleep(GATHERED).await;
                let mut more = VecDeque::new();
                if follower.listen_now(&mut more) {
                    batch.append(&mut more);
                }
            }
        }
        Ok(Err(_parting)) => return Ok(None),
        Err(_elapsed) => batch.push_back(beat(caller).await),
    }
    follower.release(&mut batch);
    let mut answered = Ndjson {
        bytes: Vec::new(),
        place,
    };
    if lines::write(&mut batch, &mut answered) == Last::Yes {
        return Ok(None);
    }
    let mut answer = body::full(StatusCode::OK, body::LINES, answered.bytes);
    let next = format!("<{}?{}>; rel=\"next\"", path::POLL, query.next(&answered.place));
    if let Ok(next) = HeaderValue::from_str(&next) {
        answer.headers_mut().insert(LINK, next);
    }
    Ok(Some(answer))
}

async fn beat(caller: &Caller) -> Parcel {
    let time = caller.look(Question::Time).await.map(|look| look.market_time);
    Parcel::talk(time.map_or_else(String::new, message::heartbeat))
}
