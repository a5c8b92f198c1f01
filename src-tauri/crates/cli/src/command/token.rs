//! `tickwire-cli token`: a feed's token in the keyring, where the window finds it too.

use std::process::ExitCode;

use model::FeedId;
use profile::{FeedKind, FeedSettings, Profile, TokenPlace};

use crate::args::{TokenArgs, TokenDeed, TokenFeed};
use crate::feeds::{self, NotAFeed, key, keyring};
use crate::stop::Stop;

pub(crate) async fn run(wanted: TokenArgs, mut stop: Stop) -> anyhow::Result<ExitCode> {
    let deed = async {
        match wanted.deed {
            TokenDeed::Set(wanted) => set(wanted).await,
            TokenDeed::Forget(wanted) => forget(wanted).await,
        }
    };
    tokio::select! {
        done = deed => done.map(|()| ExitCode::SUCCESS),
        // Asked to end while a dialog of the keyring was open: it was not done.
        () = stop.wanted() => Ok(ExitCode::FAILURE),
    }
}

async fn set(wanted: TokenFeed) -> anyhow::Result<()> {
    let mut profile = profile_with(&wanted)?;
    let token = key::from_standard_input().await?;
    let feed = wanted.feed.clone();
    keyring(&wanted.feed, move |secrets| secrets.set(&feed, token)).await?;
    // Afterwards, so that the settings never promise what the keyring has not.
    note(&mut profile, &wanted.feed, TokenPlace::Keyring)
}

async fn forget(wanted: TokenFeed) -> anyhow::Result<()> {
    let mut profile = profile_with(&wanted)?;
    let feed = wanted.feed.clone();
    keyring(&wanted.feed, move |secrets| secrets.forget(&feed)).await?;
    note(&mut profile, &wanted.feed, TokenPlace::None)
}

fn profile_with(wanted: &TokenFeed) -> Result<Profile, NotAFeed> {
    let profile = feeds::open(wanted.profile.folder.as_deref());
    match feeds::settings(&profile, &wanted.feed)?.kind {
        FeedKind::Sim(_) => Err(NotAFeed::TakesNoToken(wanted.feed.clone())),
        FeedKind::Tickwire { .. } => Ok(profile),
    }
}

fn note(profile: &mut Profile, id: &FeedId, place: TokenPlace) -> anyhow::Result<()> {
    let notice = profile.change_settings(|settings| {
        for feed in &mut settings.feeds {
            point(feed, id, place);
        }
    })?;
    if let Some(notice) = notice {
        tracing::warn!("{} {}", notice.sentence, notice.next);
    }
    Ok(())
}

fn point(feed: &mut FeedSettings, id: &FeedId, place: TokenPlace) {
    match &mut feed.kind {
        FeedKind::Tickwire { token, .. } if feed.id == *id => *token = place,
        FeedKind::Tickwire { .. } | FeedKind::Sim(_) => {}
    }
}
