//! The feeds that a person configures, in the words of the page.
//!
//! What the words mean is decided in `form`; here are the commands.

mod form;
mod listing;
mod views;

use model::FeedId;
use profile::{FeedKind, FeedSettings, TokenPlace};
use provider::KeyNeed;
use tauri::State;

pub(crate) use self::views::{Fault, FeedEntry, FeedForm, KeyView, ListingView};
use crate::shell::Shell;

/// Everything that a feed can be of.
#[tauri::command]
pub(super) fn catalogue() -> Vec<ListingView> {
    listing::catalogue()
}

/// The feeds of the settings, in the person's order.
#[tauri::command]
pub(super) fn feed_settings(shell: State<'_, Shell>) -> Vec<FeedEntry> {
    shell.profile().settings().feeds.iter().map(entry).collect()
}

/// What cannot be so in a form, as it is typed.
#[tauri::command]
pub(super) fn check_feed(form: FeedForm, original: Option<String>, shell: State<'_, Shell>) -> Vec<Fault> {
    let original = original.as_deref().map(FeedId::new);
    let profile = shell.profile();
    let read = form::read(&form, profile.settings(), original.as_ref());
    read.err().unwrap_or_default()
}

fn entry(feed: &FeedSettings) -> FeedEntry {
    let problem = match &feed.kind {
        FeedKind::Unread { why, .. } => Some((why.to_string(), why.next_step().to_owned())),
        FeedKind::Sim(_) | FeedKind::Tickwire { .. } | FeedKind::Venue(_) => None,
    };
    let (problem, next) = problem.unzip();
    let (token, login, is_needed) = match &feed.kind {
        FeedKind::Tickwire { token, network, .. } => (*token, network.proxy_login, false),
        FeedKind::Venue(settings) => {
            let is_needed = settings.venue.key_need() == KeyNeed::Needed;
            (settings.token, settings.network.proxy_login, is_needed)
        }
        FeedKind::Sim(_) | FeedKind::Unread { .. } => (TokenPlace::None, TokenPlace::None, false),
    };
    FeedEntry {
        form: feed.into(),
        title: listing::title(&feed.kind),
        paused: feed.paused,
        key: kept(token, is_needed),
        proxy_login: kept(login, false),
        problem,
        next,
    }
}

const fn kept(place: TokenPlace, is_needed: bool) -> KeyView {
    match place {
        TokenPlace::Keyring => KeyView::Keyring,
        TokenPlace::None if is_needed => KeyView::Missing,
        TokenPlace::None => KeyView::None,
    }
}
