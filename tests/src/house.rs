//! A house on loopback that a venue speaks from: TLS, the door, the stream, and what is fetched beside it.
//!
//! What is said in it is the venue's own matter; here is only what all of them have in common. It takes the
//! client's word for nothing: whatever breaks a rule of the sheet is written down, and fails the scene.

pub mod client;
mod events;
pub mod head;
pub mod papers;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

pub use self::client::Client;
pub use self::head::{Answer, Head};
use self::papers::Papers;

/// What a venue does with those who come. Each implementation is made from its sheet alone.
pub trait Venue: Send + Sync + 'static {
    /// Whether a request for the stream is let in.
    fn door(&self, head: &Head) -> Result<(), Answer>;

    /// What is answered to whoever fetches something.
    fn fetched(&self, _head: &Head) -> Answer {
        Answer::status(404)
    }

    /// What is spoken on the stream, where the client has to be told.
    fn subprotocol(&self) -> Option<&'static str> {
        None
    }

    /// The channels of whoever asks for an event stream there; none where there is none.
    fn events(&self, _head: &Head) -> Option<Vec<String>> {
        None
    }

    /// One client on the stream, until it or we have enough.
    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>>;
}

/// How the next one who asks for the stream is treated.
#[derive(Clone, Debug)]
pub enum Whim {
    /// Not let in at all.
    Refused(Answer),
    /// Told that too many connections use the key, as the sheet says.
    Crowded,
    /// Told that it was too fast or too much, as the sheet says.
    Slower,
}

/// What a scene wants to happen on the stream.
#[derive(Clone, Debug)]
pub enum Order {
    /// Said to all who have asked for this channel.
    Say {
        seat: String,
        text: String,
    },
    /// Said to everybody.
    Announce {
        text: String,
    },
    Close {
        code: Option<u16>,
        reason: &'static str,
    },
    /// Gone without a word.
    Cut,
}

/// What was noticed of the clients.
#[derive(Debug, Default)]
pub struct Ledger {
    /// When each of them asked for the stream.
    pub dials: Vec<Instant>,
    /// Which channels each of those that are there has asked for.
    pub seats: Vec<(usize, BTreeSet<String>)>,
    /// What each has said, in the order of all.
    pub heard: Vec<(usize, String)>,
    pub fetched: Vec<String>,
    /// Every rule that was broken.
    pub wrong: Vec<String>,
}

pub struct House {
    pub address: SocketAddr,
    inside: Arc<Inside>,
    taking: JoinHandle<()>,
}

pub struct Inside {
    venue: Box<dyn Venue>,
    pub ledger: Mutex<Ledger>,
    whims: Mutex<VecDeque<Whim>>,
    orders: broadcast::Sender<Order>,
    /// What was said last on each channel.
    said: Mutex<BTreeMap<String, String>>,
}

pub trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Pipe for T {}

impl House {
    pub async fn open(venue: impl Venue) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let inside = Arc::new(Inside {
            venue: Box::new(venue),
            ledger: Mutex::default(),
            whims: Mutex::default(),
            orders: broadcast::Sender::new(64),
            said: Mutex::default(),
        });
        let taking = tokio::spawn(take(Arc::clone(&inside), listener));
        Ok(Self {
            address,
            inside,
            taking,
        })
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.inside.ledger)
    }

    /// The next one who asks for the stream is treated so.
    pub fn next(&self, whim: Whim) {
        lock(&self.inside.whims).push_back(whim);
    }

    pub fn order(&self, order: Order) {
        if let Order::Say { seat, text } = &order {
            lock(&self.inside.said).insert(seat.clone(), text.clone());
        }
        // Nobody may be there.
        let _heard_by = self.inside.orders.send(order);
    }

    /// How many have asked for this channel and are still there.
    pub fn seated(&self, seat: &str) -> usize {
        let ledger = self.ledger();
        ledger
            .seats
            .iter()
            .filter(|(_, seats)| seats.contains(seat))
            .count()
    }
}

impl Inside {
    /// What was said last on this channel, to whomever.
    pub fn said(&self, seat: &str) -> Option<String> {
        lock(&self.said).get(seat).cloned()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // And everybody in it goes with it.
        self.taking.abort();
    }
}

async fn take(inside: Arc<Inside>, listener: TcpListener) {
    let mut visits = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let inside = Arc::clone(&inside);
        visits.spawn(async move {
            // How it ended is seen at the other end.
            let _visited = secure(inside, stream).await;
        });
        while visits.try_join_next().is_some() {}
    }
}

/// A connection is encrypted when it begins as those do; a command line may come without.
async fn secure(inside: Arc<Inside>, stream: TcpStream) -> Result<()> {
    const TLS_HANDSHAKE: u8 = 22;
    stream.set_nodelay(true)?;
    let mut first = [0];
    stream.peek(&mut first).await?;
    if first[0] == TLS_HANDSHAKE {
        let stream = Papers::get()?.acceptor.accept(stream).await?;
        visit(inside, Box::new(stream)).await
    } else {
        visit(inside, Box::new(stream)).await
    }
}

async fn visit(inside: Arc<Inside>, mut pipe: Box<dyn Pipe>) -> Result<()> {
    loop {
        let Some(head) = Head::read(&mut pipe).await? else {
            return Ok(());
        };
        if head.is_ping {
            // As servers do that know no such question: any answer is one.
            pipe.write_all(Answer::status(405).text().as_bytes()).await?;
            continue;
        }
        let Some(key) = head.header("sec-websocket-key") else {
            lock(&inside.ledger).fetched.push(head.path.clone());
            if let Some(seats) = inside.venue.events(&head) {
                return events::serve(&inside, seats, pipe).await;
            }
            let answer = inside.venue.fetched(&head);
            pipe.write_all(answer.text().as_bytes()).await?;
            continue;
        };
        let number = {
            let mut ledger = lock(&inside.ledger);
            ledger.dials.push(Instant::now());
            ledger.dials.len()
        };
        let whim = lock(&inside.whims).pop_front();
        let refusal = match &whim {
            Some(Whim::Refused(answer)) => Some(answer.clone()),
            Some(Whim::Crowded | Whim::Slower) | None => inside.venue.door(&head).err(),
        };
        if let Some(answer) = refusal {
            pipe.write_all(answer.text().as_bytes()).await?;
            continue;
        }
        let accept = derive_accept_key(key.as_bytes());
        let spoken = inside
            .venue
            .subprotocol()
            .map_or_else(String::new, |name| format!("Sec-WebSocket-Protocol: {name}\r\n"));
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Accept: {accept}\r\n{spoken}\r\n"
        );
        let orders = inside.orders.subscribe();
        pipe.write_all(answer.as_bytes()).await?;
        let socket = WebSocketStream::from_raw_socket(pipe, Role::Server, None).await;
        let mut client = Client::new(Arc::clone(&inside), socket, orders, number, head, whim);
        return inside.venue.serve(&mut client).await;
    }
}

/// A panic elsewhere is told elsewhere.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
