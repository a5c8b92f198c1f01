//! From what a person calls a feed to what the engine needs to open it.

mod elsewhere;
pub(crate) mod key;
pub(crate) mod network;
pub(crate) mod venue;

use std::path::Path;

use anyhow::Context;
use chrono::Utc;
use engine::FeedSpec;
use model::{FeedId, Secret, Source};
use profile::{
    BadVenue, FeedKind, FeedSettings, KeyringError, MarketSettings, Profile, Secrets, TokenPlace,
    VenueSettings,
};
use provider::VenueName;
use provider::custom::CUSTOM;
use sim::{Options, ScenarioWords, Server};
use url::Url;

use crate::args::{FeedName, KeyArgs, Wanted};
use crate::aside::aside;
use elsewhere::Elsewhere;

/// Before the name of a feed of the settings that a person has described.
const CUSTOM_PREFIX: &str = "custom:";

/// For who has no keyring, or not now.
const FOR_THIS_ONCE: &str = " Or hand the key over for this once, by --key-stdin or --key-env NAME.";

/// What was named is nothing that can be watched.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAFeed {
    #[error("the settings have no feed called {0}")]
    Unknown(FeedId),
    #[error(
        "the settings have no feed called {0}, and no venue is called so: `tickwire-cli venues` names them"
    )]
    Nothing(FeedId),
    #[error(
        "a venue of your own has to be described first: describe it in the settings, as a feed of kind custom with \
         a name, and give that name to --feed"
    )]
    NotDescribed,
    #[error("the address of a feed needs a host")]
    NoHost,
    #[error(
        "an --endpoint begins with wss:// or ws:// for the stream, https:// or http:// for what is fetched"
    )]
    Endpoint,
    #[error("there can be one --endpoint that begins with {0}, and here are two")]
    TwoEndpoints(&'static str),
    #[error("{0} can be anywhere: say where by --endpoint, or give the address itself to --feed")]
    Nowhere(String),
    #[error("the feed {id} cannot be read: {why}. {}", .why.next_step())]
    Unread { id: FeedId, why: BadVenue },
    #[error("say which feed the key is for, as several are examined")]
    WhichFeed,
    #[error("say which symbol to ask {0} for")]
    WhichSymbol(FeedId),
    #[error("{0} takes no token")]
    TakesNoToken(FeedId),
    #[error("{0} wants no key: leave out --key-stdin, --key-env and --token")]
    WantsNoKey(String),
    #[error("{0} wants no key, so there is none to keep")]
    NothingToKeep(String),
    #[error(
        "{title} wants a key: hand it over by --key-stdin or --key-env NAME, or keep it in the keyring \
         by `tickwire-cli token set {id} < FILE`"
    )]
    WantsKey { title: String, id: FeedId },
    #[error(
        "{0} wants a key, and one that is kept is not sent to another address: \
         hand it over by --key-stdin or --key-env NAME"
    )]
    KeyStaysHome(String),
    #[error("a key of {0} has two parts: write them as ID:SECRET")]
    HalfAKey(String),
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

impl Found {
    fn alone(spec: FeedSpec) -> Self {
        Self { spec, _venue: None }
    }
}

pub(crate) async fn find(wanted: Wanted<'_>) -> anyhow::Result<Found> {
    let mut found = open_by_name(wanted).await?;
    if let Some(way) = wanted.transport {
        found.spec.transports = vec![way];
    }
    found.spec.bars = wanted.bars;
    network::of_words(&mut found.spec, wanted.network)?;
    Ok(found)
}

async fn open_by_name(wanted: Wanted<'_>) -> anyhow::Result<Found> {
    let elsewhere = Elsewhere::of(wanted.endpoints)?;
    match wanted.feed {
        FeedName::Address(url) => {
            let spec = server(by_address(url)?, url, &elsewhere);
            with_key_given(spec, wanted.key).await.map(Found::alone)
        }
        FeedName::Named(id) => {
            let profile = open(wanted.profile);
            match (settings(&profile, id), VenueName::from_word(id.as_str())) {
                (Some(settings), _) => configured(settings, &elsewhere, wanted).await,
                (None, Some(venue)) => {
                    let spec = venue::placed(id, &venue.into(), &elsewhere)?;
                    let spec = with_key_given(spec, wanted.key).await?;
                    venue::has_key(&spec, elsewhere.is_somewhere())?;
                    Ok(Found::alone(spec))
                }
                (None, None) if id.as_str() == CUSTOM => Err(NotAFeed::NotDescribed.into()),
                (None, None) => Err(NotAFeed::Nothing(id.clone()).into()),
            }
        }
    }
}

async fn configured(
    settings: &FeedSettings,
    elsewhere: &Elsewhere,
    wanted: Wanted<'_>,
) -> anyhow::Result<Found> {
    let id = &settings.id;
    match &settings.kind {
        FeedKind::Sim(market) => match &elsewhere.stream {
            None => simulated(id, market, wanted.key),
            Some(url) => {
                let spec = server(id.clone(), url, elsewhere);
                with_key_given(spec, wanted.key).await.map(Found::alone)
            }
        },
        FeedKind::Tickwire {
            url,
            token,
            transports,
            network,
        } => {
            let mut spec = with_key_given(server(id.clone(), url.url(), elsewhere), wanted.key).await?;
            spec.transports.clone_from(transports);
            // What is kept for one server is told to no other.
            if !elsewhere.is_somewhere() {
                if spec.token.is_none() {
                    spec.token = kept(id, *token).await?;
                }
                spec = network::of_settings(spec, network, wanted.network).await?;
            }
            Ok(Found::alone(spec))
        }
        FeedKind::Venue(settings) => {
            let at = elsewhere.or_as_in(settings);
            let mut spec = with_key_given(venue::placed(id, &settings.venue, &at)?, wanted.key).await?;
            spec.transports.clone_from(&settings.transports);
            if !elsewhere.is_somewhere() {
                if spec.token.is_none() {
                    spec.token = kept(id, settings.token).await?;
                }
                spec = network::of_settings(spec, &settings.network, wanted.network).await?;
            }
            venue::has_key(&spec, elsewhere.is_somewhere())?;
            Ok(Found::alone(spec))
        }
        FeedKind::Unread { why, .. } => Err(NotAFeed::Unread {
            id: id.clone(),
            why: why.clone(),
        }
        .into()),
    }
}

async fn with_key_given(spec: FeedSpec, key: &KeyArgs) -> anyhow::Result<FeedSpec> {
    let token = venue::key_given(&spec, key).await?;
    Ok(FeedSpec { token, ..spec })
}

/// The profile, after telling what is wrong with it.
pub(crate) fn open(folder: Option<&Path>) -> Profile {
    let opened = Profile::open(folder);
    for notice in &opened.notices {
        tracing::warn!("{} {}", notice.sentence, notice.next);
    }
    opened.profile
}

/// The feed of the settings that a person means, by its name or by that of the
/// venue that [`id_of`] has named it after.
pub(crate) fn settings<'a>(profile: &'a Profile, name: &FeedId) -> Option<&'a FeedSettings> {
    let feeds = &profile.settings().feeds;
    let exactly = feeds.iter().find(|feed| feed.id == *name);
    if let Some(name) = name.as_str().strip_prefix(CUSTOM_PREFIX) {
        let mut described = feeds.iter();
        return described.find(|feed| {
            let is_custom = |settings: &VenueSettings| settings.venue.as_str() == CUSTOM;
            feed.id.as_str() == name
                && match &feed.kind {
                    FeedKind::Venue(settings) => is_custom(settings),
                    // Why it cannot be read is what is worth telling.
                    FeedKind::Unread { .. } => true,
                    FeedKind::Sim(_) | FeedKind::Tickwire { .. } => false,
                }
        });
    }
    exactly.or_else(|| {
        let venue = VenueName::from_word(name.as_str())?;
        let id = id_of(venue);
        let named_after = |feed: &&FeedSettings| {
            feed.id == id && matches!(&feed.kind, FeedKind::Venue(settings) if settings.venue == venue)
        };
        feeds.iter().find(named_after)
    })
}

/// What a feed is called that nobody has given a name: after its venue, where
/// `token set` has made it.
pub(crate) fn id_of(venue: VenueName) -> FeedId {
    FeedId::new(&venue.as_str().replace(':', "-"))
}

/// Asks the keyring, whose words are not enough: a person must know what to do next.
pub(crate) async fn keyring<T: Send + 'static>(
    feed: &FeedId,
    question: impl FnOnce(&Secrets) -> Result<T, KeyringError> + Send + 'static,
) -> anyhow::Result<T> {
    keyring_or(feed, "", question).await
}

/// The same where there is another way, too.
async fn keyring_or<T: Send + 'static>(
    feed: &FeedId,
    otherwise: &str,
    question: impl FnOnce(&Secrets) -> Result<T, KeyringError> + Send + 'static,
) -> anyhow::Result<T> {
    aside(move || Secrets::open().and_then(|secrets| question(&secrets)))
        .await?
        .map_err(|error| anyhow::anyhow!("{error}. {}{otherwise}", error.next_step(feed)))
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
            ..FeedSpec::new(id.clone(), VenueName::SIM, endpoint, token)
        },
        _venue: Some(venue),
    })
}

/// One that speaks `tickwire.v1`.
fn server(id: FeedId, own: &Url, elsewhere: &Elsewhere) -> FeedSpec {
    let mut spec = FeedSpec::new(id, VenueName::SIM, elsewhere.stream_of(own), None);
    spec.rest = elsewhere.rest.clone();
    spec
}

async fn kept(id: &FeedId, place: TokenPlace) -> anyhow::Result<Option<Secret>> {
    match place {
        TokenPlace::None => Ok(None),
        TokenPlace::Keyring => {
            let asked = id.clone();
            let question = move |secrets: &Secrets| secrets.get(&asked);
            keyring_or(id, FOR_THIS_ONCE, question).await.map(Some)
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
    fn a_feed_without_a_name_is_called_after_its_server_and_not_its_token() {
        let id = |text: &str| by_address(&text.parse().unwrap()).unwrap();
        assert_eq!(
            id("ws://127.0.0.1:4000/v1/stream?token=hush").as_str(),
            "127.0.0.1:4000"
        );
        assert_eq!(id("wss://ticks.example/v1").as_str(), "ticks.example");
    }
}
