//! Somebody on the way who hands everything on and counts it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// What went by so far: the payload of TCP, without the headers of the packets.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) up: u64,
    pub(crate) down: u64,
    /// Pieces that came from the client: a request is one.
    pub(crate) said: u64,
    pub(crate) connections: u64,
}

#[derive(Debug, Default)]
struct Tally {
    up: AtomicU64,
    down: AtomicU64,
    said: AtomicU64,
    heard: AtomicU64,
    connections: AtomicU64,
}

/// Has a thread of its own, so that its processor time is not the client's.
#[derive(Debug)]
pub(crate) struct Counter {
    pub(crate) address: SocketAddr,
    tally: Arc<Tally>,
    ending: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Counter {
    pub(crate) fn before(server: SocketAddr) -> Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (tally, ending) = (Arc::<Tally>::default(), CancellationToken::new());
        let (counted, ended) = (Arc::clone(&tally), ending.clone());
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = ended.cancelled() => {}
                    _broken = serve(listener, server, counted) => {}
                }
            });
        });
        Ok(Self {
            address,
            tally,
            ending,
            thread: Some(thread),
        })
    }

    pub(crate) fn counts(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            up: read(&self.tally.up),
            down: read(&self.tally.down),
            said: read(&self.tally.said),
            connections: read(&self.tally.connections),
        }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.ending.cancel();
        if let Some(thread) = self.thread.take() {
            // It can only have ended.
            let _ended = thread.join();
        }
    }
}

async fn serve(listener: std::net::TcpListener, server: SocketAddr, tally: Arc<Tally>) -> Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (client, _) = listener.accept().await?;
        let server = TcpStream::connect(server).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        tally.connections.fetch_add(1, Ordering::Relaxed);
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let (up, down) = (Arc::clone(&tally), Arc::clone(&tally));
        tokio::spawn(async move { carry(from_client, to_server, &up.up, &up.said).await });
        tokio::spawn(async move { carry(from_server, to_client, &down.down, &down.heard).await });
    }
}

async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    bytes: &AtomicU64,
    pieces: &AtomicU64,
) {
    let mut room = vec![0; 64 << 10];
    while let Ok(count @ 1..) = from.read(&mut room).await {
        bytes.fetch_add(count as u64, Ordering::Relaxed);
        pieces.fetch_add(1, Ordering::Relaxed);
        if to.write_all(&room[..count]).await.is_err() {
            break;
        }
    }
    let _gone = to.shutdown().await;
}
