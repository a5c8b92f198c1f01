//! Whether a thing is on this machine, found by looking for the thing and not for the package that may bring it.

use std::path::Path;

use super::needs::Probe;
use crate::process::answer;

/// Where fonts stand, on every Linux that has them system-wide.
const FONT_FOLDERS: &[&str] = &["/usr/share/fonts", "/usr/local/share/fonts"];

pub(super) fn is_there(probe: &Probe) -> bool {
    match probe {
        Probe::Program(name) => on_path(name),
        Probe::Linkable(name) => answer("pkg-config", &["--exists", name]).is_some(),
        // ldconfig stands in a folder that not every person's PATH has.
        Probe::Loadable(file) => ["ldconfig", "/sbin/ldconfig"]
            .iter()
            .find_map(|program| answer(program, &["-p"]))
            .is_some_and(|libraries| libraries.contains(file)),
        Probe::Font(file) => FONT_FOLDERS
            .iter()
            .any(|folder| holds(Path::new(folder), file, 4)),
    }
}

pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Depth is bounded, since a folder of fonts may hold a link to itself.
fn holds(folder: &Path, file: &str, depth: usize) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        entry.file_name().to_str() == Some(file)
            || (depth > 0 && entry.path().is_dir() && holds(&entry.path(), file, depth - 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_program_that_is_there_and_none_that_is_not() {
        assert!(on_path(if cfg!(windows) { "cargo.exe" } else { "cargo" }));
        assert!(!on_path("a program that nobody has"));
    }

    #[test]
    fn finds_a_file_some_folders_down() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(holds(here, "probe.rs", 4));
        assert!(!holds(here, "probe.rs", 1), "it stands deeper than that");
    }
}
