//! Waiting for what a person would see.

use std::path::PathBuf;

use fantoccini::Locator;
use tests::wait_until;

use super::{Window, selector};

impl Window {
    /// Waits until it is so. What was there instead is left as a picture for whoever looks into it.
    pub(crate) async fn until(&self, what: &str, is_so: impl AsyncFnMut() -> bool) {
        let waited = wait_until(what, is_so).await;
        if waited.is_err()
            && let Some(folder) = std::env::var_os("TICKWIRE_SCREENSHOTS").map(PathBuf::from)
        {
            std::fs::create_dir_all(&folder).unwrap();
            let name = what.replace(|letter: char| !letter.is_alphanumeric(), "-");
            std::fs::write(
                folder.join(format!("failed-{name:.80}.png")),
                self.picture().await,
            )
            .unwrap();
        }
        waited.unwrap();
    }

    /// Waits until the keys would go to what has this test id.
    pub(crate) async fn until_focused(&self, id: &str) {
        self.until(&format!("{id} has the focus"), async || {
            let Ok(focused) = self.client.active_element().await else {
                return false;
            };
            matches!(focused.attr("data-testid").await, Ok(Some(found)) if found == id)
        })
        .await;
    }

    pub(crate) async fn until_gone(&self, id: &str) {
        self.until(&format!("{id} is gone"), async || {
            self.client.find(Locator::Css(&selector(id))).await.is_err()
        })
        .await;
    }

    /// Waits until the page can be asked for everything.
    pub(crate) async fn until_open(&self) {
        self.until("the window is open", async || {
            let open = Locator::Css("[data-phase=open]");
            self.client.find(open).await.is_ok()
        })
        .await;
    }

    /// A price as it is shown, once there is one.
    pub(crate) async fn price(&self, symbol: &str) -> String {
        let mut price = String::new();
        self.until(&format!("{symbol} shows a price"), async || {
            price = self.text(&format!("price-{symbol}")).await.unwrap_or_default();
            price.chars().any(|letter| letter.is_ascii_digit())
        })
        .await;
        price
    }

    pub(crate) async fn until_price_moves(&self, symbol: &str) {
        let before = self.price(symbol).await;
        self.until(
            &format!("the price of {symbol} is no longer {before}"),
            async || {
                self.text(&format!("price-{symbol}"))
                    .await
                    .is_some_and(|now| now != before)
            },
        )
        .await;
    }

    /// Waits until a feed's badge says one of these.
    pub(crate) async fn until_feed(&self, feed: &str, states: &[&str]) {
        self.until(&format!("the badge of {feed} is one of {states:?}"), async || {
            let state = self.attribute(&format!("feed-badge-{feed}"), "data-state").await;
            state.is_some_and(|state| states.contains(&state.as_str()))
        })
        .await;
    }

    pub(crate) async fn until_text(&self, id: &str, words: &str) {
        self.until(&format!("{id} says {words}"), async || {
            self.text(id).await.is_some_and(|text| text.contains(words))
        })
        .await;
    }

    /// Waits until a row of several sources shows this one.
    pub(crate) async fn until_source(&self, symbol: &str, feed: &str) {
        self.until(&format!("{symbol} is shown from {feed}"), async || {
            let shown = self.attribute(&format!("row-{symbol}"), "data-source").await;
            shown.as_deref() == Some(feed)
        })
        .await;
    }

    pub(crate) async fn until_freshness(&self, symbol: &str, wanted: &[&str]) {
        self.until(&format!("{symbol} is one of {wanted:?}"), async || {
            let state = self.attribute(&format!("row-{symbol}"), "data-freshness").await;
            state.is_some_and(|state| wanted.contains(&state.as_str()))
        })
        .await;
    }
}
