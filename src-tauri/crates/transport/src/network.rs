//! The dialer that uses the real network.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::TransportKind;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout};
use tracing::debug;

use crate::race::race;
use crate::tls::{Inside, Tls};
use crate::websocket::Unopened;
use crate::{
    BadRedirect, BoxConnection, DialError, Dialed, Dialer, Dialing, Phase, Phases, Progress, Target, fetch,
    websocket,
};

/// Long enough for a slow resolver's second try, short enough that a person
/// still connects the wait with what they did.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(3);
/// One lost SYN is repeated after 1 s and again after 3 s.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
const TLS_TIMEOUT: Duration = Duration::from_secs(4);
/// For the head of whatever is the first answer on a line.
pub(crate) const UPGRADE_TIMEOUT: Duration = Duration::from_secs(4);
/// More are a circle.
pub(crate) const REDIRECTS_MAX: usize = 3;
/// Nothing else finds a dead line under an answer that never ends: it is found
/// within a quarter of a minute, by three probes.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(6);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(3);
const KEEPALIVE_RETRIES: u32 = 3;

/// Dials over TCP, with TLS where the address asks for it.
#[derive(Clone, Default)]
pub struct Network {
    tls: Tls,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}

/// What a WebSocket needs of whatever is below it.
pub(crate) trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Pipe for T {}

impl Dialer for Network {
    fn dial(&self, target: Target) -> Dialing {
        let tls = self.tls.clone();
        Dialing::new(|progress| async move { dial(&tls, target, &progress).await })
    }
}

async fn dial(tls: &Tls, target: Target, progress: &Progress) -> Result<Dialed, DialError> {
    let mut phases = Phases::default();
    let mut target = target;
    for _ in 0..=REDIRECTS_MAX {
        match attempt(tls, &target, progress, &mut phases).await {
            Ok(connection) => {
                debug!(?target, ?phases, "connected");
                return Ok(Dialed { connection, phases });
            }
            Err(Unopened::Failed(error)) => return Err(error),
            Err(Unopened::Elsewhere { location }) => {
                target = target.redirected(&location).map_err(DialError::Redirected)?;
                debug!(?target, "sent on");
            }
        }
    }
    Err(DialError::Redirected(BadRedirect::TooOften))
}

async fn attempt(
    tls: &Tls,
    target: &Target,
    progress: &Progress,
    phases: &mut Phases,
) -> Result<BoxConnection, Unopened> {
    let began = Instant::now();
    progress.enter(Phase::Resolve);
    let addresses = within(Phase::Resolve, RESOLVE_TIMEOUT, resolve(target)).await?;
    phases.resolve += began.elapsed();
    let (line, address) = connect(tls, target, addresses, progress, phases).await?;
    let road = Again {
        tls: tls.clone(),
        target: target.clone(),
        address,
    };
    let began = Instant::now();
    progress.enter(Phase::Upgrade);
    let connection = open(target, line, Arc::new(road)).await;
    phases.upgrade += began.elapsed();
    connection
}

/// Speaks what the target wants on a line that has just come up.
pub(crate) async fn open(
    target: &Target,
    line: Line,
    road: Arc<dyn Road>,
) -> Result<BoxConnection, Unopened> {
    let opening = async {
        let way = match target.transport() {
            TransportKind::WebSocket => {
                let opened = websocket::open(target, line.pipe).await?;
                return Ok(Box::new(opened) as BoxConnection);
            }
            TransportKind::EventStream => fetch::Way::EventStream,
            TransportKind::LongPoll => fetch::Way::LongPoll,
            TransportKind::Poll => fetch::Way::Poll,
        };
        Ok(Box::new(fetch::open(way, target, line, road).await?) as BoxConnection)
    };
    within(Phase::Upgrade, UPGRADE_TIMEOUT, opening).await
}

/// How one more line to the same server is made.
pub(crate) trait Road: Send + Sync {
    fn line(&self) -> BoxFuture<'_, Result<Line, DialError>>;
}

/// To the address that has answered before.
struct Again {
    tls: Tls,
    target: Target,
    address: SocketAddr,
}

impl Road for Again {
    fn line(&self) -> BoxFuture<'_, Result<Line, DialError>> {
        async {
            let mut phases = Phases::default();
            let (line, _) = connect(
                &self.tls,
                &self.target,
                vec![self.address],
                &Progress::default(),
                &mut phases,
            )
            .await?;
            Ok(line)
        }
        .boxed()
    }
}

/// A way to a server, encrypted where it has to be.
pub(crate) struct Line {
    pub(crate) pipe: Box<dyn Pipe>,
    /// Whether the server chose HTTP/2.
    pub(crate) http2: bool,
}

/// The first of these addresses that answers, and which one it was.
async fn connect(
    tls: &Tls,
    target: &Target,
    addresses: Vec<SocketAddr>,
    progress: &Progress,
    phases: &mut Phases,
) -> Result<(Line, SocketAddr), DialError> {
    let began = Instant::now();
    progress.enter(Phase::Connect);
    let (stream, address) = within(Phase::Connect, CONNECT_TIMEOUT, reach(target, addresses)).await?;
    phases.connect += began.elapsed();
    if !target.is_secure() {
        let pipe = Box::new(stream);
        return Ok((Line { pipe, http2: false }, address));
    }
    let inside = match target.transport() {
        TransportKind::WebSocket => Inside::Upgrade,
        TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => Inside::Fetch,
    };
    let began = Instant::now();
    progress.enter(Phase::Tls);
    let secured = tls.secure(target.host(), stream, inside);
    let stream = within(Phase::Tls, TLS_TIMEOUT, secured).await?;
    phases.tls += began.elapsed();
    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let pipe = Box::new(stream);
    Ok((Line { pipe, http2 }, address))
}

pub(crate) async fn within<T, E: From<DialError>>(
    phase: Phase,
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    timeout(limit, work)
        .await
        .unwrap_or_else(|_| Err(DialError::Deadline { phase, after: limit }.into()))
}

async fn resolve(target: &Target) -> Result<Vec<SocketAddr>, DialError> {
    let unresolved = |kind| DialError::Unresolved {
        host: target.host().to_owned(),
        kind,
    };
    let bare = target.host().trim_start_matches('[').trim_end_matches(']');
    let found = lookup_host((bare, target.port()))
        .await
        .map_err(|error| unresolved(error.kind()))?;
    let addresses: Vec<_> = found.collect();
    if addresses.is_empty() {
        Err(unresolved(io::ErrorKind::NotFound))
    } else {
        Ok(addresses)
    }
}

async fn reach(target: &Target, addresses: Vec<SocketAddr>) -> Result<(TcpStream, SocketAddr), DialError> {
    let attempt = async |address| Ok((TcpStream::connect(address).await?, address));
    let (stream, address) = match race(addresses, attempt).await {
        Some(Ok(reached)) => reached,
        Some(Err::<_, io::Error>(error)) => return Err(unreachable(target, error.kind())),
        None => return Err(unreachable(target, io::ErrorKind::NotFound)),
    };
    // A subscription is one small message: it must not wait for the next one.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "no TCP_NODELAY");
    }
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE_AFTER)
        .with_interval(KEEPALIVE_INTERVAL)
        .with_retries(KEEPALIVE_RETRIES);
    if let Err(error) = SockRef::from(&stream).set_tcp_keepalive(&keepalive) {
        debug!(%error, "no TCP keepalive");
    }
    Ok((stream, address))
}

fn unreachable(target: &Target, kind: io::ErrorKind) -> DialError {
    DialError::Unreachable {
        host: format!("{}:{}", target.host(), target.port()),
        kind,
    }
}
