//! Keys and logins: set, kept, missed, left behind and forgotten.

use super::*;
use crate::feeds::Given;

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
    let forgotten = forget(&stage.roster, &stage.id("desk"), Slot::Key, false).unwrap();
    assert_eq!(forgotten.key, KeyView::None);
    stage.wait_for_state("desk", |state| matches!(state, FeedState::Suspended { .. }));
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
        forget(&stage.roster, &id, Slot::Key, false).unwrap_err(),
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

#[test]
fn a_key_stays_behind_when_its_feed_moves_to_another_host() {
    let stage = Stage::with_prices();
    let id = stage.id("desk");
    // The same server by another name: whoever showed it the key would be let in.
    let moved = FeedForm {
        url: stage.url().replace("127.0.0.1", "localhost"),
        ..stage.form("desk")
    };
    for keep in [KeepView::Keyring, KeepView::Session] {
        stage.set_key("desk", &stage.token(), keep).unwrap();
        stage.wait_for_state("desk", FeedState::is_live);
        let [told] = stage.check(&moved, "desk").leaves.try_into().unwrap();
        assert_eq!(told.field, "key");
        assert!(
            told.sentence.contains("is not sent to localhost:"),
            "{}",
            told.sentence
        );

        let entry = save(&stage.roster, &moved, Some(&id)).unwrap();
        assert_eq!((entry.key, stage.kept("desk")), (KeyView::None, None));
        stage.wait_for_state("desk", |state| matches!(state, FeedState::Suspended { .. }));
        assert!(!stage.settings().contains("token"), "{}", stage.settings());
        // Nor does it come back with the address.
        let entry = save(&stage.roster, &stage.form("desk"), Some(&id)).unwrap();
        assert_eq!(entry.key, KeyView::None);
        stage.wait_for_state("desk", |state| matches!(state, FeedState::Suspended { .. }));
    }
    // There is none to be left behind.
    assert_eq!(stage.check(&moved, "desk"), CheckView::default());
    stage.end();
}

#[test]
fn a_feed_that_moves_and_is_renamed_at_once_takes_no_key_along() {
    let stage = Stage::with_prices();
    let moved = FeedForm {
        url: stage.url().replace("127.0.0.1", "localhost"),
        ..stage.form("other")
    };
    let entry = save(&stage.roster, &moved, Some(&stage.id("desk"))).unwrap();
    assert_eq!(entry.key, KeyView::None);
    assert_eq!((stage.kept("desk"), stage.kept("other")), (None, None));
    stage.end();
}

#[test]
fn a_trial_of_a_feed_that_would_move_does_not_show_the_key_either() {
    let stage = Stage::with_prices();
    let spec = |url: String| {
        let form = FeedForm {
            url,
            ..stage.form("desk")
        };
        let feed = stage.read(&form, "desk");
        stage.roster.spec(&feed, Given::default()).unwrap()
    };
    for keep in [KeepView::Keyring, KeepView::Session] {
        stage.set_key("desk", &stage.token(), keep).unwrap();
        assert!(spec(stage.url()).token.is_some());
        assert!(
            spec(stage.url().replace("127.0.0.1", "localhost"))
                .token
                .is_none()
        );
    }
    stage.end();
}

#[test]
fn an_older_key_in_the_keyring_is_told_and_can_be_forgotten_alone() {
    let stage = Stage::with_prices();
    let id = stage.id("desk");
    let entry = stage.set_key("desk", &stage.token(), KeepView::Session).unwrap();
    assert_eq!(entry.key, KeyView::SessionOverKeyring);
    let entry = forget(&stage.roster, &id, Slot::Key, true).unwrap();
    assert_eq!((entry.key, stage.kept("desk")), (KeyView::Session, None));
    assert!(!stage.settings().contains("token"), "{}", stage.settings());
    stage.roster.pause(&id).unwrap();
    stage.roster.resume(&id).unwrap();
    stage.wait_for_state("desk", FeedState::is_live);
    let again = stage.restart();
    assert_eq!(again.entry("desk").key, KeyView::None);
    again.end();
}
