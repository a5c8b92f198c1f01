use tests::{wait_until, wait_until_some};

use crate::stage::Stage;
use crate::window::Window;

#[tokio::test]
async fn a_drill_is_started_and_stopped_in_the_window_and_the_app_copes() {
    let Some(stage) = Stage::set() else { return };
    let window = Window::open(&stage, &[]).await;
    window.until_price_moves("NVX").await;
    window.click("sim-badge").await;
    window.click("drill-mute").await;
    window
        .until_text("drill-running", "turns quiet instead of staying green")
        .await;
    window
        .until_text("sim-badge", "drill: Connected and silent")
        .await;
    window.until_freshness("NVX", &["quiet", "stale"]).await;
    window.until_feed("sim", &["live"]).await;

    window.click("drill-stop").await;
    window.until_text("sim-badge", "simulated prices").await;
    window.until_freshness("NVX", &["live"]).await;
    window.until_price_moves("NVX").await;
    window.close().await;
}

#[tokio::test]
async fn another_market_is_opened_from_the_menu_and_kept_in_the_settings() {
    let Some(stage) = Stage::set() else { return };
    let window = Window::open(&stage, &[]).await;
    window.until_price_moves("NVX").await;
    window.click("sim-badge").await;
    wait_until("the market is shown", async || {
        window.text("market-apply").await.is_some()
    })
    .await
    .unwrap();
    window.clear("market-seed").await;
    window.enter("market-seed", "77").await;
    let settings = wait_until_some("the choice is in the settings", async || {
        let text = std::fs::read_to_string(stage.profile().join("settings.toml")).ok()?;
        text.contains("seed = 77").then_some(text)
    })
    .await
    .unwrap();
    assert!(settings.contains("mood = \"normal\""), "{settings}");
    window.until_price_moves("NVX").await;
    window.until_feed("sim", &["live"]).await;
    assert!(window.text("simulator").await.is_some(), "the menu stays open");
    window.close().await;
}

#[tokio::test]
async fn two_simulated_feeds_show_prices_side_by_side_and_a_drill_concerns_one() {
    let Some(stage) = Stage::set() else { return };
    let feeds = "[[feeds]]\nid = 'calm'\nkind = 'sim'\nmood = 'calm'\n\
                    [[feeds]]\nid = 'storm'\nkind = 'sim'\nseed = 7\nmood = 'wild'\nrate = 300\n";
    let lists = "[[lists]]\nname = 'Both'\n\
                 [[lists.entries]]\nfeed = 'calm'\nsymbol = 'NVX'\n\
                 [[lists.entries]]\nfeed = 'storm'\nsymbol = 'BTC-USD'\n";
    stage.furnish(feeds, lists);
    let window = Window::open(&stage, &[]).await;
    window.until_price_moves("NVX").await;
    window.until_price_moves("BTC-USD").await;
    for feed in ["calm", "storm"] {
        window.until_feed(feed, &["live"]).await;
    }
    window.click("sim-badge").await;
    window.click("drill-mute").await;
    wait_until("the badge of calm names its drill", async || {
        let drill = window.attribute("feed-badge-calm", "data-drill").await;
        drill.as_deref() == Some("mute")
    })
    .await
    .unwrap();
    assert_eq!(window.attribute("feed-badge-storm", "data-drill").await, None);
    window.until_freshness("NVX", &["quiet", "stale"]).await;
    window.until_freshness("BTC-USD", &["live"]).await;
    window.until_price_moves("BTC-USD").await;
    window.close().await;
}
