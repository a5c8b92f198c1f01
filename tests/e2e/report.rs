use crate::stage::Stage;
use crate::window::Window;

#[tokio::test]
async fn a_feed_tells_what_happened_and_its_report_comes_onto_the_clipboard() {
    let Some(stage) = Stage::set() else { return };
    let window = Window::open(&stage, &[]).await;
    window.until_feed("sim", &["live"]).await;
    window.click("feed-badge-sim").await;
    window.until_text("feed-history", "Live: ").await;
    window.click("copy-report").await;
    window.until_text("copy-report", "Copied").await;
    window.close().await;
}
