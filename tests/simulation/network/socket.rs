//! Sockets that know whose they are: all hosts of a simulation live in one
//! program, and each call must go to the kernel of the right one.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};
use transport::Probes;
use turmoil_net::set_current;
use turmoil_net::shim::tokio::net::{TcpListener, TcpStream};

use super::{Host, Road};

/// Whether a socket ends without a goodbye when it is dropped: its peer then
/// reads a reset, and otherwise an end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Abrupt(Arc<AtomicBool>);

impl Abrupt {
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// One end of a connection.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    host: Host,
    road: Arc<Road>,
    pub(crate) abrupt: Abrupt,
    keepalive: Option<Keepalive>,
}

/// What the system asks an idle line, which the simulated kernels do not: is
/// the machine at the other end still there?
#[derive(Debug)]
struct Keepalive {
    peer: IpAddr,
    after: Duration,
    every: Duration,
    retries: u32,
    missed: u32,
    timer: Pin<Box<Sleep>>,
}

/// Whatever the port, it is the one at which that host lets others in.
pub(crate) async fn connect(host: Host, road: Arc<Road>, to: IpAddr) -> io::Result<Socket> {
    let to = SocketAddr::new(to, road.port(to));
    let connecting = OnHost {
        host,
        road: &road,
        work: Some(Box::pin(TcpStream::connect(to))),
    };
    let stream = connecting.await?;
    Ok(Socket {
        stream,
        host,
        road,
        abrupt: Abrupt::default(),
        keepalive: None,
    })
}

/// Where a host lets others in.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: TcpListener,
    host: Host,
    road: Arc<Road>,
}

impl Listener {
    /// At a port that nothing of before can hold: these kernels remember a
    /// connection whose other end has vanished for ever, and its port with it.
    pub(crate) async fn bind(host: Host, road: Arc<Road>) -> io::Result<Self> {
        let port = road.next_port(host);
        let binding = OnHost {
            host,
            road: &road,
            work: Some(Box::pin(TcpListener::bind(SocketAddr::new(host.address, port)))),
        };
        let listener = binding.await?;
        Ok(Self { listener, host, road })
    }

    pub(crate) async fn accept(&self) -> io::Result<Socket> {
        let accepting = OnHost {
            host: self.host,
            road: &self.road,
            work: Some(Box::pin(self.listener.accept())),
        };
        let (stream, _) = accepting.await?;
        Ok(Socket {
            stream,
            host: self.host,
            road: Arc::clone(&self.road),
            abrupt: Abrupt::default(),
            keepalive: None,
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        set_current(self.host.id);
        self.road.stir();
    }
}

/// Work that calls the kernel of this host, also when it is given up.
struct OnHost<'a, F> {
    host: Host,
    road: &'a Road,
    work: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for OnHost<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        set_current(self.host.id);
        self.road.stir();
        match &mut self.work {
            Some(work) => work.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

impl<F> Drop for OnHost<'_, F> {
    fn drop(&mut self) {
        set_current(self.host.id);
        self.work = None;
        self.road.stir();
    }
}

impl Socket {
    /// The same with the questions that its owner wants of the system.
    pub(crate) fn probed(mut self, probes: Probes) -> Self {
        set_current(self.host.id);
        self.keepalive = self.stream.peer_addr().ok().map(|peer| Keepalive {
            peer: peer.ip(),
            after: probes.after,
            every: probes.every,
            retries: probes.retries,
            missed: 0,
            timer: Box::pin(sleep(probes.after)),
        });
        self
    }

    fn enter(&mut self) -> Pin<&mut TcpStream> {
        set_current(self.host.id);
        Pin::new(&mut self.stream)
    }
}

impl Keepalive {
    fn heard(&mut self) {
        self.missed = 0;
        self.timer.as_mut().reset(Instant::now() + self.after);
    }

    /// Ready when nobody has answered for too long.
    fn poll_unanswered(&mut self, host: Host, road: &Road, cx: &mut Context<'_>) -> Poll<()> {
        while self.timer.as_mut().poll(cx).is_ready() {
            if road.is_open(host.address, self.peer) {
                self.heard();
                continue;
            }
            self.missed += 1;
            if self.missed > self.retries {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(Instant::now() + self.every);
        }
        Poll::Pending
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = self.enter().poll_read(cx, buf);
        let Self {
            host,
            road,
            keepalive,
            ..
        } = &mut *self;
        if read.is_ready() {
            // A window has opened.
            road.stir();
            if let Some(keepalive) = keepalive {
                keepalive.heard();
            }
            return read;
        }
        match keepalive {
            Some(keepalive) => {
                let unanswered = keepalive.poll_unanswered(*host, road, cx);
                unanswered.map(|()| Err(io::ErrorKind::TimedOut.into()))
            }
            None => Poll::Pending,
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.road.stir();
        self.enter().poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.enter().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.road.stir();
        self.enter().poll_shutdown(cx)
    }
}

impl Drop for Socket {
    /// As every system does for a program that has ended: what was written goes
    /// out, and then the end.
    fn drop(&mut self) {
        let abrupt = self.abrupt.0.load(Ordering::Relaxed);
        self.road.stir();
        let stream = self.enter();
        if !abrupt {
            let mut nobody = Context::from_waker(Waker::noop());
            // It may have been said already.
            let _said = stream.poll_shutdown(&mut nobody);
        }
    }
}
