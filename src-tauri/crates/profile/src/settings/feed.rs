//! One feed as it stands in the settings.

use std::fmt;

use model::{FeedId, TransportKind};
use serde::{Deserialize, Serialize};
use url::Url;

use super::market::{BadMarket, MarketForm, MarketSettings};
use super::network::{NetworkForm, NetworkSettings, is_false};
use super::venue::{BadVenue, VenueForm, VenueSettings};
use crate::form;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Came", into = "Written")]
pub struct FeedSettings {
    pub id: FeedId,
    pub kind: FeedKind,
    /// A person wants no connection to it for the time being.
    pub paused: bool,
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
        /// The ways of talking to it that are allowed, the best one first; empty for all.
        transports: Vec<TransportKind>,
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

/// What stands for the key in the address of a venue that a person has described.
const PLACE: &str = "{key}";
const ESCAPED_PLACE: &str = "%7Bkey%7D";

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFeedUrl {
    #[error("this is not an address; it looks like wss://host/path")]
    Malformed,
    #[error("a feed's address begins with ws:// or wss://")]
    Scheme,
    #[error("where things are fetched begins with http:// or https://")]
    RestScheme,
    #[error("a key does not belong into an address: write {{key}} in its place, and set the key apart")]
    Key,
    #[error("an address must not hold a user name, password or query, since settings are no place for keys")]
    Secret,
}

impl FeedSettings {
    pub fn new(id: FeedId, kind: FeedKind) -> Self {
        Self {
            id,
            kind,
            paused: false,
            other: toml::Table::new(),
        }
    }

    /// What stands there by these names is not for a newer version.
    pub(super) fn forget_keys(&mut self, keys: &[&str]) {
        for key in keys {
            self.other.remove(*key);
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

    /// Either of a venue that a person has described, whose query is theirs and in
    /// which `{key}` stands for the key.
    pub fn parse_custom(text: &str, is_stream: bool) -> Result<Self, BadFeedUrl> {
        let mut bare = Url::parse(text).map_err(|_| BadFeedUrl::Malformed)?;
        let is_open = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
            !value.contains(PLACE) && transport::is_key(&name, &value)
        };
        if bare.query_pairs().any(is_open) {
            return Err(BadFeedUrl::Key);
        }
        let query = bare.query().map(str::to_owned);
        bare.set_query(None);
        let parse = if is_stream { Self::parse } else { Self::parse_rest };
        let Self(mut url) = parse(bare.as_str())?;
        url.set_query(query.as_deref());
        Ok(Self(url))
    }

    /// As a person writes it.
    pub fn text(&self) -> String {
        self.0.as_str().replace(ESCAPED_PLACE, PLACE)
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
    #[serde(skip_serializing_if = "is_false")]
    paused: bool,
    #[serde(flatten)]
    other: toml::Table,
}

/// The feed as it is written: flat, since that is what a person edits.
#[derive(Serialize, Deserialize)]
struct Form {
    #[serde(with = "form::feed_id")]
    id: FeedId,
    kind: KindForm,
    #[serde(default, skip_serializing_if = "is_false")]
    paused: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<TokenForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    transports: Vec<WayForm>,
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

/// A way of talking, by its word.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[derive(Clone)]
struct WayForm(TransportKind);

impl TryFrom<String> for WayForm {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        let way = TransportKind::from_word(&word).map(Self);
        way.ok_or(
            "transports are a list of words as [\"ws\", \"poll\"], each one of ws, sse, longpoll and poll",
        )
    }
}

impl From<WayForm> for String {
    fn from(WayForm(way): WayForm) -> Self {
        way.as_str().to_owned()
    }
}

#[derive(Debug, thiserror::Error)]
enum BadFeed {
    #[error("feed {id} is of kind \"tickwire\" and has no url")]
    NoUrl { id: FeedId },
    #[error("feed {id} is of kind \"sim\", which has neither url nor token")]
    NotForSim { id: FeedId },
    #[error("feed {id} is of kind \"sim\", which is talked to in one way: leave out transports")]
    NoTransports { id: FeedId },
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
        // Anything else that stands there is kept as it came.
        let paused = table.get("paused").and_then(toml::Value::as_bool);
        if paused.is_some() {
            table.remove("paused");
        }
        let kind = match VenueSettings::take(&word, &mut table) {
            Ok(settings) => FeedKind::Venue(settings),
            Err(why) => FeedKind::Unread { kind: word, why },
        };
        Ok(Self {
            id,
            kind,
            paused: paused.unwrap_or_default(),
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
            paused,
            url,
            token,
            transports,
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
        if matches!(kind, KindForm::Sim) && !transports.is_empty() {
            return Err(BadFeed::NoTransports { id });
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
                    transports: transports.into_iter().map(|WayForm(way)| way).collect(),
                    network: network.into(),
                },
                Err(bad) => return Err(BadFeed::Url { id, bad }),
            },
        };
        Ok(Self {
            id,
            kind,
            paused,
            other,
        })
    }
}

impl From<FeedSettings> for Written {
    fn from(feed: FeedSettings) -> Self {
        let FeedSettings {
            id,
            kind,
            paused,
            other,
        } = feed;
        let form = Form {
            id: id.clone(),
            kind: KindForm::Sim,
            paused,
            url: None,
            token: None,
            transports: Vec::new(),
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
            FeedKind::Tickwire {
                url,
                token,
                transports,
                network,
            } => Self::Own(Box::new(Form {
                kind: KindForm::Tickwire,
                url: Some(url.0.into()),
                token: match token {
                    TokenPlace::None => None,
                    TokenPlace::Keyring => Some(TokenForm::Keyring),
                },
                transports: transports.into_iter().map(WayForm).collect(),
                network: network.into(),
                other,
                ..form
            })),
            FeedKind::Venue(settings) => Self::Venue(Box::new(VenueForm::new(id, settings, paused, other))),
            FeedKind::Unread { kind, .. } => Self::AsItCame(AsItCame {
                id,
                kind,
                paused,
                other,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
