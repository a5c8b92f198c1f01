//! Prepares what the shell is compiled with: the page, the commit and the window's permissions.

use std::path::Path;
use std::process::Command;

use tauri_build::{AppManifest, Attributes};

#[path = "src/ipc/names.rs"]
mod names;

const PAGE: &str = "../ui/dist/index.html";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/ipc/names.rs");
    println!("cargo::rerun-if-changed=../ui/dist");
    let embeds_the_page = std::env::var_os("CARGO_FEATURE_CUSTOM_PROTOCOL").is_some();
    if embeds_the_page && !Path::new(PAGE).is_file() {
        println!(
            "cargo::error=the page that the app carries is not built: run `cargo xtask run`, \
             or `npm ci && npm run build` in ui"
        );
        return;
    }
    println!("cargo::rustc-env=TICKWIRE_COMMIT={}", commit());
    let manifest = AppManifest::new().commands(names::COMMANDS);
    if let Err(error) = tauri_build::try_build(Attributes::new().app_manifest(manifest)) {
        println!("cargo::error={error:#}");
    }
}

/// For the About box. A package is built from an archive where git knows nothing, so it can be told.
fn commit() -> String {
    println!("cargo::rerun-if-env-changed=TICKWIRE_COMMIT");
    if let Ok(told) = std::env::var("TICKWIRE_COMMIT") {
        return told;
    }
    // Written with every commit and checkout.
    let log = Path::new("../.git/logs/HEAD");
    if log.is_file() {
        println!("cargo::rerun-if-changed={}", log.display());
    }
    let asked = Command::new("git")
        .args(["rev-parse", "--short=12", "HEAD"])
        .output();
    let answer = asked.ok().filter(|answer| answer.status.success());
    answer.map_or_else(
        || "unknown".to_owned(),
        |answer| String::from_utf8_lossy(&answer.stdout).trim().to_owned(),
    )
}
