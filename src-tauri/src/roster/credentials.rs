//! Keys of feeds and logins of their proxies: set and forgotten.

use std::sync::Arc;

use engine::OpenError;
use model::{FeedId, Secret};
use profile::{FeedKind, FeedSettings, TokenPlace, proxy_login_of};
use provider::KeyNeed;

use super::{Entry, Keep, NotDone, Refusal, Roster, Standing};
use crate::feeds::{self, Given, NotOpened, Way};
use crate::ipc::{Notice, NoticeCode};
use crate::text::sentence;

/// What can be secret about a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Key,
    ProxyLogin,
}

/// Where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// There is none, and none is needed.
    Nowhere,
    Keyring,
    Session,
    /// In memory, and an older one in the keyring, which is used again in the next run.
    SessionOverKeyring,
    /// It is needed, or should be in the keyring, and is not there.
    Missing,
}

impl Slot {
    pub(super) const ALL: [Self; 2] = [Self::Key, Self::ProxyLogin];

    pub(super) fn account(self, feed: &FeedId) -> FeedId {
        match self {
            Self::Key => feed.clone(),
            Self::ProxyLogin => proxy_login_of(feed),
        }
    }

    fn given(self, secret: Secret) -> Given {
        let nothing = Given::default();
        match self {
            Self::Key => Given {
                token: Some(secret),
                ..nothing
            },
            Self::ProxyLogin => Given {
                login: Some(secret),
                ..nothing
            },
        }
    }
}

impl Roster {
    /// Keeps it and opens the feed anew with it. With [`Keep::Session`] the keyring
    /// is not asked, and what it may have is used again in the next run.
    pub(crate) fn set(
        self: &Arc<Self>,
        id: &FeedId,
        slot: Slot,
        secret: &Secret,
        keep: Keep,
    ) -> Result<(), NotDone> {
        let _turn = self.turns.take(&[id]);
        let feed = self.feed(id)?;
        // What was copied from somewhere has a line's end behind it.
        let secret = Secret::new(secret.reveal().trim().to_owned());
        fits(&feed, slot, &secret)?;
        let account = slot.account(id);
        let kept = self.keys.keep(&account, secret.clone(), keep);
        kept.map_err(|error| NotDone::Keyring { account, error })?;
        if keep == Keep::Keyring {
            self.place_all(id, slot, TokenPlace::Keyring);
        }
        self.open_anew(id, &slot.given(secret))
    }

    /// Afterwards it is neither in the keyring nor in memory.
    pub(crate) fn forget(self: &Arc<Self>, id: &FeedId, slot: Slot) -> Result<(), NotDone> {
        let _turn = self.turns.take(&[id]);
        let feed = self.feed(id)?;
        let account = slot.account(id);
        let place = place(&feed.kind, slot).unwrap_or_default();
        let forgotten = self.keys.forget(&account, place);
        forgotten.map_err(|error| NotDone::Keyring { account, error })?;
        self.place_all(id, slot, TokenPlace::None);
        self.open_anew(id, &Given::default())
    }

    /// What the keyring has goes, and what was set for this run stays.
    pub(crate) fn forget_older(&self, id: &FeedId, slot: Slot) -> Result<(), NotDone> {
        let _turn = self.turns.take(&[id]);
        self.feed(id)?;
        let account = slot.account(id);
        let forgotten = self.keys.forget_kept(&account);
        forgotten.map_err(|error| NotDone::Keyring { account, error })?;
        self.place_all(id, slot, TokenPlace::None);
        Ok(())
    }

    fn place_all(&self, id: &FeedId, slot: Slot, place: TokenPlace) {
        self.change(|settings| {
            for feed in settings.feeds.iter_mut().filter(|feed| feed.id == *id) {
                set_place(&mut feed.kind, slot, place);
            }
        });
    }

    /// For what is forgotten along the way: a person is told where it did not work.
    pub(super) fn forget_or_tell(&self, account: &FeedId, place: TokenPlace) -> bool {
        let Err(error) = self.keys.forget(account, place) else {
            return true;
        };
        self.around.board.post(Notice {
            code: NoticeCode::KeyLeft,
            sentence: format!("What the keyring has for {account} is still there, since {error}."),
            next: "Take it out in the keyring's own window, where it is listed under app.tickwire.desktop."
                .to_owned(),
        });
        false
    }

    pub(super) fn entry_of(&self, feed: FeedSettings) -> Entry {
        let standing = self.standing(&feed.id);
        let is_missing = matches!(
            &standing,
            Some(Standing::Refused(Refusal {
                is_for_want_of_a_key: true,
                ..
            }))
        );
        let kept = |slot: Slot| {
            if self.keys.at_hand(&slot.account(&feed.id)).is_some() {
                return match place(&feed.kind, slot) {
                    Some(TokenPlace::Keyring) => Kept::SessionOverKeyring,
                    Some(TokenPlace::None) | None => Kept::Session,
                };
            }
            match (place(&feed.kind, slot), slot) {
                (Some(TokenPlace::Keyring), Slot::Key) if is_missing => Kept::Missing,
                (Some(TokenPlace::Keyring), _) => Kept::Keyring,
                (Some(TokenPlace::None), Slot::Key) if wants_key(&feed.kind) => Kept::Missing,
                (Some(TokenPlace::None) | None, _) => Kept::Nowhere,
            }
        };
        let (key, login) = (kept(Slot::Key), kept(Slot::ProxyLogin));
        Entry {
            feed,
            standing,
            key,
            login,
        }
    }

    fn open_anew(self: &Arc<Self>, id: &FeedId, known: &Given) -> Result<(), NotDone> {
        let feed = self.feed(id)?;
        // What stands in its way is told by its standing.
        let _told = self.bring_about(&feed, known);
        self.tell();
        Ok(())
    }
}

/// `None` for a feed that has no such thing.
pub(super) const fn place(kind: &FeedKind, slot: Slot) -> Option<TokenPlace> {
    match (kind, slot) {
        (FeedKind::Tickwire { token, .. }, Slot::Key) => Some(*token),
        (FeedKind::Tickwire { network, .. }, Slot::ProxyLogin) => Some(network.proxy_login),
        (FeedKind::Venue(settings), Slot::Key) => Some(settings.token),
        (FeedKind::Venue(settings), Slot::ProxyLogin) => Some(settings.network.proxy_login),
        (FeedKind::Sim(_) | FeedKind::Unread { .. }, _) => None,
    }
}

pub(super) const fn set_place(kind: &mut FeedKind, slot: Slot, place: TokenPlace) {
    match (kind, slot) {
        (FeedKind::Tickwire { token, .. }, Slot::Key) => *token = place,
        (FeedKind::Tickwire { network, .. }, Slot::ProxyLogin) => network.proxy_login = place,
        (FeedKind::Venue(settings), Slot::Key) => settings.token = place,
        (FeedKind::Venue(settings), Slot::ProxyLogin) => settings.network.proxy_login = place,
        (FeedKind::Sim(_) | FeedKind::Unread { .. }, _) => {}
    }
}

fn wants_key(kind: &FeedKind) -> bool {
    matches!(kind, FeedKind::Venue(settings) if settings.venue.key_need() == KeyNeed::Needed)
}

/// Whether the feed could show it to anybody. Says why not and never what it was.
fn fits(feed: &FeedSettings, slot: Slot, secret: &Secret) -> Result<(), NotDone> {
    let bad = |sentence: &str| Err(NotDone::BadKey(sentence.to_owned()));
    if secret.reveal().is_empty() {
        return bad("There is nothing in it; paste it as its maker shows it.");
    }
    match &feed.kind {
        FeedKind::Sim(_) => return bad("The simulator wants none."),
        FeedKind::Unread { .. } => return bad("Choose first where the prices of this feed come from."),
        FeedKind::Venue(settings) if slot == Slot::Key && settings.venue.key_need() == KeyNeed::None => {
            return bad("This venue wants no key.");
        }
        FeedKind::Tickwire { network, .. } if slot == Slot::ProxyLogin && !names_a_proxy(network) => {
            return bad("Name the proxy first.");
        }
        FeedKind::Venue(settings) if slot == Slot::ProxyLogin && !names_a_proxy(&settings.network) => {
            return bad("Name the proxy first.");
        }
        FeedKind::Tickwire { .. } | FeedKind::Venue(_) => {}
    }
    let Ok(Way::Live(unkeyed)) = feeds::way(feed) else {
        return Ok(());
    };
    match unkeyed.with(slot.given(secret.clone())) {
        Ok(spec) => spec
            .check_stream()
            .map_err(|error: OpenError| NotDone::BadKey(sentence(&error))),
        Err(error @ NotOpened::Proxy(_)) => Err(NotDone::BadKey(sentence(&error))),
        // It is about something else.
        Err(
            NotOpened::WantsKey(_)
            | NotOpened::Refused(_)
            | NotOpened::Simulator(_)
            | NotOpened::Market(_)
            | NotOpened::Address(_)
            | NotOpened::Keyring { .. }
            | NotOpened::Ours
            | NotOpened::Unread(_),
        ) => Ok(()),
    }
}

const fn names_a_proxy(network: &profile::NetworkSettings) -> bool {
    matches!(network.proxy, transport::Via::Proxy(_))
}
