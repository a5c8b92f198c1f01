//! Faults by hand, while it runs.

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use serde_json::json;
use tokio::time::Instant;

use super::body::{self, Answer};
use super::caller::Caller;
use crate::fault::{Drill, FaultWords};
use crate::protocol::path;

/// Far more than a fault has to say.
const WORDS_SIZE_MAX: usize = 16 << 10;

pub(super) async fn answer(request: Request<Incoming>, caller: &Caller) -> Answer {
    let board = &caller.house.board;
    let rest = request
        .uri()
        .path()
        .strip_prefix(path::FAULTS)
        .and_then(|rest| rest.strip_prefix('/'))
        .map(str::to_owned);
    match (request.method().clone(), rest) {
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
        _ => body::full(
            StatusCode::METHOD_NOT_ALLOWED,
            body::TEXT,
            "this is not done here",
        ),
    }
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
    let now = Instant::now();
    let Ok(words) = Limited::new(request.into_body(), WORDS_SIZE_MAX).collect().await else {
        return body::bad("the request is too long or was not sent to its end");
    };
    let words = words.to_bytes();
    let drill = serde_json::from_slice::<serde_json::Value>(&words)
        .ok()
        .and_then(|value| Some(value.as_object()?.get("drill")?.as_str()?.to_owned()));
    if let Some(name) = drill {
        return match Drill::named(&name) {
            Ok(drill) => {
                board.play(&drill, now);
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
        Ok(fault) => {
            let id = board.begin(&fault, now);
            body::json(json!({"id": id}).to_string())
        }
        Err(error) => body::bad(&error.to_string()),
    }
}
