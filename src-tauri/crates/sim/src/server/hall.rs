//! Owns the listener and every task behind it, and closes them all.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Visit;
use super::board::{Board, direct};
use super::caller;
use super::certificate::Certificate;
use super::floor::Order;
use super::requests::Requests;
use super::token::Token;
use crate::market::History;

/// Far more than a desktop has, and few enough for its memory.
const CALLERS_MAX: usize = 6_000;
/// Callers over the limit who are still told so; beyond it they are not answered.
const TURNED_AWAY_MAX: usize = 200;
/// After this long, whoever has not said goodbye is left standing.
const CLOSING: Duration = Duration::from_millis(800);
/// With all file descriptors in use there is nothing to do but wait for one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What everybody who serves a client needs of the house.
#[derive(Clone)]
pub(super) struct House {
    pub(super) token: Token,
    pub(super) certificate: Option<Arc<Certificate>>,
    pub(super) closing: CancellationToken,
    pub(super) visits: broadcast::Sender<Visit>,
    pub(super) history: Arc<History>,
    pub(super) requests: Arc<Requests>,
    pub(super) board: Arc<Board>,
    /// Every connection and every client that has one for itself.
    pub(super) tasks: TaskTracker,
    pub(super) clients: Arc<AtomicU64>,
}

impl std::fmt::Debug for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("House").finish_non_exhaustive()
    }
}

impl House {
    pub(super) fn tell(&self, visit: Visit) {
        // An error says that nobody is looking on.
        let _nobody = self.visits.send(visit);
    }

    /// The number of the next client.
    pub(super) fn number(&self) -> u64 {
        self.clients.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn is_full(&self) -> bool {
        self.tasks.len() > CALLERS_MAX
    }
}

/// The door of the house, and the way from there to the floor.
#[derive(Debug)]
pub(super) struct Hall {
    pub(super) listener: TcpListener,
    pub(super) house: House,
    pub(super) orders: mpsc::Sender<Order>,
}

impl Hall {
    /// Serves until the house closes; then every task has ended when this returns.
    pub(super) async fn run(self, floor: impl Future<Output = ()> + Send + 'static) {
        let Self {
            listener,
            house,
            orders,
        } = self;
        let listener = match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => {
                tracing::error!(%error, "the simulated venue cannot listen");
                return;
            }
        };
        let mut floors = JoinSet::new();
        floors.spawn(floor);
        let board = Arc::clone(&house.board);
        floors.spawn(async move { direct(&board).await });
        loop {
            let caller = tokio::select! {
                biased;
                () = house.closing.cancelled() => break,
                caller = listener.accept() => caller,
            };
            match caller {
                Ok((socket, _)) if house.board.is_unreachable() => cut_off(&socket),
                Ok((socket, address)) if house.tasks.len() < CALLERS_MAX + TURNED_AWAY_MAX => {
                    let served = caller::serve(socket, address, house.clone(), orders.clone());
                    house.tasks.spawn(served);
                }
                Ok((socket, address)) => turn_away(socket, address),
                Err(error) => pause(&error).await,
            }
        }
        drop(listener);
        house.tasks.close();
        if tokio::time::timeout(CLOSING, house.tasks.wait()).await.is_err() {
            // They end with the runtime, which is dropped when this returns.
            tracing::debug!(tasks = house.tasks.len(), "did not answer the goodbye");
        }
        floors.shutdown().await;
    }
}

fn cut_off(socket: &TcpStream) {
    // Without it the system would say goodbye in our name.
    let _polite = socket.set_zero_linger();
}

fn turn_away(socket: TcpStream, address: SocketAddr) {
    tracing::warn!(%address, "too many callers at once");
    drop(socket);
}

async fn pause(error: &io::Error) {
    tracing::warn!(%error, "a caller could not be let in");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}
