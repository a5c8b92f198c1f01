use tests::{Simulator, wait_until};

use crate::stage::Stage;
use crate::window::Window;

#[tokio::test]
async fn a_feed_that_goes_away_is_shown_and_comes_back_by_itself() {
    let Some(stage) = Stage::set() else { return };
    let mut simulator = Simulator::start(&stage.cli, stage.folder()).await.unwrap();
    let window = Window::open(&stage, &["--feed", &simulator.address()]).await;

    window.until_price_moves("NVX").await;
    let chart = window.chart().await;
    assert!(!chart.is_empty(), "there is no chart");
    wait_until("the chart is drawn anew", async || window.chart().await != chart)
        .await
        .unwrap();
    window.until_feed("feed", &["live"]).await;

    simulator.stop().unwrap();
    window.until_feed("feed", &["waiting", "connecting"]).await;
    window.until_freshness("NVX", &["disconnected"]).await;
    let kept = window.price("NVX").await;
    assert!(!kept.is_empty(), "the last good price stays");

    simulator.start_again().await.unwrap();
    window.until_feed("feed", &["live"]).await;
    window.until_freshness("NVX", &["live"]).await;
    window.until_price_moves("NVX").await;

    window.close().await;
    simulator.stop().unwrap();
}
