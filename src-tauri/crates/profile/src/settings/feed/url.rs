//! Where a feed's server is.

use std::borrow::Cow;
use std::fmt;

use url::Url;

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
        let is_open = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
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
