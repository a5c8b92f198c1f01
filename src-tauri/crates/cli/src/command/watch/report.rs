//! The report of a feed that is left in a file.

use std::fs::{OpenOptions, write as fill};
use std::path::Path;

use anyhow::Context;
use engine::Report;

/// Whether it can be written is found out before hours of watching and not after.
pub(super) async fn prepare(path: &Path) -> anyhow::Result<()> {
    on_disk(path, |path| {
        OpenOptions::new().append(true).create(true).open(path).map(drop)
    })
    .await
}

pub(super) async fn write(path: &Path, report: &Report) -> anyhow::Result<()> {
    let is_object = path.extension().is_some_and(|ending| ending == "json");
    let page = if is_object { report.json() } else { report.text() };
    on_disk(path, move |path| fill(path, page)).await
}

async fn on_disk(
    path: &Path,
    deed: impl FnOnce(&Path) -> std::io::Result<()> + Send + 'static,
) -> anyhow::Result<()> {
    let place = path.to_owned();
    tokio::task::spawn_blocking(move || deed(&place))
        .await?
        .with_context(|| format!("the report cannot be written to {}", path.display()))
}
