use std::path::PathBuf;

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
    let window = Window::open(&stage, &[]).await;
    for _ in 0..12 {
        window.until_price_moves("NVX").await;
    }
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("window.png"), window.picture().await).unwrap();
    window.close().await;
}
