use std::fs;
use std::path::Path;

use model::{FeedId, Symbol, TransportKind};
use proptest::prelude::*;
use tempfile::TempDir;

use super::{Document, WriteError};
use crate::lists::{Entry, List, Lists};
use crate::notice::{Matter, Notice};
use crate::settings::{
    FeedKind, FeedSettings, FeedUrl, NetworkSettings, Settings, Theme, TokenPlace, UpDown,
};

#[test]
fn what_was_written_is_read_again() {
    let folder = TempDir::new().unwrap();
    let (mut settings, notice) = open::<Settings>(folder.path());
    assert_eq!((notice, settings.existed()), (None, false));
    let desk = FeedSettings::new(
        FeedId::new("desk"),
        FeedKind::Tickwire {
            url: FeedUrl::parse("wss://ticks.example/v1").unwrap(),
            token: TokenPlace::Keyring,
            transports: vec![TransportKind::WebSocket],
            network: NetworkSettings::default(),
        },
    );
    let change = |settings: &mut Settings| {
        settings.keep_in_tray = true;
        settings.theme = Theme::Dark;
        settings.updown = UpDown::BlueOrange;
        settings.feeds.push(desk);
    };
    assert_eq!(settings.change(change).unwrap(), None);
    let (again, notice) = open::<Settings>(folder.path());
    assert_eq!((notice, again.existed()), (None, true));
    assert_eq!(again.value(), settings.value());
    assert_eq!(again.value().feeds.len(), 2);
}

#[test]
fn lists_keep_the_order_that_a_person_gave_them() {
    let folder = TempDir::new().unwrap();
    let (mut lists, _) = open::<Lists>(folder.path());
    let entry = |symbol| Entry::new(FeedId::new("sim"), Symbol::new(symbol));
    let change = |lists: &mut Lists| {
        let mut main = List::new("Main");
        main.entries = vec![entry("ZZZ"), entry("AAA"), entry("MMM")];
        lists.lists = vec![main, List::new("Empty \u{2713}")];
    };
    lists.change(change).unwrap();
    assert_eq!(open::<Lists>(folder.path()).0.value(), lists.value());
}

#[test]
fn a_broken_file_is_kept_aside_and_its_fault_is_located() {
    for (text, place) in [
        ("theme = \"dark\"\nkeep_in_tray = maybe\n", "line 2, column 16: "),
        ("theme = \"purple\"", "line 1, column 9: unknown variant `purple`"),
        (
            "[[feeds]]\nid = 'a'\nkind = 'sim'\n[[feeds]]\nid = 'a'\nkind = 'sim'\n",
            "two feeds are called a",
        ),
        ("\u{e4}\u{f6} = = 1", "line 1, column "),
    ] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("settings.toml");
        fs::write(&path, text).unwrap();
        let (settings, notice) = open::<Settings>(folder.path());
        assert_eq!(settings.value(), &Settings::default());
        let Notice {
            matter,
            sentence,
            next,
        } = notice.unwrap();
        assert_eq!(matter, Matter::SettingsBroken);
        let expected = format!("settings.toml could not be read: {place}");
        assert!(sentence.starts_with(&expected), "{sentence}");
        let [aside] = names(folder.path()).try_into().unwrap();
        assert!(aside.starts_with("settings.broken-20"), "{aside}");
        assert!(aside.ends_with("Z.toml") && !aside.contains(':'), "{aside}");
        assert!(next.contains(&aside), "{next}");
        assert_eq!(fs::read_to_string(folder.path().join(aside)).unwrap(), text);
    }
}

#[test]
fn a_file_that_is_no_text_is_kept_aside_too() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("lists.toml"), [0xff, 0xfe, 0]).unwrap();
    let (_, notice) = open::<Lists>(folder.path());
    let notice = notice.unwrap();
    assert_eq!(notice.matter, Matter::ListsBroken);
    assert_eq!(
        notice.sentence,
        "lists.toml could not be read: it is not UTF-8 text."
    );
}

#[test]
fn two_broken_files_of_one_second_are_both_kept() {
    let folder = TempDir::new().unwrap();
    for _ in 0..3 {
        fs::write(folder.path().join("settings.toml"), "?").unwrap();
        open::<Settings>(folder.path()).1.unwrap();
    }
    assert_eq!(names(folder.path()).len(), 3);
}

#[test]
fn what_a_newer_version_wrote_is_put_back_as_it_came() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("settings.toml");
    let newer =
        "version = 7\nzoom = 1.5\n[[feeds]]\nid = 'sim'\nkind = 'sim'\nmood = 'wild'\n[panes]\nleft = 240\n";
    fs::write(&path, newer).unwrap();
    let (mut settings, notice) = open::<Settings>(folder.path());
    assert_eq!(notice, None);
    settings.change(|settings| settings.theme = Theme::Light).unwrap();
    let written: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
    let expected: toml::Table =
        "version = 7\nzoom = 1.5\nkeep_in_tray = false\ntheme = 'light'\nupdown = 'green_up'\n\
         [[feeds]]\nid = 'sim'\nkind = 'sim'\nmood = 'wild'\n[panes]\nleft = 240\n"
            .parse()
            .unwrap();
    assert_eq!(written, expected);
}

#[test]
fn an_edit_made_elsewhere_survives_a_change_made_here() {
    let folder = TempDir::new().unwrap();
    let (mut here, _) = open::<Settings>(folder.path());
    here.change(|settings| settings.theme = Theme::Light).unwrap();
    let (mut elsewhere, _) = open::<Settings>(folder.path());
    elsewhere
        .change(|settings| settings.updown = UpDown::RedUp)
        .unwrap();
    here.change(|settings| settings.keep_in_tray = true).unwrap();
    let (now, _) = open::<Settings>(folder.path());
    let now = now.value();
    assert_eq!(
        (now.theme, now.updown, now.keep_in_tray),
        (Theme::Light, UpDown::RedUp, true)
    );
    assert_eq!(here.value(), now);
}

#[test]
fn an_edit_that_nobody_can_read_is_kept_aside_and_not_written_over() {
    let folder = TempDir::new().unwrap();
    let (mut settings, _) = open::<Settings>(folder.path());
    settings.change(|settings| settings.theme = Theme::Light).unwrap();
    fs::write(folder.path().join("settings.toml"), "theme = ").unwrap();
    let notice = settings.change(|settings| settings.keep_in_tray = true).unwrap();
    assert_eq!(notice.unwrap().matter, Matter::SettingsBroken);
    let (now, _) = open::<Settings>(folder.path());
    assert_eq!(
        (now.value().theme, now.value().keep_in_tray),
        (Theme::Light, true)
    );
    assert_eq!(names(folder.path()).len(), 2);
}

#[test]
fn a_file_that_was_deleted_is_written_again() {
    let folder = TempDir::new().unwrap();
    let (mut settings, _) = open::<Settings>(folder.path());
    settings.change(|settings| settings.theme = Theme::Light).unwrap();
    fs::remove_file(folder.path().join("settings.toml")).unwrap();
    settings.change(|settings| settings.keep_in_tray = true).unwrap();
    assert_eq!(open::<Settings>(folder.path()).0.value().theme, Theme::Light);
}

#[test]
fn a_folder_that_cannot_be_made_leaves_all_in_memory_and_says_so() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let (mut settings, _) = open::<Settings>(&file.join("below"));
    let error = settings
        .change(|settings| settings.theme = Theme::Dark)
        .unwrap_err();
    assert!(
        matches!(error, WriteError::Read { .. } | WriteError::Write { .. }),
        "{error:?}"
    );
    assert!(error.next_step().contains("--profile"));
    assert_eq!(settings.value().theme, Theme::Dark);
}

#[test]
fn a_file_that_cannot_be_opened_is_never_written_over() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("settings.toml");
    // Not even root can read a folder as a file.
    fs::create_dir(&path).unwrap();
    fs::write(path.join("inside"), "").unwrap();
    let (mut settings, notice) = open::<Settings>(folder.path());
    assert!(notice.unwrap().next.contains("nothing will be written over it"));
    settings
        .change(|settings| settings.theme = Theme::Dark)
        .unwrap_err();
    assert!(path.join("inside").exists());
    assert_eq!(settings.value().theme, Theme::Dark);
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_is_readable_by_its_owner_only() {
        let folder = TempDir::new().unwrap();
        let (mut settings, _) = open::<Settings>(folder.path());
        settings.change(|_| {}).unwrap();
        let mode = fs::metadata(folder.path().join("settings.toml"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_is_linked_from_elsewhere_stays_there() {
        let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let target = elsewhere.path().join("dotfile.toml");
        fs::write(&target, "theme = 'light'").unwrap();
        symlink(&target, folder.path().join("settings.toml")).unwrap();
        let (mut settings, _) = open::<Settings>(folder.path());
        settings.change(|settings| settings.keep_in_tray = true).unwrap();
        let written = fs::read_to_string(&target).unwrap();
        assert!(
            written.contains("keep_in_tray = true") && written.contains("light"),
            "{written}"
        );
    }
}

proptest! {
    /// Whatever stands in the file: a profile opens, and the text is still somewhere afterwards.
    #[test]
    fn no_text_is_ever_lost(text in ".{0,80}|(version|theme|feeds)( = ).{0,20}\n?") {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("settings.toml"), &text).unwrap();
        let (_, notice) = open::<Settings>(folder.path());
        let kept = names(folder.path());
        prop_assert_eq!(kept.len(), 1);
        prop_assert_eq!(notice.is_some(), kept[0] != "settings.toml");
        prop_assert_eq!(fs::read_to_string(folder.path().join(&kept[0])).unwrap(), text);
    }
}

fn open<T: super::Content>(folder: &Path) -> (Document<T>, Option<Notice>) {
    Document::open(Some(folder))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
