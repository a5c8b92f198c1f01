//! Opens the feeds that a person has configured.
//!
//! A simulated feed is a venue that is started here and then reached through a
//! socket, as every other. A feed whose token is in the keyring waits for it
//! beside everything else, since the keyring may first ask for a password.

use chrono::Utc;
use engine::{FeedSpec, Handle, OpenError};
use model::{FeedId, Secret, Source};
use profile::{
    FeedKind, FeedSettings, KeyringError, MarketSettings, NetworkSettings, Secrets, TokenPlace,
    proxy_login_of,
};
use provider::VenueName;
use sim::{NotAScenario, Options, Scenario, ScenarioWords, Server};
use url::Url;

use crate::arguments::FeedAddress;
use crate::ipc::{Notice, NoticeCode};
use crate::venues::Venue;

/// The feed of `--feed`, which stands in no settings.
pub(crate) const NAMED_FEED: &str = "feed";

/// Why a feed of the settings is not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOpened {
    #[error(transparent)]
    Refused(#[from] OpenError),
    #[error("the simulator could not start: {0}")]
    Simulator(#[from] sim::StartError),
    #[error(transparent)]
    Market(#[from] NotAScenario),
    #[error("the simulator's own address cannot be read: {0}")]
    Address(#[from] url::ParseError),
    #[error("the keyring has not what it needs: {error}")]
    Keyring { account: FeedId, error: KeyringError },
    #[error(transparent)]
    Proxy(#[from] profile::BadProxy),
}

/// A feed of the settings, as far as it could be opened at once.
#[derive(Debug)]
pub(crate) enum Opened {
    Open,
    /// The venue behind it is ours to stop.
    Simulated(Venue),
    Locked(Locked),
}

/// A feed that must have its token, or its proxy's login, first.
#[derive(Debug)]
pub(crate) struct Locked {
    pub(crate) id: FeedId,
    url: Url,
    token: TokenPlace,
    network: NetworkSettings,
}

/// What the keyring had for a feed.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    token: Option<Secret>,
    login: Option<Secret>,
}

pub(crate) fn open(engine: &Handle, feed: &FeedSettings) -> Result<Opened, NotOpened> {
    match &feed.kind {
        FeedKind::Sim(market) => open_simulated(engine, &feed.id, market).map(Opened::Simulated),
        FeedKind::Tickwire { url, token, network } => {
            let locked = Locked {
                id: feed.id.clone(),
                url: url.url().clone(),
                token: *token,
                network: network.clone(),
            };
            if (*token, network.proxy_login) == (TokenPlace::None, TokenPlace::None) {
                locked.open(engine, Keys::default())?;
                return Ok(Opened::Open);
            }
            Ok(Opened::Locked(locked))
        }
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
    /// Asks the keyring, which may ask a person: it blocks.
    pub(crate) fn keys(&self) -> Result<Keys, NotOpened> {
        let secrets = Secrets::open();
        let secrets = secrets.map_err(|error| not_kept(&self.id, error))?;
        let kept = |place, account: FeedId| match place {
            TokenPlace::None => Ok(None),
            TokenPlace::Keyring => {
                let answer = secrets.get(&account);
                answer.map(Some).map_err(|error| not_kept(&account, error))
            }
        };
        Ok(Keys {
            token: kept(self.token, self.id.clone())?,
            login: kept(self.network.proxy_login, proxy_login_of(&self.id))?,
        })
    }

    pub(crate) fn open(self, engine: &Handle, keys: Keys) -> Result<(), NotOpened> {
        let spec = FeedSpec {
            via: self.network.via(keys.login.as_ref())?,
            plain: self.network.plain,
            ..live(self.id, self.url, keys.token)
        };
        Ok(engine.open_feed(&spec)?)
    }
}

fn not_kept(account: &FeedId, error: KeyringError) -> NotOpened {
    let account = account.clone();
    NotOpened::Keyring { account, error }
}

impl NotOpened {
    pub(crate) fn notice(&self, feed: &FeedId) -> Notice {
        let next = match self {
            Self::Market(_) => "Correct it in settings.toml and start again.".to_owned(),
            Self::Refused(_) => "Correct its address in settings.toml and start again.".to_owned(),
            Self::Simulator(_) | Self::Address(_) => {
                "Start Tickwire again; if it stays, please report it.".to_owned()
            }
            Self::Proxy(_) => {
                let account = proxy_login_of(feed);
                format!(
                    "Store its login anew with tickwire-cli token set {account}, and start Tickwire again."
                )
            }
            // The keyring is asked once in a run.
            Self::Keyring { account, error } => {
                format!("{} Then start Tickwire again.", error.next_step(account))
            }
        };
        Notice {
            code: NoticeCode::FeedRefused,
            sentence: format!("The feed {feed} is not open: {self}."),
            next,
        }
    }
}

/// The market that a person has chosen for a simulated feed.
pub(crate) fn scenario(market: &MarketSettings) -> Result<Scenario, NotAScenario> {
    let words = ScenarioWords {
        scenario: market.scenario.as_deref(),
        seed: market.seed.map(u64::from),
        mood: market.mood.as_deref(),
        speed: market.speed.as_deref(),
        rate: market.rate,
    };
    words.read(Utc::now())
}

/// Another market behind a simulated feed that is open: its rows are gone, and
/// those that are wanted again begin anew. The old venue is not ended here.
pub(crate) fn open_anew(engine: &Handle, id: &FeedId, market: &MarketSettings) -> Result<Venue, NotOpened> {
    let (venue, spec) = simulated(id, market)?;
    // A feed that is not open any more can be opened all the same.
    let _closed = engine.close_feed(id);
    engine.open_feed(&spec)?;
    Ok(venue)
}

fn open_simulated(engine: &Handle, id: &FeedId, market: &MarketSettings) -> Result<Venue, NotOpened> {
    let (venue, spec) = simulated(id, market)?;
    engine.open_feed(&spec)?;
    Ok(venue)
}

fn simulated(id: &FeedId, market: &MarketSettings) -> Result<(Venue, FeedSpec), NotOpened> {
    let scenario = scenario(market)?;
    let server = Server::start(Options::of(scenario.clone()))?;
    let token = Secret::new(server.token().to_owned());
    let spec = FeedSpec {
        source: Source::Simulated,
        ..live(id.clone(), Url::parse(&server.url())?, Some(token))
    };
    Ok((Venue { server, scenario }, spec))
}

/// A venue whose prices are made up says so itself.
fn live(id: FeedId, endpoint: Url, token: Option<Secret>) -> FeedSpec {
    FeedSpec::new(id, VenueName::SIM, endpoint, token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_token_names_the_command_that_stores_it() {
        let error = not_kept(&FeedId::new("desk"), KeyringError::NothingStored);
        let next = error.notice(&FeedId::new("desk")).next;
        assert_eq!(
            next,
            "Store its key with tickwire-cli token set desk. Then start Tickwire again."
        );
    }

    #[test]
    fn a_market_that_cannot_be_is_told_with_what_it_could_be() {
        let market = MarketSettings {
            mood: Some("sad".to_owned()),
            ..MarketSettings::default()
        };
        let error = NotOpened::from(scenario(&market).unwrap_err());
        assert_eq!(
            error.notice(&FeedId::new("storm")).sentence,
            "The feed storm is not open: no mood is called `sad`: it is calm, normal, wild, crash or melt-up."
        );
    }
}
