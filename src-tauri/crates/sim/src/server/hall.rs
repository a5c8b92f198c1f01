//! Where clients arrive: the listener, and one task for each of them.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Visit;
use super::client::{self, Call};
use super::floor::Floor;
use super::token::Token;

/// Far more than a desktop has, and few enough for its memory.
const CLIENTS_MAX: usize = 5_000;
/// Callers over the limit who are still told so; beyond it they are not answered.
const TURNED_AWAY_MAX: usize = 200;
/// Orders are carried out in microseconds; a full queue makes clients wait for theirs.
const ORDERS_MAX: usize = 1_024;
/// After this long, whoever has not said goodbye is left standing.
const CLOSING: Duration = Duration::from_millis(800);
/// With all file descriptors in use there is nothing to do but wait for one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What every client's task needs of the house.
#[derive(Clone, Debug)]
pub(super) struct House {
    pub(super) token: Token,
    pub(super) closing: CancellationToken,
    pub(super) visits: broadcast::Sender<Visit>,
}

impl House {
    pub(super) fn tell(&self, visit: Visit) {
        // An error says that nobody is looking on.
        let _nobody = self.visits.send(visit);
    }
}

/// Serves until the house closes; then every task has ended when this returns.
pub(super) async fn run(listener: TcpListener, floor: Floor, house: House) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "the simulated venue cannot listen");
            return;
        }
    };
    let (orders, taken) = mpsc::channel(ORDERS_MAX);
    let mut tasks = JoinSet::new();
    let mut clients = JoinSet::new();
    tasks.spawn(floor.run(taken));
    let mut callers = 0;
    loop {
        tokio::select! {
            biased;
            () = house.closing.cancelled() => break,
            Some(_ended) = clients.join_next() => {}
            caller = listener.accept() => {
                match caller {
                    Ok((socket, address)) if clients.len() < CLIENTS_MAX + TURNED_AWAY_MAX => {
                        callers += 1;
                        let call = Call {
                            client: callers,
                            address,
                            full: clients.len() >= CLIENTS_MAX,
                        };
                        clients.spawn(client::serve(socket, call, house.clone(), orders.clone()));
                    }
                    Ok((socket, address)) => turn_away(socket, address),
                    Err(error) => pause(&error).await,
                }
            }
        }
    }
    drop(listener);
    let goodbyes = async { while clients.join_next().await.is_some() {} };
    if tokio::time::timeout(CLOSING, goodbyes).await.is_err() {
        tracing::debug!(clients = clients.len(), "did not answer the goodbye");
    }
    clients.shutdown().await;
    tasks.shutdown().await;
}

fn turn_away(socket: TcpStream, address: SocketAddr) {
    tracing::warn!(%address, "too many callers at once");
    drop(socket);
}

async fn pause(error: &io::Error) {
    tracing::warn!(%error, "a caller could not be let in");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}
