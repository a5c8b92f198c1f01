//! One window, and what a person would look for in it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tests::{ask_window_to_close, descendants, is_alive, wait_until, wait_until_some};

use crate::stage::Stage;

mod until;

pub(crate) struct Window {
    client: Client,
    app: u32,
    /// The app and its web processes, without the driver's own.
    processes: BTreeSet<u32>,
}

impl Window {
    pub(crate) async fn open(stage: &Stage, arguments: &[&str]) -> Self {
        let profile = stage.profile();
        let mut all = vec!["--profile", profile.to_str().unwrap()];
        all.extend(arguments);
        let wanted = json!({
            "browserName": "wry",
            "tauri:options": { "application": stage.app, "args": all },
        });
        let address = format!("http://127.0.0.1:{}", stage.driver_port);
        let Value::Object(capabilities) = wanted else {
            unreachable!("an object was written above")
        };
        let client = wait_until_some("the driver opens a window", async || {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder
                .capabilities(capabilities.clone())
                .connect(&address)
                .await
                .ok()
        })
        .await
        .unwrap();
        let app = std::fs::canonicalize(&stage.app).unwrap();
        let below = descendants(stage.driver.id());
        let root = below
            .iter()
            .find(|id| std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|program| program == app));
        let root = *root.unwrap();
        let processes = descendants(root).into_iter().chain([root]).collect();
        Self {
            client,
            app: root,
            processes,
        }
    }

    /// The text of what has this test id; `None` while it is not there. (WebDriver's own word for it
    /// leaves out what could be cut off by its place, whether it is or not.)
    pub(crate) async fn text(&self, id: &str) -> Option<String> {
        let element = self.client.find(Locator::Css(&selector(id))).await.ok()?;
        element.prop("innerText").await.ok()?
    }

    pub(crate) async fn attribute(&self, id: &str, name: &str) -> Option<String> {
        self.client
            .find(Locator::Css(&selector(id)))
            .await
            .ok()?
            .attr(name)
            .await
            .ok()?
    }

    /// Clicks on it once it is there.
    pub(crate) async fn click(&self, id: &str) {
        self.until(&format!("{id} can be clicked"), async || {
            let Ok(element) = self.client.find(Locator::Css(&selector(id))).await else {
                return false;
            };
            element.click().await.is_ok()
        })
        .await;
    }

    /// Empties a field once it is there.
    pub(crate) async fn clear(&self, id: &str) {
        self.until(&format!("{id} can be emptied"), async || {
            let Ok(field) = self.client.find(Locator::Css(&selector(id))).await else {
                return false;
            };
            // The driver takes what is below the edge of a long form for hidden.
            let into_view = "arguments[0].scrollIntoView({ block: 'center' })";
            let place = serde_json::to_value(&field).unwrap();
            let _shown = self.client.execute(into_view, vec![place]).await;
            field.clear().await.is_ok()
        })
        .await;
    }

    /// Writes a text into a field in the place of what stands there.
    pub(crate) async fn fill(&self, id: &str, text: &str) {
        self.clear(id).await;
        let field = self.client.find(Locator::Css(&selector(id))).await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Types a text and confirms it with Enter.
    pub(crate) async fn enter(&self, id: &str, text: &str) {
        let keys = format!("{text}{}", char::from(Key::Enter));
        self.client
            .find(Locator::Css(&selector(id)))
            .await
            .unwrap()
            .send_keys(&keys)
            .await
            .unwrap();
    }

    /// Presses keys one after the other, wherever the focus is.
    pub(crate) async fn press(&self, keys: impl IntoIterator<Item = char>) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for value in keys {
            actions = actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.unwrap();
    }

    /// The same while another key is held.
    pub(crate) async fn press_with(&self, held: Key, value: char) {
        let held = char::from(held);
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        self.client.perform_actions(actions).await.unwrap();
    }

    /// What is drawn on the chart, as text that differs when the picture does.
    pub(crate) async fn chart(&self) -> String {
        let script = r#"
            const chart = document.querySelector('[data-testid="chart"]');
            return [...chart.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()).join("|");
        "#;
        let drawn = self.client.execute(script, vec![]).await.unwrap();
        drawn.as_str().unwrap_or_default().to_owned()
    }

    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap()
    }

    pub(crate) async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.unwrap()
    }

    /// Closes the window as its title bar would, and waits until nothing of it runs. (WebDriver's
    /// own close ends the program without asking it.)
    pub(crate) async fn close(self) {
        let ended = count_logged(ENDED);
        ask_window_to_close(self.app).unwrap();
        until_gone(&self.processes).await;
        if let Some(ended) = ended {
            assert_eq!(
                count_logged(ENDED),
                Some(ended + 1),
                "the window went before its tasks"
            );
        }
        // The window has taken the driver's session with it.
        let _gone = self.client.close().await;
    }
}

const ENDED: &str = "everything has ended";

/// How many lines of the app's log have this in them; `None` where it is not known where the log is.
/// Every window of one desktop writes into the same log.
pub(crate) fn count_logged(what: &str) -> Option<usize> {
    let state = PathBuf::from(std::env::var_os("XDG_STATE_HOME")?);
    let files = std::fs::read_dir(state.join("app.tickwire.desktop/logs"))
        .into_iter()
        .flatten()
        .flatten();
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    Some(
        texts
            .map(|text| text.lines().filter(|line| line.contains(what)).count())
            .sum(),
    )
}

pub(crate) async fn until_gone(processes: &BTreeSet<u32>) {
    let left = || {
        processes
            .iter()
            .copied()
            .filter(|id| is_alive(*id))
            .collect::<Vec<_>>()
    };
    wait_until("no process of the app is left", async || left().is_empty())
        .await
        .unwrap();
}

fn selector(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}
