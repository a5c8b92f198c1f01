//! The dialer that uses the real network.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout};
use tracing::debug;

use crate::race::race;
use crate::tls::Tls;
use crate::{DialError, Dialed, Dialer, Phase, Phases, Target, websocket};

/// Long enough for a slow resolver's second try, short enough that a person
/// still connects the wait with what they did.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(3);
/// One lost SYN is repeated after 1 s and again after 3 s.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
const TLS_TIMEOUT: Duration = Duration::from_secs(4);
const UPGRADE_TIMEOUT: Duration = Duration::from_secs(4);

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
    fn dial(&self, target: Target) -> BoxFuture<'static, Result<Dialed, DialError>> {
        let tls = self.tls.clone();
        async move { dial(&tls, &target).await }.boxed()
    }
}

async fn dial(tls: &Tls, target: &Target) -> Result<Dialed, DialError> {
    let mut phases = Phases::default();
    let mut began = Instant::now();
    let mut lap = move || {
        let now = Instant::now();
        let lap = now - began;
        began = now;
        lap
    };

    let addresses = within(Phase::Resolve, RESOLVE_TIMEOUT, resolve(target)).await?;
    phases.resolve = lap();
    let stream = within(Phase::Connect, CONNECT_TIMEOUT, connect(target, addresses)).await?;
    phases.connect = lap();
    let pipe: Box<dyn Pipe> = if target.is_secure() {
        Box::new(within(Phase::Tls, TLS_TIMEOUT, tls.secure(target.host(), stream)).await?)
    } else {
        Box::new(stream)
    };
    phases.tls = lap();
    let connection = within(Phase::Upgrade, UPGRADE_TIMEOUT, websocket::open(target, pipe)).await?;
    phases.upgrade = lap();
    debug!(?target, ?phases, "connected");
    Ok(Dialed {
        connection: Box::new(connection),
        phases,
    })
}

async fn within<T>(
    phase: Phase,
    limit: Duration,
    work: impl Future<Output = Result<T, DialError>>,
) -> Result<T, DialError> {
    timeout(limit, work)
        .await
        .unwrap_or(Err(DialError::Deadline { phase, after: limit }))
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

async fn connect(target: &Target, addresses: Vec<SocketAddr>) -> Result<TcpStream, DialError> {
    let stream = match race(addresses, TcpStream::connect).await {
        Some(Ok(stream)) => stream,
        Some(Err(error)) => return Err(unreachable(target, error.kind())),
        None => return Err(unreachable(target, io::ErrorKind::NotFound)),
    };
    // A subscription is one small message: it must not wait for the next one.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "no TCP_NODELAY");
    }
    Ok(stream)
}

fn unreachable(target: &Target, kind: io::ErrorKind) -> DialError {
    DialError::Unreachable {
        host: format!("{}:{}", target.host(), target.port()),
        kind,
    }
}
