//! A feed that was removed, as long as it can be had back.
//!
//! Its key leaves the keyring when it cannot. That it has to is written down with
//! the removal, so that a program that is killed in between, or a keyring that is
//! locked, leaves no key behind for good.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use model::{FeedId, Secret};
use profile::{FeedSettings, TokenPlace};
use tracing::info;

use super::credentials::{Slot, place};
use super::{NotDone, Roster};
use crate::feeds::Given;
use crate::watchlists::TakenOut;

/// So long may a person think better of it.
pub(super) const UNDO_FOR: Duration = Duration::from_secs(30);

pub(super) struct Removed {
    number: u32,
    feed: FeedSettings,
    /// Before which it stood.
    place: usize,
    rows: TakenOut,
    /// What was kept for this run alone.
    session: Vec<(FeedId, Secret)>,
}

impl Roster {
    /// Its rows go with it. Its key stays where it is until nobody can have the
    /// feed back: the answer is the number to have it back by.
    pub(crate) fn remove(self: &Arc<Self>, id: &FeedId) -> Result<u32, NotDone> {
        let turn = self.turns.take(&[id]);
        let mut taken = None;
        self.feed(id)?;
        self.change(|settings| {
            let place = settings.feeds.iter().position(|feed| feed.id == *id);
            taken = place.map(|place| (place, settings.feeds.remove(place)));
            let is_kept = taken.as_ref().is_some_and(|(_, feed)| is_in_keyring(feed));
            if is_kept && !settings.leaving.iter().any(|name| name == id.as_str()) {
                settings.leaving.push(id.to_string());
            }
        });
        // Somebody has taken it out of the file meanwhile; here it was until now.
        let (place, feed) = taken.ok_or_else(|| NotDone::NoSuchFeed(id.clone()))?;
        let rows = self.around.watchlists.take_out(id);
        self.around.board.post_kept(rows.kept);
        self.close(id);
        let session = Slot::ALL.into_iter().filter_map(|slot| {
            let account = slot.account(id);
            let secret = self.keys.take_session(&account)?;
            Some((account, secret))
        });
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let removed = Removed {
            number,
            feed,
            place,
            rows: rows.value,
            session: session.collect(),
        };
        let before = self.removed_now().replace(removed);
        drop(turn);
        self.tell();
        if let Some(before) = before {
            self.lapse(&before);
        }
        let roster = Arc::clone(self);
        self.around.tasks.spawn(async move {
            tokio::time::sleep(UNDO_FOR).await;
            let lapsed = tauri::async_runtime::spawn_blocking(move || {
                if let Some(removed) = roster.take_removed(|removed| removed.number == number) {
                    roster.lapse(&removed);
                }
            });
            // A failure in there is told where all failures are.
            let _ended = lapsed.await;
        });
        Ok(number)
    }

    /// Its settings, its place, its rows and its keys are as they were.
    pub(crate) fn restore(self: &Arc<Self>, number: u32) -> Result<FeedId, NotDone> {
        let removed = self.take_removed(|removed| removed.number == number);
        let Removed {
            feed,
            place,
            rows,
            session,
            ..
        } = removed.ok_or(NotDone::NoUndo)?;
        let id = feed.id.clone();
        let _turn = self.turns.take(&[&id]);
        let mut is_back = false;
        self.change(|settings| {
            is_back = settings.feed(&id).is_none();
            if is_back {
                let place = place.min(settings.feeds.len());
                settings.feeds.insert(place, feed);
                settings.leaving.retain(|name| name != id.as_str());
            }
        });
        if !is_back {
            return Err(NotDone::NoUndo);
        }
        for (account, secret) in session {
            // Memory has never refused anything.
            let _kept = self.keys.keep(&account, secret, super::Keep::Session);
        }
        let put_back = self.around.watchlists.put_back(rows);
        self.around.board.post_kept(put_back.kept);
        let feed = self.feed(&id)?;
        // What stands in its way is told by its standing.
        let _told = self.bring_about(&feed, &Given::default());
        self.tell();
        Ok(id)
    }

    /// The app ends, and nobody can think better of it any more. Waits for the keyring.
    pub(crate) fn lapse_all(&self) {
        if let Some(removed) = self.take_removed(|_| true) {
            self.lapse(&removed);
        }
    }

    /// What an earlier run had to leave in the keyring.
    pub(super) fn forget_what_was_left(self: &Arc<Self>) {
        let names = self.profile().settings().leaving.clone();
        if names.is_empty() {
            return;
        }
        let roster = Arc::clone(self);
        self.around.tasks.spawn(async move {
            let forgotten = tauri::async_runtime::spawn_blocking(move || {
                for id in names.iter().map(|name| FeedId::new(name)) {
                    let _turn = roster.turns.take(&[&id]);
                    roster.forget_left(&id);
                }
            });
            // A failure in there is told where all failures are.
            let _ended = forgotten.await;
        });
    }

    /// Another feed gets the name of one that was removed, and holds its turn.
    pub(super) fn lapse_of(&self, id: &FeedId) {
        let removed = self.take_removed(|removed| removed.feed.id == *id);
        if let Some(removed) = removed {
            self.forget_keys_of(&removed.feed);
        } else {
            self.forget_left(id);
        }
    }

    fn lapse(&self, removed: &Removed) {
        let id = &removed.feed.id;
        let _turn = self.turns.take(&[id]);
        // A key of that name may be another's by now.
        if self.feed(id).is_err() {
            self.forget_keys_of(&removed.feed);
        }
    }

    fn forget_keys_of(&self, feed: &FeedSettings) {
        let mut is_forgotten = true;
        for slot in Slot::ALL {
            let place = place(&feed.kind, slot).unwrap_or_default();
            is_forgotten &= self.forget_or_tell(&slot.account(&feed.id), place);
        }
        if is_forgotten {
            self.has_left(&feed.id);
        }
    }

    /// Where it does not work it is tried again in the next run.
    fn forget_left(&self, id: &FeedId) {
        let is_left = {
            let profile = self.profile();
            let settings = profile.settings();
            settings.feed(id).is_none() && settings.leaving.iter().any(|name| name == id.as_str())
        };
        let is_removed_now = || {
            let removed = self.removed_now();
            removed.as_ref().is_some_and(|removed| removed.feed.id == *id)
        };
        if !is_left || is_removed_now() {
            return;
        }
        let forget = |slot: Slot| self.keys.forget(&slot.account(id), TokenPlace::Keyring);
        match Slot::ALL.into_iter().try_for_each(forget) {
            Ok(()) => self.has_left(id),
            Err(error) => info!(%error, feed = %id, "what a removed feed had is still in the keyring"),
        }
    }

    fn has_left(&self, id: &FeedId) {
        if self
            .profile()
            .settings()
            .leaving
            .iter()
            .any(|name| name == id.as_str())
        {
            self.change(|settings| settings.leaving.retain(|name| name != id.as_str()));
        }
    }

    fn take_removed(&self, is_it: impl Fn(&Removed) -> bool) -> Option<Removed> {
        self.removed_now().take_if(|removed| is_it(removed))
    }

    fn removed_now(&self) -> std::sync::MutexGuard<'_, Option<Removed>> {
        self.removed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_in_keyring(feed: &FeedSettings) -> bool {
    let mut slots = Slot::ALL.into_iter();
    slots.any(|slot| place(&feed.kind, slot) == Some(TokenPlace::Keyring))
}
