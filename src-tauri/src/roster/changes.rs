//! Add, edit, rename, pause, resume.

use std::sync::Arc;

use model::FeedId;
use profile::{FeedKind, FeedSettings, Settings, TokenPlace};

use super::audience::stays;
use super::credentials::{Slot, place, set_place};
use super::{NotDone, Roster};
use crate::feeds::Given;

impl Roster {
    /// Adds the feed that `read` finds, or has the one that was called `original`
    /// become it. It is read in the settings as they are when its turn comes.
    pub(crate) fn save(
        self: &Arc<Self>,
        original: Option<&FeedId>,
        read: impl Fn(&Settings) -> Result<FeedSettings, NotDone>,
    ) -> Result<FeedId, NotDone> {
        let id = read(self.profile().settings())?.id;
        let _turn = self.turns.take(&[original.unwrap_or(&id), &id]);
        let mut wanted = read(self.profile().settings())?;
        let shown = original.map(|original| self.feed(original)).transpose()?;
        let renamed = shown.as_ref().filter(|shown| shown.id != id);
        if renamed.is_some() || shown.is_none() {
            // Whoever had this name before cannot have it back.
            self.lapse_of(&id);
        }
        for slot in Slot::ALL {
            let goes_along = |shown: &FeedSettings| stays(slot, &shown.kind, &wanted.kind);
            if !shown.as_ref().is_some_and(goes_along) {
                set_place(&mut wanted.kind, slot, TokenPlace::None);
            }
        }
        // First of all, as it finds out whether the name is free.
        self.write(shown.as_ref(), &wanted)?;
        let saved = self.feed(&id)?;
        if let Some(from) = renamed
            && let Err(error) = self.copy_keys(from, &saved)
        {
            self.write(Some(&saved), from)?;
            return Err(error);
        }
        if let Some(shown) = &shown {
            self.forget_what_is_left_over(shown, &saved);
        }
        if let Some(from) = renamed {
            self.move_to(&from.id, &id);
        }
        let is_elsewhere = shown
            .as_ref()
            .is_none_or(|shown| !is_same_place(&shown.kind, &saved.kind));
        let is_as_it_was = renamed.is_none() && shown.as_ref() == Some(&saved);
        if !is_as_it_was || self.standing(&id).is_none() {
            if is_elsewhere {
                self.close(&id);
            }
            // What stands in its way is told by its standing.
            let _told = self.bring_about(&saved, &Given::default());
            self.tell();
        }
        Ok(id)
    }

    /// No connection until it is resumed; its rows stay.
    pub(crate) fn pause(self: &Arc<Self>, id: &FeedId) -> Result<(), NotDone> {
        self.set_paused(id, true)
    }

    pub(crate) fn resume(self: &Arc<Self>, id: &FeedId) -> Result<(), NotDone> {
        self.set_paused(id, false)
    }

    fn set_paused(self: &Arc<Self>, id: &FeedId, paused: bool) -> Result<(), NotDone> {
        let _turn = self.turns.take(&[id]);
        let before = self.feed(id)?;
        self.change(|settings| {
            for feed in settings.feeds.iter_mut().filter(|feed| feed.id == *id) {
                feed.paused = paused;
            }
        });
        let feed = self.feed(id)?;
        if before != feed || self.standing(id).is_none() {
            let _told = self.bring_about(&feed, &Given::default());
            self.tell();
        }
        Ok(())
    }

    /// A change that could not be written holds until the app ends, and is told.
    pub(super) fn change(&self, change: impl FnOnce(&mut Settings)) {
        let kept = self.profile().change_settings(change);
        self.around.board.post_kept(kept);
    }

    /// Into the file as it is now, which may have been edited meanwhile.
    fn write(&self, shown: Option<&FeedSettings>, wanted: &FeedSettings) -> Result<(), NotDone> {
        let mut is_taken = false;
        self.change(|settings| {
            let keeps_its_name = shown.is_some_and(|shown| shown.id == wanted.id);
            is_taken = !keeps_its_name && settings.feed(&wanted.id).is_some();
            if is_taken {
                return;
            }
            let kept = shown.and_then(|shown| {
                let mut feeds = settings.feeds.iter_mut();
                Some((feeds.find(|feed| feed.id == shown.id)?, shown))
            });
            match kept {
                Some((feed, shown)) => feed.change(shown, wanted),
                None => settings.feeds.push(wanted.clone()),
            }
        });
        if is_taken {
            let id = &wanted.id;
            return Err(NotDone::BadFeed(format!(
                "Another feed is called {id} already; take another name."
            )));
        }
        Ok(())
    }

    /// Everything that knew the feed by its name.
    fn move_to(&self, from: &FeedId, to: &FeedId) {
        self.around.engine.rename_bookmark(from, to);
        self.around
            .board
            .post_kept(self.around.watchlists.rename_feed(from, to).kept);
        self.close(from);
    }

    /// Those that go along under another name.
    fn copy_keys(&self, feed: &FeedSettings, saved: &FeedSettings) -> Result<(), NotDone> {
        let along = |slot: &Slot| stays(*slot, &feed.kind, &saved.kind);
        for slot in Slot::ALL.into_iter().filter(along) {
            let (from, to) = (slot.account(&feed.id), slot.account(&saved.id));
            let copied = self
                .keys
                .copy(&from, &to, place(&feed.kind, slot).unwrap_or_default());
            copied.map_err(|error| NotDone::Keyring { account: from, error })?;
        }
        Ok(())
    }

    /// A key under a name that no feed has any more, or of somebody whom it is with no more.
    fn forget_what_is_left_over(&self, shown: &FeedSettings, saved: &FeedSettings) {
        for slot in Slot::ALL {
            let before = place(&shown.kind, slot).unwrap_or_default();
            let is_kept = place(&saved.kind, slot) == Some(before) && stays(slot, &shown.kind, &saved.kind);
            if shown.id != saved.id || !is_kept {
                self.forget_or_tell(&slot.account(&shown.id), before);
            }
        }
    }
}

/// Whether prices of the one may stand beside those of the other.
fn is_same_place(one: &FeedKind, other: &FeedKind) -> bool {
    match (one, other) {
        (FeedKind::Sim(one), FeedKind::Sim(other)) => one == other,
        (FeedKind::Tickwire { url: one, .. }, FeedKind::Tickwire { url: other, .. }) => one == other,
        (FeedKind::Venue(one), FeedKind::Venue(other)) => {
            (&one.venue, &one.url, &one.rest) == (&other.venue, &other.url, &other.rest)
        }
        (FeedKind::Sim(_) | FeedKind::Tickwire { .. } | FeedKind::Venue(_) | FeedKind::Unread { .. }, _) => {
            false
        }
    }
}
