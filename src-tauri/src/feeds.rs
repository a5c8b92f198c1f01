//! Opens the feeds that a person has configured.
//!
//! A simulated feed is a venue that is started here and then reached through a
//! socket, as every other. A feed whose token is in the keyring waits for it
//! beside everything else, since the keyring may first ask for a password.

use engine::{FeedSpec, Handle, OpenError};
use model::{FeedId, Secret, Source};
use profile::{FeedKind, FeedSettings, FeedUrl, TokenPlace};
use provider::VenueName;
use url::Url;

use crate::arguments::FeedAddress;
use crate::ipc::{Notice, NoticeCode};

/// The feed of `--feed`, which stands in no settings.
pub(crate) const NAMED_FEED: &str = "feed";

/// Why a feed of the settings is not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOpened {
    #[error(transparent)]
    Refused(#[from] OpenError),
    #[error("the simulator could not start: {0}")]
    Simulator(#[from] sim::StartError),
    #[error("the simulator's own address cannot be read: {0}")]
    Address(#[from] url::ParseError),
    #[error("the keyring has no token for it: {0}")]
    Keyring(#[from] profile::KeyringError),
}

/// A feed of the settings, as far as it could be opened at once.
#[derive(Debug)]
pub(crate) enum Opened {
    Open,
    /// The venue behind it is ours to stop.
    Simulated(sim::Server),
    Locked(Locked),
}

/// A feed that must have its token first.
#[derive(Debug)]
pub(crate) struct Locked {
    pub(crate) id: FeedId,
    url: Url,
}

pub(crate) fn open(engine: &Handle, feed: &FeedSettings) -> Result<Opened, NotOpened> {
    match &feed.kind {
        FeedKind::Sim => open_simulated(engine, &feed.id).map(Opened::Simulated),
        FeedKind::Tickwire {
            url,
            token: TokenPlace::None,
        } => {
            engine.open_feed(&live(feed.id.clone(), url.url().clone(), None))?;
            Ok(Opened::Open)
        }
        FeedKind::Tickwire {
            url,
            token: TokenPlace::Keyring,
        } => Ok(Opened::Locked(locked(&feed.id, url))),
    }
}

/// The one feed that the command line has named.
pub(crate) fn open_named(engine: &Handle, address: FeedAddress) -> Result<FeedId, OpenError> {
    let id = FeedId::new(NAMED_FEED);
    let FeedAddress { url, token } = address;
    engine.open_feed(&live(id.clone(), url, token))?;
    Ok(id)
}

impl Locked {
    pub(crate) fn open(self, engine: &Handle, token: Secret) -> Result<(), NotOpened> {
        Ok(engine.open_feed(&live(self.id, self.url, Some(token)))?)
    }
}

impl NotOpened {
    pub(crate) fn notice(&self, feed: &FeedId) -> Notice {
        let next = match self {
            Self::Refused(_) => "Correct its address in settings.toml and start again.".to_owned(),
            Self::Simulator(_) | Self::Address(_) => {
                "Start Tickwire again; if it stays, please report it.".to_owned()
            }
            // The keyring is asked once in a run.
            Self::Keyring(error) => format!("{} Then start Tickwire again.", error.next_step(feed)),
        };
        Notice {
            code: NoticeCode::FeedRefused,
            sentence: format!("The feed {feed} is not open: {self}."),
            next,
        }
    }
}

fn open_simulated(engine: &Handle, id: &FeedId) -> Result<sim::Server, NotOpened> {
    let server = sim::Server::start(sim::Options::default())?;
    let token = Secret::new(server.token().to_owned());
    engine.open_feed(&FeedSpec {
        source: Source::Simulated,
        ..live(id.clone(), Url::parse(&server.url())?, Some(token))
    })?;
    Ok(server)
}

/// A venue whose prices are made up says so itself.
fn live(id: FeedId, endpoint: Url, token: Option<Secret>) -> FeedSpec {
    FeedSpec::new(id, VenueName::Sim, endpoint, token)
}

fn locked(id: &FeedId, url: &FeedUrl) -> Locked {
    Locked {
        id: id.clone(),
        url: url.url().clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_token_names_the_command_that_stores_it() {
        let error = NotOpened::from(profile::KeyringError::NothingStored);
        let next = error.notice(&FeedId::new("desk")).next;
        assert_eq!(
            next,
            "Store its key with tickwire-cli token set desk. Then start Tickwire again."
        );
    }
}
