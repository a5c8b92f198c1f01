//! What one account may ask, shared by all that ask with its key.
//!
//! No stream is opened here: what is counted is what is fetched.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use engine::{Budgets, Engine, EngineOptions, FeedSpec, Handle, NotFetched, Trial};
use futures_util::future::BoxFuture;
use model::{FeedId, FeedState, Secret, Spending, Symbol, TransportKind};
use profile::{KeptBudgets, Profile};
use provider::VenueName;
use tests::wait_until;
use transport::Via;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{House, Venue, lock};
use crate::papers::Papers;

const KEY: &str = "a-key-that-several-feeds-have";

/// Answers each question in its turn, and the last one again and again.
struct Answers(Vec<Answer>, AtomicUsize);

impl Answers {
    fn of(answers: Vec<Answer>) -> Self {
        Self(answers, AtomicUsize::new(0))
    }
}

impl Venue for Answers {
    fn door(&self, _: &Head) -> Result<(), Answer> {
        Err(Answer::status(404))
    }

    fn fetched(&self, _: &Head) -> Answer {
        let asked = self.1.fetch_add(1, Ordering::SeqCst);
        self.0[asked.min(self.0.len() - 1)].clone()
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { client.hear().await.map(drop) })
    }
}

struct Scene {
    house: House,
    engine: Engine,
    handle: Handle,
}

impl Scene {
    async fn set(answers: Vec<Answer>) -> Result<Self> {
        let house = House::open(Answers::of(answers)).await?;
        Self::before(house, None)
    }

    fn before(house: House, budgets: Option<Budgets>) -> Result<Self> {
        let engine = Engine::start(EngineOptions {
            dialer: Arc::new(Papers::get()?.network.clone()),
            sentinel: None,
            budgets,
            ..EngineOptions::default()
        })?;
        let handle = engine.handle();
        Ok(Self {
            house,
            engine,
            handle,
        })
    }

    /// A feed of this name that may only be asked.
    fn open(&self, name: &str, word: &str, key: &str) -> Result<FeedId> {
        let spec = self.spec(name, word, key)?;
        self.handle.open_feed(&spec)?;
        Ok(spec.id)
    }

    fn spec(&self, name: &str, word: &str, key: &str) -> Result<FeedSpec> {
        let venue = VenueName::from_word(word).with_context(|| format!("{word} is not a venue"))?;
        let port = self.house.address.port();
        let feed = FeedId::new(name);
        let url = format!("wss://localhost:{port}/").parse()?;
        let key = Some(Secret::new(key.to_owned()));
        Ok(FeedSpec {
            transports: vec![TransportKind::Poll],
            via: Via::Direct,
            rest: Some(format!("https://localhost:{port}/").parse()?),
            ..FeedSpec::new(feed, venue, url, key)
        })
    }

    fn asked(&self) -> usize {
        self.house.ledger().fetched.len()
    }

    /// Nothing is left, and nothing was sent to find that out.
    async fn is_spent(&self, feed: &FeedId, most: Duration) -> Result<Duration> {
        let asked = self.asked();
        let outcome = self.handle.fetch_at_once(feed, "/quote?symbol=X").await;
        let Err(NotFetched::Spent { again }) = outcome else {
            anyhow::bail!("something is left: {outcome:?}");
        };
        ensure!(again > Duration::from_secs(10) && again <= most, "{again:?}");
        ensure!(self.asked() == asked, "it was asked all the same");
        Ok(again)
    }

    fn state(&self, feed: &FeedId) -> Option<(FeedState, String)> {
        let feeds = self.handle.feeds();
        let statuses = feeds.borrow();
        let status = statuses.iter().find(|status| status.feed == *feed)?;
        Some((status.state, status.why.to_string()))
    }

    async fn end(self) -> Result<House> {
        let Self { house, engine, .. } = self;
        tokio::task::spawn_blocking(move || engine.shut_down()).await?;
        Ok(house)
    }
}

#[tokio::test]
async fn two_feeds_of_tiingo_with_one_key_share_what_an_hour_has() -> Result<()> {
    const HOUR: usize = 50;
    let scene = Scene::set(vec![Answer::json("[]")]).await?;
    let shares = scene.open("shares", "tiingo:iex", KEY)?;
    let coins = scene.open("coins", "tiingo:crypto", KEY)?;
    for number in 0..HOUR / 2 {
        let path = format!("/iex/?tickers=a{number}");
        let (one, two) = tokio::join!(
            scene.handle.fetch_at_once(&shares, &path),
            scene.handle.fetch_at_once(&coins, &path),
        );
        one.and(two).with_context(|| format!("after {number}"))?;
    }
    let hour = Duration::from_secs(3_800);
    scene.is_spent(&shares, hour).await?;
    scene.is_spent(&coins, hour).await?;
    let told = scene.handle.allotment(&coins).context("nothing is counted")?;
    ensure!(
        told.to_string()
            .starts_with("asked 50 of 50 in an hour and 50 of 1000 in a day; the next in "),
        "{told}"
    );
    // The key of somebody else has a budget of its own.
    let other = scene.open("other", "tiingo:fx", "another-key-of-tiingo")?;
    scene.handle.fetch_at_once(&other, "/fx").await?;
    ensure!(scene.asked() == HOUR + 1, "asked {}", scene.asked());
    scene.end().await?;
    Ok(())
}

#[tokio::test]
async fn a_429_on_one_feed_holds_all_that_have_its_key() -> Result<()> {
    let enough = Answer::status(429).with("Retry-After", "100");
    let scene = Scene::set(vec![enough]).await?;
    let shares = scene.open("shares", "tiingo:iex", KEY)?;
    let coins = scene.open("coins", "tiingo:crypto", KEY)?;
    let refused = scene.handle.fetch(&shares, "/iex/?tickers=spy").await;
    let again = Some(Duration::from_secs(100));
    ensure!(
        matches!(&refused, Err(NotFetched::Refused { status: 429, again: told, .. }) if *told == again),
        "{refused:?}"
    );
    scene.is_spent(&coins, Duration::from_secs(100)).await?;
    // One that polls says so and waits, and sends nothing.
    scene.handle.watch(&coins, &Symbol::new("btcusd"))?;
    wait_until("the feed waits and says why", async || {
        let Some((state, why)) = scene.state(&coins) else {
            return false;
        };
        matches!(state, FeedState::Waiting { .. })
            && why.starts_with("the venue wants to be left alone by this account; it goes on in ")
    })
    .await
    .with_context(|| format!("{:?}", scene.state(&coins)))?;
    ensure!(scene.asked() == 1, "asked {}", scene.asked());
    scene.end().await?;
    Ok(())
}

#[tokio::test]
async fn what_the_venue_says_is_left_counts_for_more_than_its_papers() -> Result<()> {
    let until = SystemTime::now() + Duration::from_secs(40);
    let until = until.duration_since(UNIX_EPOCH)?.as_secs().to_string();
    let told = |left: &'static str| {
        Answer::json("{}")
            .with("X-RateLimit-Limit", "200")
            .with("X-RateLimit-Remaining", left)
            .with("X-RateLimit-Reset", until.clone())
    };
    // The last twentieth is for feeds.
    let scene = Scene::set(vec![told("22"), told("21"), told("20")]).await?;
    let feed = scene.open("shares", "alpaca:iex", "ID:SECRET")?;
    for _ in 0..3 {
        scene.handle.fetch_at_once(&feed, "/v2/stocks/snapshots").await?;
    }
    scene.is_spent(&feed, Duration::from_secs(41)).await?;
    scene.end().await?;
    Ok(())
}

#[tokio::test]
async fn a_trial_asks_what_the_account_has_left_and_no_more() -> Result<()> {
    let price = r#"[{"ticker":"SPY","tngoLast":1.5,"timestamp":"2026-11-19T15:00:00Z"}]"#;
    let scene = Scene::set(vec![Answer::json(price)]).await?;
    let shares = scene.open("shares", "tiingo:iex", KEY)?;
    scene.handle.fetch_at_once(&shares, "/iex/?tickers=spy").await?;
    let trial = Trial {
        spec: scene.spec("tried", "tiingo:iex", KEY)?,
        symbols: vec![Symbol::new("SPY")],
        patience: Duration::from_secs(5),
    };
    let found = scene.handle.try_out(&trial, |_| {}).await?;
    ensure!(found.is_good(), "{found:?}");
    let told = scene.handle.allotment(&shares).context("nothing is counted")?;
    let asked = scene.asked();
    ensure!(asked > 1, "the trial has asked nothing");
    let expected = format!("{asked} of 50 in an hour and {asked} of 1000 in a day");
    ensure!(told.asked() == expected, "{told}");
    // Where nothing is left, it says so and sends nothing.
    for number in asked..50 {
        let path = format!("/iex/?tickers=a{number}");
        scene.handle.fetch_at_once(&shares, &path).await?;
    }
    let found = scene.handle.try_out(&trial, |_| {}).await?;
    ensure!(!found.is_good() && scene.asked() == 50, "{found:?}");
    scene.end().await?;
    Ok(())
}

#[tokio::test]
async fn a_restart_keeps_the_count_and_no_key() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let kept = |folder: &std::path::Path| {
        let file = Profile::budgets_of(Some(folder));
        let (
            KeptBudgets {
                salt,
                spendings: from,
            },
            unread,
        ) = file.read();
        ensure!(unread.is_none(), "{unread:?}");
        let keep = Box::new(move |newest: &[Spending]| file.write(salt, newest));
        Ok(Budgets { salt, from, keep })
    };
    let house = House::open(Answers::of(vec![Answer::json("{}")])).await?;
    let scene = Scene::before(house, Some(kept(folder.path())?))?;
    let feed = scene.open("all", "twelvedata", KEY)?;
    // Each name is a credit, of which a minute has eight.
    for path in ["/quote?symbol=A,B,C,D,E", "/quote?symbol=F,G,H"] {
        scene.handle.fetch_at_once(&feed, path).await?;
    }
    scene.is_spent(&feed, Duration::from_secs(66)).await?;
    let house = scene.end().await?;
    let text = std::fs::read_to_string(folder.path().join("budgets.json"))?;
    ensure!(!text.contains(KEY) && !text.contains("twelve"), "{text}");

    let scene = Scene::before(house, Some(kept(folder.path())?))?;
    let feed = scene.open("all", "twelvedata", KEY)?;
    scene.is_spent(&feed, Duration::from_secs(66)).await?;
    ensure!(scene.asked() == 2, "asked {}", scene.asked());
    scene.end().await?;
    Ok(())
}

#[tokio::test]
async fn a_polled_feed_takes_its_turns_from_the_same_account() -> Result<()> {
    let shown: Arc<Mutex<Vec<String>>> = Arc::default();
    let scene = Scene::set(vec![Answer::json("[]")]).await?;
    let shares = scene.open("shares", "tiingo:iex", KEY)?;
    let coins = scene.open("coins", "tiingo:crypto", KEY)?;
    scene.handle.watch(&shares, &Symbol::new("SPY"))?;
    scene.handle.watch(&coins, &Symbol::new("btcusd"))?;
    wait_until("both have asked, and each knows of the other", async || {
        let told = [&shares, &coins].map(|feed| scene.handle.allotment(feed).map(|told| told.asked()));
        lock(&shown).extend(told.iter().flatten().cloned());
        scene.asked() >= 2
            && told
                .iter()
                .flatten()
                .all(|told| told == "2 of 50 in an hour and 2 of 1000 in a day")
    })
    .await
    .with_context(|| format!("{:?}", lock(&shown).last()))?;
    let report = scene.handle.report(&coins)?.text();
    ensure!(
        report.contains("Account      asked 2 of 50 in an hour"),
        "{report}"
    );
    scene.end().await?;
    Ok(())
}
