//! The profile's folder and the files in it.

use std::io;
use std::path::{Path, PathBuf};

use directories::BaseDirs;
use tempfile::NamedTempFile;

use crate::bookmarks::Bookmarks;
use crate::budgets::Budgets;
use crate::document::{Document, WriteError};
use crate::lists::Lists;
use crate::notice::{Matter, Notice};
use crate::settings::Settings;

const FOLDER: &str = "app.tickwire.desktop";

/// What a person made. One instance per program.
#[derive(Debug)]
pub struct Profile {
    folder: Option<PathBuf>,
    bookmarks: Bookmarks,
    budgets: Budgets,
    settings: Document<Settings>,
    lists: Document<Lists>,
}

/// A profile that has just been opened, and what the person should know of it.
#[derive(Debug)]
pub struct Opened {
    pub profile: Profile,
    pub notices: Vec<Notice>,
    /// Nobody has kept anything here before, so there is nothing to respect.
    pub first_run: bool,
}

impl Profile {
    /// Opens the given folder or, without one, the OS's own for this app.
    pub fn open(folder: Option<&Path>) -> Opened {
        let (folder, kept) = match folder {
            Some(folder) => (Some(folder.to_owned()), Some(folder.to_owned())),
            None => own_folders().unzip(),
        };
        let (settings, settings_notice) = Document::open(folder.as_deref());
        let (lists, lists_notice) = Document::open(folder.as_deref());
        let broken = settings_notice.is_some() || lists_notice.is_some();
        let not_kept = not_kept(folder.as_deref());
        Opened {
            first_run: !broken && !settings.existed() && !lists.existed(),
            notices: [not_kept, settings_notice, lists_notice]
                .into_iter()
                .flatten()
                .collect(),
            profile: Self {
                folder,
                bookmarks: Bookmarks::in_folder(kept.as_deref()),
                budgets: Budgets::in_folder(kept.as_deref()),
                settings,
                lists,
            },
        }
    }

    /// Where the files are; `None` when the system names no place for them.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// How far the feeds had come at the last run.
    pub const fn bookmarks(&self) -> &Bookmarks {
        &self.bookmarks
    }

    /// The same as that of a profile in this folder, for who needs nothing else of it.
    pub fn budgets_of(folder: Option<&Path>) -> Budgets {
        match folder {
            Some(folder) => Budgets::in_folder(Some(folder)),
            None => Budgets::in_folder(own_folders().map(|(_, kept)| kept).as_deref()),
        }
    }

    /// What was asked of each provider lately.
    pub const fn budgets(&self) -> &Budgets {
        &self.budgets
    }

    pub const fn settings(&self) -> &Settings {
        self.settings.value()
    }

    pub const fn lists(&self) -> &Lists {
        self.lists.value()
    }

    /// Makes a change and writes it. What was edited in the file meanwhile is
    /// taken over first, so look at [`Profile::settings`] again afterwards. With
    /// an error the change holds until the app ends.
    pub fn change_settings(
        &mut self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<Option<Notice>, WriteError> {
        self.settings.change(change)
    }

    /// As [`Profile::change_settings`], for the lists.
    pub fn change_lists(&mut self, change: impl FnOnce(&mut Lists)) -> Result<Option<Notice>, WriteError> {
        self.lists.change(change)
    }
}

/// The system's places for what a person has chosen, which may be kept in step
/// with other computers, and for what changes by itself and belongs to this one.
fn own_folders() -> Option<(PathBuf, PathBuf)> {
    let dirs = BaseDirs::new()?;
    let state = dirs.state_dir().unwrap_or(dirs.data_local_dir());
    Some((dirs.config_dir().join(FOLDER), state.join(FOLDER)))
}

/// Tries what every later write will do, so that a person learns of it before
/// anything is lost.
fn not_kept(folder: Option<&Path>) -> Option<Notice> {
    let sentence = match folder {
        None => "The system names no folder for settings.".to_owned(),
        Some(folder) => {
            let error = try_to_write(folder).err()?;
            format!("The folder {} cannot be written: {error}.", folder.display())
        }
    };
    Some(Notice {
        matter: Matter::NotKept,
        sentence,
        next: "What you change holds until you quit. To keep it, make the folder writable \
               or start Tickwire with --profile and another folder."
            .to_owned(),
    })
}

fn try_to_write(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    NamedTempFile::new_in(folder)?.close()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::settings::{FeedKind, MarketSettings, Theme};

    #[test]
    fn a_first_start_shows_the_simulated_feed_and_makes_the_folder() {
        let parent = TempDir::new().unwrap();
        let folder = parent.path().join("made").join("here");
        let opened = Profile::open(Some(&folder));
        assert!(opened.first_run && opened.notices.is_empty());
        let [feed] = opened.profile.settings().feeds.as_slice() else {
            panic!("one feed was expected");
        };
        assert_eq!(
            (feed.id.as_str(), &feed.kind),
            ("sim", &FeedKind::Sim(MarketSettings::default()))
        );
        assert_eq!(opened.profile.folder(), Some(folder.as_path()));
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            0,
            "nobody has chosen anything yet"
        );
    }

    #[test]
    fn the_second_start_is_none_of_the_first() {
        let folder = TempDir::new().unwrap();
        let mut first = Profile::open(Some(folder.path())).profile;
        first.change_lists(|lists| lists.lists.clear()).unwrap();
        let second = Profile::open(Some(folder.path()));
        assert!(!second.first_run, "an emptied list would be filled again");
    }

    #[test]
    fn a_broken_file_is_no_first_start() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("lists.toml"), "?").unwrap();
        let opened = Profile::open(Some(folder.path()));
        assert!(!opened.first_run);
        assert_eq!(opened.notices.len(), 1);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_at_the_start() {
        let parent = TempDir::new().unwrap();
        let file = parent.path().join("file");
        fs::write(&file, "").unwrap();
        let mut opened = Profile::open(Some(&file.join("below")));
        let told = opened
            .notices
            .iter()
            .any(|notice| notice.matter == Matter::NotKept);
        assert!(told, "{:?}", opened.notices);
        opened
            .profile
            .change_settings(|settings| settings.theme = Theme::Dark)
            .unwrap_err();
        assert_eq!(opened.profile.settings().theme, Theme::Dark);
    }
}
