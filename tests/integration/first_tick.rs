use engine::{Engine, EngineOptions, FeedSpec, Handle};
use market::{Freshness, RowId};
use model::{FeedId, FeedState, Secret, Source, Symbol, Timeframe};
use provider::VenueName;
use sim::Server;
use tests::wait_until;

#[tokio::test]
async fn a_tick_goes_all_the_way_to_the_market() {
    let server = start_server(0);
    let (engine, row) = watching(&server, "NVX");
    let handle = engine.handle();
    wait_until("there is a live price", async || {
        freshness(&handle, row) == Freshness::Live
    })
    .await
    .unwrap();
    let trades = || handle.read(|market| market.row(row).unwrap().ticks);
    let before = trades();
    wait_until("the price moves on", async || trades() > before + 3)
        .await
        .unwrap();
    wait_until("there are candles", async || {
        handle.read(|market| !market.series(row, Timeframe::Second).unwrap().is_empty())
    })
    .await
    .unwrap();
    engine.shut_down();
    server.stop();
}

#[tokio::test]
async fn a_price_outlives_its_connection_and_says_so() {
    let server = start_server(0);
    let port = server.address().port();
    let (engine, row) = watching(&server, "NVX");
    let handle = engine.handle();
    wait_until("there is a live price", async || {
        freshness(&handle, row) == Freshness::Live
    })
    .await
    .unwrap();

    server.stop();
    wait_until("the price is known to be cut off", async || {
        freshness(&handle, row) == Freshness::Disconnected
    })
    .await
    .unwrap();
    assert!(
        handle.read(|market| market.row(row).unwrap().last.is_some()),
        "the last good price stays"
    );
    let why = handle.read(|market| market.explain(row, handle.now())).unwrap();
    assert!(!why.is_empty());

    let server = start_server(port);
    wait_until("the price lives again", async || {
        freshness(&handle, row) == Freshness::Live
    })
    .await
    .unwrap();
    let statuses = handle.feeds().borrow().clone();
    assert_eq!(statuses.first().unwrap().drops, 1);
    engine.shut_down();
    server.stop();
}

#[tokio::test]
async fn an_unknown_symbol_is_refused_and_the_others_live() {
    let server = start_server(0);
    let (engine, good) = watching(&server, "NVX");
    let handle = engine.handle();
    let bad = handle
        .watch(&FeedId::new("sim"), &Symbol::new("NO-SUCH"))
        .unwrap();
    wait_until("the good one lives", async || {
        freshness(&handle, good) == Freshness::Live
    })
    .await
    .unwrap();
    wait_until("the bad one is refused", async || {
        handle.read(|market| {
            matches!(
                market.row(bad).unwrap().subscription,
                market::Subscription::Refused { .. }
            )
        })
    })
    .await
    .unwrap();
    engine.shut_down();
    server.stop();
}

#[tokio::test]
async fn a_wrong_token_waits_for_a_person_and_says_what_to_do() {
    let server = start_server(0);
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let spec = FeedSpec {
        token: Some(Secret::new("wrong".to_owned())),
        ..spec(&server)
    };
    handle.open_feed(&spec).unwrap();
    handle.watch(&spec.id, &Symbol::new("NVX")).unwrap();
    wait_until("the feed waits for a person", async || {
        handle
            .feeds()
            .borrow()
            .iter()
            .any(|status| matches!(status.state, FeedState::Suspended { .. }))
    })
    .await
    .unwrap();
    let why = handle.feeds().borrow().first().unwrap().why.to_string();
    assert!(why.contains("401") && why.contains("token"), "{why}");
    engine.shut_down();
    server.stop();
}

fn start_server(port: u16) -> Server {
    let token = Some("test-token".to_owned());
    Server::start(sim::Options {
        port,
        token,
        ..sim::Options::default()
    })
    .unwrap()
}

fn spec(server: &Server) -> FeedSpec {
    let token = Some(Secret::new(server.token().to_owned()));
    let endpoint = server.url().parse().unwrap();
    FeedSpec {
        source: Source::Simulated,
        ..FeedSpec::new(FeedId::new("sim"), VenueName::SIM, endpoint, token)
    }
}

fn watching(server: &Server, symbol: &str) -> (Engine, RowId) {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let spec = spec(server);
    engine.handle().open_feed(&spec).unwrap();
    let row = engine.handle().watch(&spec.id, &Symbol::new(symbol)).unwrap();
    (engine, row)
}

fn freshness(handle: &Handle, row: RowId) -> Freshness {
    handle.read(|market| market.row(row).unwrap().freshness)
}
