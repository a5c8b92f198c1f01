//! Opens the feeds that a person has configured.
//!
//! A simulated feed is a venue that is started here and then reached through a
//! socket, as every other. A feed whose token is in the keyring waits for it
//! beside everything else, since the keyring may first ask for a password.

use chrono::Utc;
use engine::{FeedSpec, Handle, OpenError};
use model::{FeedId, Secret, Source};
use profile::{
    BadVenue, FeedKind, FeedSettings, KeyringError, MarketSettings, NetworkSettings, Place, Secrets,
    TokenPlace, VenueSettings, proxy_login_of,
};
use provider::{KeyNeed, VenueName};
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
    #[error(transparent)]
    Unread(#[from] BadVenue),
    #[error("{0} wants a key, and none is kept for this feed")]
    WantsKey(&'static str),
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
    /// As it is opened, but for the keys and the way out of this network.
    spec: Box<FeedSpec>,
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
        FeedKind::Tickwire {
            url,
            token,
            transports,
            network,
        } => Locked {
            id: feed.id.clone(),
            spec: Box::new(FeedSpec {
                transports: transports.clone(),
                ..live(feed.id.clone(), url.url().clone(), None)
            }),
            token: *token,
            network: network.clone(),
        }
        .open_or_wait(engine),
        FeedKind::Venue(settings) => {
            if settings.venue.key_need() == KeyNeed::Needed && settings.token == TokenPlace::None {
                return Err(NotOpened::WantsKey(settings.venue.title()));
            }
            Locked {
                id: feed.id.clone(),
                spec: Box::new(of_venue(&feed.id, settings)?),
                token: settings.token,
                network: settings.network.clone(),
            }
            .open_or_wait(engine)
        }
        FeedKind::Unread { why, .. } => Err(why.clone().into()),
    }
}

/// A venue as a person wants it, without its key.
fn of_venue(id: &FeedId, settings: &VenueSettings) -> Result<FeedSpec, BadVenue> {
    let word = settings.venue.as_str();
    let Place { stream, rest } = settings.place().ok_or(BadVenue::NoUrl(word))?;
    let mut spec = FeedSpec::new(id.clone(), settings.venue, stream, None);
    spec.rest = rest;
    spec.transports.clone_from(&settings.transports);
    Ok(spec)
}

/// The one feed that the command line has named.
pub(crate) fn open_named(engine: &Handle, address: FeedAddress) -> Result<FeedId, OpenError> {
    let id = FeedId::new(NAMED_FEED);
    let FeedAddress { url, token } = address;
    engine.open_feed(&live(id.clone(), url, token))?;
    Ok(id)
}

impl Locked {
    /// At once, where the keyring has nothing to say about it.
    fn open_or_wait(self, engine: &Handle) -> Result<Opened, NotOpened> {
        if (self.token, self.network.proxy_login) == (TokenPlace::None, TokenPlace::None) {
            self.open(engine, Keys::default())?;
            return Ok(Opened::Open);
        }
        Ok(Opened::Locked(self))
    }

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
            token: keys.token,
            ..*self.spec
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
            Self::Unread(why) => why.next_step().to_owned(),
            Self::WantsKey(_) => {
                format!("Keep one with tickwire-cli token set {feed}, and start Tickwire again.")
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
    use engine::{Engine, EngineOptions};

    use super::*;

    fn told(kind: FeedKind) -> Notice {
        let engine = Engine::start(EngineOptions::default()).unwrap();
        let id = FeedId::new("mine");
        let feed = FeedSettings::new(id.clone(), kind);
        let told = open(&engine.handle(), &feed).unwrap_err().notice(&id);
        engine.shut_down();
        told
    }

    #[test]
    fn a_kind_that_nobody_knows_is_told_with_what_to_do_about_it() {
        let kind = "coinbsae".to_owned();
        let why = BadVenue::Unknown(kind.clone());
        let notice = told(FeedKind::Unread { kind, why });
        assert_eq!(
            notice.sentence,
            "The feed mine is not open: this version of Tickwire knows no venue called coinbsae."
        );
        assert!(notice.next.contains("tickwire-cli venues") && notice.next.contains("kept as it is"));
    }

    #[test]
    fn a_venue_that_wants_a_key_and_has_none_says_how_to_keep_one() {
        let wanting = VenueName::all().filter(|venue| venue.key_need() == KeyNeed::Needed);
        for venue in wanting {
            let notice = told(FeedKind::Venue(VenueSettings::new(venue, TokenPlace::None)));
            assert!(
                notice.next.contains("tickwire-cli token set mine"),
                "{venue}: {}",
                notice.next
            );
        }
    }

    #[test]
    fn every_venue_of_the_settings_is_opened_where_it_says_that_it_is() {
        let engine = Engine::start(EngineOptions::default()).unwrap();
        for venue in VenueName::all().filter(|venue| *venue != VenueName::SIM) {
            let id = FeedId::new("mine");
            let settings = VenueSettings::new(venue, TokenPlace::None);
            let mut spec = of_venue(&id, &settings).unwrap();
            assert_eq!(
                Some(spec.endpoint.as_str()),
                venue
                    .stream()
                    .map(|at| at.parse::<Url>().unwrap())
                    .as_ref()
                    .map(Url::as_str)
            );
            if venue.key_need() == KeyNeed::Needed {
                spec.token = Some(Secret::new("an:id".to_owned()));
            }
            engine.handle().open_feed(&spec).unwrap();
            // With nothing wanted of it, it is not dialed.
            engine.handle().close_feed(&id).unwrap();
        }
        engine.shut_down();
    }

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
