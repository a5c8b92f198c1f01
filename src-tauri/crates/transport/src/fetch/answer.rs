//! One answer: its head at once, its body piece by piece.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::response::Parts;
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::timeout;

use super::decoder::Decoder;
use super::wire::{Held, KEEP_ALIVE_TIMEOUT, Wire, why};
use crate::classify::{asked_wait, quoted};
use crate::density::density_limit;
use crate::tap::Wiretap;
use crate::{DialError, Loss, Seen};

/// An error page that takes longer to come is not worth the wait.
const REASON_WAIT: Duration = Duration::from_secs(1);
/// More of one than anybody is shown.
const REASON_READ_MAX: usize = 1_024;
/// A body that does not go on for so long is not going to.
pub(super) const PAUSE_MAX: Duration = Duration::from_secs(7);

pub(super) struct Answer {
    pub(super) head: Parts,
    incoming: Incoming,
    decoder: Decoder,
    /// On the wire, and as it was meant.
    came: u64,
    made: u64,
    held: Held,
    wiretap: Option<Wiretap>,
}

impl Answer {
    pub(super) fn new(
        response: Response<Incoming>,
        held: Held,
        wiretap: Option<Wiretap>,
    ) -> Result<Self, Loss> {
        let (head, incoming) = response.into_parts();
        if let Some(wiretap) = &wiretap {
            wiretap.answered(head.version, head.status, &head.headers);
        }
        let decoder = if head.status.is_success() {
            Decoder::new(&head.headers)?
        } else {
            // Only shown to a person, if it can be.
            Decoder::Plain(Bytes::new())
        };
        Ok(Self {
            head,
            incoming,
            decoder,
            came: 0,
            made: 0,
            held,
            wiretap,
        })
    }

    pub(super) const fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Without its parameters, in lower case.
    pub(super) fn content_type(&self) -> String {
        let value = self.head.headers.get(CONTENT_TYPE);
        let value = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = value.split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase()
    }

    /// The next bytes as the server meant them; `None` at the end. Nothing is
    /// lost when this is dropped before it is done.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Loss> {
        loop {
            if let Some(bytes) = self.decoder.next()? {
                self.made += bytes.len() as u64;
                return Ok(Some(bytes));
            }
            match self.incoming.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        if let Some(wiretap) = &self.wiretap {
                            wiretap.tell(|| Seen::Piece { length: bytes.len() });
                        }
                        self.came += bytes.len() as u64;
                        self.decoder.put(bytes);
                    }
                }
                Some(Err(error)) => return Err(lost(&error)),
                None if self.decoder.is_whole() => return Ok(None),
                None => return Err(Loss::Dropped),
            }
        }
    }

    /// The same of a body that has an end: one that stops in the middle must not
    /// be waited for, and one that is too dense is an attack. A stream goes on for
    /// days and may well say the same all the time.
    pub(super) async fn next_in_time(&mut self) -> Result<Option<Bytes>, Loss> {
        let bytes = timeout(PAUSE_MAX, self.next())
            .await
            .unwrap_or(Err(Loss::Stalled { after: PAUSE_MAX }))?;
        match density_limit(self.came) {
            limit if self.made > limit => Err(Loss::Oversize {
                limit: usize::try_from(limit).unwrap_or(usize::MAX),
            }),
            _ => Ok(bytes),
        }
    }

    /// When all of it has been read, the line can take another question.
    pub(super) fn finish(self, wire: &Arc<Wire>) {
        wire.give_back(self.held);
    }

    /// Why this answer is none, with the beginning of what the server says about it.
    pub(super) async fn refusal(mut self) -> Loss {
        let (body, _) = self.reason().await;
        Loss::Refused {
            status: self.head.status.as_u16(),
            retry_after: asked_wait(self.head.status.as_u16(), &self.head.headers, SystemTime::now()),
            body: quoted(&self.head.headers, &body),
        }
    }

    /// That beginning as it was sent. Where it is all, the line can take another question.
    pub(super) async fn words(mut self, wire: &Arc<Wire>) -> String {
        let (body, is_all) = self.reason().await;
        if is_all {
            self.finish(wire);
        }
        String::from_utf8_lossy(&body).into_owned()
    }

    /// What there is of it in time, and whether that is all.
    async fn reason(&mut self) -> (Vec<u8>, bool) {
        let (mut body, mut is_all) = (Vec::new(), false);
        let read = async {
            while body.len() < REASON_READ_MAX {
                match self.next().await {
                    Ok(Some(bytes)) => body.extend_from_slice(&bytes),
                    Ok(None) => {
                        is_all = true;
                        break;
                    }
                    Err(_) => break,
                }
            }
        };
        // What has come until then is what is shown.
        let _late = timeout(REASON_WAIT, read).await;
        (body, is_all)
    }
}

/// What a failure of the library means.
pub(super) fn lost(error: &hyper::Error) -> Loss {
    if error.is_timeout() {
        return Loss::Stalled {
            after: KEEP_ALIVE_TIMEOUT,
        };
    }
    if error.is_parse() {
        return Loss::Protocol(why(error));
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            return if error.kind() == io::ErrorKind::UnexpectedEof {
                Loss::Dropped
            } else {
                Loss::Broken(error.kind())
            };
        }
        source = cause.source();
    }
    Loss::Dropped
}

/// What it means for a connection that a new line of it did not come up.
pub(super) fn lost_dial(error: DialError) -> Loss {
    match error {
        DialError::Deadline { after, .. } => Loss::Stalled { after },
        DialError::Unresolved { kind, .. } | DialError::Unreachable { kind, .. } => Loss::Broken(kind),
        DialError::Untrusted { .. }
        | DialError::Tls { .. }
        | DialError::NotTls { .. }
        | DialError::Proxy { .. }
        | DialError::Refused { .. }
        | DialError::Redirected(_)
        | DialError::NotWebSocket(_)
        | DialError::NotHttp(_)
        | DialError::WrongSubprotocol(_)
        | DialError::TapeOver => Loss::Protocol(error.to_string()),
    }
}
