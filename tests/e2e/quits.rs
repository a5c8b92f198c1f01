use std::process::Command;

use tests::{Running, descendants, is_alive, not_run, wait_until, wait_until_some};

use crate::stage::Stage;
use crate::window::{Window, count_logged, until_gone};

#[tokio::test]
async fn a_signal_from_the_terminal_ends_everything() {
    let Some(stage) = Stage::set() else { return };
    for signal in ["-INT", "-TERM"] {
        let output = stage.folder().join("app.log");
        let profile = stage.profile();
        let app = Running::start(&stage.app, ["--profile".as_ref(), profile.as_os_str()], &output).unwrap();
        let id = app.id();
        let processes = wait_until_some("the window's own processes run", async || {
            let below = descendants(id);
            (below.len() >= 2).then(|| below.into_iter().chain([id]).collect())
        })
        .await
        .unwrap();
        assert!(
            Command::new("kill")
                .args([signal, &id.to_string()])
                .status()
                .unwrap()
                .success()
        );
        app.wait().unwrap();
        until_gone(&processes).await;
    }
}

#[tokio::test]
async fn a_second_start_leaves_the_window_to_the_first() {
    let Some(stage) = Stage::set() else { return };
    if std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() {
        not_run("a second start was not tested: there is no session bus to find the first one by");
        return;
    }
    let window = Window::open(&stage, &[]).await;
    window.price("NVX").await;
    let profile = stage.profile();
    let output = stage.folder().join("second.log");
    let second = Running::start(&stage.app, ["--profile".as_ref(), profile.as_os_str()], &output).unwrap();
    second.wait().unwrap();
    window.until_price_moves("NVX").await;
    window.close().await;
}

#[tokio::test]
async fn without_a_screen_it_says_so_in_one_sentence() {
    let Some(stage) = Stage::set() else { return };
    let output = Command::new(&stage.app)
        .arg("--profile")
        .arg(stage.profile())
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[tokio::test]
async fn a_page_that_crashes_gets_a_new_stream_while_the_feeds_stay_up() {
    let Some(stage) = Stage::set() else { return };
    let (Some(streams), Some(connections)) = (count_logged(STREAM_OPENED), count_logged(CONNECTED)) else {
        not_run("a crashed page was not tested: without XDG_STATE_HOME it is not known where the log is");
        return;
    };
    let output = stage.folder().join("app.log");
    let profile = stage.profile();
    let app = Running::start(&stage.app, ["--profile".as_ref(), profile.as_os_str()], &output).unwrap();
    wait_until("the page has its first stream", async || {
        count_logged(STREAM_OPENED) == Some(streams + 1)
    })
    .await
    .unwrap();

    let page = page_process(app.id()).unwrap();
    assert!(
        Command::new("kill")
            .args(["-KILL", &page.to_string()])
            .status()
            .unwrap()
            .success()
    );
    wait_until("the page has its second stream", async || {
        count_logged(STREAM_OPENED) == Some(streams + 2)
    })
    .await
    .unwrap();
    assert_ne!(page_process(app.id()), Some(page));
    assert_eq!(
        count_logged(CONNECTED),
        Some(connections + 1),
        "the feed went with the page"
    );
    app.stop().unwrap();
}

const STREAM_OPENED: &str = "a page has opened its stream";
const CONNECTED: &str = "attempt{feed=sim line=";

fn page_process(app: u32) -> Option<u32> {
    descendants(app)
        .into_iter()
        .filter(|id| is_alive(*id))
        .find(|id| {
            std::fs::read_to_string(format!("/proc/{id}/comm"))
                .is_ok_and(|name| name.starts_with("WebKitWebProces"))
        })
}
