//! Several feeds of one instrument behind one row: put in order by a person, and taken when one fails.

use fantoccini::key::Key;
use tests::house::{House, Order};
use tests::venues::Coinbase;

use crate::feeds::{MATCH, no_rule_was_broken};
use crate::search::coinbase;
use crate::stage::Stage;
use crate::window::Window;

#[tokio::test]
async fn a_second_source_is_put_first_by_keyboard_and_the_row_goes_over_to_the_other_when_it_is_stopped() {
    let Some(stage) = Stage::set() else { return };
    let (near, far) = (
        House::open(Coinbase).await.unwrap(),
        House::open(Coinbase).await.unwrap(),
    );
    // Each has its own price, so that it is seen whose is shown.
    far.order(Order::Say {
        seat: "matches:SOL-USD".to_owned(),
        text: MATCH.to_owned(),
    });
    let feeds = coinbase("near", &near) + &coinbase("far", &far);
    let list = "[[lists]]\nname = 'Mine'\n[[lists.entries]]\nfeed = 'near'\nsymbol = 'SOL-USD'\n";
    stage.furnish(&feeds, list);
    let window = Window::open(&stage, &[]).await;
    window.until_text("price-SOL-USD", "37,209.00").await;

    window.press(['s']).await;
    window.click("suggested-far").await;
    window.until_text("source-far", "37210.01").await;
    window.until_source("SOL-USD", "near").await;
    window.click("prefer-far").await;
    // It is the first now, and the hand is still on it.
    window.until_focused("prefer-far-less").await;
    window.until_source("SOL-USD", "far").await;
    window.until_text("price-SOL-USD", "37,210.01").await;
    window.press([Key::Escape.into()]).await;
    window.until_gone("sources").await;

    no_rule_was_broken(&far);
    drop(far);
    window.until_source("SOL-USD", "near").await;
    window.until_text("price-SOL-USD", "37,209.00").await;
    window.press(['s']).await;
    window.until_text("sources-told", "From near since").await;
    window.until_text("sources-told", "as far is disconnected").await;
    window.until_text("source-near", "shown").await;
    no_rule_was_broken(&near);
    window.close().await;

    let window = Window::open(&stage, &[]).await;
    window.until_source("SOL-USD", "near").await;
    window.close().await;
}
