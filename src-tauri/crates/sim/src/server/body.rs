//! What is answered over HTTP.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use hyper::http::HeaderValue;
use hyper::{Response, StatusCode};

use crate::protocol::{Code, message};

pub(super) type Body = UnsyncBoxBody<Bytes, Infallible>;
pub(super) type Answer = Response<Body>;

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(super) const LINES: HeaderValue = HeaderValue::from_static("application/x-ndjson");
pub(super) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// What is true now is not true later.
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

pub(super) fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Empty::new().boxed_unsync());
    *answer.status_mut() = status;
    answer
}

pub(super) fn full(status: StatusCode, kind: HeaderValue, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()).boxed_unsync());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer.headers_mut().insert(CACHE_CONTROL, NO_CACHE);
    answer
}

pub(super) fn json(body: impl Into<Bytes>) -> Answer {
    full(StatusCode::OK, JSON, body)
}

/// A request that cannot be served as it is.
pub(super) fn wrong(status: StatusCode, code: Code, why: &str) -> Answer {
    full(status, JSON, message::refused(None, code, why))
}

pub(super) fn bad(why: &str) -> Answer {
    wrong(StatusCode::BAD_REQUEST, Code::BadRequest, why)
}

/// Somebody who should come back later.
pub(super) fn later(mut answer: Answer, wait: Duration) -> Answer {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    answer
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    answer
}
