//! How a key is shown to a server, and kept from everybody else.

use http::header::AUTHORIZATION;
use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue};
use model::Secret;
use url::Url;

use super::BadTarget;
use crate::redaction::percent;

/// Where a server wants to be shown a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// As a bearer token in the head of each request.
    Bearer,
    /// In this field of the head of each request, behind these words.
    Head {
        name: &'static str,
        prefix: &'static str,
    },
    /// The same in the head of a WebSocket's first request, and nowhere else.
    StreamHead {
        name: &'static str,
        prefix: &'static str,
    },
    /// The same where things are fetched, and nowhere else.
    FetchHead {
        name: &'static str,
        prefix: &'static str,
    },
    /// A key of two parts with a colon between them, each in a field of its
    /// own, where things are fetched and nowhere else.
    FetchPair { id: &'static str, secret: &'static str },
    /// In the query of each address, by this name.
    Query(&'static str),
    /// In the place of `{key}` in the address and in all paths.
    Written,
}

/// What is said of keys in each request.
#[derive(Clone, Default)]
pub(super) struct Keys {
    /// All that must be hidden, wherever it was said.
    known: Vec<Secret>,
    streamed: Vec<(HeaderName, HeaderValue)>,
    fetched: Vec<(HeaderName, HeaderValue)>,
    query: Option<(&'static str, Secret)>,
    written: Option<Secret>,
}

/// What stands for the key where a person writes an address, as it is and as a URL writes it.
const HOLES: [&str; 2] = ["{key}", "%7Bkey%7D"];

impl Keys {
    pub(super) fn show(&mut self, showing: Showing, key: &Secret) -> Result<(), BadTarget> {
        match showing {
            Showing::Bearer => {
                let head = (AUTHORIZATION, value("Bearer ", key.reveal())?);
                self.streamed.push(head.clone());
                self.fetched.push(head);
            }
            Showing::Head { name, prefix } => {
                let head = (field(name)?, value(prefix, key.reveal())?);
                self.streamed.push(head.clone());
                self.fetched.push(head);
            }
            Showing::StreamHead { name, prefix } => {
                self.streamed.push((field(name)?, value(prefix, key.reveal())?));
            }
            Showing::FetchHead { name, prefix } => {
                self.fetched.push((field(name)?, value(prefix, key.reveal())?));
            }
            Showing::FetchPair { id, secret } => {
                let parts = key.reveal().split_once(':');
                let (first, second) = parts
                    .filter(|(first, second)| !first.is_empty() && !second.is_empty())
                    .ok_or(BadTarget::TwoParts)?;
                self.fetched.push((field(id)?, value("", first)?));
                self.fetched.push((field(secret)?, value("", second)?));
                self.known
                    .extend([first, second].map(|part| Secret::new(part.to_owned())));
            }
            Showing::Query(name) => self.query = Some((name, key.clone())),
            Showing::Written => self.written = Some(key.clone()),
        }
        self.known.push(key.clone());
        Ok(())
    }

    /// A field that a person has written, wherever something is asked.
    pub(super) fn say(&mut self, name: &str, said: &Secret) -> Result<(), BadTarget> {
        let head = (field(name)?, value("", said.reveal())?);
        self.streamed.push(head.clone());
        self.fetched.push(head);
        Ok(())
    }

    pub(super) fn known(&self) -> &[Secret] {
        &self.known
    }

    /// What another server is told of them: nothing. They stay hidden all the same.
    pub(super) fn kept_back(&self) -> Self {
        Self {
            known: self.known.clone(),
            ..Self::default()
        }
    }

    pub(super) fn head(&self, fetches: bool) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let head = if fetches { &self.fetched } else { &self.streamed };
        head.iter().cloned()
    }

    /// The address with the key in its query, in the place of another one there.
    pub(super) fn address(&self, url: &Url) -> Url {
        let mut url = url.clone();
        if let Some((name, key)) = &self.query {
            let query = with_pair(url.query().unwrap_or_default(), name, key);
            url.set_query(Some(&query));
        }
        let filled = self.filled(url.as_str());
        filled.and_then(|filled| filled.parse().ok()).unwrap_or(url)
    }

    /// With the key in its places, if there are any.
    fn filled(&self, text: &str) -> Option<String> {
        let key = percent(self.written.as_ref()?.reveal());
        let holes = HOLES.iter().filter(|hole| text.contains(**hole));
        holes.fold(None, |filled: Option<String>, hole| {
            Some(filled.as_deref().unwrap_or(text).replace(hole, &key))
        })
    }

    /// The same of something that is fetched.
    pub(super) fn path(&self, path: &PathAndQuery) -> Option<PathAndQuery> {
        if let Some(filled) = self.filled(path.as_str()) {
            return filled.parse().ok();
        }
        let (name, key) = self.query.as_ref()?;
        let query = with_pair(path.query().unwrap_or_default(), name, key);
        format!("{}?{query}", path.path()).parse().ok()
    }
}

fn field(name: &str) -> Result<HeaderName, BadTarget> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| BadTarget::Token)
}

fn value(prefix: &str, key: &str) -> Result<HeaderValue, BadTarget> {
    let mut value = HeaderValue::from_str(&format!("{prefix}{key}")).map_err(|_| BadTarget::Token)?;
    value.set_sensitive(true);
    Ok(value)
}

fn with_pair(query: &str, name: &str, key: &Secret) -> String {
    let is_other = |pair: &&str| !pair.is_empty() && pair.split('=').next() != Some(name);
    let mut pairs: Vec<_> = query.split('&').filter(is_other).map(str::to_owned).collect();
    pairs.push(format!("{name}={}", percent(key.reveal())));
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    fn told(keys: &Keys, fetches: bool) -> Vec<String> {
        let head = keys.head(fetches);
        head.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect()
    }

    #[test]
    fn each_place_is_told_what_belongs_there_and_no_other() {
        let (name, prefix) = ("Authorization", "Token ");
        let shown = "authorization: Token hush";
        let bearer = "authorization: Bearer hush";
        for (showing, key, streamed, fetched) in [
            (Showing::Bearer, "hush", vec![bearer], vec![bearer]),
            (Showing::Head { name, prefix }, "hush", vec![shown], vec![shown]),
            (Showing::StreamHead { name, prefix }, "hush", vec![shown], vec![]),
            (Showing::FetchHead { name, prefix }, "hush", vec![], vec![shown]),
            (
                Showing::FetchPair {
                    id: "X-Id",
                    secret: "X-Secret",
                },
                "PK1:hush:hush",
                vec![],
                vec!["x-id: PK1", "x-secret: hush:hush"],
            ),
            (Showing::Query("apikey"), "hush", vec![], vec![]),
        ] {
            let mut keys = Keys::default();
            keys.show(showing, &secret(key)).unwrap();
            assert_eq!(told(&keys, false), streamed, "{showing:?}");
            assert_eq!(told(&keys, true), fetched, "{showing:?}");
            assert!(keys.known().contains(&secret(key)), "{showing:?}");
            assert_eq!(told(&keys.kept_back(), true), [""; 0]);
            assert_eq!(keys.kept_back().known(), keys.known());
        }
    }

    #[test]
    fn a_key_in_a_query_takes_the_place_of_another_one_and_is_written_as_a_query_wants_it() {
        let mut keys = Keys::default();
        let plain: Url = "wss://feed.example/ws?symbols=A,B&token=old&tokens=2"
            .parse()
            .unwrap();
        assert_eq!(keys.address(&plain), plain);
        keys.show(Showing::Query("token"), &secret("a+b &/ü")).unwrap();
        let shown = "token=a%2Bb%20%26%2F%C3%BC";
        assert_eq!(
            keys.address(&plain).as_str(),
            format!("wss://feed.example/ws?symbols=A,B&tokens=2&{shown}")
        );
        for (asked, told) in [("/v1/x?a=1&token=old", "/v1/x?a=1&"), ("/v1/x", "/v1/x?")] {
            let path = keys.path(&asked.parse().unwrap()).unwrap();
            assert_eq!(path.as_str(), format!("{told}{shown}"));
        }
        assert!(keys.kept_back().path(&"/x".parse().unwrap()).is_none());
    }

    #[test]
    fn a_key_stands_where_a_person_has_written_its_place_and_nowhere_else() {
        let mut keys = Keys::default();
        let place: Url = "wss://feed.example/v2/{key}/ws?a={key}&b=1".parse().unwrap();
        keys.show(Showing::Written, &secret("a/b c")).unwrap();
        keys.say("X-Key", &secret("Key a/b c")).unwrap();
        assert_eq!(
            keys.address(&place).as_str(),
            "wss://feed.example/v2/a%2Fb%20c/ws?a=a%2Fb%20c&b=1"
        );
        let path = keys.path(&"/p/{key}?t={key}".parse().unwrap()).unwrap();
        assert_eq!(path.as_str(), "/p/a%2Fb%20c?t=a%2Fb%20c");
        assert!(keys.path(&"/p".parse().unwrap()).is_none());
        assert_eq!(told(&keys, false), ["x-key: Key a/b c"]);
        assert_eq!(keys.known(), [secret("a/b c")]);
        let other = keys.kept_back();
        assert_eq!(other.address(&place), place, "another server is told nothing");
        assert_eq!(told(&other, true), [""; 0]);
    }

    #[test]
    fn a_key_that_no_head_can_carry_is_refused() {
        let pair = Showing::FetchPair {
            id: "x-id",
            secret: "x-secret",
        };
        for (showing, key, bad) in [
            (Showing::Bearer, "a\nb", BadTarget::Token),
            (
                Showing::FetchHead {
                    name: "x-key",
                    prefix: "",
                },
                "a\u{0}b",
                BadTarget::Token,
            ),
            (pair, "alone", BadTarget::TwoParts),
            (pair, ":half", BadTarget::TwoParts),
            (pair, "half:", BadTarget::TwoParts),
        ] {
            let shown = Keys::default().show(showing, &secret(key));
            assert_eq!(shown, Err(bad), "{key:?}");
        }
    }
}
