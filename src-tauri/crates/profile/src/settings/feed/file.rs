//! A feed as it is read and written.

use model::{FeedId, TransportKind};
use serde::{Deserialize, Serialize};

use super::{BadFeedUrl, FeedKind, FeedSettings, FeedUrl, TokenPlace};
use crate::form;
use crate::settings::market::{BadMarket, MarketForm};
use crate::settings::network::{NetworkForm, is_false};
use crate::settings::venue::{VenueForm, VenueSettings};

/// A feed as it came from the file.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Came(toml::Table);

/// A feed as it goes into the file.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Written {
    Own(Box<Form>),
    Venue(Box<VenueForm>),
    AsItCame(AsItCame),
}

#[derive(Serialize)]
pub(super) struct AsItCame {
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
pub(super) struct Form {
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
pub(super) enum BadFeed {
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
                url: Some(url.url().as_str().to_owned()),
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
