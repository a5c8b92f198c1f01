//! Scenarios and drills by what a person calls them: a name, or a file.

use std::path::{Path, PathBuf};

use sim::{Drill, DrillError, ScenarioError};

/// What somebody has named.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Script<'a> {
    Named(&'a str),
    File(&'a Path),
}

/// Why it cannot be played. Nothing was started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadScript {
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    #[error(transparent)]
    Drill(#[from] DrillError),
    #[error("{}: {why}", file.display())]
    ScenarioFile { file: PathBuf, why: ScenarioError },
    #[error("{}: {why}", file.display())]
    DrillFile { file: PathBuf, why: DrillError },
    #[error("{} cannot be read", file.display())]
    Unreadable {
        file: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

impl BadScript {
    pub(crate) fn scenario(file: &Path, why: ScenarioError) -> Self {
        Self::ScenarioFile {
            file: file.to_owned(),
            why,
        }
    }
}

/// A name has neither a dot nor a slash in it.
pub(crate) fn find(text: &str) -> Script<'_> {
    if text.contains(['.', '/', '\\']) {
        Script::File(Path::new(text))
    } else {
        Script::Named(text)
    }
}

pub(crate) fn text(file: &Path) -> Result<String, BadScript> {
    std::fs::read_to_string(file).map_err(|source| BadScript::Unreadable {
        file: file.to_owned(),
        source,
    })
}

pub(crate) fn read(drill: &str) -> Result<Drill, BadScript> {
    match find(drill) {
        Script::Named(name) => Ok(Drill::named(name)?),
        Script::File(file) => {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            Drill::read(&name, &text(file)?).map_err(|why| BadScript::DrillFile {
                file: file.to_owned(),
                why,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_from_a_name() {
        assert_eq!(find("crash-monday"), Script::Named("crash-monday"));
        for text in ["mine.toml", "./mine", "a/b", "c:\\mine"] {
            assert_eq!(find(text), Script::File(Path::new(text)));
        }
    }
}
