//! A WebSocket over anything that carries bytes.
//!
//! - `negotiation`: which compression is offered and chosen
//! - `inflating`, `frames`, `inflater`: compressed messages made plain, below
//!   the library that reads frames
//! - `polled`: that library, for one task
//! - `server`, `deflating`: the other end, for who serves a WebSocket. As a
//!   client we never compress what we send: it is small and seldom, and a
//!   compressor costs 256 KiB a connection.

mod deflating;
mod frames;
#[cfg(test)]
mod fuzz;
mod inflater;
mod inflating;
mod negotiation;
mod polled;
mod server;
#[cfg(test)]
mod tests;
pub(crate) mod track;

pub(crate) use self::frames::Header;

pub use self::deflating::{Packed, Packer};
pub use self::inflating::Inflating;
pub use self::server::{Agreed, ServerSocket, Wish, accept, agree};

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use futures_util::{Sink, Stream};
use http::header::{LOCATION, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_PROTOCOL, USER_AGENT};
use http::{HeaderValue, Request};
use model::one_line;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep_until};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use self::inflater::Garbled;
use self::polled::Polled;
use crate::classify::{asked_wait, quoted};
use crate::connect::BoxPipe;
use crate::density::Dense;
use crate::progress::Progress;
use crate::{DialError, Inbound, Loss, Outbound, Target};

/// Larger buffers leave the processor's cache: 1 MiB costs three times the
/// work per message at 1,000 messages a second.
const READ_BUFFER_SIZE: usize = 64 << 10;
/// With the mask of a client.
const FRAME_HEADER_MAX: usize = 14;
/// Of what nobody reads any more, a piece at a time.
const THROWN_AWAY: usize = 4 << 10;
/// What fits into a Close frame, and more than anybody reads.
const REASON_SHOWN_MAX: usize = 123;

/// Why a handshake did not end in a WebSocket.
pub(crate) enum Unopened {
    Failed(DialError),
    /// The server says that what is wanted is there.
    Elsewhere {
        location: String,
    },
}

impl From<DialError> for Unopened {
    fn from(error: DialError) -> Self {
        Self::Failed(error)
    }
}

pub(crate) async fn open(target: &Target, pipe: BoxPipe) -> Result<WebSocket, Unopened> {
    // Built anew for each attempt: the handshake key must never be used twice.
    let request = request(target)?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(target.message_limit()))
        .max_frame_size(Some(target.message_limit()))
        .read_buffer_size(READ_BUFFER_SIZE)
        // Bounds what pings from a server that does not read can make us keep; what we may hear we may say too.
        .max_write_buffer_size(target.message_limit() + FRAME_HEADER_MAX);
    let pipe = Inflating::new(pipe, target.wiretap());
    let opened = tokio_tungstenite::client_async_with_config(request, pipe, Some(config)).await;
    let (handshake, response) = opened.map_err(|error| refusal(target, error))?;
    let answers = response.headers().get_all(SEC_WEBSOCKET_EXTENSIONS);
    let answers = answers.iter().map(|value| value.to_str().unwrap_or("unreadable"));
    let deflate = negotiation::chosen(answers).map_err(DialError::NotWebSocket)?;
    // What came behind the answer has been kept below.
    let mut pipe = handshake.into_inner();
    pipe.start(deflate);
    Ok(WebSocket::new(Polled::new(pipe, config)))
}

fn request(target: &Target) -> Result<Request<()>, DialError> {
    let malformed = |error: Error| DialError::NotWebSocket(error.to_string());
    let mut request = target
        .address()
        .as_str()
        .into_client_request()
        .map_err(malformed)?;
    let headers = request.headers_mut();
    headers.extend(target.headers());
    if let Some(name) = target.subprotocol() {
        let name = HeaderValue::from_str(name)
            .map_err(|_| DialError::NotWebSocket(format!("no subprotocol is called {name:?}")))?;
        headers.insert(SEC_WEBSOCKET_PROTOCOL, name);
    }
    headers.insert(
        SEC_WEBSOCKET_EXTENSIONS,
        HeaderValue::from_static(negotiation::OFFER),
    );
    headers.insert(USER_AGENT, HeaderValue::from_static("Tickwire"));
    Ok(request)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's errors are not ours, and they grow"
)]
fn refusal(target: &Target, error: Error) -> Unopened {
    Unopened::Failed(match error {
        Error::Http(response) if matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) => {
            let location = response.headers().get(LOCATION);
            return Unopened::Elsewhere {
                location: location
                    .and_then(|location| location.to_str().ok())
                    .unwrap_or_default()
                    .to_owned(),
            };
        }
        Error::Http(response) => DialError::Refused {
            status: response.status().as_u16(),
            retry_after: asked_wait(response.status().as_u16(), response.headers(), SystemTime::now()),
            body: quoted(response.headers(), response.body().as_deref().unwrap_or_default()),
        },
        Error::Io(error) => DialError::Unreachable {
            host: target.host().to_owned(),
            kind: error.kind(),
        },
        Error::Protocol(ProtocolError::HandshakeIncomplete) => DialError::Unreachable {
            host: target.host().to_owned(),
            kind: io::ErrorKind::UnexpectedEof,
        },
        Error::Protocol(ProtocolError::SecWebSocketSubProtocolError(_)) => {
            DialError::WrongSubprotocol(target.subprotocol().unwrap_or_default().to_owned())
        }
        other => DialError::NotWebSocket(other.to_string()),
    })
}

/// One open WebSocket.
pub(crate) struct WebSocket {
    stream: Polled<Inflating<BoxPipe>>,
    ended: bool,
    /// We have said our last, and the other side knows.
    shut: bool,
    progress: Progress,
    /// Set at the first half of a message, and then again only when it rings.
    alarm: Option<Pin<Box<Sleep>>>,
    /// How many messages were handed on.
    messages: u64,
}

impl WebSocket {
    const fn new(stream: Polled<Inflating<BoxPipe>>) -> Self {
        Self {
            stream,
            ended: false,
            shut: false,
            progress: Progress::new(),
            alarm: None,
            messages: 0,
        }
    }

    /// For whoever looks at the wire: only here it is known what a compressed message says.
    fn handed_on(&mut self, bytes: &[u8], is_text: bool) {
        self.messages += 1;
        if let Some(wiretap) = self.stream.get_ref().looked_at() {
            wiretap.inflated(self.messages, bytes, is_text);
        }
    }

    /// While nothing is there to be read: whether what is under way goes on, and
    /// whether that is to be told.
    fn poll_progress(&mut self, cx: &mut Context<'_>) -> Result<bool, Loss> {
        let below = self.stream.get_ref();
        if !below.is_under_way() {
            self.progress.over();
            return Ok(false);
        }
        let came = below.came();
        loop {
            if self.progress.look(came)? {
                return Ok(true);
            }
            let Some(deadline) = self.progress.deadline() else {
                return Ok(false);
            };
            let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if alarm.as_mut().poll(cx).is_pending() {
                return Ok(false);
            }
            // It was set for an earlier message, or this one is slow.
            alarm.as_mut().reset(deadline);
        }
    }
}

impl Stream for WebSocket {
    type Item = Result<Inbound, Loss>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        loop {
            let Poll::Ready(next) = self.stream.poll_next(cx) else {
                return match self.poll_progress(cx) {
                    Ok(false) => Poll::Pending,
                    Ok(true) => Poll::Ready(Some(Ok(Inbound::More))),
                    Err(loss) => {
                        self.ended = true;
                        Poll::Ready(Some(Err(loss)))
                    }
                };
            };
            self.progress.over();
            let item = match next {
                Some(Ok(Message::Text(text))) => {
                    self.handed_on(text.as_bytes(), true);
                    Ok(Inbound::Text(text))
                }
                Some(Ok(Message::Binary(bytes))) => {
                    self.handed_on(&bytes, false);
                    Ok(Inbound::Binary(bytes))
                }
                Some(Ok(Message::Ping(_))) => Ok(Inbound::Ping),
                Some(Ok(Message::Pong(payload))) => Ok(Inbound::Pong(payload)),
                Some(Ok(Message::Close(frame))) => Err(closed(frame)),
                // Only ever written, never read.
                Some(Ok(Message::Frame(_))) => continue,
                Some(Err(error)) => Err(loss(error)),
                None => Err(Loss::Dropped),
            };
            self.ended = item.is_err();
            return Poll::Ready(Some(item));
        }
    }
}

impl Sink<Outbound> for WebSocket {
    type Error = Loss;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        self.stream.poll_ready(cx).map_err(loss)
    }

    fn start_send(mut self: Pin<&mut Self>, item: Outbound) -> Result<(), Loss> {
        let message = match item {
            Outbound::Text(text) => Message::text(text),
            Outbound::Binary(bytes) => Message::Binary(bytes),
            Outbound::Fetch(_) | Outbound::Exchange { .. } => {
                return Err(Loss::Misused(
                    "a WebSocket fetches nothing: subscribe by a message",
                ));
            }
            Outbound::Ping(payload) => Message::Ping(payload),
            Outbound::Close(code) => Message::Close(Some(CloseFrame {
                code: code.into(),
                reason: "".into(),
            })),
        };
        self.stream.start_send(message).map_err(loss)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        self.stream.poll_flush(cx).map_err(loss)
    }

    /// Ends with the other side's end, so whoever closes gives it a deadline.
    /// To let go while something of theirs is unread would be a reset, which
    /// overtakes our goodbye: they would never learn what they did wrong.
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        let this = &mut *self;
        if !this.shut {
            // On a line that is broken nobody is left to hear anything.
            let said = ready!(this.stream.poll_close(cx)).is_ok();
            let below = Pin::new(this.stream.get_mut());
            if !said || ready!(below.poll_shutdown(cx)).is_err() {
                return Poll::Ready(Ok(()));
            }
            this.shut = true;
        }
        let mut room = [0; THROWN_AWAY];
        loop {
            let mut room = ReadBuf::new(&mut room);
            let below = Pin::new(this.stream.get_mut().below());
            let read = ready!(below.poll_read(cx, &mut room));
            if read.is_err() || room.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

fn closed(frame: Option<CloseFrame>) -> Loss {
    let code = frame.as_ref().map(|frame| u16::from(frame.code));
    let reason = frame
        .map(|frame| one_line(frame.reason.as_str(), REASON_SHOWN_MAX))
        .unwrap_or_default();
    Loss::Closed { code, reason }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's errors are not ours, and they grow"
)]
fn loss(error: Error) -> Loss {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => Loss::Closed {
            code: None,
            reason: String::new(),
        },
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Loss::Dropped,
        Error::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<Garbled>()) => Loss::Garbled,
        Error::Io(error) => {
            let dense = error.get_ref().and_then(|inner| inner.downcast_ref::<Dense>());
            dense.map_or(Loss::Broken(error.kind()), |dense| Loss::Oversize {
                limit: usize::try_from(dense.limit).unwrap_or(usize::MAX),
            })
        }
        Error::Utf8(_) => Loss::NotUtf8,
        Error::Capacity(CapacityError::MessageTooLong { max_size, .. }) => Loss::Oversize { limit: max_size },
        other => Loss::Protocol(other.to_string()),
    }
}
