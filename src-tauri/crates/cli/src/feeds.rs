//! From what a person calls a feed to what the engine needs to open it.

pub(crate) mod key;
pub(crate) mod network;

use std::path::Path;
use std::str::FromStr;

use anyhow::Context;
use chrono::Utc;
use engine::FeedSpec;
use model::{FeedId, Secret, Source};
use profile::{FeedKind, FeedSettings, KeyringError, MarketSettings, Profile, Secrets, TokenPlace};
use provider::VenueName;
use sim::{Options, ScenarioWords, Server};
use url::Url;

use crate::args::{KeyArgs, WatchArgs};
use crate::aside::aside;

/// An address, or the name of a feed in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FeedName {
    Address(Url),
    Named(FeedId),
}

/// What was named is nothing that can be watched.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAFeed {
    #[error("the settings have no feed called {0}")]
    Unknown(FeedId),
    #[error("the address of a feed needs a host")]
    NoHost,
    #[error("{0} takes no token")]
    TakesNoToken(FeedId),
    #[error(
        "--token is only for servers on this computer, as others here can read it; use --key-stdin or --key-env"
    )]
    TokenInTheOpen,
}

/// A feed that can be opened, and the venue behind it where that is our own.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) spec: FeedSpec,
    /// It closes when this is dropped.
    _venue: Option<Server>,
}

impl FromStr for FeedName {
    type Err = url::ParseError;

    fn from_str(text: &str) -> Result<Self, url::ParseError> {
        if text.contains("://") {
            text.parse().map(Self::Address)
        } else {
            Ok(Self::Named(FeedId::new(text)))
        }
    }
}

pub(crate) async fn find(wanted: &WatchArgs) -> anyhow::Result<Found> {
    let mut found = open_by_name(wanted).await?;
    found.spec.transports = wanted.transport.into_iter().collect();
    found.spec.bars = wanted.bars;
    network::of_words(&mut found.spec, &wanted.network)?;
    Ok(found)
}

async fn open_by_name(wanted: &WatchArgs) -> anyhow::Result<Found> {
    let elsewhere = wanted.endpoint.as_ref();
    match &wanted.feed {
        FeedName::Address(url) => {
            let endpoint = elsewhere.unwrap_or(url);
            let token = key::given(&wanted.key, endpoint).await?;
            Ok(server(by_address(url)?, endpoint.clone(), token))
        }
        FeedName::Named(id) => {
            let profile = open(wanted.profile.folder.as_deref());
            let settings = match (settings(&profile, id), venue(id)) {
                (Err(_unknown), Some(venue)) => return public(id, venue, elsewhere, &wanted.key),
                (found, _) => found?,
            };
            match (&settings.kind, elsewhere) {
                // What is kept for one server is told to no other.
                (FeedKind::Sim(_) | FeedKind::Tickwire { .. }, Some(endpoint)) => {
                    let token = key::given(&wanted.key, endpoint).await?;
                    Ok(server(id.clone(), endpoint.clone(), token))
                }
                (FeedKind::Sim(market), None) => simulated(id, market, &wanted.key),
                (FeedKind::Tickwire { url, token, network }, None) => {
                    let token = match key::given(&wanted.key, url.url()).await? {
                        Some(token) => Some(token),
                        None => kept(id, *token).await?,
                    };
                    let mut found = server(id.clone(), url.url().clone(), token);
                    found.spec = network::of_settings(found.spec, network, &wanted.network).await?;
                    Ok(found)
                }
            }
        }
    }
}

/// A venue that everybody may listen to, and where it is.
fn venue(name: &FeedId) -> Option<(VenueName, &'static str)> {
    let venue = VenueName::from_word(name.as_str())?;
    Some((venue, venue.stream()?))
}

/// It needs no settings. Another server of its kind may be named by its host alone.
fn public(
    id: &FeedId,
    (venue, address): (VenueName, &str),
    elsewhere: Option<&Url>,
    key: &KeyArgs,
) -> anyhow::Result<Found> {
    if key.is_given() {
        return Err(NotAFeed::TakesNoToken(id.clone()).into());
    }
    let mut endpoint: Url = address.parse().context("the venue has no address")?;
    if let Some(elsewhere) = elsewhere {
        let path = endpoint.path().to_owned();
        endpoint = elsewhere.clone();
        if endpoint.path() == "/" {
            endpoint.set_path(&path);
        }
    }
    Ok(Found {
        spec: FeedSpec::new(id.clone(), venue, endpoint, None),
        _venue: None,
    })
}

/// The profile, after telling what is wrong with it.
pub(crate) fn open(folder: Option<&Path>) -> Profile {
    let opened = Profile::open(folder);
    for notice in &opened.notices {
        tracing::warn!("{} {}", notice.sentence, notice.next);
    }
    opened.profile
}

pub(crate) fn settings<'a>(profile: &'a Profile, id: &FeedId) -> Result<&'a FeedSettings, NotAFeed> {
    let mut feeds = profile.settings().feeds.iter();
    feeds
        .find(|feed| feed.id == *id)
        .ok_or_else(|| NotAFeed::Unknown(id.clone()))
}

/// Asks the keyring, whose words are not enough: a person must know what to do next.
pub(crate) async fn keyring<T: Send + 'static>(
    feed: &FeedId,
    question: impl FnOnce(&Secrets) -> Result<T, KeyringError> + Send + 'static,
) -> anyhow::Result<T> {
    aside(move || Secrets::open().and_then(|secrets| question(&secrets)))
        .await?
        .map_err(|error| anyhow::anyhow!("{error}. {}", error.next_step(feed)))
}

/// A feed that has no name of its own is called after its server.
fn by_address(url: &Url) -> Result<FeedId, NotAFeed> {
    let host = url.host_str().ok_or(NotAFeed::NoHost)?;
    Ok(match url.port() {
        Some(port) => FeedId::new(&format!("{host}:{port}")),
        None => FeedId::new(host),
    })
}

/// The venue that the app itself would start for this feed.
fn simulated(id: &FeedId, market: &MarketSettings, key: &KeyArgs) -> anyhow::Result<Found> {
    if key.is_given() {
        return Err(NotAFeed::TakesNoToken(id.clone()).into());
    }
    let words = ScenarioWords {
        scenario: market.scenario.as_deref(),
        seed: market.seed.map(u64::from),
        mood: market.mood.as_deref(),
        speed: market.speed.as_deref(),
        rate: market.rate,
    };
    let scenario = words
        .read(Utc::now())
        .with_context(|| format!("the settings of {id}"))?;
    let venue = Server::start(Options::of(scenario))?;
    let endpoint = venue
        .url()
        .parse()
        .context("the simulated venue has no address")?;
    let token = Some(Secret::new(venue.token().to_owned()));
    Ok(Found {
        spec: FeedSpec {
            source: Source::Simulated,
            ..server(id.clone(), endpoint, token).spec
        },
        _venue: Some(venue),
    })
}

fn server(id: FeedId, endpoint: Url, token: Option<Secret>) -> Found {
    Found {
        spec: FeedSpec::new(id, VenueName::SIM, endpoint, token),
        _venue: None,
    }
}

async fn kept(id: &FeedId, place: TokenPlace) -> anyhow::Result<Option<Secret>> {
    match place {
        TokenPlace::None => Ok(None),
        TokenPlace::Keyring => {
            let asked = id.clone();
            keyring(id, move |secrets| secrets.get(&asked)).await.map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_a_name() {
        let name = |text: &str| text.parse::<FeedName>();
        assert_eq!(name("desk"), Ok(FeedName::Named(FeedId::new("desk"))));
        assert!(matches!(name("wss://ticks.example/v1"), Ok(FeedName::Address(_))));
        assert!(name("wss://").is_err());
    }

    #[test]
    fn a_public_venue_is_known_by_its_name_and_keeps_its_path_elsewhere() {
        let (id, none) = (FeedId::new("binance"), KeyArgs::default());
        let endpoint = |elsewhere: Option<&str>| {
            let elsewhere = elsewhere.map(|text| text.parse().unwrap());
            let found = public(&id, venue(&id).unwrap(), elsewhere.as_ref(), &none).unwrap();
            assert_eq!(found.spec.venue, VenueName::BINANCE);
            found.spec.endpoint.to_string()
        };
        assert!(endpoint(None).starts_with("wss://") && endpoint(None).ends_with("/stream"));
        assert_eq!(
            endpoint(Some("ws://127.0.0.1:4000")),
            "ws://127.0.0.1:4000/stream"
        );
        assert_eq!(endpoint(Some("ws://127.0.0.1:4000/ws")), "ws://127.0.0.1:4000/ws");
        assert_eq!(venue(&FeedId::new("sim")), None, "there are many of those");
    }

    #[test]
    fn a_feed_without_a_name_is_called_after_its_server_and_not_its_token() {
        let id = |text: &str| by_address(&text.parse().unwrap()).unwrap();
        assert_eq!(
            id("ws://127.0.0.1:4000/v1/stream?token=hush").as_str(),
            "127.0.0.1:4000"
        );
        assert_eq!(id("wss://ticks.example/v1").as_str(), "ticks.example");
    }
}
