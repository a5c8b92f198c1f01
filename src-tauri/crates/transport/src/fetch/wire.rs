//! The lines to one server, over which questions are put.
//!
//! HTTP/1.1 answers one question at a time, so a second one beside an answer
//! that goes on takes a second line; HTTP/2 needs no more than one.
//! Every line goes where the dial went.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, LOCATION, USER_AGENT};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, Version};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tracing::debug;
use url::Url;

use super::answer::{Answer, lost, lost_dial};
use super::link;
use crate::network::{REDIRECTS_MAX, UPGRADE_TIMEOUT, within};
use crate::road::{Line, Road};
use crate::tap::Wiretap;
use crate::{Answered, DialError, Loss, Phase, Target};

/// A longer head is an attack or a mistake.
const HEAD_MAX: u32 = 64 << 10;
/// "Processing", "early hints": one or two are polite, a stream of them is a trap.
const INTERIM_MAX: u32 = 16;
/// So many lines wait for a next question: one for the stream, one for pings.
const IDLE_MAX: usize = 2;
/// Of HTTP/2, which can ask on a line that is busy whether it still lives.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(5);
pub(super) const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(super) struct Question {
    pub(super) method: Method,
    pub(super) path: PathAndQuery,
    pub(super) headers: HeaderMap,
}

pub(super) struct Wire {
    target: Target,
    road: Arc<dyn Road>,
    lines: Mutex<Lines>,
    /// Names each HTTP/2 line, so that only the one that failed is given up.
    made: AtomicU64,
    wiretap: Option<Wiretap>,
}

#[derive(Default)]
struct Lines {
    idle: Vec<Http1>,
    http2: Option<Http2>,
}

pub(super) struct Http1 {
    sender: http1::SendRequest<Empty<Bytes>>,
    /// Ends with the line.
    _tasks: Tasks,
}

#[derive(Clone)]
pub(super) struct Http2 {
    sender: http2::SendRequest<Empty<Bytes>>,
    number: u64,
    /// End when nobody asks or reads on this line any more.
    _tasks: Arc<Tasks>,
}

/// What an answer needs for as long as it is read.
pub(super) enum Held {
    Http1(Http1),
    Http2(Http2),
}

/// Tasks that end when this is dropped.
struct Tasks(Arc<Mutex<JoinSet<()>>>);

impl Tasks {
    fn new() -> Self {
        Self(Arc::default())
    }

    fn spawner(&self) -> Spawner {
        Spawner(Arc::downgrade(&self.0))
    }
}

/// Held by the tasks themselves, which must not keep each other alive.
#[derive(Clone)]
struct Spawner(Weak<Mutex<JoinSet<()>>>);

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Spawner {
    fn execute(&self, task: F) {
        if let Some(tasks) = self.0.upgrade() {
            let mut tasks = locked(&tasks);
            while tasks.try_join_next().is_some() {}
            tasks.spawn(task);
        }
    }
}

/// Why a question has no answer.
struct Unanswered {
    loss: Loss,
    /// It was the line's end and not the server's word.
    line_ended: bool,
}

impl Wire {
    /// From the line that a dial has made.
    pub(super) async fn new(target: Target, road: Arc<dyn Road>, line: Line) -> Result<Self, DialError> {
        let wire = Self {
            wiretap: target.wiretap(),
            target,
            road,
            lines: Mutex::default(),
            made: AtomicU64::new(0),
        };
        let held = wire.shake_hands(line).await?;
        wire.give_back(held);
        Ok(wire)
    }

    pub(super) const fn wiretap(&self) -> Option<&Wiretap> {
        self.wiretap.as_ref()
    }

    pub(super) const fn target(&self) -> &Target {
        &self.target
    }

    /// What a path is on this server.
    pub(super) fn url(&self, path: &PathAndQuery) -> Url {
        self.target
            .url()
            .join(path.as_str())
            .unwrap_or_else(|_| self.target.url().clone())
    }

    /// The head of the answer, wherever on this server it was sent on to. An
    /// answer that leads to another server is handed on as the refusal it is.
    pub(super) async fn ask(&self, question: &Question) -> Result<Answer, Loss> {
        let mut answer = self.ask_here(question).await?;
        let mut sent_on = question.clone();
        for _ in 0..REDIRECTS_MAX {
            let Some(path) = self.sent_on(&answer, &sent_on.path) else {
                break;
            };
            debug!("sent on");
            sent_on.path = path;
            answer = self.ask_here(&sent_on).await?;
        }
        Ok(answer)
    }

    fn sent_on(&self, answer: &Answer, at: &PathAndQuery) -> Option<PathAndQuery> {
        if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = answer.head.headers.get(LOCATION)?.to_str().ok()?;
        link::path(location, &self.url(at)).ok()
    }

    /// A line that was found dead is replaced by a new one; on a new one the
    /// first failure counts.
    async fn ask_here(&self, question: &Question) -> Result<Answer, Loss> {
        while let Some(held) = self.take_waiting() {
            match self.put(held, question).await {
                Ok(answer) => return Ok(answer),
                Err(Unanswered { loss, line_ended }) if line_ended => {
                    debug!(%loss, "a waiting line was dead");
                }
                Err(Unanswered { loss, .. }) => return Err(loss),
            }
        }
        let line = self.road.line().await.map_err(lost_dial)?;
        let opening = self.shake_hands(line);
        let held = within(Phase::Upgrade, UPGRADE_TIMEOUT, opening)
            .await
            .map_err(lost_dial)?;
        self.put(held, question)
            .await
            .map_err(|unanswered| unanswered.loss)
    }

    /// Nothing that was open before is asked again.
    pub(super) fn forget(&self) {
        *locked(&self.lines) = Lines::default();
    }

    pub(super) fn give_back(&self, held: Held) {
        match held {
            Held::Http1(line) if !line.sender.is_closed() => {
                let mut lines = locked(&self.lines);
                if lines.idle.len() < IDLE_MAX {
                    lines.idle.push(line);
                }
            }
            // One that is closed, and one that was never taken away.
            Held::Http1(_) | Held::Http2(_) => {}
        }
    }

    fn take_waiting(&self) -> Option<Held> {
        let mut lines = locked(&self.lines);
        if let Some(line) = &lines.http2 {
            if !line.sender.is_closed() {
                return Some(Held::Http2(line.clone()));
            }
            lines.http2 = None;
        }
        lines.idle.pop().map(Held::Http1)
    }

    async fn shake_hands(&self, line: Line) -> Result<Held, DialError> {
        let failed = |error: hyper::Error| DialError::NotHttp(why(&error));
        let io = TokioIo::new(line.pipe);
        let tasks = Tasks::new();
        let spawner = tasks.spawner();
        if !line.http2 {
            let mut builder = http1::Builder::new();
            let head_max = usize::try_from(HEAD_MAX).unwrap_or(usize::MAX);
            builder.max_header_size(head_max).max_buf_size(head_max);
            let (sender, driver) = builder.handshake(io).await.map_err(failed)?;
            hyper::rt::Executor::execute(&spawner, async move { ended(driver.await) });
            return Ok(Held::Http1(Http1 {
                sender,
                _tasks: tasks,
            }));
        }
        let mut builder = http2::Builder::new(spawner.clone());
        builder
            .timer(TokioTimer::new())
            .max_header_list_size(HEAD_MAX)
            .keep_alive_interval(KEEP_ALIVE_EVERY)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT);
        let (sender, driver) = builder.handshake(io).await.map_err(failed)?;
        hyper::rt::Executor::execute(&spawner, async move { ended(driver.await) });
        let line = Http2 {
            sender,
            number: self.made.fetch_add(1, Ordering::Relaxed),
            _tasks: Arc::new(tasks),
        };
        locked(&self.lines).http2 = Some(line.clone());
        Ok(Held::Http2(line))
    }

    async fn put(&self, mut held: Held, question: &Question) -> Result<Answer, Unanswered> {
        let version = match &held {
            Held::Http1(_) => Version::HTTP_11,
            Held::Http2(_) => Version::HTTP_2,
        };
        let mut request = self.request(question, version).map_err(|error| Unanswered {
            loss: Loss::Protocol(error.to_string()),
            line_ended: false,
        })?;
        if let Some(wiretap) = &self.wiretap {
            let first = || format!("{} {} {version:?}", question.method, question.path);
            wiretap.asked(first, request.headers());
        }
        let trapped = bound_interim(&mut request);
        let answered: Result<Response<Incoming>, hyper::Error> = tokio::select! {
            biased;
            () = trapped.notified() => return Err(Unanswered {
                loss: Loss::Protocol(format!("more than {INTERIM_MAX} interim answers and no real one")),
                line_ended: false,
            }),
            answered = async {
                match &mut held {
                    Held::Http1(line) => {
                        line.sender.ready().await?;
                        line.sender.send_request(request).await
                    }
                    Held::Http2(line) => {
                        line.sender.ready().await?;
                        line.sender.send_request(request).await
                    }
                }
            } => answered,
        };
        match answered {
            Ok(response) => {
                let head = Answered::new(response.status().as_u16(), response.headers());
                self.target.turns().heard(&head);
                Answer::new(response, held, self.wiretap.clone()).map_err(|loss| Unanswered {
                    loss,
                    line_ended: false,
                })
            }
            Err(error) => {
                if let Held::Http2(line) = &held {
                    let mut lines = locked(&self.lines);
                    lines.http2.take_if(|known| known.number == line.number);
                }
                Err(Unanswered {
                    line_ended: !error.is_parse(),
                    loss: lost(&error),
                })
            }
        }
    }

    fn request(&self, question: &Question, version: Version) -> Result<Request<Empty<Bytes>>, http::Error> {
        let url = self.target.url();
        let authority = match url.port() {
            Some(port) => format!("{}:{port}", self.target.host()),
            None => self.target.host().to_owned(),
        };
        // A ping has no path.
        let path = if question.path.as_str().starts_with('/') {
            self.target.path(&question.path)
        } else {
            question.path.clone()
        };
        let mut headers = question.headers.clone();
        headers.extend(self.target.headers());
        headers.insert(USER_AGENT, HeaderValue::from_static("Tickwire"));
        let uri = if version == Version::HTTP_2 {
            Uri::builder()
                .scheme(url.scheme())
                .authority(authority)
                .path_and_query(path)
                .build()?
        } else {
            headers.insert(HOST, HeaderValue::from_str(&authority)?);
            Uri::from(path)
        };
        let mut request = Request::builder()
            .method(question.method.clone())
            .uri(uri)
            .version(version)
            .body(Empty::new())?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// Told when there are more interim answers than anybody means well with.
fn bound_interim(request: &mut Request<Empty<Bytes>>) -> Arc<Notify> {
    let trapped = Arc::new(Notify::new());
    let (seen, bell) = (AtomicU32::new(0), Arc::clone(&trapped));
    hyper::ext::on_informational(request, move |_| {
        if seen.fetch_add(1, Ordering::Relaxed) >= INTERIM_MAX {
            bell.notify_one();
        }
    });
    trapped
}

fn ended(outcome: Result<(), hyper::Error>) {
    if let Err(error) = outcome {
        debug!(why = why(&error), "a line ended");
    }
}

pub(super) fn why(error: &hyper::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
