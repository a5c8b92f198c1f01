//! Opens the feeds that a person has configured.
//!
//! A simulated feed is a venue that is started here and then reached through a
//! socket, as every other. Which of them are open, and where keys come from, is
//! known to `roster`.

use chrono::Utc;
use engine::{FeedSpec, Handle, OpenError};
use model::{FeedId, Secret, Source};
use profile::{
    BadVenue, FeedKind, FeedSettings, KeyringError, MarketSettings, NetworkSettings, Place, TokenPlace,
    VenueSettings, proxy_login_of,
};
use provider::{KeyNeed, VenueName};
use sim::{NotAScenario, Options, Scenario, ScenarioWords, Server};
use url::Url;

use crate::arguments::FeedAddress;
use crate::ipc::{Notice, NoticeCode};
use crate::roster::Refusal;
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
    #[error("its venue is a part of Tickwire, and runs with it")]
    Ours,
    #[error("{0} wants a key, and none is kept for this feed")]
    WantsKey(String),
}

/// How a feed of the settings is opened.
#[derive(Debug)]
pub(crate) enum Way {
    /// A venue of our own has to be started for it.
    Simulated(MarketSettings),
    Live(Box<Unkeyed>),
}

/// A feed as it is opened, but for the keys and the way out of this network.
#[derive(Debug)]
pub(crate) struct Unkeyed {
    spec: FeedSpec,
    token: TokenPlace,
    network: NetworkSettings,
}

/// What is secret about a feed.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) token: Option<Secret>,
    pub(crate) login: Option<Secret>,
}

pub(crate) fn way(feed: &FeedSettings) -> Result<Way, NotOpened> {
    let unkeyed = match &feed.kind {
        FeedKind::Sim(market) => return Ok(Way::Simulated(market.clone())),
        FeedKind::Tickwire {
            url,
            token,
            transports,
            network,
        } => Unkeyed {
            spec: FeedSpec {
                transports: transports.clone(),
                ..live(feed.id.clone(), url.url().clone(), None)
            },
            token: *token,
            network: network.clone(),
        },
        FeedKind::Venue(settings) => Unkeyed {
            spec: of_venue(&feed.id, settings)?,
            token: settings.token,
            network: settings.network.clone(),
        },
        FeedKind::Unread { why, .. } => return Err(why.clone().into()),
    };
    Ok(Way::Live(Box::new(unkeyed)))
}

/// A venue as a person wants it, without its key.
fn of_venue(id: &FeedId, settings: &VenueSettings) -> Result<FeedSpec, BadVenue> {
    let title = || settings.venue.title().to_owned();
    let Place { stream, rest } = settings.place().ok_or_else(|| BadVenue::NoUrl(title()))?;
    let mut spec = FeedSpec::new(id.clone(), settings.venue.clone(), stream, None);
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

impl Unkeyed {
    /// Where its key is kept, and the login of its proxy.
    pub(crate) fn accounts(&self) -> [(FeedId, TokenPlace); 2] {
        let id = &self.spec.id;
        [
            (id.clone(), self.token),
            (proxy_login_of(id), self.network.proxy_login),
        ]
    }

    /// As the engine takes it.
    pub(crate) fn with(self, given: Given) -> Result<FeedSpec, NotOpened> {
        if self.spec.venue.key_need() == KeyNeed::Needed && given.token.is_none() {
            return Err(NotOpened::WantsKey(self.spec.venue.title().to_owned()));
        }
        Ok(FeedSpec {
            via: self.network.via(given.login.as_ref())?,
            plain: self.network.plain,
            token: given.token,
            ..self.spec
        })
    }
}

impl NotOpened {
    /// For the feed itself.
    pub(crate) fn refusal(&self) -> Refusal {
        Refusal {
            sentence: self.to_string(),
            next: self.next_step(),
            is_for_want_of_a_key: match self {
                Self::WantsKey(_)
                | Self::Keyring {
                    error: KeyringError::NothingStored | KeyringError::NotOurs,
                    ..
                } => true,
                Self::Keyring { .. }
                | Self::Refused(_)
                | Self::Simulator(_)
                | Self::Market(_)
                | Self::Address(_)
                | Self::Proxy(_)
                | Self::Ours
                | Self::Unread(_) => false,
            },
        }
    }

    /// For who does not look at the feed.
    pub(crate) fn notice(&self, feed: &FeedId) -> Notice {
        Notice {
            code: NoticeCode::FeedRefused,
            sentence: format!("The feed {feed} is not open: {self}."),
            next: self.next_step(),
        }
    }

    fn next_step(&self) -> String {
        match self {
            Self::Market(_) => "Correct it in settings.toml and start again.".to_owned(),
            Self::Refused(_) => "Correct its address where feeds are configured.".to_owned(),
            Self::Simulator(_) | Self::Address(_) => {
                "Start Tickwire again; if it stays, please report it.".to_owned()
            }
            Self::Proxy(_) => "Set its proxy's login anew where feeds are configured.".to_owned(),
            Self::Unread(why) => why.next_step().to_owned(),
            Self::Ours => "Watch one of its symbols.".to_owned(),
            Self::WantsKey(_) => "Set its key where feeds are configured.".to_owned(),
            Self::Keyring { account, error } => match error {
                KeyringError::NothingStored | KeyringError::NotOurs => {
                    "Set it anew where feeds are configured.".to_owned()
                }
                KeyringError::NotRunning
                | KeyringError::Locked
                | KeyringError::TimedOut { .. }
                | KeyringError::Busy
                | KeyringError::Refused { .. } => format!(
                    "{} Then try the feed again, or set its key only until you quit.",
                    error.next_step(account)
                ),
            },
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

pub(crate) fn simulated(id: &FeedId, market: &MarketSettings) -> Result<(Venue, FeedSpec), NotOpened> {
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
        let id = FeedId::new("mine");
        let opened = way(&FeedSettings::new(id.clone(), kind)).and_then(|way| match way {
            Way::Live(unkeyed) => unkeyed.with(Given::default()),
            Way::Simulated(_) => panic!("no venue of ours is refused"),
        });
        opened.unwrap_err().notice(&id)
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
            assert!(notice.next.starts_with("Set its key"), "{venue}: {}", notice.next);
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
    fn a_key_that_is_not_where_it_was_kept_is_set_anew_and_a_keyring_that_is_not_there_is_got_round() {
        let refusal = |error| {
            let account = FeedId::new("desk");
            NotOpened::Keyring { account, error }.refusal()
        };
        let missing = refusal(KeyringError::NothingStored);
        assert!(missing.is_for_want_of_a_key && missing.next.starts_with("Set it anew"));
        let absent = refusal(KeyringError::NotRunning);
        assert!(!absent.is_for_want_of_a_key && absent.next.ends_with("only until you quit."));
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
