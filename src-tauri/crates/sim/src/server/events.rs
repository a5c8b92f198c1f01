//! The stream as server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Write;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE};
use hyper::http::HeaderValue;
use hyper::{HeaderMap, Response};

use super::Parting;
use super::body::Answer;
use super::caller::Caller;
use super::floor::Manner;
use super::follower::{Follower, Stay};
use super::outbox::Parcel;
use super::query::{Malformed, Query};
use crate::protocol::message;

/// How long a browser waits before it comes back, in milliseconds.
const RETRY: &str = "retry: 1000\n\n";

/// `None` when the venue is closing.
pub(super) async fn answer(
    query: &Query,
    headers: &HeaderMap,
    caller: &Caller,
) -> Result<Option<Answer>, Malformed> {
    let heard = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let wish = query.wish(heard.filter(|id| !id.is_empty()))?;
    // A stream begins anew where it cannot go on, so there is always a place.
    let Some(Ok((follower, place))) = Follower::enter(caller, wish, Manner::Stream).await else {
        return Ok(None);
    };
    let speech = Speech {
        stay: follower.stay(caller),
        follower,
        epoch: place.epoch,
        batch: VecDeque::new(),
        state: State::Beginning,
    };
    let frames = stream::unfold(speech, |mut speech| async {
        let text = speech.next().await?;
        Some((Ok::<_, Infallible>(Frame::data(Bytes::from(text))), speech))
    });
    let mut answer = Response::new(StreamBody::new(frames).boxed_unsync());
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // A proxy that keeps what it should hand on makes prices old.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    Ok(Some(answer))
}

struct Speech {
    stay: Stay,
    follower: Follower,
    epoch: String,
    batch: VecDeque<Parcel>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Beginning,
    Speaking,
    Ended,
}

impl Speech {
    async fn next(&mut self) -> Option<String> {
        match self.state {
            State::Beginning => {
                self.state = State::Speaking;
                Some(RETRY.to_owned())
            }
            State::Speaking => match self.follower.listen(&mut self.batch).await {
                Ok(()) => Some(self.written()),
                Err(why) => {
                    self.stay.why = why;
                    self.state = State::Ended;
                    (why == Parting::Closing)
                        .then(|| format!("data: {}\n\n", message::shutdown(Duration::ZERO)))
                }
            },
            State::Ended => None,
        }
    }

    /// Everything that is there as one piece, so that it leaves in one packet.
    fn written(&mut self) -> String {
        let mut text = String::with_capacity(self.batch.len() * 256);
        for parcel in self.batch.drain(..) {
            // Writing to a string cannot fail.
            if let Some(event) = parcel.event() {
                if let Some(from) = event.left_out_from {
                    let left_out = message::conflated(event.symbol, from, event.seq - 1);
                    let _never = write!(text, "data: {left_out}\n\n");
                }
                let _never = writeln!(text, "id: {}-{}", self.epoch, event.position);
            }
            let _never = write!(text, "data: {}\n\n", parcel.text());
        }
        text
    }
}
