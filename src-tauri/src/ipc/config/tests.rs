//! Feeds are configured as the page does it, against a real venue on loopback.

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
fn a_wrong_key_is_told_and_the_right_one_opens_the_feed_at_once() {
    let stage = Stage::set();
    stage.add("desk").unwrap();
    let row = stage.watch("desk");
    stage.set_key("desk", "wrong", KeepView::Session).unwrap();
    stage.wait_for_state("desk", |state| matches!(state, FeedState::Suspended { .. }));
    let entry = stage.set_key("desk", &stage.token(), KeepView::Session).unwrap();
    assert_eq!(entry.key, KeyView::Session);
    stage.wait_for_price(row);
    assert!(!stage.settings().contains("token"), "{}", stage.settings());
    let forgotten = forget(&stage.roster, &stage.id("desk"), Slot::Key).unwrap();
    assert_eq!(forgotten.key, KeyView::None);
    stage.wait_for_state("desk", |state| matches!(state, FeedState::Suspended { .. }));
    stage.end();
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
fn a_key_that_a_locked_keyring_did_not_let_go_of_is_forgotten_in_the_next_run() {
    let stage = Stage::with_prices();
    stage.roster.remove(&stage.id("desk")).unwrap();
    stage.keyring.be(Temper::Absent);
    stage.roster.lapse_all();
    assert_eq!(stage.kept("desk"), Some(stage.token()));
    let [notice] = stage.board.all().try_into().unwrap();
    assert!(notice.sentence.contains("still there"), "{}", notice.sentence);
    assert!(stage.settings().contains("leaving = [\"desk\"]"));
    stage.keyring.be_well();
    let again = stage.restart();
    wait_until(|| again.kept("desk").is_none());
    wait_until(|| !again.settings().contains("leaving"));
    again.end();
}

#[test]
fn without_a_keyring_a_key_can_be_set_until_the_app_ends() {
    let stage = Stage::set();
    stage.add("desk").unwrap();
    let row = stage.watch("desk");
    stage.keyring.be(Temper::Absent);
    let refused = stage
        .set_key("desk", &stage.token(), KeepView::Keyring)
        .unwrap_err();
    assert_eq!(refused.code, Code::Keyring);
    assert!(refused.next.contains("only until you quit"), "{}", refused.next);
    assert!(!stage.settings().contains("keyring"));
    let entry = stage.set_key("desk", &stage.token(), KeepView::Session).unwrap();
    assert_eq!(entry.key, KeyView::Session);
    stage.wait_for_price(row);
    let again = stage.restart();
    assert_eq!(again.entry("desk").key, KeyView::None);
    again.end();
}

#[test]
fn a_key_that_the_keyring_has_no_more_is_told_with_the_next_step() {
    let stage = Stage::with_prices();
    stage.keyring.lose("desk");
    let again = stage.restart();
    wait_until(|| matches!(again.standing("desk"), Some(Standing::Refused(_))));
    let entry = again.entry("desk");
    assert_eq!(entry.key, KeyView::Missing);
    assert!(entry.problem.unwrap().contains("nothing is stored"));
    assert!(entry.next.unwrap().starts_with("Set it anew"));
    let why = again.explain(again.row("desk"));
    assert!(why.contains("nothing is stored"), "{why}");
    again.set_key("desk", &again.token(), KeepView::Keyring).unwrap();
    again.wait_for_price(again.row("desk"));
    again.end();
}

#[test]
fn an_answer_of_the_keyring_that_comes_too_late_changes_nothing() {
    let stage = Stage::with_prices();
    let dialog = stage.keyring.be(Temper::Asks);
    let again = stage.restart();
    dialog.opened();
    assert!(matches!(again.standing("desk"), Some(Standing::Locked { .. })));
    assert!(again.explain(again.row("desk")).contains("the keyring is asked"));
    // Edited and given a key while the dialog is open: neither waits for it.
    again.roster.pause(&again.id("desk")).unwrap();
    again.set_key("desk", &again.token(), KeepView::Session).unwrap();
    assert_eq!(again.standing("desk"), Some(Standing::Paused));
    dialog.dismiss();
    again.roster.resume(&again.id("desk")).unwrap();
    again.wait_for_price(again.row("desk"));
    assert_eq!(again.standing("desk"), Some(Standing::Open));
    assert!(again.board.all().is_empty(), "{:?}", again.board.all());
    again.end();
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

#[test]
fn what_is_no_key_is_told_and_not_repeated() {
    let stage = Stage::set();
    let alpaca = FeedForm {
        id: "alpaca".to_owned(),
        venue: "alpaca:test".to_owned(),
        url: stage.url(),
        ..FeedForm::default()
    };
    let added = save(&stage.roster, &alpaca, None).unwrap();
    assert_eq!(added.key, KeyView::Missing);
    assert!(added.problem.unwrap().contains("wants a key"));
    for (feed, key, sentence) in [
        (
            "alpaca",
            "  ",
            "There is nothing in it; paste it as its maker shows it.",
        ),
        (
            "alpaca",
            PLANTED,
            "This venue's key has two parts: write them as ID:SECRET.",
        ),
        ("sim", PLANTED, "The simulator wants none."),
    ] {
        let refused = stage.set_key(feed, key, KeepView::Keyring).unwrap_err();
        assert_eq!(
            (refused.code, refused.sentence.as_str()),
            (Code::BadKey, sentence)
        );
        assert!(!refused.next.contains(PLANTED));
    }
    let login = Secret::new("ada:hush".to_owned());
    let refused = set(
        &stage.roster,
        &stage.id("alpaca"),
        Slot::ProxyLogin,
        &login,
        KeepView::Session,
    );
    assert_eq!(refused.unwrap_err().sentence, "Name the proxy first.");
    stage.end();
}

#[test]
fn a_planted_key_is_in_nothing_that_the_page_is_told_and_in_no_file() {
    let stage = Stage::set();
    stage.add("desk").unwrap();
    stage.watch("desk");
    let mut told = vec![format!(
        "{:?}",
        stage.set_key("desk", PLANTED, KeepView::Keyring).unwrap()
    )];
    stage.wait_for_state("desk", |state| matches!(state, FeedState::Suspended { .. }));
    let proxied = FeedForm {
        proxy: "http://127.0.0.1:9".to_owned(),
        ..stage.form("desk")
    };
    let id = stage.id("desk");
    told.push(serde_json::to_string(&save(&stage.roster, &proxied, Some(&id)).unwrap()).unwrap());
    let login = Secret::new(format!("ada:{PLANTED}"));
    let entry = set(&stage.roster, &id, Slot::ProxyLogin, &login, KeepView::Keyring).unwrap();
    assert_eq!(entry.proxy_login, KeyView::Keyring);
    told.push(serde_json::to_string(&entry).unwrap());
    stage.keyring.be(Temper::Absent);
    for refused in [
        stage.set_key("desk", PLANTED, KeepView::Keyring).unwrap_err(),
        forget(&stage.roster, &id, Slot::Key).unwrap_err(),
    ] {
        told.push(serde_json::to_string(&refused).unwrap());
    }
    let bad = FeedForm {
        url: format!("wss://h/?token={PLANTED}"),
        ..stage.form("other")
    };
    told.push(serde_json::to_string(&save(&stage.roster, &bad, None).unwrap_err()).unwrap());
    for entry in stage.roster.entries() {
        told.push(serde_json::to_string(&FeedEntry::from(&entry)).unwrap());
    }
    told.push(format!("{:?} {:?}", stage.roster, stage.board.all()));
    told.push(stage.handle().report(&id).unwrap().text());
    told.push(format!("{:?}", stage.handle().feeds().borrow()));
    told.extend(stage.files());
    for text in told {
        assert!(!text.contains(PLANTED), "{text}");
    }
    assert_eq!(stage.kept("desk").as_deref(), Some(PLANTED));
    stage.end();
}

#[test]
fn a_keyring_that_does_not_move_a_key_leaves_the_feed_as_it_was_called() {
    let stage = Stage::with_prices();
    stage.keyring.be(Temper::Absent);
    let refused = save(&stage.roster, &stage.form("other"), Some(&stage.id("desk"))).unwrap_err();
    assert_eq!(refused.code, Code::Keyring);
    assert!(stage.settings().contains("\"desk\"") && !stage.settings().contains("other"));
    assert_eq!(stage.standing("desk"), Some(Standing::Open));
    stage.end();
}

#[test]
fn the_places_of_secrets_are_what_the_settings_say() {
    let stage = Stage::with_prices();
    let feed = stage.roster.entry(&stage.id("desk")).unwrap().feed;
    assert!(matches!(
        feed.kind,
        FeedKind::Tickwire {
            token: TokenPlace::Keyring,
            ..
        }
    ));
    assert_eq!(stage.keyring.ask("nobody"), Err(KeyringError::NothingStored));
    stage.end();
}
