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
mod board;
mod body;
mod caller;
mod certificate;
mod client;
mod clock;
mod door;
mod events;
mod faults;
mod floor;
mod follower;
mod hall;
mod handshake;
mod lane;
mod lines;
mod mischief;
mod outbox;
mod parting;
mod poll;
mod query;
mod requests;
mod rest;
mod routes;
mod tape;
mod token;
mod watch;
mod way;
mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use chrono::Utc;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use board::Board;
pub use board::Ongoing;
use certificate::Certificate;
pub use certificate::CertificateError;
pub use floor::Traded;
use floor::{Floor, Order};
pub use parting::Parting;
use token::Token;
pub use way::Way;

use crate::fault::{Drill, Fault};
use crate::market::{Market, RATE_MAX, Scenario};
use crate::protocol::path;

/// More comings and goings than happen while a printer of them is busy; one
/// that falls further behind is told how many it missed.
const VISITS_KEPT: usize = 1_024;
/// Orders are carried out in microseconds; a full queue makes clients wait for theirs.
const ORDERS_MAX: usize = 1_024;

/// What a person may choose about a simulated venue.
#[derive(Clone, Debug)]
pub struct Options {
    /// What happens on its market.
    pub scenario: Scenario,
    /// 0 lets the system pick one.
    pub port: u16,
    /// Made anew for each start when none is given.
    pub token: Option<String>,
    /// Whether to speak TLS, with a certificate made for this start.
    pub tls: bool,
}

impl Options {
    pub const fn of(scenario: Scenario) -> Self {
        Self {
            scenario,
            port: 0,
            token: None,
            tls: false,
        }
    }

    /// So many ticks a second, of all instruments together.
    #[must_use]
    pub fn at_rate(mut self, rate: u32) -> Self {
        self.scenario.rate = rate;
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::of(Scenario::new(1, Utc::now()))
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

/// Who came and went, and what went wrong on purpose, for those who look on.
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
    FaultBegan {
        id: u64,
        fault: &'static str,
    },
    FaultEnded {
        id: u64,
        fault: &'static str,
    },
    DrillBegan {
        name: String,
    },
    DrillEnded {
        name: String,
    },
}

/// A venue that is open. It closes when it is stopped or dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    token: Token,
    certificate: Option<Arc<Certificate>>,
    board: Arc<Board>,
    closing: CancellationToken,
    visits: broadcast::Sender<Visit>,
    orders: mpsc::Sender<Order>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Opens it; clients can connect as soon as this returns.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let Options {
            scenario,
            port,
            token,
            tls,
        } = options;
        let rate = scenario.rate;
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
            Some(Arc::new(Certificate::made().map_err(StartError::Certificate)?))
        } else {
            None
        };
        let closing = CancellationToken::new();
        let visits = broadcast::Sender::new(VISITS_KEPT);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StartError::Thread)?;
        let market = Market::new(&scenario);
        let board = Arc::new(Board::new(visits.clone(), scenario.seed));
        let house = hall::House {
            token: token.clone(),
            certificate: certificate.clone(),
            closing: closing.clone(),
            visits: visits.clone(),
            history: market.history(),
            requests: Arc::default(),
            board: Arc::clone(&board),
            tasks: TaskTracker::new(),
            clients: Arc::default(),
        };
        let floor = Floor::open(market, &scenario, Arc::clone(&board));
        let (orders, taken) = mpsc::channel(ORDERS_MAX);
        let floor = floor.run(taken);
        let hall = hall::Hall {
            listener,
            house,
            orders: orders.clone(),
        };
        let thread = std::thread::Builder::new()
            .name("tickwire-sim".to_owned())
            .spawn(move || runtime.block_on(hall.run(floor)))
            .map_err(StartError::Thread)?;
        Ok(Self {
            address,
            token,
            certificate,
            board,
            closing,
            visits,
            orders,
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
        let (plain, secure, path) = match way {
            Way::WebSocket => ("ws", "wss", path::STREAM),
            Way::Events => ("http", "https", path::EVENTS),
            Way::LongPoll => ("http", "https", path::POLL),
            Way::Poll => ("http", "https", path::SNAPSHOT),
        };
        let scheme = if self.certificate.is_some() { secure } else { plain };
        format!("{scheme}://{}{path}", self.address)
    }

    /// Where everything else is asked for, without the token.
    pub fn rest(&self) -> String {
        let scheme = if self.certificate.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}{}", self.address, path::REST)
    }

    /// What a client must trust to reach it over TLS, as PEM.
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref().map(Certificate::pem)
    }

    pub fn token(&self) -> &str {
        self.token.as_str()
    }

    /// Who comes and goes from now on.
    pub fn visits(&self) -> broadcast::Receiver<Visit> {
        self.visits.subscribe()
    }

    /// What was traded in these symbols, oldest first, as far as the venue
    /// remembers: what a client should have been told. The question waits for
    /// its answer, so it is to be asked on a thread that may.
    pub fn recall(&self, symbols: Vec<String>) -> impl FnOnce() -> Vec<Traded> + Send + 'static {
        let orders = self.orders.clone();
        move || {
            let (trades, recalled) = oneshot::channel();
            if orders.blocking_send(Order::Recall { symbols, trades }).is_err() {
                return Vec::new();
            }
            recalled.blocking_recv().unwrap_or_default()
        }
    }

    /// Makes something go wrong from now on; the number is for ending it.
    pub fn begin(&self, fault: &Fault) -> u64 {
        self.board.begin(fault, Instant::now())
    }

    /// False when no fault has this number.
    pub fn end(&self, fault: u64) -> bool {
        self.board.end(fault)
    }

    pub fn ongoing(&self) -> Vec<Ongoing> {
        self.board.ongoing()
    }

    /// Plays a script of faults from its beginning; one that was playing is over.
    pub fn play(&self, drill: &Drill) {
        self.board.play(drill, Instant::now());
    }

    /// The name of the script that is playing.
    pub fn playing(&self) -> Option<String> {
        self.board.playing()
    }

    /// Ends the script that is playing, and what it has begun.
    pub fn stop_drill(&self) {
        self.board.stop();
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
