//! The seam below everything: a way to one address that carries bytes.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::TransportKind;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tracing::debug;

/// What everything above needs of whatever is below it.
pub trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Pipe for T {}

pub type BoxPipe = Box<dyn Pipe>;

/// A way to one address that has just come up.
pub struct Reached {
    pub pipe: BoxPipe,
    /// From which of this computer's addresses, where it is one of a network:
    /// the way is gone when that is.
    pub local: Option<IpAddr>,
}

/// Reaches one address. The real one is TCP; a simulation brings its own. How
/// long it may take, and which address is tried when, is decided above.
pub trait Connector: Send + Sync {
    fn connect(&self, address: SocketAddr, probes: Probes) -> BoxFuture<'static, io::Result<Reached>>;
}

/// How the system finds out that nobody is at the other end any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probes {
    /// The first one, after so much silence.
    pub after: Duration,
    pub every: Duration,
    /// So many without an answer end the line, where `unanswered` cannot be said.
    pub retries: u32,
    /// So long without an answer to anything sent ends the line.
    pub unanswered: Duration,
}

impl Probes {
    pub(crate) const fn of(transport: TransportKind) -> Self {
        match transport {
            // Pings find a dead line sooner; this is for when nobody pings any more.
            TransportKind::WebSocket => Self {
                after: Duration::from_secs(15),
                every: Duration::from_secs(5),
                retries: 3,
                unanswered: Duration::from_secs(10),
            },
            // Nothing else finds a dead line under an answer that never ends:
            // six seconds after the last byte.
            TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => Self {
                after: Duration::from_secs(3),
                every: Duration::from_secs(1),
                retries: 3,
                unanswered: Duration::from_secs(6),
            },
        }
    }
}

impl fmt::Debug for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reached")
            .field("local", &self.local)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Tcp;

impl Connector for Tcp {
    fn connect(&self, address: SocketAddr, probes: Probes) -> BoxFuture<'static, io::Result<Reached>> {
        async move {
            let stream = TcpStream::connect(address).await?;
            // A subscription is one small message: it must not wait for the next one.
            if let Err(error) = stream.set_nodelay(true) {
                debug!(%error, "no TCP_NODELAY");
            }
            if let Err(error) = watch(&stream, probes) {
                debug!(%error, "no TCP keepalive");
            }
            let local = stream.local_addr().ok().map(|local| local.ip());
            let pipe = Box::new(stream);
            Ok(Reached { pipe, local })
        }
        .boxed()
    }
}

fn watch(stream: &TcpStream, probes: Probes) -> io::Result<()> {
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new()
        .with_time(probes.after)
        .with_interval(probes.every)
        .with_retries(probes.retries);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(probes.unanswered))?;
    Ok(())
}
