//! One feed as it stands in the settings.

use std::fmt;

use model::FeedId;
use serde::{Deserialize, Serialize};
use url::Url;

use super::market::{BadMarket, MarketForm, MarketSettings};
use super::network::{NetworkForm, NetworkSettings};
use super::venue::{BadVenue, VenueForm, VenueSettings};
use crate::form;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Came", into = "Written")]
pub struct FeedSettings {
    pub id: FeedId,
    pub kind: FeedKind,
    other: toml::Table,
}

/// What stands behind a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedKind {
    /// The simulated venue, started by the app itself.
    Sim(MarketSettings),
    /// Anybody's server that speaks `tickwire.v1`.
    Tickwire {
        url: FeedUrl,
        token: TokenPlace,
        network: NetworkSettings,
    },
    /// A venue that Tickwire knows.
    Venue(VenueSettings),
    /// Not one that can be opened. It is kept as it came, for who corrects it or
    /// for a newer version that knows it.
    Unread { kind: String, why: BadVenue },
}

/// Where a feed's token, or its proxy's login, is kept. It is never in the
/// settings themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenPlace {
    /// The server wants none.
    #[default]
    None,
    Keyring,
}

/// The address of a server, with nothing secret in it.
#[derive(Clone, PartialEq, Eq)]
pub struct FeedUrl(Url);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFeedUrl {
    #[error("this is not an address; it looks like wss://host/path")]
    Malformed,
    #[error("a feed's address begins with ws:// or wss://")]
    Scheme,
    #[error("where things are fetched begins with http:// or https://")]
    RestScheme,
    #[error("an address must not hold a user name, password or query, since settings are no place for keys")]
    Secret,
}

impl FeedSettings {
    pub fn new(id: FeedId, kind: FeedKind) -> Self {
        Self {
            id,
            kind,
            other: toml::Table::new(),
        }
    }
}

impl FeedUrl {
    /// Where a stream is.
    pub fn parse(text: &str) -> Result<Self, BadFeedUrl> {
        Self::of_scheme(text, ["ws", "wss"], BadFeedUrl::Scheme)
    }

    /// Where things are fetched.
    pub fn parse_rest(text: &str) -> Result<Self, BadFeedUrl> {
        Self::of_scheme(text, ["http", "https"], BadFeedUrl::RestScheme)
    }

    fn of_scheme(text: &str, schemes: [&str; 2], other: BadFeedUrl) -> Result<Self, BadFeedUrl> {
        let url = Url::parse(text).map_err(|_| BadFeedUrl::Malformed)?;
        if !schemes.contains(&url.scheme()) {
            return Err(other);
        }
        // Which key of a query holds the secret differs from venue to venue.
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
            return Err(BadFeedUrl::Secret);
        }
        Ok(Self(url))
    }

    pub const fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for FeedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// A feed as it came from the file.
#[derive(Deserialize)]
#[serde(transparent)]
struct Came(toml::Table);

/// A feed as it goes into the file.
#[derive(Serialize)]
#[serde(untagged)]
enum Written {
    Own(Box<Form>),
    Venue(Box<VenueForm>),
    AsItCame(AsItCame),
}

#[derive(Serialize)]
struct AsItCame {
    #[serde(with = "form::feed_id")]
    id: FeedId,
    kind: String,
    #[serde(flatten)]
    other: toml::Table,
}

/// The feed as it is written: flat, since that is what a person edits.
#[derive(Serialize, Deserialize)]
struct Form {
    #[serde(with = "form::feed_id")]
    id: FeedId,
    kind: KindForm,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<TokenForm>,
    #[serde(flatten)]
    network: NetworkForm,
    #[serde(flatten)]
    market: MarketForm,
    #[serde(flatten)]
    other: toml::Table,
}

/// Whatever kind it is of, a feed has a name.
#[derive(Deserialize)]
struct Named {
    #[serde(with = "form::feed_id")]
    id: FeedId,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindForm {
    Sim,
    Tickwire,
}

/// Read without ever repeating what stands there: it may be a token that
/// somebody has put in the wrong place.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "toml::Value")]
enum TokenForm {
    Keyring,
}

#[derive(Debug, thiserror::Error)]
enum BadFeed {
    #[error("feed {id} is of kind \"tickwire\" and has no url")]
    NoUrl { id: FeedId },
    #[error("feed {id} is of kind \"sim\", which has neither url nor token")]
    NotForSim { id: FeedId },
    #[error(
        "feed {id} is of kind \"tickwire\", whose market nobody chooses: leave out {}",
        MarketForm::KEYS
    )]
    NoMarket { id: FeedId },
    #[error(
        "feed {id} is of kind \"sim\", which is on this computer: leave out {}",
        NetworkForm::KEYS
    )]
    NoNetwork { id: FeedId },
    #[error("feed {id}: {bad}")]
    Url { id: FeedId, bad: BadFeedUrl },
    #[error("feed {id}: {bad}")]
    Market { id: FeedId, bad: BadMarket },
    /// In the library's words.
    #[error("{0}")]
    Form(String),
}

impl TryFrom<toml::Value> for TokenForm {
    type Error = &'static str;

    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        match value.as_str() {
            Some("keyring") => Ok(Self::Keyring),
            Some(_) | None => Err("token can only be \"keyring\"; the token itself is kept there"),
        }
    }
}

impl TryFrom<Came> for FeedSettings {
    type Error = BadFeed;

    fn try_from(Came(mut table): Came) -> Result<Self, BadFeed> {
        let word = match table.get("kind").and_then(toml::Value::as_str) {
            None | Some("sim" | "tickwire") => {
                let form =
                    Form::deserialize(table).map_err(|error| BadFeed::Form(error.message().to_owned()))?;
                return form.try_into();
            }
            Some(word) => word.to_owned(),
        };
        let Named { id } =
            Named::deserialize(table.clone()).map_err(|error| BadFeed::Form(error.message().to_owned()))?;
        for known in ["id", "kind"] {
            table.remove(known);
        }
        let kind = match VenueSettings::take(&word, &mut table) {
            Ok(settings) => FeedKind::Venue(settings),
            Err(why) => FeedKind::Unread { kind: word, why },
        };
        Ok(Self {
            id,
            kind,
            other: table,
        })
    }
}

impl TryFrom<Form> for FeedSettings {
    type Error = BadFeed;

    fn try_from(form: Form) -> Result<Self, BadFeed> {
        let Form {
            id,
            kind,
            url,
            token,
            network,
            market,
            other,
        } = form;
        if matches!(kind, KindForm::Tickwire) && !market.is_empty() {
            return Err(BadFeed::NoMarket { id });
        }
        if matches!(kind, KindForm::Sim) && !network.is_empty() {
            return Err(BadFeed::NoNetwork { id });
        }
        let kind = match (kind, url, token) {
            (KindForm::Sim, None, None) => match market.try_into() {
                Ok(market) => FeedKind::Sim(market),
                Err(bad) => return Err(BadFeed::Market { id, bad }),
            },
            (KindForm::Sim, Some(_), _) | (KindForm::Sim, None, Some(_)) => {
                return Err(BadFeed::NotForSim { id });
            }
            (KindForm::Tickwire, None, _) => return Err(BadFeed::NoUrl { id }),
            (KindForm::Tickwire, Some(url), token) => match FeedUrl::parse(&url) {
                Ok(url) => FeedKind::Tickwire {
                    url,
                    token: token.map_or(TokenPlace::None, |TokenForm::Keyring| TokenPlace::Keyring),
                    network: network.into(),
                },
                Err(bad) => return Err(BadFeed::Url { id, bad }),
            },
        };
        Ok(Self { id, kind, other })
    }
}

impl From<FeedSettings> for Written {
    fn from(feed: FeedSettings) -> Self {
        let FeedSettings { id, kind, other } = feed;
        let form = Form {
            id: id.clone(),
            kind: KindForm::Sim,
            url: None,
            token: None,
            network: NetworkForm::default(),
            market: MarketForm::default(),
            other: toml::Table::new(),
        };
        match kind {
            FeedKind::Sim(market) => Self::Own(Box::new(Form {
                market: market.into(),
                other,
                ..form
            })),
            FeedKind::Tickwire { url, token, network } => Self::Own(Box::new(Form {
                kind: KindForm::Tickwire,
                url: Some(url.0.into()),
                token: match token {
                    TokenPlace::None => None,
                    TokenPlace::Keyring => Some(TokenForm::Keyring),
                },
                network: network.into(),
                other,
                ..form
            })),
            FeedKind::Venue(settings) => Self::Venue(Box::new(VenueForm::new(id, settings, other))),
            FeedKind::Unread { kind, .. } => Self::AsItCame(AsItCame { id, kind, other }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_the_settings_holds_no_key() {
        for (text, bad) in [
            ("wss://host/v1?token=hush", BadFeedUrl::Secret),
            ("wss://host/v1?", BadFeedUrl::Secret),
            ("wss://ada:hush@host/v1", BadFeedUrl::Secret),
            ("wss://ada@host/v1", BadFeedUrl::Secret),
            ("https://host/v1", BadFeedUrl::Scheme),
            ("host:80/v1", BadFeedUrl::Scheme),
            ("ticks", BadFeedUrl::Malformed),
        ] {
            assert_eq!(FeedUrl::parse(text), Err(bad), "{text}");
        }
        let url = FeedUrl::parse("wss://ticks.example/v1").unwrap();
        assert_eq!(url.url().as_str(), "wss://ticks.example/v1");
    }

    #[test]
    fn a_feed_that_makes_no_sense_is_named() {
        for (text, sentence) in [
            (
                "id = 'a'\nkind = 'tickwire'",
                "feed a is of kind \"tickwire\" and has no url",
            ),
            (
                "id = 'a'\nkind = 'sim'\ntoken = 'keyring'",
                "feed a is of kind \"sim\", which has neither url nor token",
            ),
            (
                "id = 'a'\nkind = 'tickwire'\nurl = 'http://h'",
                "feed a: a feed's address begins with ws:// or wss://",
            ),
            (
                "id = 'a'\nkind = 'tickwire'\nurl = 'ws://h'\nmood = 'wild'",
                "feed a is of kind \"tickwire\", whose market nobody chooses: leave out seed, mood, speed, rate and scenario",
            ),
            (
                "id = 'a'\nkind = 'sim'\nseed = -1",
                "feed a: its seed is a whole number from 0 to 4294967295",
            ),
            (
                "id = 'a'\nkind = 'sim'\nrate = 'fast'",
                "feed a: its rate is a whole number of ticks a second",
            ),
            (
                "id = 'a'\nkind = 'sim'\nmood = 3",
                "feed a: its mood is a word in quotes",
            ),
            (
                "id = 'a'\nkind = 'sim'\nspeed = true",
                "feed a: its speed is a number, or \"max\"",
            ),
            (
                "id = 'a'\nkind = 'tickwire'\nurl = 'ws://h'\ntoken = 'hush'",
                "token can only be \"keyring\"; the token itself is kept there",
            ),
            (
                "id = 'a'\nkind = 'tickwire'\nurl = 'ws://h'\ntoken = 1234",
                "token can only be \"keyring\"; the token itself is kept there",
            ),
        ] {
            let error = toml::from_str::<FeedSettings>(text).unwrap_err();
            assert_eq!(error.message(), sentence);
        }
    }
}
