//! The simulated venue as a server on loopback.
//!
//! It has a thread and a runtime of its own, so that it is the same in the app
//! and on the command line, and neither can hold the other up.
//!
//! ```text
//! hall      owns the listener and every task behind it
//!   caller    one connection, which speaks HTTP first
//!     door      who may come in, judged by the head of the request
//!     routes    whom a request is for
//!       handshake, client    a WebSocket: reads requests, writes what is in its outbox
//!       events               the same as server-sent events
//!       poll                 the same in pieces
//!       rest                 the state of things, the past, the instruments
//! floor     owns the market and who wants what; puts each event, encoded once,
//!           into the outboxes of those who want it
//! ```

mod allowance;
mod body;
mod caller;
mod certificate;
mod client;
mod clock;
mod door;
mod events;
mod floor;
mod follower;
mod hall;
mod handshake;
mod outbox;
mod parting;
mod poll;
mod query;
mod requests;
mod rest;
mod routes;
mod tape;
mod token;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use chrono::Utc;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use certificate::Certificate;
pub use certificate::CertificateError;
use floor::Floor;
pub use parting::Parting;
use token::Token;

use crate::market::{Market, RATE_DEFAULT, RATE_MAX, Scenario};
use crate::protocol::path;

/// More comings and goings than happen while a printer of them is busy; one
/// that falls further behind is told how many it missed.
const VISITS_KEPT: usize = 1_024;

/// What a person may choose about a simulated venue.
#[derive(Clone, Debug)]
pub struct Options {
    /// The same seed gives the same market.
    pub seed: u64,
    /// 0 lets the system pick one.
    pub port: u16,
    /// Made anew for each start when none is given.
    pub token: Option<String>,
    /// Trades and quotes a second, of all instruments together.
    pub rate: u32,
    /// Whether to speak TLS, with a certificate made for this start.
    pub tls: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            port: 0,
            token: None,
            rate: RATE_DEFAULT,
            tls: false,
        }
    }
}

/// Why a simulated venue does not open.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "port {port} of 127.0.0.1 is already in use by another program: give another port, or none and the system picks a free one"
    )]
    PortTaken { port: u16 },
    #[error("cannot listen on port {port} of 127.0.0.1")]
    Listen { port: u16, source: io::Error },
    #[error("a token is 1 to 128 letters, digits, '-', '.', '_' or '~'")]
    Token,
    #[error("a rate of {rate} ticks a second is not between 1 and {RATE_MAX}")]
    Rate { rate: u32 },
    #[error("the system gives no random numbers for a token")]
    Random(#[source] getrandom::Error),
    #[error("no certificate could be made")]
    Certificate(#[source] CertificateError),
    #[error("the system gives no thread to run on")]
    Thread(#[source] io::Error),
}

impl StartError {
    /// Whether the same start can only work with other options.
    pub const fn needs_other_options(&self) -> bool {
        match self {
            Self::PortTaken { .. } | Self::Token | Self::Rate { .. } => true,
            Self::Listen { .. } | Self::Random(_) | Self::Certificate(_) | Self::Thread(_) => false,
        }
    }
}

/// The ways to the stream, and what can be asked beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    WebSocket,
    Events,
    LongPoll,
    Rest,
}

/// Who came and went, for those who want to print it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visit {
    Came {
        client: u64,
        address: SocketAddr,
    },
    Refused {
        address: SocketAddr,
        status: u16,
    },
    /// Told when it is decided, before the goodbye is said.
    Left {
        client: u64,
        why: Parting,
        /// Quotes that were left out because newer ones had come while it was slow.
        left_out: u64,
    },
}

/// A venue that is open. It closes when it is stopped or dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    token: Token,
    certificate: Option<Certificate>,
    closing: CancellationToken,
    visits: broadcast::Sender<Visit>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Opens it; clients can connect as soon as this returns.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let Options {
            seed,
            port,
            token,
            rate,
            tls,
        } = options;
        if rate == 0 || rate > RATE_MAX {
            return Err(StartError::Rate { rate });
        }
        let token = match token {
            Some(text) => Token::given(&text).ok_or(StartError::Token)?,
            None => Token::random().map_err(StartError::Random)?,
        };
        let listener = listen(port)?;
        let address = listener
            .local_addr()
            .map_err(|source| StartError::Listen { port, source })?;

        let certificate = if tls {
            Some(Certificate::made().map_err(StartError::Certificate)?)
        } else {
            None
        };
        let closing = CancellationToken::new();
        let visits = broadcast::Sender::new(VISITS_KEPT);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StartError::Thread)?;
        let market = Market::new(&Scenario {
            rate,
            ..Scenario::new(seed, Utc::now())
        });
        let house = hall::House {
            token: token.clone(),
            tls: certificate.as_ref().map(Certificate::acceptor),
            closing: closing.clone(),
            visits: visits.clone(),
            history: market.history(),
            requests: Arc::default(),
            tasks: TaskTracker::new(),
            clients: Arc::default(),
        };
        let floor = Floor::open(market, seed);
        let thread = std::thread::Builder::new()
            .name("tickwire-sim".to_owned())
            .spawn(move || runtime.block_on(hall::run(listener, floor, house)))
            .map_err(StartError::Thread)?;
        Ok(Self {
            address,
            token,
            certificate,
            closing,
            visits,
            thread: Some(thread),
        })
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients connect to, without the token.
    pub fn url(&self) -> String {
        self.url_of(Way::WebSocket)
    }

    /// Where one of the ways to the stream begins, without the token.
    pub fn url_of(&self, way: Way) -> String {
        let (scheme, path) = match (way, &self.certificate) {
            (Way::WebSocket, None) => ("ws", path::STREAM),
            (Way::WebSocket, Some(_)) => ("wss", path::STREAM),
            (Way::Events, None) => ("http", path::EVENTS),
            (Way::Events, Some(_)) => ("https", path::EVENTS),
            (Way::LongPoll, None) => ("http", path::POLL),
            (Way::LongPoll, Some(_)) => ("https", path::POLL),
            (Way::Rest, None) => ("http", "/v1/"),
            (Way::Rest, Some(_)) => ("https", "/v1/"),
        };
        format!("{scheme}://{}{path}", self.address)
    }

    /// What a client must trust to reach it over TLS, as PEM.
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_ref().map(Certificate::pem)
    }

    pub fn token(&self) -> &str {
        self.token.as_str()
    }

    /// Who comes and goes from now on.
    pub fn visits(&self) -> broadcast::Receiver<Visit> {
        self.visits.subscribe()
    }

    /// Tells every client, closes their connections with 1001, and returns when
    /// all tasks have ended: within a second, which the caller's thread waits.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.closing.cancel();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the simulated venue ended with a panic");
        }
    }
}

fn listen(port: u16) -> Result<TcpListener, StartError> {
    // The standard library sets SO_REUSEADDR where that means "although old
    // connections of ours are still being forgotten".
    let failed = |source: io::Error| {
        if source.kind() == io::ErrorKind::AddrInUse {
            StartError::PortTaken { port }
        } else {
            StartError::Listen { port, source }
        }
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}
