//! A line between a client and a server that a test can cut.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Hands every byte on, until it is told to cut what it holds. It goes on
/// taking new connections.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    lines: Arc<Mutex<JoinSet<()>>>,
    taking: JoinHandle<()>,
}

impl Relay {
    pub async fn start(server: SocketAddr) -> Result<Self> {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), server).await
    }

    pub async fn start_at(address: SocketAddr, server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let lines = Arc::<Mutex<JoinSet<()>>>::default();
        let taking = tokio::spawn({
            let lines = Arc::clone(&lines);
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    held(&lines).spawn(hand_on(client, server));
                }
            }
        });
        Ok(Self {
            address,
            lines,
            taking,
        })
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts every connection in the middle of whatever it carries, and says how many those were.
    pub fn cut(&self) -> usize {
        let mut lines = held(&self.lines);
        while lines.try_join_next().is_some() {}
        let cut = lines.len();
        lines.abort_all();
        cut
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.taking.abort();
    }
}

async fn hand_on(mut client: TcpStream, server: SocketAddr) {
    if let Ok(mut server) = TcpStream::connect(server).await {
        // However it ends, it has ended.
        let _ended = copy_bidirectional(&mut client, &mut server).await;
    }
}

fn held(lines: &Mutex<JoinSet<()>>) -> std::sync::MutexGuard<'_, JoinSet<()>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}
