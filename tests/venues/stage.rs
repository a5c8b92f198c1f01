//! The whole engine before a venue's house, and everything that is seen of the two.

use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail, ensure};
use engine::{Engine, EngineOptions, FeedSpec, Handle};
use feed::{Clock, Policy};
use market::RowId;
use model::{FeedId, FeedState, FeedStatus, Secret, Symbol, SymbolKey, TransportKind};
use provider::{Adapter, VenueName};
use tests::wait_until;
use tokio::task::JoinHandle;
use transport::Via;
use url::Url;

use crate::custom;
use crate::house::{House, Order, Venue, lock};
use crate::papers::Papers;
use crate::sheet::{Sent, Sheet};
use crate::told::Told;

/// Nobody waits for patience.
const HASTE: u32 = 20;
/// More updates than any scene has.
const UNREAD_MAX: usize = 1 << 12;

pub(crate) struct Stage {
    pub(crate) house: House,
    pub(crate) handle: Handle,
    pub(crate) feed: FeedId,
    sheet: &'static Sheet,
    told: Arc<Mutex<Told>>,
    witness: JoinHandle<()>,
    engine: Engine,
}

impl Stage {
    /// Nothing is open yet, so the house may still be told how to behave.
    pub(crate) async fn set(sheet: &'static Sheet, venue: impl Venue) -> Result<Self> {
        Self::set_by(sheet, venue, Clock::system()).await
    }

    /// The same by another clock.
    pub(crate) async fn set_by(sheet: &'static Sheet, venue: impl Venue, clock: Clock) -> Result<Self> {
        let house = House::open(venue).await?;
        let engine = Engine::start(EngineOptions {
            dialer: Arc::new(Papers::get()?.network.clone()),
            seed: 7,
            policy: Policy::hastened(HASTE),
            sentinel: None,
            clock,
            ..EngineOptions::default()
        })?;
        let handle = engine.handle();
        let mut observer = handle.observe(UNREAD_MAX);
        let told = Arc::new(Mutex::new(Told::default()));
        let witness = tokio::spawn({
            let told = Arc::clone(&told);
            async move {
                while let Some(seen) = observer.next().await {
                    lock(&told).note(&seen.update);
                }
            }
        });
        Ok(Self {
            house,
            handle,
            feed: FeedId::new("tried"),
            sheet,
            told,
            witness,
            engine,
        })
    }

    /// The feed is opened with this key, over the stream alone.
    pub(crate) fn open(&self, key: Option<&str>) -> Result<()> {
        self.open_over(key, &[TransportKind::WebSocket])
    }

    pub(crate) fn open_over(&self, key: Option<&str>, transports: &[TransportKind]) -> Result<()> {
        let word = self.sheet.word;
        let listed = || VenueName::from_word(word).map(Adapter::from);
        let venue = custom::adapter(word).or_else(listed);
        let venue = venue.with_context(|| format!("{word} is not a venue"))?;
        let port = self.house.address.port();
        let url = format!("wss://localhost:{port}{}", self.sheet.path).parse()?;
        // Where the venue has another host for what is fetched, it is in the same house here.
        let rest = venue.rest().map(|rest| -> Result<Url> {
            let path = rest.parse::<Url>()?.path().to_owned();
            Ok(format!("https://localhost:{port}{path}").parse()?)
        });
        let rest = match &venue {
            Adapter::Listed(_) => rest.transpose()?,
            Adapter::Custom(_) => Some(format!("https://localhost:{port}").parse()?),
        };
        let key = key.map(|key| Secret::new(key.to_owned()));
        let spec = FeedSpec {
            transports: transports.to_vec(),
            via: Via::Direct,
            rest,
            ..FeedSpec::new(self.feed.clone(), venue, url, key)
        };
        Ok(self.handle.open_feed(&spec)?)
    }

    pub(crate) fn want(&self, symbol: &str) -> Result<RowId> {
        // Its name must be known before anything about it can come.
        let mut told = lock(&self.told);
        let row = self.handle.watch(&self.feed, &Symbol::new(symbol))?;
        told.names.insert(SymbolKey(row.0), symbol.to_owned());
        Ok(row)
    }

    /// The house sends it to whoever has asked for that channel, and waits until somebody has. What that one still
    /// has to ask for may be answered before or behind it, so a scene hears the first words out before it sends.
    pub(crate) async fn send(&self, (seat, text): Sent) -> Result<()> {
        let what = format!("somebody asks for {seat}");
        self.until(&what, |stage| stage.house.seated(seat) > 0).await?;
        self.house.order(Order::Say {
            seat: seat.to_owned(),
            text: text.to_owned(),
        });
        Ok(())
    }

    /// What was told of prices is this, and nothing else.
    pub(crate) async fn tells(&self, expected: &[&str]) -> Result<()> {
        let what = format!("it tells {expected:#?}");
        self.until(&what, |stage| lock(&stage.told).prices.len() >= expected.len())
            .await?;
        let told = lock(&self.told);
        ensure!(
            told.prices == expected,
            "told {:#?}\nexpected {expected:#?}",
            told.prices
        );
        Ok(())
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&Told) -> T) -> T {
        look(&lock(&self.told))
    }

    pub(crate) fn status(&self) -> Option<FeedStatus> {
        let feeds = self.handle.feeds();
        let statuses = feeds.borrow();
        statuses.iter().find(|status| status.feed == self.feed).cloned()
    }

    pub(crate) fn is_live(&self) -> bool {
        self.status().is_some_and(|status| status.state.is_live())
    }

    pub(crate) fn is_suspended(&self) -> bool {
        let state = self.status().map(|status| status.state);
        matches!(state, Some(FeedState::Suspended { .. }))
    }

    pub(crate) fn is_waiting(&self) -> bool {
        let state = self.status().map(|status| status.state);
        matches!(state, Some(FeedState::Waiting { .. }))
    }

    /// Why it is as it is, in its own words.
    pub(crate) fn why(&self) -> String {
        self.status()
            .map_or_else(String::new, |status| status.why.to_string())
    }

    pub(crate) async fn until(&self, what: &str, mut is_so: impl FnMut(&Self) -> bool) -> Result<()> {
        let mut failed = None;
        let waited = wait_until(what, async || {
            failed = self.broken_rule();
            failed.is_some() || is_so(self)
        })
        .await;
        if let Some(rule) = failed {
            bail!("{rule}");
        }
        waited.with_context(|| self.seen())
    }

    fn broken_rule(&self) -> Option<String> {
        self.house.ledger().wrong.first().cloned()
    }

    /// For whoever must find out what went wrong.
    fn seen(&self) -> String {
        let told = lock(&self.told);
        let status = self.status().map(|status| (status.state, status.why));
        let totals = self.handle.totals(&self.feed);
        format!(
            "{status:?}\n{totals:?}\n{:#?}\n{:#?}",
            *self.house.ledger(),
            *told
        )
    }

    /// No rule was broken to the end.
    pub(crate) async fn end(self) -> Result<()> {
        let broken = self.broken_rule();
        self.engine.shut_down();
        self.witness.await?;
        match broken {
            Some(rule) => bail!("{rule}"),
            None => Ok(()),
        }
    }
}
