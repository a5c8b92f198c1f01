//! What a person may mean by some letters: looked for, chosen and watched without a pointer.

use fantoccini::key::Key;
use tests::house::House;
use tests::venues::Coinbase;

use crate::feeds::no_rule_was_broken;
use crate::stage::Stage;
use crate::window::Window;

#[tokio::test]
async fn what_is_well_known_and_what_only_a_venue_knows_are_found_by_keyboard_and_get_their_prices() {
    let Some(stage) = Stage::set() else { return };
    let house = House::open(Coinbase).await.unwrap();
    stage.furnish(&coinbase("coinbase", &house), "");
    let window = Window::open(&stage, &[]).await;
    window.until_feed("coinbase", &["idle", "live"]).await;

    window.press(['+']).await;
    window.until_focused("add-symbol").await;
    // Its name is in the bundled list, and nowhere at the venue.
    window.press("solana".chars()).await;
    window.until_text("hit-coinbase-SOL-USD", "Solana").await;
    window.press([Key::Down.into(), Key::Enter.into()]).await;
    window.until_text("price-SOL-USD", "37,209.00").await;
    window.until_gone("symbol-hits").await;

    window.until_focused("add-symbol").await;
    // Nobody but the venue has this one.
    window.press("whelk".chars()).await;
    window.until_text("hit-coinbase-WHELK-USD", "USD").await;
    window.press([Key::Down.into(), Key::Enter.into()]).await;
    window.until_text("price-WHELK-USD", "37,209.00").await;

    // What nobody has can be had as it is typed, and its venue says no.
    window.press("zzz-usd".chars()).await;
    window
        .until("nothing is found", async || {
            let hits = window.text("symbol-hits-end").await;
            hits.is_some_and(|text| text.contains("Nothing is found for “ZZZ-USD”"))
        })
        .await;
    window.press([Key::Escape.into()]).await;
    window.until_gone("symbol-hits").await;
    window.press([Key::Enter.into()]).await;
    window
        .until_text("add-symbol-error", "ZZZ-USD is not a valid product")
        .await;
    no_rule_was_broken(&house);
    window.close().await;
}

/// A feed of Coinbase, which is in the house.
pub(crate) fn coinbase(id: &str, house: &House) -> String {
    let port = house.address.port();
    format!(
        "[[feeds]]\nid = '{id}'\nkind = 'coinbase'\nurl = 'ws://127.0.0.1:{port}/'\n\
         rest = 'http://127.0.0.1:{port}'\n"
    )
}
