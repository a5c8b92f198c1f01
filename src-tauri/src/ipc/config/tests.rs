//! Feeds are configured as the page does it, against a real venue on loopback.

mod credentials;
mod keyring;
mod stage;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use model::FeedState;
use profile::{KeyringError, TokenPlace};

use self::keyring::Temper;
use self::stage::{Stage, wait_until};
use super::*;
use crate::ipc::code::Code;

const PLANTED: &str = "planted-key-7f3a";

#[test]
fn a_feed_is_added_gets_its_key_and_shows_prices_also_after_a_restart() {
    let stage = Stage::set();
    let added = stage.add("desk").unwrap();
    assert_eq!((added.key, added.problem), (KeyView::None, None));
    let row = stage.watch("desk");
    // It wants a token, and is told so by its venue.
    stage.wait_for_state("desk", |state| matches!(state, FeedState::Suspended { .. }));
    let entry = stage.set_key("desk", &stage.token(), KeepView::Keyring).unwrap();
    assert_eq!((entry.key, entry.problem), (KeyView::Keyring, None));
    stage.wait_for_price(row);
    assert_eq!(stage.kept("desk"), Some(stage.token()));
    let again = stage.restart();
    assert_eq!(again.entry("desk").key, KeyView::Keyring);
    let row = again.row("desk");
    again.wait_for_price(row);
    again.end();
}

#[test]
fn a_paused_feed_has_no_connection_and_its_row_says_so_until_it_is_resumed() {
    let stage = Stage::with_prices();
    let (row, id) = (stage.row("desk"), stage.id("desk"));
    stage.roster.pause(&id).unwrap();
    let entry = stage.entry("desk");
    assert!(entry.paused && entry.problem.is_none());
    assert_eq!(stage.standing("desk"), Some(Standing::Paused));
    wait_until(|| stage.clients() == 0);
    assert!(stage.explain(row).contains("the feed is paused"));
    assert!(stage.settings().contains("paused = true"));
    // Also in the next run.
    let again = stage.restart();
    assert_eq!(again.standing("desk"), Some(Standing::Paused));
    assert!(again.explain(again.row("desk")).contains("the feed is paused"));
    again.roster.resume(&id).unwrap();
    again.wait_for_price(again.row("desk"));
    assert!(!again.settings().contains("paused"));
    again.end();
}

#[test]
fn an_edited_feed_goes_on_with_what_the_file_has_beside() {
    let stage = Stage::with_prices();
    stage.edit_file(|text| {
        text.replace(
            "token = \"keyring\"",
            "token = \"keyring\"\ncolour = \"blue\"\nplain = true",
        )
    });
    let form = FeedForm {
        transports: vec!["ws".to_owned()],
        ..stage.form("desk")
    };
    let entry = save(&stage.roster, &form, Some(&stage.id("desk"))).unwrap();
    assert_eq!(
        (entry.form.transports, entry.form.plain),
        (vec!["ws".to_owned()], true)
    );
    assert!(stage.settings().contains("colour = \"blue\""));
    stage.wait_for_state("desk", FeedState::is_live);
    assert_eq!(stage.entry("desk").key, KeyView::Keyring);
    stage.end();
}

#[test]
fn a_renamed_feed_takes_its_key_and_its_rows_along() {
    let stage = Stage::with_prices();
    let renamed = save(&stage.roster, &stage.form("other"), Some(&stage.id("desk"))).unwrap();
    assert_eq!(
        (renamed.form.id.as_str(), renamed.key),
        ("other", KeyView::Keyring)
    );
    assert_eq!(stage.kept("desk"), None);
    assert_eq!(stage.kept("other"), Some(stage.token()));
    assert!(stage.lists().contains("feed = \"other\"") && !stage.lists().contains("desk"));
    assert_eq!(stage.standing("desk"), None);
    stage.wait_for_price(stage.row("other"));
    stage.end();
}

#[test]
fn a_removed_feed_comes_back_whole_and_its_key_goes_when_nobody_can_have_it_back() {
    let stage = Stage::with_prices();
    stage.add("second").unwrap();
    let first = stage.roster.remove(&stage.id("desk")).unwrap();
    assert!(!stage.settings().contains("id = \"desk\"") && !stage.lists().contains("desk"));
    assert_eq!(stage.standing("desk"), None);
    assert_eq!(
        stage.kept("desk"),
        Some(stage.token()),
        "as long as it may come back"
    );
    let back = stage.roster.restore(first).unwrap();
    assert_eq!(back, stage.id("desk"));
    assert!(!stage.settings().contains("leaving"));
    let order: Vec<_> = stage
        .roster
        .entries()
        .iter()
        .map(|entry| entry.feed.id.to_string())
        .collect();
    assert_eq!(order, ["sim", "desk", "second"]);
    stage.wait_for_price(stage.row("desk"));
    let undone = stage.roster.restore(first).unwrap_err();
    assert!(matches!(undone, NotDone::NoUndo));
    let second = stage.roster.remove(&stage.id("desk")).unwrap();
    stage.roster.remove(&stage.id("second")).unwrap();
    assert_eq!(stage.kept("desk"), None, "another removal ends the first");
    assert!(matches!(stage.roster.restore(second), Err(NotDone::NoUndo)));
    stage.end();
}

#[test]
fn who_takes_the_name_of_a_removed_feed_does_not_find_its_key() {
    let stage = Stage::with_prices();
    let undo = stage.roster.remove(&stage.id("desk")).unwrap();
    let added = stage.add("desk").unwrap();
    assert_eq!((added.key, stage.kept("desk")), (KeyView::None, None));
    assert!(matches!(stage.roster.restore(undo), Err(NotDone::NoUndo)));
    stage.end();
}

#[test]
fn with_the_end_of_the_app_nobody_can_have_a_removed_feed_back() {
    let stage = Stage::with_prices();
    stage.roster.remove(&stage.id("desk")).unwrap();
    stage.roster.lapse_all();
    assert_eq!(stage.kept("desk"), None);
    stage.end();
}

#[test]
fn the_simulated_feed_is_paused_with_its_venue_and_the_page_is_told_each_time() {
    let stage = Stage::set();
    let told = Arc::new(AtomicUsize::new(0));
    stage.roster.tell_page({
        let told = Arc::clone(&told);
        move || {
            told.fetch_add(1, Ordering::Relaxed);
        }
    });
    let (id, row) = (stage.id("sim"), stage.watch("sim"));
    stage.wait_for_price(row);
    stage.roster.pause(&id).unwrap();
    assert!(stage.explain(row).contains("the feed is paused"));
    stage.roster.pause(&id).unwrap();
    assert_eq!(told.load(Ordering::Relaxed), 1, "it was paused already");
    stage.roster.resume(&id).unwrap();
    stage.wait_for_state("sim", FeedState::is_live);
    let undo = stage.roster.remove(&id).unwrap();
    assert!(stage.handle().feeds().borrow().is_empty());
    stage.roster.restore(undo).unwrap();
    stage.wait_for_price(stage.row("sim"));
    assert_eq!(told.load(Ordering::Relaxed), 4);
    assert!(matches!(
        stage.roster.pause(&stage.id("nobody")),
        Err(NotDone::NoSuchFeed(_))
    ));
    stage.end();
}

#[test]
fn edits_of_one_feed_at_the_same_time_end_in_one_connection() {
    let stage = Stage::with_prices();
    let id = stage.id("desk");
    thread::scope(|scope| {
        for ways in [["ws"].as_slice(), &["ws", "sse"], &["ws", "poll"], &[]] {
            let (stage, id) = (&stage, &id);
            scope.spawn(move || {
                let transports = ways.iter().map(|way| (*way).to_owned()).collect();
                let form = FeedForm {
                    transports,
                    ..stage.form("desk")
                };
                save(&stage.roster, &form, Some(id)).unwrap();
                stage.roster.pause(id).unwrap();
                stage.roster.resume(id).unwrap();
            });
        }
    });
    stage.roster.resume(&id).unwrap();
    stage.wait_for_state("desk", FeedState::is_live);
    wait_until(|| stage.clients() == 1);
    assert_eq!(stage.roster.entries().len(), 2);
    stage.end();
}
