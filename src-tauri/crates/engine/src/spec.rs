//! What is needed to open a feed.

use model::{FeedId, Secret, Source, TransportKind};
use provider::{Adapter, KeyPlace};
use transport::{BadTarget, Showing, Target, Via};
use url::Url;

/// A feed as a person configured it.
#[derive(Clone, PartialEq, Eq)]
pub struct FeedSpec {
    pub id: FeedId,
    pub source: Source,
    pub venue: Adapter,
    pub endpoint: Url,
    pub token: Option<Secret>,
    /// Where things are fetched, if not of the server at the endpoint. Without
    /// it that is where the venue has them, as long as the endpoint is the
    /// venue's own too: who streams from a server of their own fetches there.
    pub rest: Option<Url>,
    /// The ways of talking to it that are allowed, the best one first. Without
    /// any it is the venue's own first choice.
    pub transports: Vec<TransportKind>,
    /// Whether the venue shall say what each minute came to.
    pub bars: bool,
    /// Which way out of this network is taken.
    pub via: Via,
    /// A person has agreed to be overheard: unencrypted, also beyond this computer.
    pub plain: bool,
}

/// The address may have a key in its query, so it is shown only in the form that a target has.
impl std::fmt::Debug for FeedSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FeedSpec")
            .field("id", &self.id)
            .field("venue", &self.venue)
            .finish_non_exhaustive()
    }
}

/// Why a feed was not opened. Each is a person's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Target(#[from] BadTarget),
    #[error("a feed of this name is open already")]
    AlreadyOpen,
    #[error("this venue cannot be talked to by {0}")]
    Transport(TransportKind),
    #[error("this venue is asked over HTTP at another address than it streams from: name that one as well")]
    NoRest,
}

impl FeedSpec {
    /// What most feeds are: as the venue likes it best, and with prices of their own.
    pub fn new(id: FeedId, venue: impl Into<Adapter>, endpoint: Url, token: Option<Secret>) -> Self {
        Self {
            id,
            source: Source::Live,
            venue: venue.into(),
            endpoint,
            token,
            rest: None,
            transports: Vec::new(),
            bars: false,
            via: Via::System,
            plain: false,
        }
    }

    /// What opening it would refuse of where the stream is.
    pub fn check_stream(&self) -> Result<(), OpenError> {
        self.target().map(drop)
    }

    /// What opening it would refuse of where things are fetched.
    pub fn check_rest(&self) -> Result<(), OpenError> {
        self.rest().map(drop)
    }

    /// Whose account its key opens: `alpaca` for `alpaca:iex`.
    pub fn provider(&self) -> &str {
        let word = self.venue.as_str();
        word.split(':').next().unwrap_or(word)
    }

    /// Where the stream is.
    pub(crate) fn target(&self) -> Result<Target, OpenError> {
        let card = self.venue.card();
        let unknown = |transport: &&TransportKind| !card.transports.contains(transport);
        if let Some(transport) = self.transports.iter().find(unknown) {
            return Err(OpenError::Transport(*transport));
        }
        let target = self.with_key(&self.endpoint)?;
        Ok(match &card.subprotocol {
            Some(subprotocol) => target.with_subprotocol(subprotocol),
            None => target,
        })
    }

    /// Where things are fetched, if not of the same server.
    pub(crate) fn rest(&self) -> Result<Option<Target>, OpenError> {
        let Some(url) = self.rest.clone().or_else(|| self.rest_of_the_venue()) else {
            let streams = self.transports.is_empty() || self.transports.contains(&TransportKind::WebSocket);
            return if streams || self.venue.rest().is_none() {
                Ok(None)
            } else {
                Err(OpenError::NoRest)
            };
        };
        Ok(Some(self.with_key(&url)?.with_base()))
    }

    /// Nobody who streams from a server of their own wants to ask the venue's.
    fn rest_of_the_venue(&self) -> Option<Url> {
        let stream: Url = self.venue.stream()?.parse().ok()?;
        let is_theirs = stream.host() == self.endpoint.host();
        self.venue.rest().filter(|_| is_theirs)?.parse().ok()
    }

    fn with_key(&self, url: &Url) -> Result<Target, OpenError> {
        let card = self.venue.card();
        let target = if self.plain {
            Target::even_plain(url.clone())?
        } else {
            Target::new(url.clone())?
        };
        let mut target = target.through(self.via.clone());
        let key = self.key();
        if let Some(key) = &key {
            for showing in showings(card.key) {
                target = target.with_key(showing, key)?;
            }
        }
        for (name, value) in self.venue.headers(key.as_ref()) {
            target = target.with_head(&name, &value)?;
        }
        Ok(target)
    }

    /// What the account is opened with: what was given apart comes first.
    pub(crate) fn key(&self) -> Option<Secret> {
        let key = self.token.clone();
        key.or_else(|| self.key_of_the_address(self.venue.card().key))
    }

    /// What tells its venue from others, without anything secret.
    pub(crate) fn address(&self) -> String {
        let mut address = self.endpoint.clone();
        address.set_query(None);
        address.set_fragment(None);
        address.into()
    }

    /// The query belongs to the WebSocket alone, and what is fetched needs the key too.
    fn key_of_the_address(&self, place: KeyPlace) -> Option<Secret> {
        let known = match place {
            KeyPlace::Bearer { query } | KeyPlace::Query(query) => query,
            KeyPlace::None
            | KeyPlace::Header { .. }
            | KeyPlace::Heads { .. }
            | KeyPlace::Pair { .. }
            | KeyPlace::Written
            | KeyPlace::Messages { .. } => return None,
        };
        let mut pairs = self.endpoint.query_pairs();
        let (_, key) = pairs.find(|(name, _)| name == known)?;
        Some(Secret::new(key.into_owned()))
    }
}

/// How a venue's key is shown outside of messages.
fn showings(place: KeyPlace) -> Vec<Showing> {
    match place {
        KeyPlace::None => Vec::new(),
        KeyPlace::Bearer { .. } => vec![Showing::Bearer],
        KeyPlace::Query(name) => vec![Showing::Query(name)],
        KeyPlace::Header { name, prefix } => vec![Showing::Head { name, prefix }],
        KeyPlace::Heads { stream, fetched } => vec![
            Showing::StreamHead {
                name: stream.0,
                prefix: stream.1,
            },
            Showing::FetchHead {
                name: fetched.0,
                prefix: fetched.1,
            },
        ],
        KeyPlace::Pair { id, secret } => vec![Showing::FetchPair { id, secret }],
        KeyPlace::Written => vec![Showing::Written],
        KeyPlace::Messages { name, prefix } => vec![Showing::FetchHead { name, prefix }],
    }
}

#[cfg(test)]
mod tests {
    use provider::VenueName;

    use super::*;

    #[test]
    fn a_token_in_the_address_goes_along_where_things_are_fetched() {
        let spec = |address: &str, token: Option<&str>| {
            let token = token.map(|token| Secret::new(token.to_owned()));
            FeedSpec::new(
                FeedId::new("desk"),
                VenueName::SIM,
                address.parse().unwrap(),
                token,
            )
        };
        let found = |address| spec(address, None).key_of_the_address(VenueName::SIM.card().key);
        let token = found("ws://127.0.0.1:1/v1/stream?token=a%2Bb").unwrap();
        assert_eq!(token.reveal(), "a+b");
        assert!(found("ws://127.0.0.1:1/v1/stream").is_none());
        let broken = spec("ws://127.0.0.1:1/?token=fine", Some("a\nb"));
        assert_eq!(
            broken.target().unwrap_err(),
            OpenError::Target(BadTarget::Token),
            "what was given apart comes first"
        );
    }

    #[test]
    fn what_is_fetched_is_fetched_where_the_venue_has_it_or_where_a_person_says() {
        let all = VenueName::all();
        for venue in all.filter(|venue| venue.rest().is_some()) {
            let Some(stream) = venue.stream() else { continue };
            let rest_of = |endpoint: &str, rest: Option<&str>| {
                let key = Some(Secret::new("PK1:hush".to_owned()));
                let mut spec = FeedSpec::new(FeedId::new("desk"), venue, endpoint.parse().unwrap(), key);
                spec.rest = rest.map(|rest| rest.parse().unwrap());
                let rest = spec.rest().unwrap();
                rest.map(|rest| format!("{:?}", rest.over(TransportKind::Poll)))
            };
            let theirs = rest_of(stream, None).unwrap();
            assert!(
                theirs.starts_with(venue.rest().unwrap().trim_end_matches('/').split_at(15).0),
                "{theirs}"
            );
            assert_eq!(rest_of("ws://127.0.0.1:9", None), None, "{venue}");
            let own = rest_of("ws://127.0.0.1:9", Some("http://127.0.0.1:10/base"));
            assert_eq!(own.as_deref(), Some("http://127.0.0.1:10/base"), "{venue}");
        }
        let mut spec = FeedSpec::new(
            FeedId::new("desk"),
            VenueName::SIM,
            "ws://127.0.0.1:9".parse().unwrap(),
            None,
        );
        spec.transports = vec![TransportKind::Poll];
        assert!(spec.rest().unwrap().is_none(), "of the same server");
    }

    #[test]
    fn plain_text_beyond_this_computer_is_for_the_feed_that_agreed_to_it() {
        let endpoint = "ws://ticks.example/v1".parse().unwrap();
        let mut spec = FeedSpec::new(FeedId::new("desk"), VenueName::SIM, endpoint, None);
        assert_eq!(spec.target().unwrap_err(), OpenError::Target(BadTarget::Plain));
        spec.plain = true;
        assert!(spec.target().unwrap().is_exposed());
    }
}
