//! The ways over HTTP: events, a long poll, and a look now and then.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{ETAG, IF_NONE_MATCH, LINK};
use hyper::{Method, Request, Response};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::exchange::{Exchange, Reach, Since};
use super::front::{Body, Front, Moment, full};
use super::said;
use super::stream::Trades;

const LINES: &str = "application/x-ndjson";
const HEARTBEAT: Duration = Duration::from_millis(said::HEARTBEAT_MS);
/// What comes this soon behind the first message goes with it.
const GATHERED: Duration = Duration::from_millis(20);

pub(super) async fn answer(front: &Front, request: &Request<Incoming>) -> Response<Body> {
    if request.method() == Method::OPTIONS {
        return full(204, LINES, String::new());
    }
    let query: BTreeMap<&str, &str> = request
        .uri()
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .collect();
    match request.uri().path() {
        "/v1/events" => events(front, &query),
        "/v1/poll" => poll(front, &query).await,
        "/v1/snapshot" => {
            let known = request.headers().get(IF_NONE_MATCH);
            look(front, &query, known.and_then(|known| known.to_str().ok()))
        }
        _ => full(404, "text/plain", "there is nothing here".to_owned()),
    }
}

fn symbols<'a>(query: &BTreeMap<&str, &'a str>) -> Vec<&'a str> {
    let symbols = query.get("symbols").copied().unwrap_or_default();
    symbols.split(',').filter(|symbol| !symbol.is_empty()).collect()
}

/// A client enters and asks for all that is in its query.
fn enter(exchange: &Exchange, query: &BTreeMap<&str, &str>, out: &mut Vec<String>) -> Reach {
    let mut reach = exchange.enter(out);
    let epoch = query.get("epoch").and_then(|epoch| epoch.parse().ok());
    let after: Vec<_> = query
        .get("after")
        .copied()
        .unwrap_or_default()
        .split(',')
        .collect();
    for (at, symbol) in symbols(query).into_iter().enumerate() {
        let after = after.get(at).and_then(|after| after.parse().ok());
        let since = epoch.zip(after).map(|(epoch, after)| Since { epoch, after });
        exchange.listen(&mut reach, symbol, 0, since, out);
    }
    reach
}

struct Events {
    front: Front,
    reach: Reach,
    trades: Trades,
    changes: watch::Receiver<u64>,
    moments: Receiver<Moment>,
    beat: Instant,
    leaves: Option<Instant>,
    out: VecDeque<String>,
    ended: bool,
}

fn events(front: &Front, query: &BTreeMap<&str, &str>) -> Response<Body> {
    let mut out = Vec::new();
    let reach = enter(&front.exchange, query, &mut out);
    let events = Events {
        front: front.clone(),
        reach,
        trades: Trades::default(),
        changes: front.exchange.changes(),
        moments: front.moments.subscribe(),
        beat: Instant::now() + HEARTBEAT,
        leaves: None,
        out: out.into(),
        ended: false,
    };
    let body = futures_util::stream::unfold(events, |mut events| async move {
        let text = events.next().await?;
        let event = Frame::data(Bytes::from(format!("data: {text}\n\n")));
        Some((Ok::<_, Infallible>(event), events))
    });
    let answer = Response::builder().header("content-type", "text/event-stream");
    answer.body(StreamBody::new(body).boxed_unsync()).unwrap()
}

impl Events {
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(text) = self.out.pop_front() {
                return Some(text);
            }
            if self.ended {
                return None;
            }
            let leaves = self.leaves;
            tokio::select! {
                biased;
                () = sleep_until(self.beat) => {
                    self.beat += HEARTBEAT;
                    self.out.push_back(said::heartbeat());
                }
                moment = self.moments.recv() => match moment {
                    Ok(Moment::Garbage(which)) => {
                        self.out.push_back(said::GARBAGE[which % said::GARBAGE.len()].to_owned());
                    }
                    Ok(Moment::Notice(within)) => {
                        self.out.push_back(said::shutdown(within.as_millis()));
                        self.leaves = Some(Instant::now() + within);
                    }
                    Ok(Moment::Close(_)) => self.ended = true,
                    Err(RecvError::Lagged(_) | RecvError::Closed) => {}
                },
                () = async { sleep_until(leaves.unwrap_or_else(Instant::now)).await }, if leaves.is_some() => {
                    self.ended = true;
                }
                _ = self.changes.changed() => {
                    let mood = self.front.mood().clone();
                    if !mood.mute {
                        let mut out = Vec::new();
                        self.trades.pass(&self.front.exchange, &mut self.reach, &mood, &mut out);
                        self.out.extend(out);
                    }
                }
            }
        }
    }
}

async fn poll(front: &Front, query: &BTreeMap<&str, &str>) -> Response<Body> {
    let exchange = &front.exchange;
    let mut out = Vec::new();
    let mut reach = match query.get("cursor") {
        None => enter(exchange, query, &mut out),
        Some(cursor) => match exchange.at_cursor(cursor) {
            Some(reach) => reach,
            None => {
                let gone = r#"{"type":"error","code":"cursor_gone","message":"ask again without a cursor"}"#;
                return full(410, "application/json", gone.to_owned());
            }
        },
    };
    let wait = query.get("wait_ms").and_then(|wait| wait.parse().ok());
    let until = Instant::now() + Duration::from_millis(wait.unwrap_or(25_000));
    let mut changes = exchange.changes();
    let mut trades = Trades::default();
    while out.is_empty() {
        let mood = front.mood().clone();
        if !mood.mute {
            trades.pass(exchange, &mut reach, &mood, &mut out);
        }
        if out.is_empty() && timeout_at(until, changes.changed()).await.is_err() {
            out.push(said::heartbeat());
        }
    }
    if query.contains_key("cursor") {
        sleep(GATHERED).await;
        let mood = front.mood().clone();
        if !mood.mute {
            trades.pass(exchange, &mut reach, &mood, &mut out);
        }
    }
    let mut answer = full(200, LINES, lines(&out));
    let next = format!(
        "</v1/poll?symbols={}&wait_ms=10000&cursor={}>; rel=\"next\"",
        symbols(query).join(","),
        Exchange::cursor(&reach)
    );
    answer.headers_mut().insert(LINK, next.parse().unwrap());
    answer
}

fn look(front: &Front, query: &BTreeMap<&str, &str>, known: Option<&str>) -> Response<Body> {
    let mut out = Vec::new();
    let reach = enter(&front.exchange, &without_past(query), &mut out);
    let tag = format!("\"{}\"", Exchange::cursor(&reach));
    let mut answer = if known == Some(&*tag) {
        full(304, LINES, String::new())
    } else {
        full(200, LINES, lines(&out))
    };
    let headers = answer.headers_mut();
    headers.insert(ETAG, tag.parse().unwrap());
    headers.insert("poll-interval-ms", 1_000.into());
    answer
}

/// A look is at what is true now.
fn without_past<'a>(query: &BTreeMap<&'a str, &'a str>) -> BTreeMap<&'a str, &'a str> {
    let asked = query.iter().filter(|(key, _)| **key == "symbols");
    asked.map(|(key, value)| (*key, *value)).collect()
}

fn lines(texts: &[String]) -> String {
    let mut body = texts.join("\n");
    body.push('\n');
    body
}
