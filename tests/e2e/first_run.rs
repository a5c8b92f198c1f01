use tests::{wait_until, wait_until_some};

use crate::stage::Stage;
use crate::window::Window;

#[tokio::test]
async fn a_first_run_shows_simulated_prices_and_says_that_they_are() {
    let Some(stage) = Stage::set() else { return };
    let window = Window::open(&stage, &[]).await;
    window.until_price_moves("NVX").await;
    window.until_feed("sim", &["live"]).await;
    assert!(
        window.text("sim-badge").await.is_some(),
        "nothing says that the prices are simulated"
    );
    window.close().await;
}

#[tokio::test]
async fn a_wrong_symbol_says_so_and_a_changed_list_is_still_there_after_a_restart() {
    let Some(stage) = Stage::set() else { return };
    let window = Window::open(&stage, &[]).await;
    window.price("NVX").await;
    window.enter("add-symbol", "NO-SUCH").await;
    wait_until("the wrong symbol is refused in the venue's words", async || {
        let answer = window.text("add-symbol-error").await;
        answer.is_some_and(|answer| answer.contains("no instrument is called NO-SUCH"))
    })
    .await
    .unwrap();
    window.close().await;

    let window = Window::open(&stage, &[]).await;
    window.price("NVX").await;
    assert!(
        window.text("row-NO-SUCH").await.is_some(),
        "the list forgot what was added to it"
    );
    window.close().await;
}

#[tokio::test]
async fn a_page_that_is_loaded_again_gets_a_stream_of_its_own() {
    let Some(stage) = Stage::set() else { return };
    let window = Window::open(&stage, &[]).await;
    window.until_price_moves("NVX").await;
    window.run("window.before = true; location.reload();").await;
    wait_until("the page is a new one", async || {
        window.run("return window.before === undefined;").await == true
    })
    .await
    .unwrap();
    window.until_price_moves("NVX").await;
    window.close().await;
}

#[tokio::test]
async fn settings_that_cannot_be_read_are_kept_aside_and_told() {
    let Some(stage) = Stage::set() else { return };
    std::fs::create_dir_all(stage.profile()).unwrap();
    std::fs::write(stage.profile().join("settings.toml"), "theme = [broken").unwrap();
    let window = Window::open(&stage, &[]).await;
    let notice = wait_until_some("a notice is shown", async || window.text("notice").await)
        .await
        .unwrap();
    assert!(notice.contains("settings.broken-"), "{notice}");
    window.until_price_moves("NVX").await;
    let kept = std::fs::read_dir(stage.profile()).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("settings.broken-")
    });
    assert_eq!(kept.count(), 1);
    window.close().await;
}
