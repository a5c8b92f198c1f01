//! Faults by hand, while it runs.

use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::ALLOW;
use hyper::http::HeaderValue;
use hyper::{Method, Request, StatusCode};
use serde_json::json;
use tokio::time::{Instant, timeout};

use super::body::{self, Answer};
use super::caller::Caller;
use crate::fault::{Drill, FaultWords};
use crate::protocol::path;

/// Far more than a fault has to say.
const WORDS_SIZE_MAX: usize = 16 << 10;
/// For a program of this machine, which knows what it wants to say.
const WORDS: Duration = Duration::from_secs(10);
/// More than anybody can tell apart, and few enough to be looked through for
/// every message.
const ONGOING_MAX: usize = 100;

pub(super) async fn answer(request: Request<Incoming>, caller: &Caller) -> Answer {
    let board = &caller.house.board;
    let rest = request.uri().path().strip_prefix(path::FAULTS);
    let id = rest.and_then(|rest| rest.strip_prefix('/')).map(str::to_owned);
    if id.is_none() && rest != Some("") {
        return body::full(StatusCode::NOT_FOUND, body::TEXT, "there is nothing here");
    }
    match (request.method().clone(), id) {
        (Method::GET, None) => body::json(list(caller)),
        (Method::POST, None) => begin(request, caller).await,
        (Method::DELETE, None) => {
            board.end_all();
            body::json(list(caller))
        }
        (Method::DELETE, Some(id)) => match id.parse() {
            Ok(id) if board.end(id) => body::json(list(caller)),
            Ok(_) | Err(_) => body::full(StatusCode::NOT_FOUND, body::TEXT, "no fault has this number"),
        },
        (_, None) => not_allowed("GET, POST, DELETE"),
        (_, Some(_)) => not_allowed("DELETE"),
    }
}

fn not_allowed(methods: &'static str) -> Answer {
    let why = "this is not done here";
    let mut answer = body::full(StatusCode::METHOD_NOT_ALLOWED, body::TEXT, why);
    let methods = HeaderValue::from_static(methods);
    answer.headers_mut().insert(ALLOW, methods);
    answer
}

fn list(caller: &Caller) -> String {
    let board = &caller.house.board;
    let faults: Vec<_> = board
        .ongoing()
        .iter()
        .map(|ongoing| json!({"id": ongoing.id, "fault": ongoing.fault}))
        .collect();
    json!({"faults": faults, "drill": board.playing()}).to_string()
}

/// A fault in its own words, or the name of a drill.
async fn begin(request: Request<Incoming>, caller: &Caller) -> Answer {
    let board = &caller.house.board;
    let words = Limited::new(request.into_body(), WORDS_SIZE_MAX).collect();
    let Ok(Ok(words)) = timeout(WORDS, words).await else {
        return body::bad("the request is too long or was not sent to its end");
    };
    let words = words.to_bytes();
    let drill = serde_json::from_slice::<serde_json::Value>(&words)
        .ok()
        .and_then(|value| Some(value.as_object()?.get("drill")?.as_str()?.to_owned()));
    if let Some(name) = drill {
        return match Drill::named(&name) {
            Ok(drill) => {
                board.play(&drill, Instant::now());
                body::json(list(caller))
            }
            Err(error) => body::bad(&error.to_string()),
        };
    }
    let words: FaultWords = match serde_json::from_slice(&words) {
        Ok(words) => words,
        Err(error) => return body::bad(&format!("not a fault: {error}")),
    };
    match words.read() {
        Ok(_) if board.ongoing().len() >= ONGOING_MAX => {
            let why = format!("{ONGOING_MAX} faults go on already: end some of them first");
            body::bad(&why)
        }
        Ok(fault) => {
            let id = board.begin(&fault, Instant::now());
            body::json(json!({"id": id}).to_string())
        }
        Err(error) => body::bad(&error.to_string()),
    }
}
