//! From a request to whoever answers it.

use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ALLOW, HeaderMap, ORIGIN, VARY, WWW_AUTHENTICATE,
};
use hyper::http::HeaderValue;
use hyper::{Method, Request, StatusCode};
use tokio::time::Instant;

use super::board::Turned;
use super::body::{self, Answer};
use super::caller::Caller;
use super::door::{self, Refusal};
use super::query::{Malformed, Query};
use super::{Visit, Way, events, faults, handshake, poll, rest};
use crate::protocol::{Code, path};

/// For those who find no room.
const FULL_RETRY: Duration = Duration::from_secs(5);

pub(super) async fn answer(request: Request<Incoming>, caller: &Caller) -> Answer {
    let origin = request.headers().get(ORIGIN).cloned();
    let mut answer = match admit(&request, caller) {
        Ok(()) => serve(request, caller).await,
        Err(refusal) => told(*refusal, caller),
    };
    if let Some(origin) = origin
        && answer.status() != StatusCode::FORBIDDEN
    {
        share(answer.headers_mut(), origin);
    }
    answer
}

/// Those who look on hear of a refusal, too.
fn told(refusal: Answer, caller: &Caller) -> Answer {
    caller.house.tell(Visit::Refused {
        address: caller.address,
        status: refusal.status().as_u16(),
    });
    refusal
}

/// A page of our own machine may read the answer. Nobody else got one.
fn share(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("link, etag, retry-after, poll-interval-ms"),
    );
    headers.insert(VARY, HeaderValue::from_static("origin"));
}

fn admit(request: &Request<Incoming>, caller: &Caller) -> Result<(), Box<Answer>> {
    let full = caller.house.is_full();
    door::admit(request, &caller.house.token, full).map_err(|refusal| Box::new(refused(&refusal)))?;
    caller
        .house
        .requests
        .take(caller.address.ip(), Instant::now())
        .map_err(|wait| {
            let why = "more requests in a second than are served";
            let answer = body::wrong(StatusCode::TOO_MANY_REQUESTS, Code::TooManyRequests, why);
            Box::new(body::later(answer, wait))
        })
}

fn refused(refusal: &Refusal) -> Answer {
    let mut answer = body::full(refusal.status, body::TEXT, refusal.why);
    match refusal.status {
        StatusCode::UNAUTHORIZED => {
            answer
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            answer
        }
        StatusCode::SERVICE_UNAVAILABLE => body::later(answer, FULL_RETRY),
        _ => answer,
    }
}

async fn serve(request: Request<Incoming>, caller: &Caller) -> Answer {
    if request.method() == Method::OPTIONS {
        return options();
    }
    if request.uri().path().starts_with(path::FAULTS) {
        return faults::answer(request, caller).await;
    }
    if request.method() != Method::GET {
        return not_allowed();
    }
    if let Some(way) = Way::of_path(request.uri().path()) {
        if let Some(turned) = caller.house.board.turned(way) {
            return told(rehearsed(turned), caller);
        }
        caller.serves(way, None);
    }
    let query = Query::of(request.uri().query().unwrap_or_default());
    let answered = match request.uri().path() {
        path::STREAM => return handshake::answer(request, caller),
        path::EVENTS => events::answer(&query, request.headers(), caller).await,
        path::POLL => poll::answer(&query, caller).await,
        path::SNAPSHOT => rest::snapshot(&query, request.headers(), caller).await,
        path::HISTORY => rest::history(&query, caller).await,
        path::SEARCH => rest::search(&query, caller).await,
        path::TIME => Ok(rest::time(caller).await),
        _ => {
            let why = "there is nothing here: the stream is at /v1/stream";
            return body::full(StatusCode::NOT_FOUND, body::TEXT, why);
        }
    };
    match answered {
        Ok(Some(answer)) => answer,
        Ok(None) => closing(),
        Err(Malformed(why)) => body::bad(&why),
    }
}

/// The floor does not answer any more.
pub(super) fn closing() -> Answer {
    let why = "the simulated venue is closing";
    body::later(
        body::full(StatusCode::SERVICE_UNAVAILABLE, body::TEXT, why),
        FULL_RETRY,
    )
}

/// What a browser asks before it asks, and a client that only wants to know
/// whether we are alive.
fn options() -> Answer {
    let mut answer = body::empty(StatusCode::NO_CONTENT);
    let headers = answer.headers_mut();
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, DELETE"),
    );
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, last-event-id, if-none-match, content-type"),
    );
    answer
}

fn not_allowed() -> Answer {
    let why = "this is not done here";
    let mut answer = body::full(StatusCode::METHOD_NOT_ALLOWED, body::TEXT, why);
    answer
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET"));
    answer
}

/// The refusal that a fault wants.
fn rehearsed(turned: Turned) -> Answer {
    let status = StatusCode::from_u16(turned.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let answer = body::full(status, body::TEXT, "refused, because a fault is being rehearsed");
    match turned.retry_after {
        Some(seconds) => body::later(answer, Duration::from_secs(seconds.into())),
        None => answer,
    }
}
