//! The road from here to a server: its addresses or its proxy's, the first that
//! answers, and TLS above whatever carries the bytes.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::TransportKind;
use tokio::time::Instant;

use crate::connect::{BoxPipe, Connector, Probes, Reached};
use crate::network::within;
use crate::proxy::{Exit, Proxy, SystemProxies};
use crate::race::race;
use crate::resolve::{Found, Names, Resolver};
use crate::tls::{Inside, Tls};
use crate::{DialError, Phase, Phases, Progress, ProxyFailure, Target, Via};

/// One lost SYN is repeated after 1 s and again after 3 s.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// A proxy has to connect as we would have, and to say so.
const PROXY_TIMEOUT: Duration = Duration::from_secs(5);
const TLS_TIMEOUT: Duration = Duration::from_secs(4);

/// What a network is made of.
#[derive(Clone)]
pub(crate) struct Parts {
    connector: Arc<dyn Connector>,
    names: Names,
    pub(crate) tls: Tls,
    /// Those of this computer, on a network that is its own.
    pub(crate) proxies: Option<SystemProxies>,
}

/// How one more line to the same server is made.
pub(crate) trait Road: Send + Sync {
    fn line(&self) -> BoxFuture<'_, Result<Line, DialError>>;
}

/// A way to a server, encrypted where it has to be.
pub(crate) struct Line {
    pub(crate) pipe: BoxPipe,
    /// Whether the server chose HTTP/2.
    pub(crate) http2: bool,
    /// The address of ours that it begins at, where it is known.
    pub(crate) local: Option<IpAddr>,
}

/// Where the first step of a dial goes.
#[derive(Clone)]
pub(crate) struct Way {
    target: Target,
    proxy: Option<Proxy>,
    /// A script would have known a proxy.
    script: bool,
    addresses: Vec<IpAddr>,
    /// Why the addresses are what was known before.
    stale: Option<DialError>,
}

impl Parts {
    pub(crate) fn new(connector: Arc<dyn Connector>, resolver: Arc<dyn Resolver>) -> Self {
        Self {
            connector,
            names: Names::new(resolver),
            tls: Tls::default(),
            proxies: None,
        }
    }

    pub(crate) async fn way(
        &self,
        target: &Target,
        progress: &Progress,
        phases: &mut Phases,
    ) -> Result<Way, DialError> {
        let began = Instant::now();
        progress.enter(Phase::Resolve);
        let (proxy, script) = match self.exit(target).await? {
            Exit::Direct => (None, false),
            Exit::Script => (None, true),
            Exit::Through(proxy) => (Some(proxy), false),
        };
        let mut way = Way {
            target: target.clone(),
            proxy,
            script,
            addresses: Vec::new(),
            stale: None,
        };
        let found = self.names.find(&way.host()).await;
        phases.resolve += began.elapsed();
        let Found { addresses, stale } = found.map_err(|error| way.unresolved(error))?;
        way.addresses = addresses;
        way.stale = stale;
        Ok(way)
    }

    async fn exit(&self, target: &Target) -> Result<Exit, DialError> {
        match (target.via(), &self.proxies) {
            (Via::Proxy(proxy), _) => Ok(Exit::Through(proxy.clone())),
            (Via::System, Some(proxies)) if !target.is_loopback() => proxies.exit(target).await,
            (Via::System | Via::Direct, _) => Ok(Exit::Direct),
        }
    }

    /// To the first of the addresses that answers, and which one it was.
    pub(crate) async fn first_line(
        &self,
        way: &Way,
        progress: &Progress,
        phases: &mut Phases,
    ) -> Result<(Line, IpAddr), DialError> {
        let began = Instant::now();
        progress.enter(Phase::Connect);
        let reached = within(Phase::Connect, CONNECT_TIMEOUT, self.reach(way, &way.addresses)).await;
        phases.connect += began.elapsed();
        let (reached, address) = match reached {
            Ok(reached) => reached,
            Err(error) => {
                self.names.bad(&way.host(), &way.addresses);
                return Err(way.unreached(error));
            }
        };
        self.names.good(&way.host(), address);
        let line = self.secure(way, reached, progress, phases).await?;
        Ok((line, address))
    }

    /// What stands between the first answer and the server.
    async fn secure(
        &self,
        way: &Way,
        reached: Reached,
        progress: &Progress,
        phases: &mut Phases,
    ) -> Result<Line, DialError> {
        let target = &way.target;
        let Reached { mut pipe, local } = reached;
        if let Some(proxy) = &way.proxy {
            let began = Instant::now();
            progress.enter(Phase::Proxy);
            if proxy.is_secure() {
                let host = proxy.host();
                let secured = self.tls.secure(&host, pipe, Inside::Upgrade);
                pipe = Box::new(within(Phase::Proxy, TLS_TIMEOUT, secured).await?);
            }
            let opening = proxy.open(pipe, target.host(), target.port());
            pipe = within(Phase::Proxy, PROXY_TIMEOUT, opening).await?;
            phases.proxy += began.elapsed();
        }
        if !target.is_secure() {
            return Ok(Line {
                pipe,
                http2: false,
                local,
            });
        }
        let inside = match target.transport() {
            TransportKind::WebSocket => Inside::Upgrade,
            TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => Inside::Fetch,
        };
        let began = Instant::now();
        progress.enter(Phase::Tls);
        let secured = self.tls.secure(target.host(), pipe, inside);
        let stream = within(Phase::Tls, TLS_TIMEOUT, secured).await?;
        phases.tls += began.elapsed();
        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let pipe = Box::new(stream);
        Ok(Line { pipe, http2, local })
    }

    async fn reach(&self, way: &Way, addresses: &[IpAddr]) -> Result<(Reached, IpAddr), DialError> {
        let probes = Probes::of(way.target.transport());
        let attempt =
            async |address: SocketAddr| Ok((self.connector.connect(address, probes).await?, address.ip()));
        let port = way.port();
        let goals = addresses.iter().map(|address| SocketAddr::new(*address, port));
        match race(goals.collect(), attempt).await {
            Some(Ok(reached)) => Ok(reached),
            Some(Err::<_, io::Error>(error)) => Err(way.unreachable(error.kind())),
            None => Err(way.unreachable(io::ErrorKind::NotFound)),
        }
    }
}

impl Way {
    fn host(&self) -> String {
        match &self.proxy {
            Some(proxy) => proxy.host(),
            None => self.target.host().to_owned(),
        }
    }

    fn port(&self) -> u16 {
        match &self.proxy {
            Some(proxy) => proxy.port(),
            None => self.target.port(),
        }
    }

    fn unreachable(&self, kind: io::ErrorKind) -> DialError {
        match &self.proxy {
            Some(proxy) => proxy.failed(ProxyFailure::Unreachable(kind)),
            None => DialError::Unreachable {
                host: format!("{}:{}", self.target.host(), self.target.port()),
                kind,
            },
        }
    }

    /// The same as it concerns a proxy: whoever reads it has set a name that
    /// nobody knows.
    fn unresolved(&self, error: DialError) -> DialError {
        match (&self.proxy, error) {
            (Some(proxy), DialError::Unresolved { kind, .. }) => {
                proxy.failed(ProxyFailure::Unreachable(kind))
            }
            (_, error) => self.unscripted(error),
        }
    }

    fn unreached(&self, error: DialError) -> DialError {
        if !error.asks_for_another_address() {
            return error;
        }
        match &self.stale {
            // It was a guess; why we had to guess is the cause.
            Some(stale) => self.unresolved(stale.clone()),
            None => self.unscripted(error),
        }
    }

    fn unscripted(&self, error: DialError) -> DialError {
        if !self.script {
            return error;
        }
        DialError::Proxy {
            proxy: "of this computer".to_owned(),
            failure: ProxyFailure::Script(error.to_string()),
        }
    }
}

/// To the address that has answered before.
pub(crate) struct Again {
    parts: Parts,
    way: Way,
    address: IpAddr,
}

impl Again {
    pub(crate) const fn new(parts: Parts, way: Way, address: IpAddr) -> Self {
        Self { parts, way, address }
    }
}

impl Road for Again {
    fn line(&self) -> BoxFuture<'_, Result<Line, DialError>> {
        async {
            let address = [self.address];
            let reaching = self.parts.reach(&self.way, &address);
            let (reached, _) = within(Phase::Connect, CONNECT_TIMEOUT, reaching).await?;
            let (progress, mut phases) = (Progress::default(), Phases::default());
            self.parts
                .secure(&self.way, reached, &progress, &mut phases)
                .await
        }
        .boxed()
    }
}
