//! The stream as server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE};
use hyper::http::HeaderValue;
use hyper::{HeaderMap, Response};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::Parting;
use super::body::Answer;
use super::caller::Caller;
use super::floor::Manner;
use super::follower::{Follower, Stay};
use super::lines::{self, EventStream};
use super::mischief::Last;
use super::outbox::Parcel;
use super::query::{Malformed, Query};
use super::wire::{Cut, Trouble};
use crate::protocol::message;

/// How long a browser waits before it comes back, in milliseconds.
const RETRY: &str = "retry: 1000\n\n";
/// For a slow client to get to the end of what it was sent.
const GOODBYE: Duration = Duration::from_secs(5);
/// An event with its id.
const LENGTH_USUAL: usize = 256;

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
    let gone = CancellationToken::new();
    tokio::spawn(end_when_unread(
        follower.overflowed(),
        gone.clone(),
        caller.clone(),
    ));
    let speech = Speech {
        _gone: gone.drop_guard(),
        stay: follower.stay(caller),
        follower,
        epoch: place.epoch,
        batch: VecDeque::new(),
        state: State::Beginning,
    };
    let frames = stream::unfold(speech, |mut speech| async {
        let piece = speech.next().await?;
        Some((Ok::<_, Infallible>(Frame::data(piece)), speech))
    });
    let mut answer = Response::new(StreamBody::new(frames).boxed_unsync());
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // A proxy that keeps what it should hand on makes prices old.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    Ok(Some(answer))
}

/// With its buffers full, a stream that is not read is not asked for more, and
/// so could not see itself that its client is too slow.
async fn end_when_unread(overflowed: CancellationToken, gone: CancellationToken, caller: Caller) {
    tokio::select! {
        () = gone.cancelled() => {}
        () = overflowed.cancelled() => {
            if timeout(GOODBYE, gone.cancelled()).await.is_err() {
                caller.wire.suffer(Trouble::Cut(Cut::Fin));
            }
        }
    }
}

struct Speech {
    _gone: DropGuard,
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
    /// It was told that this will end.
    Leaving {
        at: Instant,
    },
    Ended,
}

impl Speech {
    async fn next(&mut self) -> Option<Bytes> {
        let leaves = match self.state {
            State::Beginning => {
                self.state = State::Speaking;
                return Some(Bytes::from_static(RETRY.as_bytes()));
            }
            State::Speaking => None,
            State::Leaving { at } => Some(at),
            State::Ended => return None,
        };
        let heard = tokio::select! {
            biased;
            () = async { sleep_until(leaves.unwrap_or_else(Instant::now)).await }, if leaves.is_some() => {
                Err(Parting::Rehearsed { code: 1001 })
            }
            heard = self.follower.listen(&mut self.batch) => heard,
        };
        match heard {
            Ok(()) => Some(self.written()),
            Err(why) => {
                self.stay.why = why;
                self.state = State::Ended;
                (why == Parting::Closing)
                    .then(|| format!("data: {}\n\n", message::shutdown(Duration::ZERO)).into())
            }
        }
    }

    /// Everything that is there as one piece, so that it leaves in one packet.
    fn written(&mut self) -> Bytes {
        let bytes = Vec::with_capacity(self.batch.len() * LENGTH_USUAL);
        let epoch = &mut self.epoch;
        let mut stream = EventStream { epoch, bytes };
        match lines::write(&mut self.batch, &mut stream) {
            Last::No => {}
            Last::Yes => self.state = State::Ended,
            Last::After(ahead) => {
                self.state = State::Leaving {
                    at: Instant::now() + ahead,
                }
            }
        }
        stream.bytes.into()
    }
}
