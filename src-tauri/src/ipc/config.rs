//! The feeds that a person configures, in the words of the page.
//!
//! What the words mean is decided in `form`, and what becomes of a change in
//! `roster`; here are the commands. A key comes in and never goes out.

pub(super) mod form;
mod listing;
#[cfg(test)]
mod tests;
mod views;

use std::sync::Arc;

use model::{FeedId, Secret};
use profile::{FeedKind, FeedSettings, Settings};
use tauri::State;
use tokio::task::block_in_place;

pub(crate) use self::views::{
    CheckView, Fault, FeedEntry, FeedForm, KeepView, KeyView, ListingView, Removal,
};
use super::code::CommandError;
use crate::roster::{Entry, Keep, Kept, NotDone, Roster, Slot, Standing, left_behind};
use crate::shell::Shell;
use crate::text::sentence;

type Answer<T> = Result<T, CommandError>;

/// Everything that a feed can be of.
#[tauri::command]
pub(super) fn catalogue() -> Vec<ListingView> {
    listing::catalogue()
}

/// The feeds of the settings, in the person's order.
#[tauri::command]
pub(super) async fn feed_settings(shell: State<'_, Shell>) -> Answer<Vec<FeedEntry>> {
    // Somebody may be writing the settings to a slow disk.
    let entries = block_in_place(|| shell.roster.entries());
    Ok(entries.iter().map(FeedEntry::from).collect())
}

/// What cannot be so in a form as it is typed, and what saving it takes away.
#[tauri::command]
pub(super) async fn check_feed(
    form: FeedForm,
    original: Option<String>,
    shell: State<'_, Shell>,
) -> Answer<CheckView> {
    let original = original.as_deref().map(FeedId::new);
    // Somebody may be writing the settings to a slow disk.
    Ok(block_in_place(|| {
        let settings = shell.profile().settings().clone();
        check(&shell.roster, &settings, &form, original.as_ref())
    }))
}

fn check(roster: &Roster, settings: &Settings, form: &FeedForm, original: Option<&FeedId>) -> CheckView {
    match form::read(form, settings, original) {
        Err(faults) => CheckView {
            faults,
            leaves: Vec::new(),
        },
        Ok(feed) => {
            let before = original.and_then(|id| roster.entry(id).ok());
            CheckView {
                faults: Vec::new(),
                leaves: before.map_or_else(Vec::new, |before| left(&before, &feed)),
            }
        }
    }
}

/// What the feed has now and would not have any more.
fn left(before: &Entry, feed: &FeedSettings) -> Vec<Fault> {
    let slots = [
        (Slot::Key, before.key, "key"),
        (Slot::ProxyLogin, before.login, "login"),
    ];
    let is_set = |kept| match kept {
        Kept::Keyring | Kept::Session | Kept::SessionOverKeyring => true,
        Kept::Nowhere | Kept::Missing => false,
    };
    let set = slots.into_iter().filter(|(_, kept, _)| is_set(*kept));
    set.filter_map(|(slot, _, field)| {
        Some(Fault {
            field: field.to_owned(),
            sentence: left_behind(slot, &before.feed.kind, &feed.kind)?,
        })
    })
    .collect()
}

/// Adds a feed, or changes the one that is called `original`.
#[tauri::command]
pub(super) async fn save_feed(
    form: FeedForm,
    original: Option<String>,
    shell: State<'_, Shell>,
) -> Answer<FeedEntry> {
    let original = original.as_deref().map(FeedId::new);
    // The settings are written to the disk, and a name may have to move in the keyring.
    block_in_place(|| save(&shell.roster, &form, original.as_ref()))
}

fn save(roster: &Arc<Roster>, form: &FeedForm, original: Option<&FeedId>) -> Answer<FeedEntry> {
    let read = |settings: &Settings| {
        form::read(form, settings, original).map_err(|faults| {
            let first = faults.into_iter().next();
            NotDone::BadFeed(first.map_or_else(String::new, |fault| fault.sentence))
        })
    };
    let id = done(roster.save(original, read))?;
    entry(roster, &id)
}

/// No connection until it is resumed.
#[tauri::command]
pub(super) async fn pause_feed(feed: String, shell: State<'_, Shell>) -> Answer<FeedEntry> {
    let id = FeedId::new(&feed);
    block_in_place(|| {
        done(shell.roster.pause(&id))?;
        entry(&shell.roster, &id)
    })
}

#[tauri::command]
pub(super) async fn resume_feed(feed: String, shell: State<'_, Shell>) -> Answer<FeedEntry> {
    let id = FeedId::new(&feed);
    block_in_place(|| {
        done(shell.roster.resume(&id))?;
        entry(&shell.roster, &id)
    })
}

/// It can be had back by the answer, for half a minute.
#[tauri::command]
pub(super) async fn remove_feed(feed: String, shell: State<'_, Shell>) -> Answer<Removal> {
    let undo = block_in_place(|| done(shell.roster.remove(&FeedId::new(&feed))))?;
    Ok(Removal { undo })
}

#[tauri::command]
pub(super) async fn restore_feed(undo: u32, shell: State<'_, Shell>) -> Answer<FeedEntry> {
    block_in_place(|| {
        let id = done(shell.roster.restore(undo))?;
        entry(&shell.roster, &id)
    })
}

/// Keeps a key and opens the feed anew with it.
#[tauri::command]
pub(super) async fn set_key(
    feed: String,
    key: String,
    keep: KeepView,
    shell: State<'_, Shell>,
) -> Answer<FeedEntry> {
    let key = Secret::new(key);
    block_in_place(|| set(&shell.roster, &FeedId::new(&feed), Slot::Key, &key, keep))
}

/// All of it, or only the older one that the keyring has beside that of this run.
#[tauri::command]
pub(super) async fn forget_key(feed: String, older: bool, shell: State<'_, Shell>) -> Answer<FeedEntry> {
    block_in_place(|| forget(&shell.roster, &FeedId::new(&feed), Slot::Key, older))
}

/// As [`set_key`], for the user name and the password of the feed's proxy, with a colon between.
#[tauri::command]
pub(super) async fn set_proxy_login(
    feed: String,
    login: String,
    keep: KeepView,
    shell: State<'_, Shell>,
) -> Answer<FeedEntry> {
    let login = Secret::new(login);
    block_in_place(|| set(&shell.roster, &FeedId::new(&feed), Slot::ProxyLogin, &login, keep))
}

#[tauri::command]
pub(super) async fn forget_proxy_login(
    feed: String,
    older: bool,
    shell: State<'_, Shell>,
) -> Answer<FeedEntry> {
    block_in_place(|| forget(&shell.roster, &FeedId::new(&feed), Slot::ProxyLogin, older))
}

fn set(roster: &Arc<Roster>, id: &FeedId, slot: Slot, secret: &Secret, keep: KeepView) -> Answer<FeedEntry> {
    let keep = match keep {
        KeepView::Keyring => Keep::Keyring,
        KeepView::Session => Keep::Session,
    };
    done(roster.set(id, slot, secret, keep))?;
    entry(roster, id)
}

fn forget(roster: &Arc<Roster>, id: &FeedId, slot: Slot, older: bool) -> Answer<FeedEntry> {
    done(if older {
        roster.forget_older(id, slot)
    } else {
        roster.forget(id, slot)
    })?;
    entry(roster, id)
}

fn entry(roster: &Roster, id: &FeedId) -> Answer<FeedEntry> {
    done(roster.entry(id)).map(|entry| FeedEntry::from(&entry))
}

fn done<T>(result: Result<T, NotDone>) -> Answer<T> {
    result.map_err(|why| CommandError::not_done(&why))
}

impl From<&Entry> for FeedEntry {
    fn from(entry: &Entry) -> Self {
        let feed = &entry.feed;
        let (problem, next) = problem(feed, entry.standing.as_ref()).unzip();
        Self {
            form: feed.into(),
            title: listing::title(&feed.kind),
            paused: feed.paused,
            key: entry.key.into(),
            proxy_login: entry.login.into(),
            problem,
            next,
        }
    }
}

/// Why it is not open although it should be, and what to do about it.
fn problem(feed: &FeedSettings, standing: Option<&Standing>) -> Option<(String, String)> {
    match (standing, &feed.kind) {
        (Some(Standing::Refused(refusal)), _) => Some((sentence(&refusal.sentence), refusal.next.clone())),
        (Some(Standing::Locked { .. }), _) => Some((
            "The keyring is asked for its key.".to_owned(),
            "Answer the keyring's dialog, which may be behind another window.".to_owned(),
        )),
        (_, FeedKind::Unread { why, .. }) => Some((sentence(why), why.next_step().to_owned())),
        (Some(Standing::Open | Standing::Paused), _) => None,
        (None, FeedKind::Sim(_) | FeedKind::Tickwire { .. } | FeedKind::Venue(_)) => Some((
            "This run shows the feed of --feed alone.".to_owned(),
            "Start Tickwire without --feed.".to_owned(),
        )),
    }
}

impl From<Kept> for KeyView {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Nowhere => Self::None,
            Kept::Keyring => Self::Keyring,
            Kept::Session => Self::Session,
            Kept::SessionOverKeyring => Self::SessionOverKeyring,
            Kept::Missing => Self::Missing,
        }
    }
}
