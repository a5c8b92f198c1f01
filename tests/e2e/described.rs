//! A venue that nobody has listed, described by a person in the form.

use anyhow::Result;
use fantoccini::key::Key;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;
use tests::house::{Answer, Client, Head, House, Venue};

use crate::feeds::no_rule_was_broken;
use crate::stage::Stage;
use crate::window::Window;

/// A little exchange with messages of its own making.
struct Corner;

impl Venue for Corner {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        match head.place() {
            "/prices" => Ok(()),
            _ => Err(Answer::status(404)),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            loop {
                let said = client.hear_json().await?;
                let name = said["sym"].as_str().unwrap_or_default().to_owned();
                client.must(said["op"] == "sub", "it subscribes", &said.to_string())?;
                client.seat(&name);
                let trade = json!({"t": "deal", "s": name, "p": "12.34", "q": 5});
                client.say(trade.to_string()).await?;
            }
        }
        .boxed()
    }
}

#[tokio::test]
async fn a_venue_is_described_in_the_form_tried_on_a_sample_and_shows_its_price() {
    let Some(stage) = Stage::set() else { return };
    let house = House::open(Corner).await.unwrap();
    let port = house.address.port();
    stage.furnish("", "");
    let window = Window::open(&stage, &[]).await;
    window.click("open-feeds").await;
    window.click("listing-custom").await;
    window
        .fill("feed-url", &format!("ws://127.0.0.1:{port}/prices"))
        .await;
    window.fill("feed-id", "corner").await;
    window.fill("feed-custom.title", "The corner").await;
    window
        .fill("feed-custom.subscribe", r#"{"op":"sub","sym":"{symbol}"}"#)
        .await;
    window.fill("feed-custom.messages.0.symbol", "/s").await;
    // A pointer that is none is said in its field.
    window.fill("feed-custom.messages.0.price", "p").await;
    window
        .until_text("fault-custom.messages.0.price", "pointer")
        .await;
    window.fill("feed-custom.messages.0.price", "/p").await;
    window.fill("feed-custom.messages.0.size", "/q").await;
    window.until_gone("fault-custom.messages.0.price").await;

    window
        .fill("custom-sample", r#"{"t":"deal","s":"WHELK","p":"12.34","q":5}"#)
        .await;
    for found in ["A trade", "WHELK", "/p", "12.34"] {
        window.until_text("custom-preview", found).await;
    }

    window.click("feed-save").await;
    window.until_feed("corner", &["idle", "live"]).await;
    window.click("feed-symbols").await;
    window.until_focused("add-symbol").await;
    window.press("whelk".chars().chain([Key::Enter.into()])).await;
    window.until_text("price-WHELK", "12.34").await;
    no_rule_was_broken(&house);
    window.close().await;

    let window = Window::open(&stage, &[]).await;
    window.until_text("price-WHELK", "12.34").await;
    window.close().await;
}
