//! A feed looked at from near: tried step by step, its log, and what goes over its wire.

use fantoccini::key::Key;
use tests::house::{House, Order};
use tests::venues::{Coinbase, Finnhub};

use crate::feeds::{MATCH, WRONG_KEY, no_rule_was_broken, say};
use crate::search::coinbase;
use crate::stage::Stage;
use crate::window::Window;

#[tokio::test]
async fn a_feed_is_tried_its_log_counts_and_tells_the_close_and_its_frames_are_seen() {
    let Some(stage) = Stage::set() else { return };
    let house = House::open(Coinbase).await.unwrap();
    let list = "[[lists]]\nname = 'Mine'\n[[lists.entries]]\nfeed = 'coinbase'\nsymbol = 'SOL-USD'\n";
    stage.furnish(&coinbase("coinbase", &house), list);
    let window = Window::open(&stage, &[]).await;
    window.until_text("price-SOL-USD", "37,209.00").await;
    window.click("open-feeds").await;
    window.click("feed-edit-coinbase").await;

    window.click("feed-tab-test").await;
    window.click("trial-run").await;
    window.until_text("trial-sum", "All is well").await;
    for step in ["tcp", "upgrade", "subscribe", "first_data"] {
        window.until_step(step, "good").await;
        window.until_text(&format!("trial-step-{step}"), "ms").await;
    }
    for step in ["proxy", "tls", "login"] {
        window.until_step(step, "not_needed").await;
    }

    window.click("feed-tab-wire").await;
    // Whoever looks later is told the handshake all the same.
    window.until_text("wire-frames", "GET / HTTP/1.1").await;
    say(&house, "matches:SOL-USD", MATCH).await;
    window
        .until_text("wire-frames", r#"{"type":"match","trade_id":280232"#)
        .await;

    window.click("feed-tab-log").await;
    window.until_text("log-entries", "first price").await;
    window.until_text("log-entries", "messages, ").await;
    house.order(Order::Close {
        code: Some(1001),
        reason: "maintenance",
    });
    window.until_text("log-entries", "code 1001: maintenance").await;
    window
        .until("it was opened again", async || {
            let log = window.text("log-entries").await.unwrap_or_default();
            log.matches("opened").count() >= 2
        })
        .await;
    no_rule_was_broken(&house);
    window.close().await;
}

#[tokio::test]
async fn a_feed_that_is_not_saved_is_tried_with_a_key_that_is_refused_and_says_what_to_do() {
    let Some(stage) = Stage::set() else { return };
    let house = House::open(Finnhub).await.unwrap();
    let port = house.address.port();
    stage.furnish("", "");
    let window = Window::open(&stage, &[]).await;
    window.until_open().await;
    window.press_with(Key::Control, '.').await;
    window.click("listing-finnhub").await;
    window.fill("feed-key", WRONG_KEY).await;
    window.click("feed-advanced").await;
    window.fill("feed-url", &format!("ws://127.0.0.1:{port}/")).await;
    window
        .fill("feed-rest", &format!("http://127.0.0.1:{port}"))
        .await;
    window.click("feed-tab-test").await;
    window.click("trial-run").await;
    window.until_text("trial-sum", "It does not work yet").await;
    window.until_step("tcp", "good").await;
    window.until_step("upgrade", "failed").await;
    window.until_step("first_data", "not_reached").await;
    window.until_text("trial-step-upgrade", "key").await;
    window.close().await;
}

impl Window {
    /// Waits until a step of the test is so.
    async fn until_step(&self, step: &str, state: &str) {
        let id = format!("trial-step-{step}");
        self.until(&format!("{step} is {state}"), async || {
            self.attribute(&id, "data-state").await.as_deref() == Some(state)
        })
        .await;
    }
}
