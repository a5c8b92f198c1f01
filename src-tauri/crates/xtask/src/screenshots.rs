//! `screenshots`: pictures of the real window on the simulated feed, for a person to look at and for the README.
//!
//! One of the window tests takes them, as PNG files in the folder that `TICKWIRE_SCREENSHOTS` names; this runs that
//! test alone. `window.png` is the one that the README shows.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::build;
use crate::command::{Choice, Command, Given, YES};
use crate::e2e;
use crate::machine::{self, Purpose};
use crate::project::root;
use crate::report::{Outcome, Report};
use crate::ui;

pub(crate) const COMMAND: Command = Command {
    name: "screenshots",
    about: "takes pictures of the window into target/screenshots",
    options: &[
        YES,
        Choice {
            name: "--readme",
            value: None,
            about: "put the new picture into the README",
        },
    ],
    run,
};

/// The module of the window tests that takes the pictures.
const TESTS: &str = "pictures";

/// Where the README takes its picture from.
const README_PICTURE: &str = "ui/screenshots/window.png";

fn run(given: &Given, report: &mut Report) {
    let folder = e2e::pictures();
    if !(machine::ready(report, Purpose::Check, given) && ui::build(report) && build::window_tests(report)) {
        return;
    }
    if let Err(error) = empty(&folder) {
        return report.broken(&error);
    }
    if e2e::drive(report, "take pictures", &[TESTS.to_owned()]) {
        report.step("pictures", |_| look(&folder));
        if given.has("--readme") {
            report.step("README picture", |_| {
                let picture = root().join(README_PICTURE);
                picture.parent().map_or(Ok(()), fs::create_dir_all)?;
                fs::copy(folder.join("window.png"), &picture).context("window.png")?;
                Ok(Outcome::Passed(README_PICTURE.to_owned()))
            });
        }
    }
}

/// An old picture would be taken for a new one.
fn empty(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}

fn look(folder: &Path) -> anyhow::Result<Outcome> {
    let mut pictures: Vec<PathBuf> = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    pictures.sort();
    let mut notes = Vec::new();
    for picture in &pictures {
        let bytes = fs::read(picture)?;
        let Some((width, height)) = png_size(&bytes) else {
            bail!("{} is no PNG", picture.display())
        };
        notes.push(format!(
            "{} {width}x{height}, {} KiB",
            picture.display(),
            bytes.len() / 1024
        ));
    }
    if notes.is_empty() {
        bail!("no picture was taken");
    }
    Ok(Outcome::Passed(notes.join("; ")))
}

/// Width and height, which stand at a fixed place in every PNG.
pub(crate) fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    bytes
        .starts_with(b"\x89PNG\r\n\x1a\n")
        .then(|| Some((number(16)?, number(20)?)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_size_of_a_picture_and_refuses_what_is_none() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend([0, 0, 5, 0, 0, 0, 3, 32]);
        assert_eq!(png_size(&png), Some((1280, 800)));
        assert_eq!(png_size(&png[..20]), None);
        assert_eq!(png_size(b"GIF89a"), None);
    }
}
