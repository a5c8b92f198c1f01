//! A venue that does what it is told, also what no venue should.
//!
//! It speaks `tickwire.v1` in all four ways on a real loopback socket, and shares no code with the simulated venue nor
//! with the engine: one mistake cannot pass on both sides. Every tick is in the ledger before it can be read.
//!
//! - `market`: the ticks and their numbers
//! - `words`, `frames`: what is said
//! - `twist`: ticks that come wrong
//! - `manners`: how it behaves, and what happens to its connections
//! - `door`: who comes in; `socket`, `answers`: who is in
//! - `line`: a connection as bytes; `gateway`: many of them on one, over HTTP/2; `papers`: its certificates

mod answers;
mod door;
pub(crate) mod frames;
mod gateway;
mod line;
pub(crate) mod manners;
mod market;
pub(crate) mod papers;
mod socket;
pub(crate) mod twist;
pub(crate) mod words;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use model::TransportKind;
use tests::Ledger;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval, sleep_until};
use tokio_rustls::TlsAcceptor;
use transport::Arrivals;

use manners::{Acks, Answer, Blow, Join, Manners};
use market::{Market, Place};
use words::Wish;

/// So long is a client's goodbye waited for.
const GOODBYE_WAIT: Duration = Duration::from_secs(2);
/// So often there is something new, when the market runs.
const BEAT: Duration = Duration::from_millis(10);

/// What all connections share.
pub(crate) struct House {
    pub(crate) market: Market,
    pub(crate) ledger: Arc<Mutex<Ledger>>,
    manners: Mutex<Manners>,
    blows: broadcast::Sender<Blow>,
    seen: Mutex<Seen>,
    acceptor: Option<TlsAcceptor>,
}

/// What the venue noticed of its clients.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// When each connection came.
    pub(crate) dials: Vec<Instant>,
    /// How many connections have ended, and how many carry nothing any more.
    pub(crate) ended: usize,
    pub(crate) frozen: usize,
    /// When each request for the stream came, and how.
    pub(crate) requests: Vec<(Instant, TransportKind)>,
    /// What each of them had for a key.
    pub(crate) keys: Vec<Option<String>>,
    /// The codes of the clients' goodbyes; none where there was none in it.
    pub(crate) goodbyes: Vec<Option<u16>>,
    /// How often each set of symbols was asked for.
    pub(crate) wishes: Vec<Vec<String>>,
    /// How often a symbol was asked for that its connection had already.
    pub(crate) repeated: u64,
    /// The heads of the requests for the stream that said where they had come to.
    pub(crate) last_event_ids: Vec<Option<String>>,
}

pub(crate) struct Venue {
    pub(crate) house: Arc<House>,
    pub(crate) address: SocketAddr,
    taking: Option<JoinHandle<()>>,
    trading: Option<JoinHandle<()>>,
}

impl Venue {
    pub(crate) async fn open(symbols: usize, acceptor: Option<TlsAcceptor>) -> Result<Self> {
        Self::at(TcpListener::bind("127.0.0.1:0").await?, symbols, acceptor)
    }

    /// One whose computer keeps only so few bytes for it until it reads them.
    pub(crate) fn with_room(symbols: usize, bytes: u32) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(bytes)?;
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Self::at(socket.listen(128)?, symbols, None)
    }

    /// One that is in this program, for a clock that is paused.
    pub(crate) fn in_memory(symbols: usize, mut arrivals: Arrivals) -> Self {
        let house = Self::house(symbols, None);
        let inside = Arc::clone(&house);
        let taking = tokio::spawn(async move {
            while let Some(pipe) = arrivals.next().await {
                let (house, blows) = (Arc::clone(&inside), inside.blows.subscribe());
                tokio::spawn(async move {
                    let mut line = line::Line::new(pipe, Arc::default());
                    // How it ended is seen at the other end.
                    let _visited = door::visit(&house, &mut line, blows).await;
                    line.end().await;
                });
            }
        });
        Self {
            house,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
            taking: Some(taking),
            trading: None,
        }
    }

    fn house(symbols: usize, acceptor: Option<TlsAcceptor>) -> Arc<House> {
        Arc::new(House {
            market: Market::new(symbols),
            ledger: Arc::default(),
            manners: Mutex::default(),
            blows: broadcast::Sender::new(64),
            seen: Mutex::default(),
            acceptor,
        })
    }

    fn at(listener: TcpListener, symbols: usize, acceptor: Option<TlsAcceptor>) -> Result<Self> {
        let address = listener.local_addr()?;
        let house = Self::house(symbols, acceptor);
        let taking = tokio::spawn(door::take(Arc::clone(&house), listener));
        Ok(Self {
            house,
            address,
            taking: Some(taking),
            trading: None,
        })
    }

    /// So many ticks a second of every symbol, from now on.
    pub(crate) fn trade(&mut self, each_second: u64) {
        self.halt();
        let house = Arc::clone(&self.house);
        self.trading = Some(tokio::spawn(async move {
            let began = Instant::now();
            let (mut beat, mut traded) = (interval(BEAT), 0);
            loop {
                beat.tick().await;
                let due = began.elapsed().as_millis() as u64 * each_second / 1_000;
                if due > traded {
                    house.trade(due - traded);
                    traded = due;
                }
            }
        }));
    }

    pub(crate) fn halt(&mut self) {
        if let Some(trading) = self.trading.take() {
            trading.abort();
        }
    }

    pub(crate) fn behave(&self, change: impl FnOnce(&mut Manners)) {
        change(&mut lock(&self.house.manners));
    }

    /// Happens to every connection that there is; says to how many.
    pub(crate) fn strike(&self, blow: Blow) -> usize {
        self.house.blows.send(blow).unwrap_or(0)
    }

    pub(crate) fn seen(&self) -> Seen {
        lock(&self.house.seen).clone()
    }

    /// Nobody listens at its address any more.
    pub(crate) async fn close_port(&mut self) {
        if let Some(taking) = self.taking.take() {
            taking.abort();
            // The listener is gone when its task is.
            let _aborted = taking.await;
        }
    }

    pub(crate) async fn open_port(&mut self) -> Result<()> {
        let listener = TcpListener::bind(self.address).await?;
        self.taking = Some(tokio::spawn(door::take(Arc::clone(&self.house), listener)));
        Ok(())
    }

    /// How many ticks there were, of all symbols together.
    pub(crate) fn traded(&self) -> u64 {
        lock(&self.house.ledger).count_sent()
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.house.acceptor.is_some()
    }
}

impl Drop for Venue {
    fn drop(&mut self) {
        self.halt();
        if let Some(taking) = self.taking.take() {
            taking.abort();
        }
        self.strike(Blow::End);
    }
}

impl House {
    pub(crate) fn manners(&self) -> Manners {
        lock(&self.manners).clone()
    }

    pub(crate) fn trade(&self, each: u64) {
        let mut ledger = lock(&self.ledger);
        self.market.trade(each, |symbol, name| ledger.sent(symbol, name));
    }

    /// All symbols open or close, and whoever asks is told so.
    pub(crate) fn turn(&self, session: &'static str) {
        lock(&self.manners).session = session;
        let mut ledger = lock(&self.ledger);
        self.market
            .turn(session, |symbol, name| ledger.sent(symbol, name));
    }

    fn next_answer(&self) -> Answer {
        let mut manners = lock(&self.manners);
        let first = manners.first_answers.pop_front();
        first.unwrap_or_else(|| manners.answer.clone())
    }

    fn heard_close(&self, payload: &[u8]) {
        let code = payload.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
        lock(&self.seen).goodbyes.push(code);
    }

    fn heard_wish(&self, wish: &Wish) {
        lock(&self.seen).wishes.push(wish.symbols.clone());
    }

    fn next_acks(&self) -> Acks {
        let next = lock(&self.manners).first_acks.pop_front();
        next.unwrap_or(Acks::Prompt)
    }

    /// A symbol that was kept back is told again, to whoever asks for it.
    fn asked_anew(&self, wish: &Wish) {
        let mut manners = lock(&self.manners);
        let named = |index: &usize| wish.symbols.contains(&self.market.symbols[*index]);
        manners.silenced = manners.silenced.filter(|index| !named(index));
    }

    /// The answers to a wish, and whose ticks are to follow.
    fn admission(&self, wish: &Wish, place: Place, acks: Acks) -> (Vec<String>, Vec<usize>) {
        let (mut texts, seats) = self.admitted(wish, place, acks);
        let least = self.manners().answer_min;
        if acks == Acks::Stray {
            texts.push(words::ack(wish.id, "NOBODY", 7, None, "open"));
            texts.push(words::gone(wish.id + 1_000, "NOBODY"));
        }
        if least > 0 {
            texts = texts
                .into_iter()
                .map(|text| words::lengthened(text, least))
                .collect();
        }
        (texts, seats)
    }

    fn admitted(&self, wish: &Wish, place: Place, acks: Acks) -> (Vec<String>, Vec<usize>) {
        let (mut texts, mut seats) = (Vec::new(), Vec::new());
        let manners = self.manners();
        let session = manners.session;
        let trades =
            |ticks: Vec<market::Traded>| ticks.into_iter().map(|tick| words::trade(&self.market, tick));
        for (at, symbol) in wish.symbols.iter().enumerate() {
            if acks == Acks::Missed(at) {
                continue;
            }
            let Some(index) = self.market.number_of(symbol) else {
                texts.push(words::unknown(wish.id, symbol));
                continue;
            };
            seats.push(index);
            match wish.has(at, place).filter(|_| manners.replays && !manners.mute) {
                Some(after) => {
                    let missed = self.market.between(index, after, place);
                    let newest = |ticks: u64| {
                        let ticks = usize::try_from(ticks).unwrap_or(usize::MAX);
                        missed[missed.len().saturating_sub(ticks)..].to_vec()
                    };
                    if let Join::Early { ticks } = manners.join {
                        texts.extend(trades(newest(ticks)));
                    }
                    texts.push(words::ack(wish.id, symbol, after, Some(true), session));
                    texts.extend(trades(missed.clone()));
                    if let Join::Overlap { ticks } = manners.join {
                        texts.extend(trades(newest(ticks)));
                    }
                }
                None => {
                    let (now, _) = self.market.newest(index, place);
                    let seq = match manners.join {
                        Join::Early { ticks } => now.saturating_sub(ticks),
                        Join::Clean | Join::Overlap { .. } => now,
                    };
                    let name = self.market.name_of(index, seq);
                    texts.extend(trades(self.market.between(index, seq, place)));
                    let recovered = wish.says_what_it_has(at).then_some(false);
                    let answer = [
                        words::ack(wish.id, symbol, seq, recovered, session),
                        words::snapshot(symbol, seq, name, session),
                    ];
                    if acks == Acks::Twice {
                        texts.extend(answer.clone());
                    }
                    texts.extend(answer);
                    if let Join::Overlap { ticks } = manners.join {
                        let from = now.saturating_sub(ticks);
                        texts.extend(trades(self.market.between(index, from, place)));
                    }
                }
            }
        }
        (texts, seats)
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// A panic elsewhere is told elsewhere.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
