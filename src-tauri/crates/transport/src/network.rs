//! The dialer that uses the real network.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::TransportKind;
use rustls::pki_types::CertificateDer;
use tokio::time::{Instant, timeout};
use tracing::debug;

use crate::connect::{BoxPipe, Connector, Probes, Tcp};
use crate::race::race;
use crate::resolve::{Names, Resolver, System};
use crate::tls::{Inside, Tls};
use crate::websocket::Unopened;
use crate::{
    BadRedirect, BoxConnection, DialError, Dialed, Dialer, Dialing, Phase, Phases, Progress, Target, fetch,
    websocket,
};

/// One lost SYN is repeated after 1 s and again after 3 s.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
const TLS_TIMEOUT: Duration = Duration::from_secs(4);
/// For the head of whatever is the first answer on a line.
pub(crate) const UPGRADE_TIMEOUT: Duration = Duration::from_secs(4);
/// More are a circle.
pub(crate) const REDIRECTS_MAX: usize = 3;

/// Dials over TCP, with TLS where the address asks for it.
#[derive(Clone)]
pub struct Network {
    parts: Parts,
}

/// What a network is made of.
#[derive(Clone)]
struct Parts {
    connector: Arc<dyn Connector>,
    names: Names,
    tls: Tls,
}

impl Network {
    /// A network of other parts than the system's: everything above them, TLS
    /// included, is the same.
    pub fn over(connector: impl Connector + 'static, resolver: impl Resolver + 'static) -> Self {
        Self {
            parts: Parts {
                connector: Arc::new(connector),
                names: Names::new(Arc::new(resolver)),
                tls: Tls::default(),
            },
        }
    }

    /// Trusts these certificates beside those that the system trusts.
    #[must_use]
    pub fn trusting(mut self, roots: impl IntoIterator<Item = CertificateDer<'static>>) -> Self {
        self.parts.tls = Tls::trusting(roots.into_iter().collect());
        self
    }
}

impl Default for Network {
    /// The system's own.
    fn default() -> Self {
        Self::over(Tcp, System)
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}

impl Dialer for Network {
    fn dial(&self, target: Target) -> Dialing {
        let parts = self.parts.clone();
        Dialing::new(|progress| async move { dial(&parts, target, &progress).await })
    }
}

async fn dial(parts: &Parts, target: Target, progress: &Progress) -> Result<Dialed, DialError> {
    let mut phases = Phases::default();
    let mut target = target;
    for _ in 0..=REDIRECTS_MAX {
        match attempt(parts, &target, progress, &mut phases).await {
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
    parts: &Parts,
    target: &Target,
    progress: &Progress,
    phases: &mut Phases,
) -> Result<BoxConnection, Unopened> {
    let began = Instant::now();
    progress.enter(Phase::Resolve);
    let found = parts.names.find(target.host()).await?;
    phases.resolve += began.elapsed();
    let addresses = found.addresses;
    let reached = connect(parts, target, &addresses, progress, phases).await;
    let (line, address) = match reached {
        Ok(reached) => reached,
        // It was a guess; why we had to guess is the cause.
        Err(error) => {
            return Err(found
                .stale
                .filter(|_| error.asks_for_another_address())
                .unwrap_or(error)
                .into());
        }
    };
    let road = Again {
        parts: parts.clone(),
        target: target.clone(),
        address: address.ip(),
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
    parts: Parts,
    target: Target,
    address: IpAddr,
}

impl Road for Again {
    fn line(&self) -> BoxFuture<'_, Result<Line, DialError>> {
        async {
            let mut phases = Phases::default();
            let (line, _) = connect(
                &self.parts,
                &self.target,
                &[self.address],
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
    pub(crate) pipe: BoxPipe,
    /// Whether the server chose HTTP/2.
    pub(crate) http2: bool,
}

/// The first of these addresses that answers, and which one it was.
async fn connect(
    parts: &Parts,
    target: &Target,
    addresses: &[IpAddr],
    progress: &Progress,
    phases: &mut Phases,
) -> Result<(Line, SocketAddr), DialError> {
    let began = Instant::now();
    progress.enter(Phase::Connect);
    let reaching = reach(parts, target, addresses);
    let (pipe, address) = match within(Phase::Connect, CONNECT_TIMEOUT, reaching).await {
        Ok(reached) => reached,
        Err(error) => {
            parts.names.bad(target.host(), addresses);
            return Err(error);
        }
    };
    parts.names.good(target.host(), address.ip());
    phases.connect += began.elapsed();
    if !target.is_secure() {
        return Ok((Line { pipe, http2: false }, address));
    }
    let inside = match target.transport() {
        TransportKind::WebSocket => Inside::Upgrade,
        TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => Inside::Fetch,
    };
    let began = Instant::now();
    progress.enter(Phase::Tls);
    let secured = parts.tls.secure(target.host(), pipe, inside);
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

async fn reach(
    parts: &Parts,
    target: &Target,
    addresses: &[IpAddr],
) -> Result<(BoxPipe, SocketAddr), DialError> {
    let probes = Probes::of(target.transport());
    let attempt = async |address| Ok((parts.connector.connect(address, probes).await?, address));
    let port = target.port();
    let goals = addresses.iter().map(|address| SocketAddr::new(*address, port));
    match race(goals.collect(), attempt).await {
        Some(Ok(reached)) => Ok(reached),
        Some(Err::<_, io::Error>(error)) => Err(unreachable(target, error.kind())),
        None => Err(unreachable(target, io::ErrorKind::NotFound)),
    }
}

fn unreachable(target: &Target, kind: io::ErrorKind) -> DialError {
    DialError::Unreachable {
        host: format!("{}:{}", target.host(), target.port()),
        kind,
    }
}
