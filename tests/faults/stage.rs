//! The engine and the venue that is to fail it, and everything that is seen of the two.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use engine::{Engine, EngineOptions, FeedSpec, Handle};
use model::{FeedId, FeedState, FeedStatus, LineHealth, Moment, Secret, Symbol, SymbolKey, TransportKind};
use provider::VenueName;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{sleep, timeout};
use transport::Network;

use crate::around::Around;
use crate::book::{Book, resting, witness};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::venue::manners::{Blow, Manners};
use crate::venue::papers::{Paper, Papers, papers};
use crate::venue::{self, Venue, lock};

/// Longer than any wait that the engine allows itself; reached only by what is broken.
const PATIENCE: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// More updates than come while the witness is kept from running.
const UNREAD_MAX: usize = 1 << 20;

pub(crate) struct Stage {
    pub(crate) venue: Venue,
    pub(crate) handle: Handle,
    pub(crate) feed: FeedId,
    pub(crate) transport: TransportKind,
    engine: Engine,
    book: Arc<Mutex<Book>>,
    turned: watch::Receiver<()>,
    witness: JoinHandle<()>,
}

impl Stage {
    /// Everything stands, and nobody waits for the first price.
    pub(crate) async fn set(setting: Setting) -> Result<Self> {
        let venue = Venue::open(setting.symbols, None).await?;
        Self::before(venue, setting, Around::default())
    }

    /// The same with a venue that behaves badly from its first moment on.
    pub(crate) async fn badly(setting: Setting, change: impl FnOnce(&mut Manners)) -> Result<Self> {
        let venue = Venue::open(setting.symbols, None).await?;
        venue.behave(change);
        Self::before(venue, setting, Around::default())
    }

    /// The same over TLS, with this certificate, which is signed by somebody whom the engine trusts or does not.
    pub(crate) async fn secured(setting: Setting, paper: Paper, trusted: bool) -> Result<Self> {
        let Papers { acceptor, root } = papers(paper)?;
        let venue = Venue::open(setting.symbols, Some(acceptor)).await?;
        let network = Network::default().trusting(trusted.then_some(root));
        Self::before(venue, setting, Around::over(network))
    }

    /// The same with a good certificate and bad manners.
    pub(crate) async fn secured_badly(setting: Setting, change: impl FnOnce(&mut Manners)) -> Result<Self> {
        let Papers { acceptor, root } = papers(Paper::Good)?;
        let venue = Venue::open(setting.symbols, Some(acceptor)).await?;
        venue.behave(change);
        Self::before(venue, setting, Around::over(Network::default().trusting([root])))
    }

    /// The same before a venue that is there already.
    pub(crate) fn before(mut venue: Venue, setting: Setting, around: Around) -> Result<Self> {
        let Setting {
            transport,
            ladder,
            symbols: _,
            watched,
            rate,
            token,
            seed,
            policy,
            via,
        } = setting;
        let Around {
            dialer,
            sentinel,
            clock,
        } = around;
        let engine = Engine::start(EngineOptions {
            dialer,
            seed,
            policy,
            sentinel,
            clock,
            resume: None,
            budgets: None,
            loan: None,
        })?;
        let handle = engine.handle();
        let observer = handle.observe(UNREAD_MAX);
        let feed = FeedId::new("tried");
        let scheme = if venue.is_secure() { "wss" } else { "ws" };
        let url = format!("{scheme}://localhost:{}/v1/stream", venue.address.port()).parse()?;
        let token = token.map(|token| Secret::new(token.to_owned()));
        let spec = FeedSpec {
            transports: if ladder.is_empty() {
                vec![transport]
            } else {
                ladder
            },
            via,
            ..FeedSpec::new(feed.clone(), VenueName::SIM, url, token)
        };
        handle.open_feed(&spec)?;
        let mut book = Book::default();
        for symbol in venue
            .house
            .market
            .symbols
            .iter()
            .take(watched.unwrap_or(usize::MAX))
        {
            let row = handle.watch(&feed, &Symbol::new(symbol))?;
            book.names.insert(SymbolKey(row.0), symbol.clone());
        }
        if rate > 0 {
            venue.trade(rate);
        }
        let book = Arc::new(Mutex::new(book));
        let (turn, turned) = watch::channel(());
        let ledger = Arc::clone(&venue.house.ledger);
        let witness = tokio::spawn(witness(handle.clone(), observer, Arc::clone(&book), ledger, turn));
        Ok(Self {
            venue,
            handle,
            feed,
            transport,
            engine,
            book,
            turned,
            witness,
        })
    }

    /// A symbol is wanted too.
    pub(crate) fn want(&self, symbol: &str) -> Result<()> {
        // Its name must be known before anything about it can come.
        let mut book = lock(&self.book);
        let row = self.handle.watch(&self.feed, &Symbol::new(symbol))?;
        book.names.insert(SymbolKey(row.0), symbol.to_owned());
        Ok(())
    }

    pub(crate) fn now(&self) -> Moment {
        self.handle.now().at
    }

    /// Reads what is written down until it says what is waited for. `what` ends the sentence "waited in vain until …".
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        mut look: impl FnMut(&Book) -> Option<T>,
    ) -> Result<T> {
        let looking = async {
            loop {
                self.turned.mark_unchanged();
                if let Some(found) = look(&lock(&self.book)) {
                    return Some(found);
                }
                self.turned.changed().await.ok()?;
            }
        };
        if let Ok(Some(found)) = timeout(PATIENCE, looking).await {
            return Ok(found);
        }
        let told = lock(&self.book).told.last().cloned();
        bail!(
            "waited in vain until {what}; the feed says {:?}",
            told.map(|told| (told.state, told.why))
        )
    }

    /// The same of what the venue has noticed.
    pub(crate) async fn until_seen(
        &self,
        what: &str,
        mut look: impl FnMut(&venue::Seen) -> bool,
    ) -> Result<()> {
        let looking = async {
            while !look(&self.venue.seen()) {
                sleep(LOOK_EVERY).await;
            }
        };
        timeout(PATIENCE, looking)
            .await
            .with_context(|| format!("waited in vain until {what}"))
    }

    /// The same of how it is to behave.
    pub(crate) async fn until_spoilt(
        &self,
        what: &str,
        mut look: impl FnMut(&Manners) -> bool,
    ) -> Result<()> {
        let looking = async {
            while !look(&self.venue.house.manners()) {
                sleep(LOOK_EVERY).await;
            }
        };
        timeout(PATIENCE, looking)
            .await
            .with_context(|| format!("waited in vain until {what}"))
    }

    /// No connection that is there carries anything any more. A venue that is busy answers a little longer.
    pub(crate) async fn freeze(&self) -> Result<()> {
        let before = self.venue.seen();
        let open = before.dials.len() - before.ended;
        self.venue.strike(Blow::Freeze);
        self.until_seen("every connection is frozen", |seen| {
            seen.frozen + seen.ended >= before.frozen + before.ended + open
        })
        .await
    }

    /// So many ticks were sent, of all symbols together.
    pub(crate) async fn until_sent(&self, ticks: u64) -> Result<()> {
        let sent = async {
            while self.venue.traded() < ticks {
                sleep(LOOK_EVERY).await;
            }
        };
        timeout(PATIENCE, sent).await.context("the market stands still")
    }

    /// Connected, subscribed, and with a price of every symbol.
    pub(crate) async fn live(&mut self) -> Result<()> {
        let symbols = self.venue.house.market.symbols.len();
        self.until("the feed is live", |book| {
            let live = book.told.last().is_some_and(|told| told.state.is_live());
            (live && book.newest.len() == symbols).then_some(())
        })
        .await
    }

    /// It has worked for so long that its end is forgiven.
    pub(crate) async fn trusted(&mut self) -> Result<()> {
        self.until("the connection is trusted", |book| {
            let healthy = FeedState::Live(LineHealth::Healthy);
            (book.told.last()?.state == healthy).then_some(())
        })
        .await
    }

    /// When the feed said first, since then, that it is not live.
    pub(crate) async fn lost(&mut self, since: Moment) -> Result<Moment> {
        self.until("the feed says that it is not live", |book| book.lost(since))
            .await
    }

    /// After a first try that went wrong: the venue behaves, a person does not
    /// want to wait, and prices come.
    pub(crate) async fn recovers(
        mut self,
        told: &FeedStatus,
        mend: impl FnOnce(&mut Manners),
    ) -> Result<Seen> {
        self.venue.behave(mend);
        self.handle.retry(&self.feed)?;
        let well = self.now();
        self.live().await?;
        let began = self.began();
        let mut seen = self.settle(began, well).await?;
        resting(told.state)
            .unwrap_or_default()
            .clone_into(&mut seen.class);
        seen.detected = Some(told.since.since(began));
        Ok(seen)
    }

    /// The first time that it gave up a try or the connection, since then.
    pub(crate) async fn refused(&mut self, since: Moment) -> Result<FeedStatus> {
        self.until("the feed says why it is not connected", |book| {
            let mut told = book.told.iter().filter(|told| told.since >= since);
            told.find(|told| resting(told.state).is_some()).cloned()
        })
        .await
    }

    /// Something came behind a moment at which the feed was live.
    pub(crate) async fn news(&mut self, since: Moment) -> Result<()> {
        self.until("prices come again", |book| {
            book.news.last().filter(|at| **at > since).map(|_| ())
        })
        .await?;
        self.live().await
    }

    /// When it tried for the first time.
    pub(crate) fn began(&self) -> Moment {
        let book = lock(&self.book);
        let first = book
            .told
            .iter()
            .find(|told| !matches!(told.state, FeedState::Idle));
        first.map_or(Moment::START, |told| told.since)
    }

    /// How the feed talks now.
    pub(crate) fn way(&self) -> TransportKind {
        let book = lock(&self.book);
        book.told.last().map_or(self.transport, |told| told.transport)
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&Book) -> T) -> T {
        look(&lock(&self.book))
    }

    /// Stops the market and waits until its last tick is here.
    pub(crate) async fn pause(&mut self) -> Result<()> {
        self.venue.halt();
        // A look at the state of things tells of no tick, so nothing can be said of each.
        if self.transport == TransportKind::Poll {
            return Ok(());
        }
        let ledger = Arc::clone(&self.venue.house.ledger);
        let complete = move |_: &Book| lock(&ledger).is_complete().then_some(());
        self.until("the last tick has come", complete).await
    }

    /// The same, and then how the books compare. `struck` and `possible` are when it began to go wrong and when it could
    /// be well again.
    pub(crate) async fn settle(mut self, struck: Moment, possible: Moment) -> Result<Seen> {
        let late = self.pause().await.err();
        let mut seen = self.end(struck, possible);
        seen.wrong.extend(late.map(|late| late.to_string()));
        Ok(seen)
    }

    /// The same, once the market has moved on behind that moment and all of it is here.
    pub(crate) async fn settle_behind(mut self, struck: Moment) -> Result<Seen> {
        let sent = self.venue.traded();
        self.until_sent(sent + 1).await?;
        self.news(struck).await?;
        self.settle(struck, struck).await
    }

    /// The same as things stand.
    pub(crate) fn end(self, struck: Moment, possible: Moment) -> Seen {
        let losses = self.handle.totals(&self.feed).losses;
        let class: Vec<_> = losses.keys().map(|cause| cause.as_str()).collect();
        let balance = match self.transport {
            TransportKind::Poll => None,
            TransportKind::WebSocket | TransportKind::EventStream | TransportKind::LongPoll => {
                Some(lock(&self.venue.house.ledger).balance())
            }
        };
        let seen = {
            let book = lock(&self.book);
            Seen {
                detected: book.lost(struck).map(|at| at.since(struck)),
                why: book.why_lost(struck).unwrap_or_default().to_owned(),
                recovered: book.silence_ended(struck).map(|at| at.since(possible)),
                class: if class.is_empty() {
                    "none".to_owned()
                } else {
                    class.join("+")
                },
                balance,
                note: String::new(),
                wrong: Vec::new(),
            }
        };
        self.close();
        seen
    }

    /// Ends the engine, on a thread that may wait.
    pub(crate) async fn leave(self) -> Result<()> {
        let Self { engine, witness, .. } = self;
        spawn_blocking(move || engine.shut_down()).await?;
        witness.abort();
        Ok(())
    }

    pub(crate) fn close(self) {
        self.witness.abort();
        // Never on a thread that serves the venues: it waits for their goodbyes, and all other tries with it.
        spawn_blocking(move || self.engine.shut_down());
    }
}
