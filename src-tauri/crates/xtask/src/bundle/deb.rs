//! What a Debian package must hold: both programs, a desktop entry, icons of the sizes their folders say, and the
//! libraries it cannot run without.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::bail;

use crate::process::{Progress, answer, captured};
use crate::project::target;
use crate::report::{Outcome, Tests};
use crate::screenshots::png_size;

const FILES: &[&str] = &[
    "usr/bin/tickwire",
    "usr/bin/tickwire-cli",
    "usr/share/applications/Tickwire.desktop",
];
const LIBRARIES: &[&str] = &["libwebkit2gtk-4.1-0", "libgtk-3-0", "libayatana-appindicator3-1"];
const ICONS: &str = "usr/share/icons/hicolor";

pub(super) fn check(progress: &Progress, package: &Path, size: &str) -> anyhow::Result<Outcome> {
    let folder = target().join("xtask/deb");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut command = Command::new("dpkg-deb");
    command.arg("--extract").arg(package).arg(&folder);
    let mut finished = captured(progress, command)?;
    if !finished.ok {
        return Ok(Outcome::Failed(finished));
    }
    let Some(depends) = answer(
        "dpkg-deb",
        &["--field", &package.display().to_string(), "Depends"],
    ) else {
        bail!("dpkg-deb does not read {}", package.display());
    };
    let entry = fs::read_to_string(folder.join(FILES[2])).unwrap_or_default();
    let icons = icons(&folder.join(ICONS));
    let files: Vec<(String, bool)> = FILES
        .iter()
        .map(|file| ((*file).to_owned(), folder.join(file).is_file()))
        .collect();
    let mut answers = files;
    answers.extend(depends_on(&depends));
    answers.extend(desktop_entry(&entry));
    answers.extend(
        icons
            .iter()
            .map(|(path, says, is)| (format!("{path} is {is:?}"), *says == *is)),
    );
    answers.push((
        "an icon of 128 and one of 32".to_owned(),
        [32, 128]
            .iter()
            .all(|size| icons.iter().any(|icon| icon.1 == Some((*size, *size)))),
    ));
    let failed: Vec<&String> = answers
        .iter()
        .filter(|(_, holds)| !holds)
        .map(|(what, _)| what)
        .collect();
    finished.text = format!("{size}\ndepends: {depends}\n{entry}\n");
    failed
        .iter()
        .for_each(|what| finished.text.push_str(&format!("does not hold: {what}\n")));
    finished.ok = failed.is_empty();
    finished.ending = size.to_owned();
    progress.clear();
    println!("       {size}");
    let passed = answers.len() - failed.len();
    Ok(Outcome::Tests(Tests::counted(
        passed,
        failed.len(),
        Vec::new(),
        finished,
    )))
}

fn depends_on(depends: &str) -> Vec<(String, bool)> {
    let names: Vec<&str> = depends
        .split([',', '|'])
        .filter_map(|part| part.split_whitespace().next())
        .collect();
    LIBRARIES
        .iter()
        .map(|library| (format!("depends on {library}"), names.contains(library)))
        .collect()
}

fn desktop_entry(entry: &str) -> Vec<(String, bool)> {
    let value = |key: &str| {
        entry
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .unwrap_or_default()
    };
    vec![
        (
            "the desktop entry names Tickwire".to_owned(),
            value("Name") == "Tickwire",
        ),
        (
            "the desktop entry starts tickwire".to_owned(),
            value("Exec").split(' ').next() == Some("tickwire"),
        ),
        (
            "the desktop entry has an icon".to_owned(),
            value("Icon") == "tickwire",
        ),
        (
            "the desktop entry is under Office, Finance".to_owned(),
            ["Office", "Finance"]
                .iter()
                .all(|category| value("Categories").split(';').any(|given| given == *category)),
        ),
    ]
}

type Size = Option<(u32, u32)>;

/// Every icon with the size its folder promises and the size it has.
fn icons(folder: &Path) -> Vec<(String, Size, Size)> {
    let mut found = Vec::new();
    for sized in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = sized.file_name().to_string_lossy().into_owned();
        for icon in fs::read_dir(sized.path().join("apps"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let is = fs::read(icon.path()).ok().and_then(|bytes| png_size(&bytes));
            found.push((
                format!("{name}/{}", icon.file_name().to_string_lossy()),
                promised(&name),
                is,
            ));
        }
    }
    found.sort();
    found
}

/// `128x128@2` promises a picture of twice that size.
fn promised(name: &str) -> Size {
    let (size, scale) = name.split_once('@').unwrap_or((name, "1"));
    let (width, height) = size.split_once('x')?;
    let scale: u32 = scale.parse().ok()?;
    Some((
        width.parse::<u32>().ok()? * scale,
        height.parse::<u32>().ok()? * scale,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_library_that_is_not_named() {
        let answers = depends_on("libwebkit2gtk-4.1-0 (>= 2.40), libgtk-3-0 | libgtk-3-0t64");
        assert_eq!(
            answers.iter().map(|(_, holds)| *holds).collect::<Vec<_>>(),
            [true, true, false]
        );
    }

    #[test]
    fn reads_a_desktop_entry() {
        let good =
            "[Desktop Entry]\nName=Tickwire\nExec=tickwire %U\nIcon=tickwire\nCategories=Office;Finance;\n";
        assert!(desktop_entry(good).iter().all(|(_, holds)| *holds));
        assert_eq!(
            desktop_entry("Name=Other\n")
                .iter()
                .filter(|(_, holds)| *holds)
                .count(),
            0
        );
    }

    #[test]
    fn a_doubled_icon_is_twice_as_large() {
        assert_eq!(promised("128x128@2"), Some((256, 256)));
        assert_eq!(promised("32x32"), Some((32, 32)));
        assert_eq!(promised("scalable"), None);
    }
}
