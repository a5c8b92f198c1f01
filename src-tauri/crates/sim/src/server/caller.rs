//! One connection to the venue: what comes over it first is HTTP.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use super::floor::{Answer, Order, Question};
use super::hall::House;
use super::wire::{Handle, Wire};
use super::{Way, routes};

/// From the first byte of a request to the last of its head, and between two requests.
const HEAD: Duration = Duration::from_secs(30);
/// As long as the longest head that is read.
const HEAD_SIZE_MAX: usize = 64 << 10;
const TLS: Duration = Duration::from_secs(5);

/// Who asks, and whom to turn to for an answer.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) address: SocketAddr,
    pub(super) house: House,
    pub(super) orders: mpsc::Sender<Order>,
    pub(super) wire: Arc<Handle>,
}

impl Caller {
    /// What it has come for is known now.
    pub(super) fn serves(&self, way: Way, client: Option<u64>) {
        self.house.board.serves(&self.wire, way, client);
    }

    /// What is true on the floor now; `None` when the venue is closing.
    pub(super) async fn look(&self, question: Question) -> Option<Answer> {
        let (answer, answered) = oneshot::channel();
        self.orders.send(Order::Look { question, answer }).await.ok()?;
        answered.await.ok()
    }
}

pub(super) async fn serve(socket: TcpStream, address: SocketAddr, house: House, orders: mpsc::Sender<Order>) {
    // Small messages go out at once: a tick that waits for the next is late.
    let _slower_without = socket.set_nodelay(true);
    let wire = Wire::new(socket);
    house.board.connected(&wire.handle(), Instant::now());
    let tls = house.certificate.as_ref().map(|certificate| {
        if house.board.has_expired_certificate() {
            certificate.expired()
        } else {
            certificate.acceptor()
        }
    });
    let caller = Caller {
        address,
        house,
        orders,
        wire: wire.handle(),
    };
    match tls {
        None => converse(TokioIo::new(wire), caller).await,
        Some(tls) => match timeout(TLS, tls.accept(wire)).await {
            Ok(Ok(stream)) => converse(TokioIo::new(stream), caller).await,
            Ok(Err(error)) => tracing::debug!(%error, address = %caller.address, "no TLS"),
            Err(_elapsed) => tracing::debug!(address = %caller.address, "TLS took too long"),
        },
    }
}

async fn converse<I>(stream: I, caller: Caller)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let closing = caller.house.closing.clone();
    let address = caller.address;
    let service = service_fn(|request| {
        let caller = caller.clone();
        async move { Ok::<_, Infallible>(routes::answer(request, &caller).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_SIZE_MAX)
        .serve_connection(stream, service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, %address, "ended badly");
    }
}
