//! `tickwire-cli token`: a feed's key, or its proxy's login, in the keyring,
//! where the window finds it too.

use std::io::Write;
use std::process::ExitCode;

use model::FeedId;
use profile::{FeedKind, FeedSettings, Profile, TokenPlace, VenueSettings, proxy_login_of};
use provider::{Adapter, KeyNeed, VenueName};

use crate::args::{TokenArgs, TokenDeed, TokenFeed};
use crate::feeds::{self, NotAFeed, key, keyring, venue};
use crate::stop::Stop;

/// Whose key it is.
struct Holder {
    id: FeedId,
    /// The venue, where it is one.
    venue: Option<Adapter>,
    /// Whether the settings have this feed already.
    is_there: bool,
}

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
    let mut profile = feeds::open(wanted.profile.folder.as_deref());
    let holder = holder(&profile, &wanted)?;
    if !holder.is_there && wanted.proxy {
        return Err(NotAFeed::Unknown(wanted.feed).into());
    }
    let token = key::from_standard_input().await?;
    if let Some(venue) = holder.venue.as_ref().filter(|_| !wanted.proxy) {
        venue::fits(venue, &token)?;
    }
    let account = account(&holder, wanted.proxy);
    let kept = account.clone();
    keyring(&account, move |secrets| secrets.set(&kept, token)).await?;
    // Afterwards, so that the settings never promise what the keyring has not.
    note(&mut profile, &holder, wanted.proxy, TokenPlace::Keyring)?;
    if !holder.is_there {
        let id = &holder.id;
        // With standard error closed there is nobody to tell.
        let _unread = writeln!(
            std::io::stderr(),
            "The settings have a new feed called {id}: tickwire-cli watch --feed {id} SYMBOL"
        );
    }
    Ok(())
}

async fn forget(wanted: TokenFeed) -> anyhow::Result<()> {
    let mut profile = feeds::open(wanted.profile.folder.as_deref());
    let holder = holder(&profile, &wanted)?;
    if !holder.is_there {
        return Err(NotAFeed::Unknown(wanted.feed).into());
    }
    let account = account(&holder, wanted.proxy);
    let kept = account.clone();
    keyring(&account, move |secrets| secrets.forget(&kept)).await?;
    note(&mut profile, &holder, wanted.proxy, TokenPlace::None)
}

/// A feed of the settings, or a venue for which there is none yet.
fn holder(profile: &Profile, wanted: &TokenFeed) -> Result<Holder, NotAFeed> {
    let Some(settings) = feeds::settings(profile, &wanted.feed) else {
        let venue = VenueName::from_word(wanted.feed.as_str()).filter(|venue| *venue != VenueName::SIM);
        let name = venue.ok_or_else(|| NotAFeed::Nothing(wanted.feed.clone()))?;
        let venue = Adapter::from(name);
        wants_key(&venue, wanted.proxy)?;
        return Ok(Holder {
            id: feeds::id_of(name),
            venue: Some(venue),
            is_there: false,
        });
    };
    let id = settings.id.clone();
    let venue = match &settings.kind {
        FeedKind::Sim(_) => return Err(NotAFeed::TakesNoToken(id)),
        FeedKind::Unread { why, .. } => {
            let why = why.clone();
            return Err(NotAFeed::Unread { id, why });
        }
        FeedKind::Tickwire { .. } => None,
        FeedKind::Venue(settings) => {
            wants_key(&settings.venue, wanted.proxy)?;
            Some(settings.venue.clone())
        }
    };
    Ok(Holder {
        id,
        venue,
        is_there: true,
    })
}

fn wants_key(venue: &Adapter, is_for_proxy: bool) -> Result<(), NotAFeed> {
    match venue.key_need() {
        KeyNeed::None if !is_for_proxy => Err(NotAFeed::NothingToKeep(venue.title().to_owned())),
        KeyNeed::None | KeyNeed::Perhaps | KeyNeed::Needed => Ok(()),
    }
}

fn account(holder: &Holder, is_for_proxy: bool) -> FeedId {
    if is_for_proxy {
        proxy_login_of(&holder.id)
    } else {
        holder.id.clone()
    }
}

fn note(profile: &mut Profile, holder: &Holder, is_for_proxy: bool, place: TokenPlace) -> anyhow::Result<()> {
    let notice = profile.change_settings(|settings| {
        let mut feeds = settings.feeds.iter_mut();
        match (feeds.find(|feed| feed.id == holder.id), &holder.venue) {
            (Some(feed), _) => point(feed, is_for_proxy, place),
            (None, Some(venue)) if place == TokenPlace::Keyring => {
                let kind = FeedKind::Venue(VenueSettings::new(venue.clone(), place));
                settings.feeds.push(FeedSettings::new(holder.id.clone(), kind));
            }
            (None, _) => {}
        }
    })?;
    if let Some(notice) = notice {
        tracing::warn!("{} {}", notice.sentence, notice.next);
    }
    Ok(())
}

fn point(feed: &mut FeedSettings, is_for_proxy: bool, place: TokenPlace) {
    match &mut feed.kind {
        FeedKind::Tickwire { network, .. } if is_for_proxy => network.proxy_login = place,
        FeedKind::Venue(settings) if is_for_proxy => settings.network.proxy_login = place,
        FeedKind::Tickwire { token, .. } => *token = place,
        FeedKind::Venue(settings) => settings.token = place,
        FeedKind::Sim(_) | FeedKind::Unread { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use profile::Settings;

    use super::*;
    use crate::args::ProfileArgs;

    fn wanted(name: &str, folder: &std::path::Path) -> TokenFeed {
        TokenFeed {
            proxy: false,
            feed: FeedId::new(name),
            profile: ProfileArgs {
                folder: Some(folder.to_owned()),
            },
        }
    }

    #[test]
    fn the_key_of_a_venue_that_stands_nowhere_makes_a_feed_of_it_once() {
        let needing: Vec<_> = VenueName::all()
            .filter(|venue| venue.key_need() == KeyNeed::Needed)
            .collect();
        for venue in needing {
            let folder = tempfile::tempdir().unwrap();
            let mut profile = Profile::open(Some(folder.path())).profile;
            let wanted = wanted(venue.as_str(), folder.path());
            for is_there in [false, true] {
                let holder = holder(&profile, &wanted).unwrap();
                assert_eq!(
                    (holder.venue.clone(), holder.is_there),
                    (Some(venue.into()), is_there)
                );
                note(&mut profile, &holder, false, TokenPlace::Keyring).unwrap();
            }
            let feeds = &profile.settings().feeds;
            assert_eq!(feeds.len(), Settings::default().feeds.len() + 1);
            let expected = FeedKind::Venue(VenueSettings::new(venue, TokenPlace::Keyring));
            assert_eq!(feeds.last().unwrap().kind, expected);
            let again = Profile::open(Some(folder.path())).profile;
            assert_eq!(again.settings(), profile.settings(), "{venue} is not read back");
        }
    }

    #[test]
    fn a_venue_without_keys_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile::open(Some(folder.path())).profile;
        let told = |name: &str| holder(&profile, &wanted(name, folder.path())).err().unwrap();
        assert_eq!(told("binance"), NotAFeed::NothingToKeep("Binance".to_owned()));
        assert_eq!(told("nowhere"), NotAFeed::Nothing(FeedId::new("nowhere")));
    }
}
