//! The file under everything that can be wrong with it.

use std::fs;
use std::time::Duration;

use chrono::{DateTime, Utc};
use model::{Uses, WindowSpending};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

const SALT: [u8; 16] = *b"sixteen bytes it";

fn spending(account: &str, asked: u32) -> Spending {
    Spending {
        account: account.to_owned(),
        made: DateTime::<Utc>::from_timestamp(1_795_000_000, 250_000_000).unwrap(),
        windows: vec![WindowSpending {
            within: Duration::from_secs(3_600),
            uses: vec![Uses {
                ago: Duration::from_millis(61_250),
                feeds: asked,
                others: 2,
            }],
            ahead: Duration::from_secs(90),
        }],
        left_alone: Duration::from_millis(1_500),
    }
}

fn budgets(folder: &TempDir) -> Budgets {
    Budgets::in_folder(Some(folder.path()))
}

#[test]
fn what_is_kept_is_read_again_and_with_it_the_salt() {
    let folder = TempDir::new().unwrap();
    let (nothing, notice) = budgets(&folder).read();
    assert_eq!(nothing.spendings, []);
    assert_ne!(nothing.salt, budgets(&folder).read().0.salt);
    assert!(notice.is_none());
    budgets(&folder).write(SALT, &[spending("a", 7)]).unwrap();
    let (kept, notice) = budgets(&folder).read();
    assert_eq!((kept.salt, kept.spendings), (SALT, vec![spending("a", 7)]));
    assert!(notice.is_none());
}

#[test]
fn what_another_program_has_kept_of_other_accounts_stays() {
    let folder = TempDir::new().unwrap();
    budgets(&folder)
        .write(SALT, &[spending("a", 7), spending("b", 1)])
        .unwrap();
    budgets(&folder).write(SALT, &[spending("b", 5)]).unwrap();
    let mut kept = budgets(&folder).read().0.spendings;
    kept.sort_by(|one, other| one.account.cmp(&other.account));
    assert_eq!(kept, [spending("a", 7), spending("b", 5)]);
    budgets(&folder).write([1; 16], &[spending("c", 5)]).unwrap();
    assert_eq!(budgets(&folder).read().0.spendings, [spending("c", 5)]);
}

#[test]
fn without_a_folder_nothing_is_kept_and_nothing_fails() {
    let nowhere = Budgets::in_folder(None);
    nowhere.write(SALT, &[spending("a", 1)]).unwrap();
    assert_eq!(nowhere.read().0.spendings, []);
}

#[test]
fn a_damaged_file_is_said_and_replaced() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(NAME);
    budgets(&folder).write(SALT, &[spending("a", 7)]).unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    for (text, why) in [
        (whole.replace("[61250,7,2]", "[61250,1,2]"), "damaged"),
        (whole.replace("budgets 1", "budgets 9"), "another version"),
        ("tickwire budgets 1 0\n{".to_owned(), "damaged"),
        (String::new(), "damaged"),
    ] {
        fs::write(&path, text).unwrap();
        let (kept, notice) = budgets(&folder).read();
        let notice = notice.unwrap();
        assert!(
            kept.spendings.is_empty() && notice.sentence.contains(why),
            "{notice:?}"
        );
        budgets(&folder).write(SALT, &[spending("b", 1)]).unwrap();
        assert_eq!(budgets(&folder).read().0.spendings, [spending("b", 1)]);
    }
}

proptest! {
    #[test]
    fn no_bytes_do_more_than_say_that_they_are_damaged(bytes in prop::collection::vec(any::<u8>(), 0..400), cut in 0_usize..400) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(NAME);
        budgets(&folder).write(SALT, &[spending("a", 7)]).unwrap();
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &bytes).unwrap();
        prop_assert!(budgets(&folder).read().1.is_some());
        let cut = cut.min(whole.len() - 1);
        fs::write(&path, &whole[..cut]).unwrap();
        prop_assert!(budgets(&folder).read().1.is_some());
    }
}
