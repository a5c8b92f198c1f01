//! Where to dial, checked before anything is sent there.

use std::fmt;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use model::Secret;
use url::{Host, Url};

/// An address that will not be dialed, whatever the network says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTarget {
    #[error("a feed's address begins with wss:// or ws://")]
    Scheme,
    #[error("the address has no host")]
    NoHost,
    #[error("unencrypted ws:// is only for this computer; use wss://")]
    Plain,
    #[error("a password does not belong into the address")]
    Credentials,
    #[error("the token has characters that cannot be sent")]
    Token,
}

/// One address, and what is said to it in the handshake.
///
/// Its debug form shows neither the query, in which some venues want their
/// key, nor the token.
#[derive(Clone)]
pub struct Target {
    url: Url,
    subprotocol: Option<&'static str>,
    authorization: Option<HeaderValue>,
}

impl Target {
    /// `wss` anywhere; plain `ws` only where nobody else can listen.
    pub fn new(url: Url) -> Result<Self, BadTarget> {
        let host = url.host().ok_or(BadTarget::NoHost)?;
        match url.scheme() {
            "wss" => {}
            "ws" if is_loopback(&host) => {}
            "ws" => return Err(BadTarget::Plain),
            _ => return Err(BadTarget::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadTarget::Credentials);
        }
        Ok(Self {
            url,
            subprotocol: None,
            authorization: None,
        })
    }

    /// Only where the server is known to answer: one that stays silent about an
    /// offered subprotocol is refused.
    #[must_use]
    pub const fn with_subprotocol(mut self, name: &'static str) -> Self {
        self.subprotocol = Some(name);
        self
    }

    pub fn with_bearer_token(mut self, token: &Secret) -> Result<Self, BadTarget> {
        let mut value =
            HeaderValue::from_str(&format!("Bearer {}", token.reveal())).map_err(|_| BadTarget::Token)?;
        value.set_sensitive(true);
        self.authorization = Some(value);
        Ok(self)
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.url.scheme() == "wss"
    }

    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    pub(crate) const fn subprotocol(&self) -> Option<&'static str> {
        self.subprotocol
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (http::HeaderName, HeaderValue)> {
        self.authorization
            .iter()
            .map(|value| (AUTHORIZATION, value.clone()))
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}://{}:{}{}",
            self.url.scheme(),
            self.host(),
            self.port(),
            self.url.path()
        )
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Result<Target, BadTarget> {
        Target::new(Url::parse(url).unwrap())
    }

    #[test]
    fn plain_text_stays_on_this_computer() {
        for url in [
            "ws://127.0.0.1:9/x",
            "ws://[::1]:9",
            "ws://localhost",
            "wss://feed.example/x",
        ] {
            assert!(target(url).is_ok(), "{url} was refused");
        }
        for url in ["ws://feed.example", "ws://10.0.0.1", "ws://localhost.example"] {
            assert_eq!(target(url).unwrap_err(), BadTarget::Plain, "{url}");
        }
        assert_eq!(target("https://feed.example").unwrap_err(), BadTarget::Scheme);
        assert_eq!(
            target("wss://me:secret@feed.example").unwrap_err(),
            BadTarget::Credentials
        );
    }

    #[test]
    fn shows_neither_its_query_nor_its_token() {
        let target = target("wss://feed.example/stream?token=hush")
            .unwrap()
            .with_bearer_token(&Secret::new("whisper".into()))
            .unwrap();
        let shown = format!("{target:?} {:?}", target.headers().collect::<Vec<_>>());
        assert!(!shown.contains("hush") && !shown.contains("whisper"), "{shown}");
    }

    #[test]
    fn a_token_with_a_line_break_is_refused() {
        let target = target("wss://feed.example").unwrap();
        assert_eq!(
            target
                .with_bearer_token(&Secret::new("a\r\nHost: evil".into()))
                .unwrap_err(),
            BadTarget::Token
        );
    }
}
