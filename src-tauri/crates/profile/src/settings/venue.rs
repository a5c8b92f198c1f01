//! A feed of a venue of the registry, as it stands in the settings.
//!
//! ```toml
//! [[feeds]]
//! id = "finnhub"
//! kind = "finnhub"                # or as "alpaca:iex"; `tickwire-cli venues` names them
//! token = "keyring"               # where the venue wants a key
//! transports = ["ws", "poll"]     # where not all of them are wanted
//! url = "wss://other.example"     # another host for its stream, and `rest` for what is fetched
//! ```
//!
//! Nothing in such a feed can spoil the rest of the settings: one that cannot be
//! read is kept as it came, and says why it is not open.

use model::{FeedId, TransportKind};
use provider::custom::CUSTOM;
use provider::{Adapter, KeyNeed, VenueName};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::custom::{self, CustomForm};
use super::feed::{BadFeedUrl, FeedUrl, TokenPlace};
use super::network::{NetworkForm, NetworkSettings, is_false};
use crate::form;
use crate::place::Place;

/// A venue, and what a person wants of it that is not as the venue has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VenueSettings {
    pub venue: Adapter,
    /// Another address for its stream.
    pub url: Option<FeedUrl>,
    /// Another address to fetch from.
    pub rest: Option<FeedUrl>,
    pub token: TokenPlace,
    /// The ways of talking to it that are allowed, the best one first; empty for all.
    pub transports: Vec<TransportKind>,
    pub network: NetworkSettings,
}

/// Why a feed of the settings is not one that can be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadVenue {
    #[error("this version of Tickwire knows no venue called {0}")]
    Unknown(String),
    #[error("{0} has no address of its own, and the feed names none")]
    NoUrl(String),
    #[error("{0} wants no key, and the feed names one")]
    NoToken(String),
    #[error("its token can only be \"keyring\"; the token itself is kept there")]
    Token,
    #[error("its {key}: {bad}")]
    Url { key: &'static str, bad: BadFeedUrl },
    #[error(
        "its transports are a list of words as [\"ws\", \"poll\"], each one of ws, sse, longpoll and poll"
    )]
    Transports,
    #[error("{title} cannot be talked to by {way}")]
    Way { title: String, way: TransportKind },
    #[error("{0}")]
    Network(String),
    #[error("its description, {0}")]
    Custom(String),
}

impl BadVenue {
    /// What a person can do about it.
    pub const fn next_step(&self) -> &'static str {
        match self {
            Self::Unknown(_) => {
                "Choose a kind that `tickwire-cli venues` names, or take a newer Tickwire; \
                 until then the feed is kept as it is."
            }
            Self::NoUrl(_)
            | Self::NoToken(_)
            | Self::Token
            | Self::Url { .. }
            | Self::Transports
            | Self::Way { .. }
            | Self::Custom(_)
            | Self::Network(_) => {
                "Correct it in settings.toml and start again; until then it is kept as it is."
            }
        }
    }
}

impl VenueSettings {
    /// The venue as it is, with a key only where one is kept.
    pub fn new(venue: impl Into<Adapter>, token: TokenPlace) -> Self {
        Self {
            venue: venue.into(),
            url: None,
            rest: None,
            token,
            transports: Vec::new(),
            network: NetworkSettings::default(),
        }
    }

    /// Where it is; `None` for a venue that has no address and was given none.
    pub fn place(&self) -> Option<Place> {
        let url = |url: &Option<FeedUrl>| url.as_ref().map(|url| url.url().clone());
        Place::of(&self.venue, url(&self.url).as_ref(), url(&self.rest).as_ref())
    }

    /// Takes what it knows out of the table, and nothing where anything is wrong with it.
    pub(super) fn take(word: &str, table: &mut Table) -> Result<Self, BadVenue> {
        let is_custom = word == CUSTOM;
        let parse = |is_stream: bool| {
            move |text: &str| match (is_custom, is_stream) {
                (true, _) => FeedUrl::parse_custom(text, is_stream),
                (false, true) => FeedUrl::parse(text),
                (false, false) => FeedUrl::parse_rest(text),
            }
        };
        let url = address(table, "url", parse(true))?;
        let rest = address(table, "rest", parse(false))?;
        let (venue, newer) = if is_custom {
            let (form, newer) = custom::read(table, url.as_ref(), rest.as_ref())?;
            (form.into(), newer)
        } else {
            let venue = VenueName::from_word(word).ok_or_else(|| BadVenue::Unknown(word.to_owned()))?;
            (venue.into(), Table::new())
        };
        let settings = Self {
            url,
            rest,
            token: token(table, &venue)?,
            transports: transports(table, &venue)?,
            network: NetworkForm::of(table).map_err(BadVenue::Network)?.into(),
            venue,
        };
        if settings.place().is_none() {
            return Err(BadVenue::NoUrl(settings.venue.title().to_owned()));
        }
        if is_custom {
            table.remove(custom::KEY);
            if !newer.is_empty() {
                table.insert(custom::KEY.to_owned(), Value::Table(newer));
            }
        }
        for key in ["url", "rest", "token", "transports"]
            .iter()
            .chain(NetworkForm::NAMES)
        {
            table.remove(*key);
        }
        Ok(settings)
    }
}

fn address(
    table: &Table,
    key: &'static str,
    parse: impl Fn(&str) -> Result<FeedUrl, BadFeedUrl>,
) -> Result<Option<FeedUrl>, BadVenue> {
    let Some(value) = table.get(key) else {
        return Ok(None);
    };
    let parsed = value.as_str().map_or(Err(BadFeedUrl::Malformed), parse);
    parsed.map(Some).map_err(|bad| BadVenue::Url { key, bad })
}

/// Never repeats what stands there: it may be a key in the wrong place.
fn token(table: &Table, venue: &Adapter) -> Result<TokenPlace, BadVenue> {
    match table.get("token").map(Value::as_str) {
        None => Ok(TokenPlace::None),
        Some(Some("keyring")) if venue.key_need() == KeyNeed::None => {
            Err(BadVenue::NoToken(venue.title().to_owned()))
        }
        Some(Some("keyring")) => Ok(TokenPlace::Keyring),
        Some(_) => Err(BadVenue::Token),
    }
}

fn transports(table: &Table, venue: &Adapter) -> Result<Vec<TransportKind>, BadVenue> {
    let Some(value) = table.get("transports") else {
        return Ok(Vec::new());
    };
    let words = value.as_array().ok_or(BadVenue::Transports)?;
    let mut ways = Vec::new();
    for word in words {
        let way = word.as_str().and_then(TransportKind::from_word);
        let way = way.ok_or(BadVenue::Transports)?;
        if !venue.card().transports.contains(&way) {
            let title = venue.title().to_owned();
            return Err(BadVenue::Way { title, way });
        }
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    Ok(ways)
}

/// As it is written, flat, since that is what a person edits.
#[derive(Serialize, Deserialize)]
pub(super) struct VenueForm {
    #[serde(with = "form::feed_id")]
    id: FeedId,
    kind: String,
    #[serde(default, skip_serializing_if = "is_false")]
    paused: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transports: Vec<String>,
    #[serde(flatten)]
    network: NetworkForm,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<CustomForm>,
    #[serde(flatten)]
    other: Table,
}

impl VenueForm {
    pub(super) fn new(id: FeedId, settings: VenueSettings, paused: bool, mut other: Table) -> Self {
        let written = |url: Option<FeedUrl>| url.map(|url| url.text());
        let custom = match &settings.venue {
            Adapter::Listed(_) => None,
            Adapter::Custom(form) => {
                let newer = match other.remove(custom::KEY) {
                    Some(Value::Table(newer)) => newer,
                    Some(_) | None => Table::new(),
                };
                Some(CustomForm::new(form.draft(), newer))
            }
        };
        Self {
            custom,
            id,
            kind: settings.venue.as_named().to_owned(),
            paused,
            url: written(settings.url),
            rest: written(settings.rest),
            token: match settings.token {
                TokenPlace::None => None,
                TokenPlace::Keyring => Some("keyring".to_owned()),
            },
            transports: settings
                .transports
                .iter()
                .map(|way| way.as_str().to_owned())
                .collect(),
            network: settings.network.into(),
            other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FeedKind, FeedSettings};
    use super::*;

    fn read(lines: &str) -> FeedSettings {
        toml::from_str(&format!("id = \"a\"\n{lines}")).unwrap()
    }

    #[test]
    fn a_venue_is_read_and_written_the_same_with_what_a_newer_version_has_put_there() {
        for lines in [
            "kind = \"binance\"\n",
            "kind = \"binance\"\nurl = \"ws://127.0.0.1:4000/stream\"\n",
            "kind = \"binance\"\nrest = \"https://fetch.example/api\"\ntransports = [\"ws\"]\n",
            "kind = \"binance\"\nproxy = \"none\"\nplain = true\ncolour = \"blue\"\n",
        ] {
            let feed = read(lines);
            assert!(matches!(feed.kind, FeedKind::Venue(_)), "{feed:?}");
            assert_eq!(toml::to_string(&feed).unwrap(), format!("id = \"a\"\n{lines}"));
        }
    }

    #[test]
    fn what_cannot_be_read_is_kept_as_it_came_and_says_why() {
        for (lines, sentence) in [
            (
                "kind = \"coinbsae\"\ntoken = \"hush\"\n[a.window]\nleft = 3\n",
                "this version of Tickwire knows no venue called coinbsae",
            ),
            (
                "kind = \"binance\"\ntoken = \"keyring\"\n",
                "Binance wants no key, and the feed names one",
            ),
            (
                "kind = \"binance\"\ntoken = \"hush\"\n",
                "its token can only be \"keyring\"; the token itself is kept there",
            ),
            (
                "kind = \"binance\"\nurl = \"https://h\"\n",
                "its url: a feed's address begins with ws:// or wss://",
            ),
            (
                "kind = \"binance\"\nrest = \"wss://h\"\n",
                "its rest: where things are fetched begins with http:// or https://",
            ),
            (
                "kind = \"binance\"\ntransports = \"ws\"\n",
                "its transports are a list of words as [\"ws\", \"poll\"], each one of ws, sse, longpoll and poll",
            ),
            (
                "kind = \"binance\"\nproxy = \"http://ada:hush@proxy.example:1\"\n",
                "a proxy's user name and password do not belong into its address; they are kept in the keyring",
            ),
        ] {
            let feed = read(lines);
            let FeedKind::Unread { why, .. } = &feed.kind else {
                panic!("{feed:?}")
            };
            assert_eq!(why.to_string(), sentence);
            assert!(!why.to_string().contains("hush") && why.next_step().contains("kept as it is"));
            let written = toml::to_string(&feed).unwrap();
            let came: Table = format!("id = \"a\"\n{lines}").parse().unwrap();
            assert_eq!(written.parse::<Table>().unwrap(), came, "{written}");
        }
    }

    #[test]
    fn the_name_of_a_provider_alone_is_its_first_market() {
        for venue in VenueName::all().filter(|venue| *venue != VenueName::SIM) {
            for word in [venue.as_str(), venue.provider()] {
                let feed = read(&format!("kind = \"{word}\"\n"));
                let written = toml::to_string(&feed).unwrap();
                assert!(
                    written.contains(&format!("kind = \"{word}\"\n")),
                    "as a person had it: {written}"
                );
                let FeedKind::Venue(found) = feed.kind else {
                    panic!("{word} is not read")
                };
                assert_eq!(
                    Some(found.venue.clone()),
                    VenueName::from_word(word).map(Into::into)
                );
                assert!(found.place().is_some(), "{word}");
            }
        }
    }

    #[test]
    fn a_venue_that_wants_a_key_finds_it_in_the_keyring() {
        for venue in VenueName::all().filter(|venue| venue.key_need() == KeyNeed::Needed) {
            let feed = read(&format!("kind = \"{venue}\"\ntoken = \"keyring\"\n"));
            let expected = VenueSettings::new(venue, TokenPlace::Keyring);
            assert_eq!(feed.kind, FeedKind::Venue(expected));
        }
    }
}
