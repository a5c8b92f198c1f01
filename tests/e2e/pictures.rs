use std::path::PathBuf;

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
    std::fs::create_dir_all(&folder).unwrap();
    let take = async |window: &Window, name: &str| {
        std::fs::write(folder.join(name), window.picture().await).unwrap();
    };

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
