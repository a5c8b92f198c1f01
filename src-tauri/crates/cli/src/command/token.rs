//! `tickwire-cli token`: a feed's token, or its proxy's login, in the keyring,
//! where the window finds it too.

use std::process::ExitCode;

use model::FeedId;
use profile::{FeedKind, FeedSettings, Profile, TokenPlace, proxy_login_of};

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
    let account = account(&wanted);
    let kept = account.clone();
    keyring(&account, move |secrets| secrets.set(&kept, token)).await?;
    // Afterwards, so that the settings never promise what the keyring has not.
    note(&mut profile, &wanted, TokenPlace::Keyring)
}

async fn forget(wanted: TokenFeed) -> anyhow::Result<()> {
    let mut profile = profile_with(&wanted)?;
    let account = account(&wanted);
    let kept = account.clone();
    keyring(&account, move |secrets| secrets.forget(&kept)).await?;
    note(&mut profile, &wanted, TokenPlace::None)
}

fn profile_with(wanted: &TokenFeed) -> Result<Profile, NotAFeed> {
    let profile = feeds::open(wanted.profile.folder.as_deref());
    match feeds::settings(&profile, &wanted.feed)?.kind {
        FeedKind::Sim(_) => Err(NotAFeed::TakesNoToken(wanted.feed.clone())),
        FeedKind::Tickwire { .. } => Ok(profile),
    }
}

fn account(wanted: &TokenFeed) -> FeedId {
    if wanted.proxy {
        proxy_login_of(&wanted.feed)
    } else {
        wanted.feed.clone()
    }
}

fn note(profile: &mut Profile, wanted: &TokenFeed, place: TokenPlace) -> anyhow::Result<()> {
    let notice = profile.change_settings(|settings| {
        for feed in &mut settings.feeds {
            point(feed, wanted, place);
        }
    })?;
    if let Some(notice) = notice {
        tracing::warn!("{} {}", notice.sentence, notice.next);
    }
    Ok(())
}

fn point(feed: &mut FeedSettings, wanted: &TokenFeed, place: TokenPlace) {
    match &mut feed.kind {
        FeedKind::Tickwire { network, .. } if feed.id == wanted.feed && wanted.proxy => {
            network.proxy_login = place;
        }
        FeedKind::Tickwire { token, .. } if feed.id == wanted.feed => *token = place,
        FeedKind::Tickwire { .. } | FeedKind::Sim(_) => {}
    }
}
