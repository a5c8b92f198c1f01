//! A halt of the simulated venue, as a person sees it.

use chrono::TimeDelta;
use engine::{Engine, EngineOptions, FeedSpec};
use market::Freshness;
use model::{FeedId, Secret, Source, Symbol, TransportKind};
use provider::VenueName;
use sim::{Halt, Options, Scenario, Server};
use tests::wait_until;

#[tokio::test]
async fn a_halted_symbol_shows_that_it_is_halted_and_why_on_every_transport() {
    let server = Server::start(Options::of(halting())).unwrap();
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let rows = TransportKind::ALL.map(|transport| {
        let id = FeedId::new(&transport.to_string());
        let url = server.url().parse().unwrap();
        let token = Some(Secret::new(server.token().to_owned()));
        let spec = FeedSpec {
            transports: vec![transport],
            ..FeedSpec::new(id.clone(), VenueName::SIM, url, token)
        };
        handle.open_feed(&spec).unwrap();
        let halted = handle.watch(&id, &Symbol::new("NVX")).unwrap();
        let open = handle.watch(&id, &Symbol::new("BTC-USD")).unwrap();
        (transport, halted, open)
    });
    for (transport, halted, open) in rows {
        let freshness = |row| handle.read(|market| market.row(row).unwrap().freshness);
        wait_until("the halt is seen", async || {
            freshness(halted) == Freshness::Halted
        })
        .await
        .unwrap();
        wait_until("the other trades", async || freshness(open) == Freshness::Live)
            .await
            .unwrap();
        let why = handle
            .read(|market| market.explain(halted, handle.now()))
            .unwrap();
        assert!(why.starts_with("halted by the venue"), "{transport}: {why}");
        // Whoever came after the status knows that it is halted and not why.
        if transport == TransportKind::WebSocket {
            assert!(why.contains("UTC: news pending; connection alive"), "{why}");
        }
        handle.read(|market| {
            let row = market.row(halted).unwrap();
            assert!(row.last.is_some() && row.transport == Some(transport));
            assert_eq!(row.source, Source::Simulated, "the venue itself has said so");
        });
    }
    engine.shut_down();
    server.stop();
}

/// NVX is halted some seconds after the start, and for longer than the test takes.
fn halting() -> Scenario {
    let mut scenario = Scenario::named("halted", chrono::Utc::now()).unwrap();
    scenario.news.clear();
    scenario.speed = "10".parse().unwrap();
    scenario.halts = vec![Halt {
        after: TimeDelta::minutes(1),
        symbol: "NVX".to_owned(),
        lasts: TimeDelta::hours(1),
        reason: "news pending".to_owned(),
    }];
    scenario
}
