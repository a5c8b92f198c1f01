//! Feeds as a person configures them: added, given a key, found again, removed and brought back.

use model::FeedId;
use profile::{KeyringError, Secrets};
use tests::house::{House, Order};
use tests::venues::{Coinbase, FINNHUB_KEY, Finnhub};
use tests::{not_run, wait_until};

use crate::stage::Stage;
use crate::window::Window;

pub(crate) const WRONG_KEY: &str = "c1wrong0secret0finnhub0key";

#[tokio::test]
async fn coinbase_is_added_by_a_person_and_shows_its_prices() {
    let Some(stage) = Stage::set() else { return };
    let house = House::open(Coinbase).await.unwrap();
    let window = Window::open(&stage, &[]).await;
    window.price("NVX").await;
    window.add_feed("coinbase", &house, None).await;
    window.click("feeds-close").await;
    window.choose_feed("coinbase").await;
    window.enter("add-symbol", "SOL-USD").await;
    window.until_feed("coinbase", &["live"]).await;
    // What was so before anybody came. (The simulator has nothing of this name.)
    window.until_text("price-SOL-USD", "37,209.00").await;
    say(&house, "matches:SOL-USD", MATCH).await;
    window.until_text("price-SOL-USD", "37,210.01").await;
    window.until_freshness("SOL-USD", &["live"]).await;
    no_rule_was_broken(&house);
    window.close().await;
}

#[tokio::test]
async fn a_wrong_key_says_so_and_the_right_one_brings_prices_that_are_there_again_after_a_restart() {
    let Some(stage) = Stage::set() else { return };
    let Some(keyring) = keyring() else { return };
    let finnhub = FeedId::new("finnhub");
    let house = House::open(Finnhub).await.unwrap();

    let window = Window::open(&stage, &[]).await;
    window.price("NVX").await;
    window.add_feed("finnhub", &house, Some(WRONG_KEY)).await;
    window.click("feeds-close").await;
    window.choose_feed("finnhub").await;
    window.enter("add-symbol", "AAPL").await;
    window.until_feed("finnhub", &["suspended"]).await;
    window.click("open-feeds").await;
    window.until_text("feed-problem-finnhub", "key").await;

    window.click("feed-edit-finnhub").await;
    window.enter("feed-key", FINNHUB_KEY).await;
    window.until_feed("finnhub", &["live"]).await;
    say(&house, "AAPL", TRADE).await;
    window.until_text("price-AAPL", "129.58").await;
    window.close().await;
    assert_eq!(keyring.get(&finnhub).unwrap().reveal(), FINNHUB_KEY);
    let settings = std::fs::read_to_string(stage.profile().join("settings.toml")).unwrap();
    assert!(
        settings.contains("finnhub") && !settings.contains("secret0finnhub"),
        "{settings}"
    );

    let window = Window::open(&stage, &[]).await;
    window.until_feed("finnhub", &["live"]).await;
    say(&house, "AAPL", TRADE).await;
    window.until_text("price-AAPL", "129.58").await;

    // At another host, be it the same one by another name, its key is nobody's business.
    let port = house.address.port();
    window.click("open-feeds").await;
    window.click("feed-edit-finnhub").await;
    window.fill("feed-url", &format!("ws://localhost:{port}/")).await;
    window
        .fill("feed-rest", &format!("http://localhost:{port}"))
        .await;
    window
        .until_text("leaves-key", "It is not sent to localhost")
        .await;
    window.click("feed-save").await;
    window.until_text("feed-problem-finnhub", "wants a key").await;
    assert!(matches!(keyring.get(&finnhub), Err(KeyringError::NothingStored)));

    window.enter("feed-key", FINNHUB_KEY).await;
    window.until_feed("finnhub", &["live"]).await;
    window.click("feed-forget-key").await;
    wait_until("the key is gone from the keyring", async || {
        matches!(keyring.get(&finnhub), Err(KeyringError::NothingStored))
    })
    .await
    .unwrap();
    window.close().await;
}

#[tokio::test]
async fn a_feed_that_was_removed_comes_back_as_it_was() {
    let Some(stage) = Stage::set() else { return };
    let house = House::open(Coinbase).await.unwrap();
    let window = Window::open(&stage, &[]).await;
    window.price("NVX").await;
    window.add_feed("coinbase", &house, None).await;
    window.click("feeds-close").await;
    window.choose_feed("coinbase").await;
    window.enter("add-symbol", "SOL-USD").await;
    window.until_text("price-SOL-USD", "37,209.00").await;

    window.click("open-feeds").await;
    window.click("feed-remove-coinbase").await;
    wait_until("its row has gone", async || {
        window.text("row-SOL-USD").await.is_none()
    })
    .await
    .unwrap();
    window.click("feed-undo").await;
    window.until_feed("coinbase", &["live"]).await;
    window.click("feeds-close").await;
    window.until_text("price-SOL-USD", "37,209.00").await;
    window.close().await;

    let window = Window::open(&stage, &[]).await;
    window.until_text("price-SOL-USD", "37,209.00").await;
    no_rule_was_broken(&house);
    window.close().await;
}

pub(crate) const MATCH: &str = r#"{"type":"match","trade_id":280232,"maker_order_id":"a","taker_order_id":"b","side":"sell","size":"1","price":"37210.01","product_id":"SOL-USD","sequence":177100030,"time":"2026-11-20T10:00:00.000001Z"}"#;

const TRADE: &str =
    r#"{"type":"trade","data":[{"c":["1"],"p":129.58,"s":"AAPL","t":1763650800666,"v":100}]}"#;

impl Window {
    /// Adds a feed of this venue, which is in the house.
    pub(crate) async fn add_feed(&self, venue: &str, house: &House, key: Option<&str>) {
        let port = house.address.port();
        self.click("open-feeds").await;
        self.click("add-feed").await;
        self.click(&format!("listing-{venue}")).await;
        if let Some(key) = key {
            self.fill("feed-key", key).await;
        }
        self.click("feed-advanced").await;
        self.fill("feed-url", &format!("ws://127.0.0.1:{port}/")).await;
        self.fill("feed-rest", &format!("http://127.0.0.1:{port}")).await;
        self.click("feed-save").await;
        self.until_feed(venue, &["idle", "connecting", "subscribing", "live", "suspended"])
            .await;
    }

    /// New symbols are for this feed.
    pub(crate) async fn choose_feed(&self, feed: &str) {
        let script = format!(
            r#"const select = document.querySelector('[data-testid="add-symbol-feed"]');
            select.value = "{feed}";
            select.dispatchEvent(new Event("change", {{ bubbles: true }}));"#
        );
        self.run(&script).await;
    }
}

/// Says it once somebody listens.
pub(crate) async fn say(house: &House, seat: &str, text: &str) {
    wait_until(&format!("somebody listens to {seat}"), async || {
        house.seated(seat) > 0
    })
    .await
    .unwrap();
    house.order(Order::Say {
        seat: seat.to_owned(),
        text: text.to_owned(),
    });
}

pub(crate) fn no_rule_was_broken(house: &House) {
    assert!(house.ledger().wrong.is_empty(), "{:?}", house.ledger().wrong);
}

/// `None`, said aloud, where no keyring runs.
fn keyring() -> Option<Secrets> {
    let secrets = Secrets::open().unwrap();
    match secrets.get(&FeedId::new("nobody")) {
        Ok(_) | Err(KeyringError::NothingStored) => Some(secrets),
        Err(error) => {
            not_run(&format!("keys were not tested: {error}"));
            None
        }
    }
}
