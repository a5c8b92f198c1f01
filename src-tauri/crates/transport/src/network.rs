//! The dialer that uses the real network.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use model::TransportKind;
use rustls::pki_types::CertificateDer;
use tokio::time::{Instant, timeout};
use tracing::debug;

use crate::connect::{Connector, Tcp};
use crate::proxy::SystemProxies;
use crate::resolve::{Resolver, System};
use crate::road::{Again, Line, Parts, Road};
use crate::tls::Tls;
use crate::websocket::Unopened;
use crate::{
    BadRedirect, BoxConnection, DialError, Dialed, Dialer, Dialing, Phase, Phases, Progress, Target, fetch,
    websocket,
};

/// For the head of whatever is the first answer on a line.
pub(crate) const UPGRADE_TIMEOUT: Duration = Duration::from_secs(4);
/// More are a circle.
pub(crate) const REDIRECTS_MAX: usize = 3;

/// Dials over TCP, through a proxy where there is one, with TLS where the
/// address asks for it.
#[derive(Clone)]
pub struct Network {
    parts: Parts,
}

impl Network {
    /// A network of other parts than the system's: everything above them, TLS
    /// included, is the same. The system's proxies are not asked for.
    pub fn over(connector: impl Connector + 'static, resolver: impl Resolver + 'static) -> Self {
        Self {
            parts: Parts::new(Arc::new(connector), Arc::new(resolver)),
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
        let mut network = Self::over(Tcp, System);
        network.parts.proxies = Some(SystemProxies::default());
        network
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
            Ok((connection, local)) => {
                debug!(?target, ?phases, "connected");
                return Ok(Dialed {
                    connection,
                    phases,
                    local,
                });
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
) -> Result<(BoxConnection, Option<IpAddr>), Unopened> {
    let way = parts.way(target, progress, phases).await?;
    let (line, address) = parts.first_line(&way, progress, phases).await?;
    let road = Again::new(parts.clone(), way, address);
    let began = Instant::now();
    progress.enter(Phase::Upgrade);
    let local = line.local;
    let connection = open(target, line, Arc::new(road)).await;
    phases.upgrade += began.elapsed();
    Ok((connection?, local))
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

pub(crate) async fn within<T, E: From<DialError>>(
    phase: Phase,
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    timeout(limit, work)
        .await
        .unwrap_or_else(|_| Err(DialError::Deadline { phase, after: limit }.into()))
}
