//! How far each feed had come when the program ended: `bookmarks.json`.
//!
//! ```text
//! tickwire bookmarks 1 6f0c5d1e
//! {"feeds":[{"feed":"desk","address":"wss://ticks.example/v1","epoch":"5f1c",…}]}
//! ```
//!
//! It is read as a whole or not at all, as `sealed` has it: a wrong number would
//! be taken for a hole, or hide one.

mod form;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use model::Bookmark;

use crate::notice::{Matter, Notice};
use crate::sealed::{Seal, Unreadable};
use form::Form;

const NAME: &str = "bookmarks.json";
const SEAL: Seal = Seal {
    title: "tickwire bookmarks",
    version: 1,
};
/// Of all feeds together.
const SYMBOLS_MAX: usize = 4_096;
/// No venue sends again what is older, and feeds that are gone leave theirs behind.
const AGE_MAX: TimeDelta = TimeDelta::days(1);

/// The file, in the profile's folder or in the system's place for what a program
/// knows of its last run.
#[derive(Clone, Debug)]
pub struct Bookmarks {
    /// `None` when there is no folder: then nothing is kept.
    path: Option<PathBuf>,
}

impl Bookmarks {
    pub(crate) fn in_folder(folder: Option<&Path>) -> Self {
        Self {
            path: folder.map(|folder| folder.join(NAME)),
        }
    }

    /// What was kept lately enough to be of use, and what a person should know
    /// where it cannot be read. `now` is by the wall clock.
    pub fn read(&self, now: DateTime<Utc>) -> (Vec<Bookmark>, Option<Notice>) {
        let Some(path) = &self.path else {
            return (Vec::new(), None);
        };
        match read(path) {
            Ok(mut bookmarks) => {
                bookmarks.retain(|bookmark| now.signed_duration_since(bookmark.made) <= AGE_MAX);
                (bookmarks, None)
            }
            Err(error) => (Vec::new(), Some(unread(&error))),
        }
    }

    /// Puts these in the place of what was kept, and says how many bytes they
    /// take. Whoever reads sees the old or the new ones, also when this program
    /// is killed meanwhile.
    pub fn write(&self, bookmarks: &[Bookmark]) -> io::Result<usize> {
        let Some(path) = &self.path else {
            return Ok(0);
        };
        SEAL.write(path, &Form::of(&newest(bookmarks)))
    }
}

/// As many of them as a file may have: what was told last goes first.
fn newest(bookmarks: &[Bookmark]) -> Vec<&Bookmark> {
    let mut newest: Vec<_> = bookmarks.iter().collect();
    newest.sort_by_key(|bookmark| std::cmp::Reverse(bookmark.made));
    let mut symbols = 0;
    newest.retain(|bookmark| {
        symbols += bookmark.symbols.len();
        symbols <= SYMBOLS_MAX
    });
    newest
}

fn read(path: &Path) -> Result<Vec<Bookmark>, Unreadable> {
    match SEAL.read::<Form>(path)? {
        Some(form) => form.bookmarks().ok_or(Unreadable::Damaged),
        None => Ok(Vec::new()),
    }
}

fn unread(error: &Unreadable) -> Notice {
    Notice {
        matter: Matter::BookmarksUnread,
        sentence: format!("Where the feeds were at the last run could not be read from {NAME}: {error}."),
        next: "They begin anew, and what came while Tickwire was closed is not asked for. \
               The file is replaced by itself."
            .to_owned(),
    }
}
