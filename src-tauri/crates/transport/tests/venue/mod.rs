//! A venue that a test speaks for: every question waits for the test's answer.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    reason = "a broken test server is a failed test, and not every test asks for everything"
)]

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::{Method, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use model::TransportKind;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use transport::{BoxConnection, Dialer, Hint, Inbound, Loss, Network, Outbound, Target};

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Long enough for any machine; reached only by a test that fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Venue {
    pub(crate) address: SocketAddr,
    asked: mpsc::Receiver<Asked>,
    lines: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

/// One question, to be answered.
pub(crate) struct Asked {
    request: Request<Incoming>,
    reply: oneshot::Sender<Response<Body>>,
}

pub(crate) struct Speaker(mpsc::Sender<Result<Frame<Bytes>, io::Error>>);

impl Venue {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (questions, asked) = mpsc::channel(16);
        let lines = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        let counted = Arc::clone(&lines);
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                open.spawn(serve_http1(socket, questions.clone()));
            }
        });
        Self {
            address,
            asked,
            lines,
            _tasks: tasks,
        }
    }

    /// The next question; pings are answered without asking.
    pub(crate) async fn asked(&mut self) -> Asked {
        timeout(PATIENCE, self.asked.recv())
            .await
            .expect("nothing was asked")
            .unwrap()
    }

    /// Whether nothing more is asked while the reader goes on for so long.
    pub(crate) fn has_asked(&mut self) -> bool {
        !self.asked.is_empty()
    }

    pub(crate) fn lines(&self) -> usize {
        self.lines.load(Ordering::SeqCst)
    }

    pub(crate) async fn dial(&self, transport: TransportKind) -> Client {
        self.dial_as(transport, |target| target).await
    }

    pub(crate) async fn dial_as(
        &self,
        transport: TransportKind,
        change: impl FnOnce(Target) -> Target,
    ) -> Client {
        let url = format!("ws://{}/v1/stream", self.address);
        dial(change(Target::new(url.parse().unwrap()).unwrap().over(transport))).await
    }
}

pub(crate) async fn serve_http1<S>(socket: S, questions: mpsc::Sender<Asked>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| put(request, questions.clone()));
    // A client that leaves in the middle is what many tests are about.
    let _left = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(socket), service)
        .await;
}

pub(crate) async fn serve_http2<S>(
    socket: S,
    questions: mpsc::Sender<Asked>,
    goodbye: impl Future<Output = ()>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| put(request, questions.clone()));
    let serving = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(socket), service);
    tokio::pin!(serving);
    tokio::select! {
        _left = serving.as_mut() => return,
        () = goodbye => serving.as_mut().graceful_shutdown(),
    }
    let _left = serving.await;
}

async fn put(request: Request<Incoming>, questions: mpsc::Sender<Asked>) -> Result<Response<Body>, Dropped> {
    if request.method() == Method::OPTIONS {
        let answer = Response::builder()
            .status(404)
            .body(whole("no such thing"))
            .unwrap();
        return Ok(answer);
    }
    let (reply, answer) = oneshot::channel();
    questions
        .send(Asked { request, reply })
        .await
        .map_err(|_| Dropped)?;
    // A question that the test drops is a line that breaks.
    answer.await.map_err(|_| Dropped)
}

#[derive(Debug, thiserror::Error)]
#[error("the test has dropped it")]
pub(crate) struct Dropped;

fn whole(text: &str) -> Body {
    Full::new(Bytes::copy_from_slice(text.as_bytes()))
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}

impl Asked {
    pub(crate) fn path(&self) -> String {
        self.request.uri().path_and_query().unwrap().to_string()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    }

    pub(crate) fn answer(self, status: u16, headers: &[(&str, &str)], body: &str) {
        self.answer_with(status, headers, whole(body));
    }

    pub(crate) fn answer_bytes(self, status: u16, headers: &[(&str, &str)], body: Vec<u8>) {
        let body = Full::new(Bytes::from(body))
            .map_err(|never: Infallible| match never {})
            .boxed_unsync();
        self.answer_with(status, headers, body);
    }

    /// Lines, and what to ask next.
    pub(crate) fn lines(self, lines: &[&str], next: &str) {
        let link = format!("<{next}>; rel=\"next\"");
        let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.answer(
            200,
            &[("content-type", "application/x-ndjson"), ("link", &link)],
            &body,
        );
    }

    pub(crate) fn speak(self, status: u16, headers: &[(&str, &str)]) -> Speaker {
        let (speaker, said) = mpsc::channel(16);
        let said = futures_util::stream::unfold(said, |mut said| async {
            let frame = said.recv().await?;
            Some((frame, said))
        });
        self.answer_with(status, headers, BodyExt::boxed_unsync(StreamBody::new(said)));
        Speaker(speaker)
    }

    pub(crate) fn events(self) -> Speaker {
        self.speak(200, &[("content-type", "text/event-stream; charset=utf-8")])
    }

    fn answer_with(self, status: u16, headers: &[(&str, &str)], body: Body) {
        let mut answer = Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        // A client that has turned to something else does not hear it.
        let _gone = self.reply.send(answer.body(body).unwrap());
    }
}

impl Speaker {
    pub(crate) async fn say(&self, text: &str) {
        self.say_bytes(text.as_bytes()).await;
    }

    pub(crate) async fn say_bytes(&self, bytes: &[u8]) {
        let frame = Frame::data(Bytes::copy_from_slice(bytes));
        // A client that has turned to something else does not hear it.
        let _gone = self.0.send(Ok(frame)).await;
    }

    pub(crate) async fn break_off(self) {
        let _gone = self.0.send(Err(io::Error::other("broken off"))).await;
    }

    /// The client does not read this answer any more.
    pub(crate) async fn left(&self) {
        timeout(PATIENCE, self.0.closed())
            .await
            .expect("it is still read");
    }
}

pub(crate) struct Client(pub(crate) BoxConnection);

pub(crate) async fn dial(target: Target) -> Client {
    Client(Network::default().dial(target).await.unwrap().connection)
}

impl Client {
    pub(crate) async fn fetch(&mut self, path: &str) {
        self.0.send(Outbound::fetch(path)).await.unwrap();
    }

    pub(crate) async fn next(&mut self) -> Result<Inbound, Loss> {
        timeout(PATIENCE, self.0.next())
            .await
            .expect("nothing came")
            .expect("it has ended")
    }

    /// The next message; signs of life before it are passed over.
    pub(crate) async fn text(&mut self) -> String {
        loop {
            match self.next().await {
                Ok(Inbound::Text(text) | Inbound::Answer { text, .. }) => return text.to_string(),
                Ok(Inbound::Ping | Inbound::Hint(_)) => {}
                other => panic!("no text: {other:?}"),
            }
        }
    }

    /// The same of what is asked for again and again, behind the path that it was found at.
    pub(crate) async fn answer(&mut self) -> (String, String) {
        loop {
            match self.next().await {
                Ok(Inbound::Answer { path, text }) => return (path.as_ref().to_owned(), text.to_string()),
                Ok(Inbound::Ping) => {}
                other => panic!("no answer: {other:?}"),
            }
        }
    }

    /// How the question at this path was not taken.
    pub(crate) async fn declined(&mut self, wanted: &str) -> (u16, String) {
        loop {
            match self.next().await {
                Ok(Inbound::Declined { path, status, text }) => {
                    assert_eq!(&*path, wanted);
                    return (status, text.to_string());
                }
                Ok(Inbound::Ping) => {}
                other => panic!("it was taken: {other:?}"),
            }
        }
    }

    pub(crate) async fn exchange(&mut self, gone: &[&str], come: &[&str]) {
        let all = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
        let (gone, come) = (all(gone), all(come));
        self.0.send(Outbound::Exchange { gone, come }).await.unwrap();
    }

    pub(crate) async fn texts<const N: usize>(&mut self) -> [String; N] {
        let mut texts = [const { String::new() }; N];
        for text in &mut texts {
            *text = self.text().await;
        }
        texts
    }

    pub(crate) async fn hint(&mut self) -> Hint {
        loop {
            match self.next().await {
                Ok(Inbound::Hint(hint)) => return hint,
                Ok(Inbound::Ping) => {}
                other => panic!("no hint: {other:?}"),
            }
        }
    }

    pub(crate) async fn loss(&mut self) -> Loss {
        loop {
            match self.next().await {
                Err(loss) => {
                    assert_eq!(self.0.next().await, None, "a loss is the last word");
                    return loss;
                }
                Ok(Inbound::Text(text) | Inbound::Answer { text, .. }) => {
                    panic!("a message instead of a loss: {text}")
                }
                Ok(_) => {}
            }
        }
    }

    /// Goes on reading while something else happens.
    pub(crate) async fn while_reading<T>(&mut self, work: impl Future<Output = T>) -> (T, Vec<String>) {
        let mut heard = Vec::new();
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return (done, heard),
                inbound = self.0.next() => match inbound {
                    Some(Ok(Inbound::Text(text) | Inbound::Answer { text, .. })) => heard.push(text.to_string()),
                    Some(Ok(_)) => {}
                    ended => panic!("it ended meanwhile: {ended:?}"),
                },
            }
        }
    }
}

/// A server that gives each line one of these answers, whatever is asked, and
/// then closes it or keeps it open.
pub(crate) async fn scripted(answers: Vec<(Vec<u8>, bool)>) -> (SocketAddr, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut open = JoinSet::new();
        for (answer, keep) in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            open.spawn(async move {
                if read_head(&mut socket).await {
                    // The client may leave in the middle of it.
                    let _left = socket.write_all(&answer).await;
                    if keep {
                        hold(socket).await;
                    }
                }
            });
        }
        while open.join_next().await.is_some() {}
        std::future::pending::<()>().await;
    });
    (address, tasks)
}

pub(crate) async fn read_head(socket: &mut TcpStream) -> bool {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match socket.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return false,
        }
    }
    true
}

/// Keeps a line open until the other side lets go.
pub(crate) async fn hold(mut socket: TcpStream) {
    let mut bytes = [0; 1_024];
    while socket.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
}
