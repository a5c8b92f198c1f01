//! A network that is made of pipes, on a clock that may stand still: whatever
//! is dialed arrives in the test.

use std::io;
use std::net::{IpAddr, SocketAddr};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::io::{DuplexStream, duplex};
use tokio::sync::mpsc;
use transport::{Connector, Network, Probes, Reached, Resolver};

/// The venue's end of every line that was dialed.
pub(crate) type Arrivals = mpsc::Receiver<DuplexStream>;

/// Each line holds so many bytes a direction that nobody has read yet.
pub(crate) fn network(size: usize) -> (Network, Arrivals) {
    let (server, arrivals) = mpsc::channel(128);
    (Network::over(Pipes { server, size }, Anywhere), arrivals)
}

struct Pipes {
    server: mpsc::Sender<DuplexStream>,
    size: usize,
}

impl Connector for Pipes {
    fn connect(&self, _: SocketAddr, _: Probes) -> BoxFuture<'static, io::Result<Reached>> {
        let (near, far) = duplex(self.size);
        let server = self.server.clone();
        async move {
            server
                .send(far)
                .await
                .map_err(|_| io::ErrorKind::ConnectionRefused)?;
            Ok(Reached {
                pipe: Box::new(near),
                local: None,
            })
        }
        .boxed()
    }
}

struct Anywhere;

impl Resolver for Anywhere {
    fn resolve(&self, _: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        async { Ok(vec![IpAddr::from([127, 0, 0, 1])]) }.boxed()
    }
}
