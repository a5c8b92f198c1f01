use std::fs;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use model::{Bookmark, FeedId, Price, Reached, Session, Size, Snapshot, Symbol};
use proptest::prelude::*;
use tempfile::TempDir;

use super::{Bookmarks, NAME, SYMBOLS_MAX};
use crate::notice::Matter;

#[test]
fn what_was_kept_is_read_again_to_the_last_digit() {
    let folder = TempDir::new().unwrap();
    let file = Bookmarks::in_folder(Some(folder.path()));
    assert_eq!(
        file.read(now()),
        (Vec::new(), None),
        "a first start is nothing to tell of"
    );
    let whole = Snapshot {
        last: Some((price("187.2400"), Some(size("100")))),
        bid: Some((price("187.23"), Some(size("0.00000001")))),
        ask: Some((price("187.25"), None)),
        high: Some(price("188.01")),
        low: Some(price("-0.5")),
        volume: Some(size("120300")),
        session: Some(Session::Halted),
        time: Some(now() + TimeDelta::nanoseconds(120_391_001)),
    };
    let index = Snapshot {
        last: Some((price("18000"), None)),
        ..Snapshot::default()
    };
    let desk = bookmark(
        "desk",
        now(),
        [("NVX", u64::MAX, whole), ("IX \"1\"\n", 0, index)],
    );
    let other = bookmark("other", now() - TimeDelta::seconds(1), [("NVX", 7, index)]);
    let bytes = file.write(&[other.clone(), desk.clone()]).unwrap();
    assert_eq!(bytes, fs::read(folder.path().join(NAME)).unwrap().len());
    let (again, notice) = file.read(now());
    assert_eq!((again, notice), (vec![desk, other], None));
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing lies about"
    );
}

#[test]
fn a_bookmark_of_the_day_before_is_of_no_use_and_one_of_a_clock_that_was_ahead_is() {
    let folder = TempDir::new().unwrap();
    let file = Bookmarks::in_folder(Some(folder.path()));
    let at = |hours| {
        bookmark(
            "desk",
            now() + TimeDelta::hours(hours),
            [("NVX", 1, Snapshot::default())],
        )
    };
    file.write(&[at(-25)]).unwrap();
    assert_eq!(file.read(now()), (Vec::new(), None));
    file.write(&[at(2)]).unwrap();
    assert_eq!(file.read(now()).0.len(), 1);
}

#[test]
fn more_symbols_than_a_file_takes_leave_out_the_feeds_that_were_heard_of_longest_ago() {
    let folder = TempDir::new().unwrap();
    let file = Bookmarks::in_folder(Some(folder.path()));
    let many: Vec<_> = (0..SYMBOLS_MAX).map(|number| format!("S{number}")).collect();
    let many = many.iter().map(|name| (name.as_str(), 1, Snapshot::default()));
    let old = bookmark(
        "old",
        now() - TimeDelta::hours(1),
        [("NVX", 1, Snapshot::default())],
    );
    let new = bookmark("new", now(), many);
    file.write(&[old, new.clone()]).unwrap();
    assert_eq!(file.read(now()).0, [new]);
}

#[test]
fn a_file_that_cannot_be_read_is_said_and_does_not_stay() {
    let folder = TempDir::new().unwrap();
    let file = Bookmarks::in_folder(Some(folder.path()));
    for damaged in [
        &b""[..],
        b"\xff\xfe",
        b"tickwire bookmarks 1 00000000\n{\"feeds\":[]}\n",
        b"tickwire bookmarks 2 00000000\n{}\n",
        // Its sum is right, and its price is none.
        &sealed(
            r#"{"feeds":[{"feed":"a","address":"","epoch":"e","made":"2026-11-21T00:00:00Z","symbols":{"A":{"number":1,"high":"x"}}}]}"#,
        ),
    ] {
        fs::write(folder.path().join(NAME), damaged).unwrap();
        let (kept, notice) = file.read(now());
        assert_eq!(kept, []);
        assert_eq!(notice.unwrap().matter, Matter::BookmarksUnread);
    }
    file.write(&[]).unwrap();
    assert_eq!(file.read(now()), (Vec::new(), None));
}

#[test]
fn without_a_folder_nothing_is_kept_and_nothing_is_told() {
    let file = Bookmarks::in_folder(None);
    assert_eq!(file.write(&[]).unwrap(), 0);
    assert_eq!(file.read(now()), (Vec::new(), None));
    let folder = TempDir::new().unwrap();
    let no_folder = folder.path().join("file");
    fs::write(&no_folder, "").unwrap();
    Bookmarks::in_folder(Some(&no_folder)).write(&[]).unwrap_err();
}

proptest! {
    /// A wrong number would be taken for a hole, or hide one.
    #[test]
    fn no_byte_can_be_changed_and_no_end_cut_off_unseen(at in any::<prop::sample::Index>(), byte: u8, cut: bool) {
        let folder = TempDir::new().unwrap();
        let file = Bookmarks::in_folder(Some(folder.path()));
        let kept = bookmark("desk", now(), [("NVX", 1041, Snapshot::default())]);
        file.write(std::slice::from_ref(&kept)).unwrap();
        let path = folder.path().join(NAME);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        let same = !cut && bytes[at] == byte;
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] = byte;
        }
        fs::write(&path, bytes).unwrap();
        let (read, notice) = file.read(now());
        // Spaces between the words of the first line are no damage.
        if notice.is_none() {
            prop_assert_eq!(read, vec![kept]);
        } else {
            prop_assert!(!same && read.is_empty());
        }
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn size(text: &str) -> Size {
    text.parse().unwrap()
}

fn bookmark<'a>(
    feed: &str,
    made: DateTime<Utc>,
    symbols: impl IntoIterator<Item = (&'a str, u64, Snapshot)>,
) -> Bookmark {
    let symbols = symbols.into_iter();
    Bookmark {
        feed: FeedId::new(feed),
        address: "wss://ticks.example/v1".to_owned(),
        epoch: Arc::from("5f1c09be77a2d340"),
        made,
        symbols: symbols
            .map(|(name, number, state)| (Symbol::new(name), Reached { number, state }))
            .collect(),
    }
}

fn sealed(body: &str) -> Vec<u8> {
    format!(
        "tickwire bookmarks 1 {:08x}\n{body}\n",
        crc32fast::hash(body.as_bytes())
    )
    .into_bytes()
}
