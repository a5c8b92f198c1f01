//! One host of the venue: its door, and what it suffers from.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_PROTOCOL, UPGRADE,
};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::sync::{broadcast, oneshot};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::exchange::Exchange;
use super::packed::{self, Packer};
use super::{binance, pieces, stream};
use crate::network::{Abrupt, Host, Listener, Road, Socket};
use crate::trust;
use crate::wiring::{Deflate, Wiring};

pub(super) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// What goes wrong for as long as it is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mood {
    pub(crate) refusal: Option<Refusal>,
    pub(crate) hanging: Option<Hanging>,
    /// A connection that has opened ends so long after it, each time.
    pub(crate) flap: Option<Duration>,
    /// No prices; everything else goes on.
    pub(crate) mute: bool,
    /// Of this symbol only.
    pub(crate) mute_symbol: Option<&'static str>,
    /// Every so-manieth trade does not come, comes twice, or comes after the next.
    pub(crate) lose: Option<u64>,
    pub(crate) repeat: Option<u64>,
    pub(crate) swap: Option<u64>,
}

impl From<Hanging> for Mood {
    fn from(hanging: Hanging) -> Self {
        Self {
            hanging: Some(hanging),
            ..Self::default()
        }
    }
}

/// What a request is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<u32>,
    /// Only those who want a WebSocket.
    pub(crate) only_upgrades: bool,
}

/// Where a caller is left without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hanging {
    Tls,
    Http,
    /// The WebSocket is granted, and nothing passes.
    Upgraded,
    /// Something comes in place of TLS.
    Garbage,
}

/// What happens to everybody who is connected now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A message that is none; which one.
    Garbage(usize),
    /// It will go so soon, says it, and does.
    Notice(Duration),
    Close(u16),
}

/// One host of the venue.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) host: Host,
    road: Arc<Road>,
    pub(super) exchange: Arc<Exchange>,
    tls: TlsAcceptor,
    wiring: Wiring,
    mood: Arc<Mutex<Mood>>,
    pub(super) moments: broadcast::Sender<Moment>,
    house: Arc<Mutex<House>>,
}

/// Everything that ends with the process.
#[derive(Default)]
struct House {
    door: Option<tokio::task::AbortHandle>,
    guests: JoinSet<()>,
    sockets: Vec<Abrupt>,
    seen: BTreeSet<&'static str>,
}

/// Whose words go over a WebSocket.
#[derive(Clone, Copy, Debug)]
enum Spoken {
    Tickwire,
    Binance,
}

/// What HTTP/2 does beside; it ends with its line.
#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<JoinSet<()>>>);

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Tasks {
    fn execute(&self, work: F) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }
}

impl Front {
    pub(crate) fn new(host: Host, road: Arc<Road>, exchange: Arc<Exchange>, wiring: Wiring) -> Self {
        Self {
            host,
            road,
            exchange,
            tls: trust::acceptor(wiring.http2),
            wiring,
            mood: Arc::default(),
            moments: broadcast::Sender::new(16),
            house: Arc::default(),
        }
    }

    /// Lets callers in until it is closed.
    pub(crate) fn open(&self) {
        if self.house().door.is_some() {
            return;
        }
        let front = self.clone();
        let serving = tokio::spawn(async move { front.serve().await });
        self.house().door = Some(serving.abort_handle());
    }

    /// The process ends, and the machine says goodbye for it, or resets.
    pub(crate) fn kill(&self, abrupt: bool) {
        let mut house = self.house();
        if abrupt {
            house.sockets.iter().for_each(Abrupt::set);
        }
        house.sockets.clear();
        if let Some(door) = house.door.take() {
            door.abort();
        }
        house.guests.abort_all();
        house.guests = JoinSet::new();
    }

    /// Every connection ends, and the door stays open.
    pub(crate) fn drop_guests(&self, abrupt: bool) {
        let mut house = self.house();
        if abrupt {
            house.sockets.iter().for_each(Abrupt::set);
        }
        house.sockets.clear();
        house.guests.abort_all();
        house.guests = JoinSet::new();
    }

    pub(crate) fn mood(&self) -> MutexGuard<'_, Mood> {
        self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever is not connected misses it.
    pub(crate) fn happen(&self, moment: Moment) {
        let _nobody = self.moments.send(moment);
    }

    pub(super) fn saw(&self, what: &'static str) {
        self.house().seen.insert(what);
    }

    /// What of all that may be on the wire was there.
    pub(crate) fn seen(&self) -> BTreeSet<&'static str> {
        self.house().seen.clone()
    }

    fn house(&self) -> MutexGuard<'_, House> {
        self.house.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(self) {
        let listener = Listener::bind(self.host, Arc::clone(&self.road)).await.unwrap();
        while let Ok(socket) = listener.accept().await {
            let front = self.clone();
            let mut house = self.house();
            house.sockets.push(socket.abrupt.clone());
            while house.guests.try_join_next().is_some() {}
            house.guests.spawn(async move { front.converse(socket).await });
        }
    }

    async fn converse(self, mut socket: Socket) {
        let mood = self.mood().clone();
        match mood.hanging {
            Some(Hanging::Tls) => return std::future::pending().await,
            Some(Hanging::Garbage) => {
                let _gone = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
                return;
            }
            Some(Hanging::Http | Hanging::Upgraded) | None => {}
        }
        let Ok(tls) = self.tls.accept(socket).await else {
            return;
        };
        if mood.hanging == Some(Hanging::Http) {
            return std::future::pending().await;
        }
        let is_http2 = tls.get_ref().1.alpn_protocol() == Some(b"h2");
        let work = async {
            if is_http2 {
                self.clone().answer(tls).await;
            } else {
                self.clone().talk(tls).await;
            }
        };
        match mood.flap {
            Some(after) => {
                let _cut_off = tokio::time::timeout(after, work).await;
            }
            None => work.await,
        }
    }

    async fn talk(self, tls: tokio_rustls::server::TlsStream<Socket>) {
        let (upgraded, mut upgrade) = oneshot::channel();
        let upgraded = Arc::new(Mutex::new(Some(upgraded)));
        let service = service_fn(|mut request: Request<Incoming>| {
            let (front, upgraded) = (self.clone(), Arc::clone(&upgraded));
            async move {
                if let Some(refused) = front.refused(&request) {
                    return Ok::<_, Infallible>(refused);
                }
                let spoken = match request.uri().path() {
                    "/v1/stream" => Some(Spoken::Tickwire),
                    "/stream" => Some(Spoken::Binance),
                    _ => None,
                };
                if let Some(spoken) = spoken {
                    let deflate = packed::agreed(request.headers(), front.wiring);
                    let answer = switching(&request, deflate);
                    let on_upgrade = hyper::upgrade::on(&mut request);
                    if let Some(upgraded) = upgraded.lock().unwrap_or_else(PoisonError::into_inner).take() {
                        let _gone = upgraded.send((on_upgrade, spoken, deflate));
                    }
                    return Ok(answer);
                }
                Ok(pieces::answer(&front, &request).await)
            }
        });
        let served = hyper::server::conn::http1::Builder::new()
            .auto_date_header(false)
            .serve_connection(TokioIo::new(tls), service)
            .with_upgrades()
            .await;
        if served.is_ok()
            && let Ok((on_upgrade, spoken, deflate)) = upgrade.try_recv()
            && let Ok(upgraded) = on_upgrade.await
        {
            if self.mood().hanging == Some(Hanging::Upgraded) {
                return std::future::pending().await;
            }
            if deflate.is_some() {
                self.saw("permessage-deflate");
            }
            let (line, packer) = (TokioIo::new(upgraded), Packer::new(deflate, self.wiring));
            match spoken {
                Spoken::Tickwire => stream::serve(line, &self, packer).await,
                Spoken::Binance => binance::serve(line, &self, packer).await,
            }
        }
    }

    /// Over HTTP/2: many questions on one line.
    async fn answer(self, tls: tokio_rustls::server::TlsStream<Socket>) {
        self.saw("HTTP/2");
        let mut moments = self.moments.subscribe();
        let tasks = Tasks::default();
        let service = service_fn(|request: Request<Incoming>| {
            let front = self.clone();
            async move {
                if let Some(refused) = front.refused(&request) {
                    return Ok::<_, Infallible>(refused);
                }
                Ok(pieces::answer(&front, &request).await)
            }
        });
        let serving = hyper::server::conn::http2::Builder::new(tasks.clone())
            .auto_date_header(false)
            .serve_connection(TokioIo::new(tls), service);
        let mut serving = std::pin::pin!(serving);
        loop {
            tokio::select! {
                biased;
                moment = moments.recv() => if let Ok(Moment::Close(_)) = moment {
                    // It takes no further question, and says so (GOAWAY).
                    serving.as_mut().graceful_shutdown();
                },
                _over = &mut serving => return,
            }
        }
    }

    fn refused(&self, request: &Request<Incoming>) -> Option<Response<Body>> {
        let refusal = self.mood().refusal?;
        if request.method() == Method::OPTIONS
            || (refusal.only_upgrades && !request.headers().contains_key(UPGRADE))
        {
            return None;
        }
        let mut answer = full(refusal.status, "text/plain", "refused, on purpose".to_owned());
        if let Some(seconds) = refusal.retry_after {
            answer.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        Some(answer)
    }
}

fn switching(request: &Request<Incoming>, deflate: Option<Deflate>) -> Response<Body> {
    let Some(key) = request.headers().get("sec-websocket-key") else {
        return full(426, "text/plain", "this address speaks WebSocket".to_owned());
    };
    let mut answer = Response::new(Empty::new().boxed_unsync());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(CONNECTION, "Upgrade".parse().unwrap());
    headers.insert(UPGRADE, "websocket".parse().unwrap());
    headers.insert(
        SEC_WEBSOCKET_ACCEPT,
        derive_accept_key(key.as_bytes()).parse().unwrap(),
    );
    if let Some(offered) = request.headers().get(SEC_WEBSOCKET_PROTOCOL) {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, offered.clone());
    }
    if let Some(deflate) = deflate {
        let answer = packed::answer(deflate);
        headers.insert(SEC_WEBSOCKET_EXTENSIONS, answer.parse().unwrap());
    }
    answer
}

pub(super) fn full(status: u16, content: &'static str, text: String) -> Response<Body> {
    let answer = Response::builder().status(status).header("content-type", content);
    answer.body(Full::new(Bytes::from(text)).boxed_unsync()).unwrap()
}
