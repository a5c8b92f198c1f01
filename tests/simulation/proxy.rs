//! A proxy between client and venue: a tunnel for whoever asks for one
//! (CONNECT), and what such houses do to those who live behind them.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::network::{Abrupt, Host, Listener, Road, Socket, connect};

/// No question of the client's is longer.
const QUESTION_MAX: usize = 4 << 10;
/// It gives up on a host that does not answer.
const REACHES_WITHIN: Duration = Duration::from_secs(3);

/// What it does to those who ask for a tunnel while it is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Whim {
    #[default]
    None,
    /// It says no, with this status.
    Refuses(u16),
    /// It takes the question and says nothing.
    Hangs,
    /// It says yes, and carries nothing.
    Swallows,
    /// It carries for so long and then says goodbye to both.
    Cuts(Duration),
}

/// The proxy.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) host: Host,
    road: Arc<Road>,
    /// Where the venue is, as this house knows it.
    hosts: Arc<[Host]>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    whim: Whim,
    /// The hosts take turns.
    turn: usize,
    door: Option<tokio::task::AbortHandle>,
    tunnels: JoinSet<()>,
    ends: Vec<Abrupt>,
}

impl Proxy {
    pub(crate) fn new(host: Host, road: Arc<Road>, hosts: Vec<Host>) -> Self {
        Self {
            host,
            road,
            hosts: hosts.into(),
            state: Arc::default(),
        }
    }

    /// Lets callers in until it ends.
    pub(crate) fn open(&self) {
        if self.state().door.is_some() {
            return;
        }
        let proxy = self.clone();
        let serving = tokio::spawn(async move { proxy.serve().await });
        self.state().door = Some(serving.abort_handle());
    }

    /// It ends, and all tunnels with it.
    pub(crate) fn kill(&self, abrupt: bool) {
        if let Some(door) = self.state().door.take() {
            door.abort();
        }
        self.drop_tunnels(abrupt);
    }

    /// Every tunnel ends, and new ones may be asked for.
    pub(crate) fn drop_tunnels(&self, abrupt: bool) {
        let mut state = self.state();
        if abrupt {
            state.ends.iter().for_each(Abrupt::set);
        }
        state.ends.clear();
        state.tunnels.abort_all();
        state.tunnels = JoinSet::new();
    }

    pub(crate) fn set(&self, whim: Whim) {
        self.state().whim = whim;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(self) {
        let listener = Listener::bind(self.host, Arc::clone(&self.road)).await.unwrap();
        while let Ok(socket) = listener.accept().await {
            let proxy = self.clone();
            let mut state = self.state();
            state.ends.push(socket.abrupt.clone());
            while state.tunnels.try_join_next().is_some() {}
            state.tunnels.spawn(async move {
                // Whoever is lost on the way is told by the end of the line.
                let _lost = proxy.carry(socket).await;
            });
        }
    }

    async fn carry(self, mut client: Socket) -> io::Result<()> {
        if !asks_for_a_tunnel(&mut client).await? {
            return client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
        let whim = self.state().whim;
        match whim {
            Whim::Hangs => return std::future::pending().await,
            Whim::Refuses(status) => return say(&mut client, status).await,
            Whim::Swallows => {
                say(&mut client, 200).await?;
                let mut lost = [0; 1 << 10];
                while client.read(&mut lost).await? > 0 {}
                return Ok(());
            }
            Whim::None | Whim::Cuts(_) => {}
        }
        let venue = self.next_host();
        let reached = timeout(
            REACHES_WITHIN,
            connect(self.host, Arc::clone(&self.road), venue.address),
        );
        let mut server = match reached.await {
            Ok(Ok(server)) => server,
            Ok(Err(_)) => return say(&mut client, 502).await,
            Err(_) => return say(&mut client, 504).await,
        };
        self.state().ends.push(server.abrupt.clone());
        say(&mut client, 200).await?;
        let carrying = copy_bidirectional(&mut client, &mut server);
        match whim {
            Whim::Cuts(after) => {
                let _cut = timeout(after, carrying).await;
            }
            Whim::None | Whim::Hangs | Whim::Refuses(_) | Whim::Swallows => {
                carrying.await?;
            }
        }
        Ok(())
    }

    fn next_host(&self) -> Host {
        let mut state = self.state();
        state.turn += 1;
        self.hosts[state.turn % self.hosts.len()]
    }
}

/// The question to its blank line; nothing follows before it is answered.
async fn asks_for_a_tunnel(client: &mut Socket) -> io::Result<bool> {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        if read.len() > QUESTION_MAX || client.read_buf(&mut read).await? == 0 {
            return Ok(false);
        }
    }
    Ok(read.starts_with(b"CONNECT venue.test:443 HTTP/1.1\r\n"))
}

async fn say(client: &mut Socket, status: u16) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status} as it is\r\n\r\n");
    client.write_all(head.as_bytes()).await?;
    client.flush().await
}
