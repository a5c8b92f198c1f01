//! One row with two sources, each a simulated venue: one stands in for the other.

use std::collections::BTreeMap;

use engine::{Engine, EngineOptions, FeedSpec, Handle, Observer};
use feed::Update;
use market::{Candidate, Lack, RowId};
use model::{FeedId, Secret, Symbol, SymbolKey, Tick, Timeframe, TransportKind};
use provider::VenueName;
use sim::{FaultWords, Options, Server};
use tests::wait_until;
use tokio::time::Instant;

const SYMBOL: &str = "NVX";

/// The engine with two feeds, and the row that prefers the first.
struct Two {
    engine: Engine,
    handle: Handle,
    observer: Observer,
    row: RowId,
    /// Trades that came, of each source.
    sent: BTreeMap<SymbolKey, u32>,
    /// What was shown and why, each time that it was another than before.
    told: Vec<(String, Option<Lack>)>,
}

impl Two {
    async fn open(servers: [&Server; 2]) -> Self {
        let engine = Engine::start(EngineOptions::default()).unwrap();
        let handle = engine.handle();
        let observer = handle.observe(1 << 20);
        let candidates = ["first", "second"].map(|feed| Candidate {
            feed: FeedId::new(feed),
            symbol: Symbol::new(SYMBOL),
        });
        let row = handle.prefer(&candidates);
        for (candidate, server) in candidates.iter().zip(servers) {
            open(&handle, &candidate.feed, server);
        }
        let mut two = Self {
            engine,
            handle,
            observer,
            row,
            sent: BTreeMap::new(),
            told: Vec::new(),
        };
        two.shows("first", None).await;
        wait_until("both have prices", async || {
            two.handle.read(|market| {
                let preference = market.preference(row).unwrap();
                let rows = preference.candidates().filter_map(|(_, row)| market.row(row?));
                rows.filter(|row| row.ticks > 20).count() == 2
            })
        })
        .await
        .unwrap();
        two
    }

    fn look(&mut self) -> (String, Option<Lack>) {
        let shown = self.handle.read(|market| {
            let shown = market.shown(self.row).unwrap();
            let source = shown.row.map_or_else(String::new, |row| row.feed.to_string());
            (source, shown.preference.because())
        });
        if self.told.last() != Some(&shown) {
            self.told.push(shown.clone());
        }
        shown
    }

    async fn shows(&mut self, feed: &str, because: Option<Lack>) {
        let expected = (feed.to_owned(), because);
        wait_until("the source is shown", async || self.look() == expected)
            .await
            .unwrap();
    }

    /// Every trade of the source that is shown stands in the candles of the row, once, and
    /// no other does.
    fn is_not_mixed(&mut self) {
        let (source, counted) = self.handle.read(|market| {
            let row = market.row(self.row).unwrap();
            let candles = row.series(Timeframe::Minute).candles();
            let counted: u32 = candles.map(|marked| marked.candle.trades).sum();
            (SymbolKey(row.id.0), counted)
        });
        while let Some(seen) = self.observer.next_now() {
            if let Update::Tick {
                key,
                tick: Tick::Trade(_),
                ..
            } = seen.update
            {
                *self.sent.entry(key).or_default() += 1;
            }
        }
        let sent = self.sent[&source];
        // Some may have come between the two looks.
        assert!(counted > 0 && counted <= sent, "{counted} of {sent}");
        assert_eq!(self.observer.missed(), 0);
    }
}

fn open(handle: &Handle, feed: &FeedId, server: &Server) {
    let token = Some(Secret::new(server.token().to_owned()));
    let spec = FeedSpec {
        transports: vec![TransportKind::WebSocket],
        ..FeedSpec::new(feed.clone(), VenueName::SIM, server.url().parse().unwrap(), token)
    };
    handle.open_feed(&spec).unwrap();
}

fn venue() -> Server {
    Server::start(Options::default().at_rate(300)).unwrap()
}

#[tokio::test]
async fn a_row_goes_over_to_its_second_source_when_the_first_is_gone_and_comes_back() {
    let (first, second) = (venue(), venue());
    let (port, token) = (
        first.url().parse::<url::Url>().unwrap().port(),
        first.token().to_owned(),
    );
    let mut two = Two::open([&first, &second]).await;
    two.is_not_mixed();

    first.stop();
    two.shows("second", Some(Lack::Disconnected)).await;
    two.is_not_mixed();

    let again = Server::start(Options {
        port: port.unwrap(),
        token: Some(token),
        ..Options::default().at_rate(300)
    })
    .unwrap();
    let back = Instant::now();
    two.shows("first", None).await;
    assert!(
        back.elapsed().as_secs() >= 29,
        "it was good for half a minute first"
    );
    two.is_not_mixed();
    let told: Vec<_> = two.told.iter().map(|(feed, _)| feed.as_str()).collect();
    assert_eq!(told, ["first", "second", "first"], "nothing flapped");
    two.engine.shut_down();
    again.stop();
    second.stop();
}

#[tokio::test]
async fn a_row_goes_over_when_its_first_source_falls_silent() {
    let (first, second) = (venue(), venue());
    let mut two = Two::open([&first, &second]).await;
    let words = FaultWords {
        fault: "mute".to_owned(),
        ..FaultWords::default()
    };
    first.begin(&words.read().unwrap());
    two.shows("second", Some(Lack::Stale)).await;
    two.is_not_mixed();
    let told: Vec<_> = two.told.iter().map(|(feed, _)| feed.as_str()).collect();
    assert_eq!(told, ["first", "second"], "nothing flapped");
    two.engine.shut_down();
    first.stop();
    second.stop();
}
