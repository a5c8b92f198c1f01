use std::path::PathBuf;

use tests::house::House;
use tests::venues::Coinbase;
use tests::{Simulator, wait_until};

use crate::stage::Stage;
use crate::window::Window;

/// `cargo xtask screenshots` names the folder; a plain run takes no pictures,
/// and nothing about the app is left untested by that.
#[tokio::test]
async fn takes_the_pictures_that_were_asked_for() {
    let Some(folder) = std::env::var_os("TICKWIRE_SCREENSHOTS").map(PathBuf::from) else {
        return;
    };
    let Some(stage) = Stage::set() else { return };
    let take = camera(folder);

    let window = Window::open(&stage, &[]).await;
    for _ in 0..12 {
        window.until_price_moves("NVX").await;
    }
    take(&window, "window.png").await;
    window.enter("add-symbol", "NO-SUCH").await;
    wait_until("the refusal is shown", async || {
        window.text("add-symbol-error").await.is_some()
    })
    .await
    .unwrap();
    take(&window, "refused.png").await;
    window.click("sim-badge").await;
    window.click("drill-mute").await;
    window.until_freshness("NVX", &["quiet", "stale"]).await;
    take(&window, "drill.png").await;
    window
        .run("document.documentElement.dataset.theme = 'dark';")
        .await;
    take(&window, "drill-dark.png").await;
    window.close().await;

    let mut simulator = Simulator::start(&stage.cli, stage.folder()).await.unwrap();
    let window = Window::open(&stage, &["--feed", &simulator.address()]).await;
    window.until_price_moves("NVX").await;
    simulator.stop().unwrap();
    window.until_freshness("NVX", &["disconnected"]).await;
    take(&window, "feed-lost.png").await;
    window.click("feed-badge-feed").await;
    window.until_text("feed-history", "Live: ").await;
    take(&window, "feed-story.png").await;
    window
        .run("document.documentElement.dataset.theme = 'dark';")
        .await;
    take(&window, "feed-story-dark.png").await;
    window.close().await;
}

#[tokio::test]
async fn takes_the_pictures_of_the_place_for_feeds() {
    let Some(folder) = std::env::var_os("TICKWIRE_SCREENSHOTS").map(PathBuf::from) else {
        return;
    };
    let Some(stage) = Stage::set() else { return };
    let take = camera(folder);
    let house = House::open(Coinbase).await.unwrap();

    let window = Window::open(&stage, &[]).await;
    window.price("NVX").await;
    window.click("open-feeds").await;
    window.click("add-feed").await;
    window.click("listing-finnhub").await;
    window.click("feed-advanced").await;
    take(&window, "feeds-form.png").await;
    window.click("feeds-close").await;
    window.add_feed("coinbase", &house, None).await;
    window.click("feeds-close").await;
    window.choose_feed("coinbase").await;
    window.enter("add-symbol", "SOL-USD").await;
    window.until_feed("coinbase", &["live"]).await;
    window.price("SOL-USD").await;
    take(&window, "feeds-row.png").await;
    window.click("open-feeds").await;
    window.click("feed-edit-coinbase").await;
    window.click("feed-tab-test").await;
    window.click("trial-run").await;
    wait_until("the trial has come to a price", async || {
        let state = window.attribute("trial-step-first_data", "data-state").await;
        state.is_some_and(|state| ["good", "quiet", "failed"].contains(&state.as_str()))
    })
    .await
    .unwrap();
    take(&window, "feeds-test.png").await;
    window.click("feed-tab-log").await;
    wait_until("something is told of the feed", async || {
        window
            .text("log-entries")
            .await
            .is_some_and(|text| !text.is_empty())
    })
    .await
    .unwrap();
    take(&window, "feeds-log.png").await;
    window.click("feed-tab-wire").await;
    wait_until("a frame is seen", async || {
        window
            .text("wire-frames")
            .await
            .is_some_and(|text| !text.is_empty())
    })
    .await
    .unwrap();
    take(&window, "feeds-wire.png").await;
    window
        .run("document.documentElement.dataset.theme = 'dark';")
        .await;
    take(&window, "feeds-wire-dark.png").await;
    window.close().await;
}

/// Writes what a window shows under a name.
fn camera(folder: PathBuf) -> impl AsyncFn(&Window, &str) {
    std::fs::create_dir_all(&folder).unwrap();
    async move |window: &Window, name: &str| {
        std::fs::write(folder.join(name), window.picture().await).unwrap();
    }
}
