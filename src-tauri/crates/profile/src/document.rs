//! One file of the profile: read once, and read again before every write.
//!
//! A change is made to what stands in the file at that moment, so an edit that
//! somebody made meanwhile in an editor, or in another Tickwire, stays. Between
//! that look and the rename there are microseconds in which another writer
//! could still slip in; a lock file that outlives a crash would be worse.

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use chrono::Utc;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::disk;
use crate::notice::{Matter, Notice};

/// A thousand lists of a hundred symbols fit.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// What can stand in a file of the profile.
pub(crate) trait Content: Clone + Default + Serialize + DeserializeOwned {
    /// The file's name without `.toml`.
    const NAME: &'static str;
    const BROKEN: Matter;

    /// What is wrong although every value by itself is right.
    fn fault(&self) -> Option<String>;
}

/// Why a change was not written. It holds until the app ends, and every later
/// change tries again to write all of it; until then a person must act.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("the system names no folder for settings")]
    NoFolder,
    #[error("{path} cannot be read", path = path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{path} cannot be written", path = path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} cannot be read as TOML and could not be kept aside", path = path.display())]
    Aside { path: PathBuf, source: io::Error },
    #[error("{name} cannot be written as TOML")]
    Form {
        name: &'static str,
        source: toml::ser::Error,
    },
}

impl WriteError {
    /// What a person can do about it.
    pub const fn next_step(&self) -> &'static str {
        match self {
            Self::NoFolder => "Start Tickwire with --profile and a folder that can be written.",
            Self::Read { .. } | Self::Write { .. } | Self::Aside { .. } => {
                "See that the disk is not full and that the folder and its files are yours to write, \
                 or start Tickwire with --profile and another folder."
            }
            Self::Form { .. } => "Please report this with the version from the About box.",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Document<T> {
    /// `None` when there is no folder: then all stays in memory.
    path: Option<PathBuf>,
    value: T,
    known: Known,
}

/// What the file held when `value` was made of it.
#[derive(Debug, PartialEq, Eq)]
enum Known {
    Absent,
    Text(String),
    /// It was there and could not be understood; it must not be written over.
    Unread,
}

/// What became of reading a file.
enum Reading<T> {
    Absent,
    Read { text: String, value: T },
    Broken { why: String },
}

impl<T: Content> Document<T> {
    pub(crate) fn open(folder: Option<&Path>) -> (Self, Option<Notice>) {
        let path = folder.map(|folder| folder.join(format!("{}.toml", T::NAME)));
        let mut document = Self {
            path,
            value: T::default(),
            known: Known::Absent,
        };
        let notice = document.load();
        (document, notice)
    }

    pub(crate) const fn value(&self) -> &T {
        &self.value
    }

    pub(crate) fn existed(&self) -> bool {
        self.known != Known::Absent
    }

    /// The change stands in memory whatever becomes of the file.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut T)) -> Result<Option<Notice>, WriteError> {
        let looked = self.look_again();
        change(&mut self.value);
        let notice = looked?;
        self.write()?;
        Ok(notice)
    }

    /// At the start, so that nothing is lost yet if it fails.
    fn load(&mut self) -> Option<Notice> {
        let path = self.path.clone()?;
        match read::<T>(&path) {
            Ok(Reading::Absent) => None,
            Ok(Reading::Read { text, value }) => {
                self.value = value;
                self.known = Known::Text(text);
                None
            }
            Ok(Reading::Broken { why }) => {
                let aside = disk::keep_aside(&path, "broken", Utc::now());
                self.known = if aside.is_ok() {
                    Known::Absent
                } else {
                    Known::Unread
                };
                Some(broken::<T>(
                    &path,
                    &why,
                    aside.ok().as_deref(),
                    "The defaults are used.",
                ))
            }
            Err(error) => {
                self.known = Known::Unread;
                Some(broken::<T>(
                    &path,
                    &error.to_string(),
                    None,
                    "The defaults are used.",
                ))
            }
        }
    }

    /// Takes over what somebody else has written since, or sets it aside if
    /// nobody can read it.
    fn look_again(&mut self) -> Result<Option<Notice>, WriteError> {
        let Some(path) = self.path.clone() else {
            return Err(WriteError::NoFolder);
        };
        match read::<T>(&path) {
            Ok(Reading::Absent) => Ok(None),
            Ok(Reading::Read { text, value }) => {
                if self.known != Known::Text(text) {
                    tracing::info!(path = %path.display(), "took over a change that was made elsewhere");
                    self.value = value;
                }
                Ok(None)
            }
            Ok(Reading::Broken { why }) => {
                let aside = disk::keep_aside(&path, "broken", Utc::now());
                let aside = aside.map_err(|source| WriteError::Aside {
                    path: path.clone(),
                    source,
                })?;
                Ok(Some(broken::<T>(
                    &path,
                    &why,
                    Some(&aside),
                    "What was known before is used.",
                )))
            }
            Err(source) => Err(WriteError::Read { path, source }),
        }
    }

    fn write(&mut self) -> Result<(), WriteError> {
        let Some(path) = &self.path else {
            return Err(WriteError::NoFolder);
        };
        let body = toml::to_string(&self.value).map_err(|source| WriteError::Form {
            name: T::NAME,
            source,
        })?;
        let text = format!(
            "# Tickwire writes this file anew with every change. Keys stay, comments do not.\n\n{body}"
        );
        disk::replace(path, &text).map_err(|source| WriteError::Write {
            path: path.clone(),
            source,
        })?;
        self.known = Known::Text(text);
        Ok(())
    }
}

fn read<T: Content>(path: &Path) -> io::Result<Reading<T>> {
    let Some(bytes) = disk::read(path, FILE_BYTES_MAX)? else {
        return Ok(Reading::Absent);
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(Reading::Broken {
            why: "it is not UTF-8 text".to_owned(),
        });
    };
    Ok(match toml::from_str::<T>(&text) {
        Ok(value) => match value.fault() {
            None => Reading::Read { text, value },
            Some(why) => Reading::Broken { why },
        },
        Err(error) => Reading::Broken {
            why: place(&text, &error),
        },
    })
}

/// The library's own form repeats the faulty line, which may hold a secret
/// that somebody put there by mistake.
fn place(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    let before = error.span().and_then(|span| text.get(..span.start));
    before.map_or_else(
        || message.clone(),
        |before| {
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!("line {line}, column {column}: {message}")
        },
    )
}

fn broken<T: Content>(path: &Path, why: &str, aside: Option<&Path>, instead: &str) -> Notice {
    let name = file_name(path);
    let next = match aside {
        Some(aside) => format!(
            "{instead} Your file was kept as {aside}; correct it and put it back as {name}, or choose anew in the window.",
            aside = file_name(aside)
        ),
        None => format!(
            "{instead} Your file was left as it is and nothing will be written over it; correct it and start again."
        ),
    };
    Notice {
        matter: T::BROKEN,
        sentence: format!("{name} could not be read: {why}."),
        next,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}
