//! HTTP/2 in front of the venue: each question goes on to it on a line of its own, inside this program.

use std::io;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http_body_util::{BodyExt, BodyStream, Empty, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite, duplex};
use tokio::select;
use tokio::sync::broadcast;

use super::House;
use super::door::visit;
use super::line::Line;
use super::manners::Blow;

const PIPE: usize = 64 << 10;

/// One line of a client, to its end.
pub(super) async fn serve(
    house: &Arc<House>,
    pipe: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    mut blows: broadcast::Receiver<Blow>,
) -> io::Result<()> {
    let service = service_fn(|request| {
        let house = Arc::clone(house);
        async move { pass(house, request).await }
    });
    let serving = http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(pipe), service);
    let mut serving = pin!(serving);
    loop {
        select! {
            served = serving.as_mut() => return served.map_err(io::Error::other),
            blow = blows.recv() => match blow {
                Ok(Blow::GoAway) => serving.as_mut().graceful_shutdown(),
                Ok(_) => {}
                Err(_) => return Ok(()),
            },
        }
    }
}

type Body = StreamBody<std::pin::Pin<Box<dyn Stream<Item = io::Result<Frame<Bytes>>> + Send>>>;

async fn pass(house: Arc<House>, request: Request<Incoming>) -> io::Result<Response<Body>> {
    let mut blows = house.blows.subscribe();
    let (near, far) = duplex(PIPE);
    let inner = house.blows.subscribe();
    tokio::spawn(async move {
        let mut line = Line::new(far, Arc::default());
        // How it ended is seen at the other end.
        let _served = visit(&house, &mut line, inner).await;
        line.end().await;
    });
    let (mut sender, line) = http1::handshake(TokioIo::new(near))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(line);
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut asked = Request::builder().method(request.method()).uri(path);
    for (name, value) in request.headers() {
        asked = asked.header(name, value);
    }
    let asked = asked
        .header(HOST, "localhost")
        .body(Empty::<Bytes>::new())
        .map_err(io::Error::other)?;
    let answering = sender.send_request(asked);
    let reset = async {
        loop {
            match blows.recv().await {
                Ok(Blow::ResetStreams) | Err(_) => return,
                Ok(_) => {}
            }
        }
    };
    let answer = select! {
        answer = answering => answer.map_err(io::Error::other)?,
        // What is no answer takes the question back.
        () = reset => return Err(io::ErrorKind::ConnectionReset.into()),
    };
    let (mut head, body) = answer.into_parts();
    // A line that ends is none of the client's business.
    head.headers.remove(hyper::header::TRANSFER_ENCODING);
    head.headers.remove(hyper::header::CONNECTION);
    let blows = stream::unfold(blows, |mut blows| async move {
        loop {
            match blows.recv().await {
                Ok(Blow::ResetStreams) => return Some((Err(io::ErrorKind::ConnectionReset.into()), blows)),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    });
    let body = BodyStream::new(body.map_err(io::Error::other));
    // The body's end is the end, whatever could still happen.
    let end = stream::once(async { None::<io::Result<Frame<Bytes>>> });
    let body = stream::select(body.map(Some).chain(end), blows.map(Some))
        .take_while(|piece| std::future::ready(piece.is_some()))
        .filter_map(std::future::ready);
    Ok(Response::from_parts(head, StreamBody::new(Box::pin(body))))
}
