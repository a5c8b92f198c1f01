//! Other addresses for a feed than its own, as a person names them.

use profile::{FeedUrl, VenueSettings, moved};
use provider::custom::CUSTOM;
use url::Url;

use super::NotAFeed;

/// At most one for the stream and one for what is fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    pub(super) stream: Option<Url>,
    pub(super) rest: Option<Url>,
}

impl Elsewhere {
    /// The scheme of each says what it is for.
    pub(crate) fn of(addresses: &[Url]) -> Result<Self, NotAFeed> {
        let mut found = Self::default();
        for address in addresses {
            let (place, what) = match address.scheme() {
                "ws" | "wss" => (&mut found.stream, "ws:// or wss://"),
                "http" | "https" => (&mut found.rest, "http:// or https://"),
                _ => return Err(NotAFeed::Endpoint),
            };
            if address.host().is_none() {
                return Err(NotAFeed::NoHost);
            }
            if place.replace(address.clone()).is_some() {
                return Err(NotAFeed::TwoEndpoints(what));
            }
        }
        Ok(found)
    }

    pub(crate) const fn is_somewhere(&self) -> bool {
        self.stream.is_some() || self.rest.is_some()
    }

    /// What was not named is where the settings say.
    pub(super) fn or_as_in(&self, settings: &VenueSettings) -> Self {
        // Of a venue that a person has described the path stands in the settings.
        let is_described = settings.venue.as_str() == CUSTOM;
        let at = |named: &Option<Url>, kept: &Option<FeedUrl>| match (named, kept.as_ref().map(FeedUrl::url))
        {
            (Some(named), Some(own)) if is_described => Some(moved(named, own)),
            (Some(named), _) => Some(named.clone()),
            (None, kept) => kept.cloned(),
        };
        Self {
            stream: at(&self.stream, &settings.url),
            rest: at(&self.rest, &settings.rest),
        }
    }

    /// Where the stream is that has this address otherwise.
    pub(super) fn stream_of(&self, own: &Url) -> Url {
        self.stream
            .as_ref()
            .map_or_else(|| own.clone(), |stream| moved(stream, own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(texts: &[&str]) -> Vec<Url> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_scheme_says_what_an_address_is_for_and_each_is_named_once() {
        let found = Elsewhere::of(&urls(&["http://127.0.0.1:1", "ws://127.0.0.1:2"])).unwrap();
        assert_eq!(found.stream.unwrap().port(), Some(2));
        assert_eq!(found.rest.unwrap().port(), Some(1));
        let twice = Elsewhere::of(&urls(&["ws://127.0.0.1:1", "wss://ticks.example"]));
        assert_eq!(twice, Err(NotAFeed::TwoEndpoints("ws:// or wss://")));
        assert_eq!(
            Elsewhere::of(&urls(&["ftp://127.0.0.1"])),
            Err(NotAFeed::Endpoint)
        );
        assert!(!Elsewhere::of(&[]).unwrap().is_somewhere());
    }
}
