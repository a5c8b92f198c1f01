//! Where to dial, checked before anything is sent there.

mod keys;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue};
use model::{Secret, TransportKind};
use url::{Host, Url};

use self::keys::Keys;
pub use self::keys::Showing;
use crate::connection::MESSAGE_SIZE_MAX;
use crate::fetch::Turns;
use crate::redaction::is_key;
use crate::tap::{Tap, Wiretap};
use crate::{Allowance, Via};

/// What a server may take for one long poll, when nobody says otherwise.
const POLL_WAIT: Duration = Duration::from_secs(25);

/// An address that will not be dialed, whatever the network says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTarget {
    #[error("a feed's address begins with wss://, https://, ws:// or http://")]
    Scheme,
    #[error("the address has no host")]
    NoHost,
    #[error("unencrypted ws:// and http:// are only for this computer; use wss:// or https://")]
    Plain,
    #[error("a password does not belong into the address")]
    Credentials,
    #[error("the token has characters that cannot be sent")]
    Token,
    #[error("this venue's key has two parts: write them as ID:SECRET")]
    TwoParts,
}

/// Why nobody follows where a server sends us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRedirect {
    #[error("it is not encrypted there")]
    Plain,
    #[error("that is no address of a feed")]
    Nowhere,
    #[error("it was sent on too often")]
    TooOften,
}

/// One address, and what is said to it in the handshake.
///
/// Its debug form shows neither the query, in which some venues want their
/// key, nor the token.
#[derive(Clone)]
pub struct Target {
    /// Its scheme is the one that the way of talking has.
    url: Url,
    transport: TransportKind,
    subprotocol: Option<Arc<str>>,
    keys: Keys,
    last_event_id: Option<HeaderValue>,
    poll_wait: Duration,
    /// What stands before all that is fetched.
    base: String,
    turns: Turns,
    once: bool,
    message_limit: usize,
    tap: Option<Tap>,
    via: Via,
}

impl Target {
    /// Encrypted anywhere; plain only where nobody else can listen. Talks over
    /// a WebSocket, also to `https`, until told [`Target::over`] what else.
    pub fn new(url: Url) -> Result<Self, BadTarget> {
        let target = Self::even_plain(url)?;
        if target.is_exposed() {
            return Err(BadTarget::Plain);
        }
        Ok(target)
    }

    /// Plain anywhere: only where a person has said so of this very feed.
    pub fn even_plain(url: Url) -> Result<Self, BadTarget> {
        if url.host().is_none() {
            return Err(BadTarget::NoHost);
        }
        match url.scheme() {
            "wss" | "https" | "ws" | "http" => {}
            _ => return Err(BadTarget::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadTarget::Credentials);
        }
        let target = Self {
            url,
            transport: TransportKind::WebSocket,
            subprotocol: None,
            keys: Keys::default(),
            last_event_id: None,
            poll_wait: POLL_WAIT,
            base: String::new(),
            turns: Turns::default(),
            once: false,
            message_limit: MESSAGE_SIZE_MAX,
            tap: None,
            via: Via::System,
        };
        Ok(target.over(TransportKind::WebSocket))
    }

    /// The same server, talked to in this way. Over HTTP, what to fetch is said
    /// on the connection, by [`crate::Outbound::Fetch`]; the path and the query
    /// of the address are the WebSocket's alone.
    #[must_use]
    pub fn over(mut self, transport: TransportKind) -> Self {
        let secure = self.is_secure();
        let scheme = match (transport, secure) {
            (TransportKind::WebSocket, true) => "wss",
            (TransportKind::WebSocket, false) => "ws",
            (TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll, true) => "https",
            (TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll, false) => "http",
        };
        // All four are of one kind to a URL, so a change among them never fails.
        let changed = self.url.set_scheme(scheme);
        debug_assert!(changed.is_ok(), "{scheme}");
        self.transport = transport;
        self
    }

    pub const fn transport(&self) -> TransportKind {
        self.transport
    }

    /// Where an event stream is to go on, as [`crate::Hint::LastEventId`] told
    /// it. Said with the first fetch. One that no header can carry is left out.
    #[must_use]
    pub fn with_last_event_id(mut self, id: &str) -> Self {
        self.last_event_id = HeaderValue::from_bytes(id.as_bytes())
            .ok()
            .filter(|value| !value.is_empty());
        self
    }

    /// The longest that the server may take to answer a long poll.
    #[must_use]
    pub const fn with_poll_wait(mut self, wait: Duration) -> Self {
        self.poll_wait = wait;
        self
    }

    /// What is fetched is below the path of this address.
    #[must_use]
    pub fn with_base(mut self) -> Self {
        self.base = self.url.path().trim_end_matches('/').to_owned();
        self
    }

    /// How often the server's state may be asked for, by all lines that are
    /// dialed with this or with a copy of it.
    #[must_use]
    pub fn with_polls(mut self, times: u32, within: Duration) -> Self {
        self.turns = Turns::new(times, within);
        self
    }

    /// All that is fetched takes its turns from there as well.
    #[must_use]
    pub fn with_allowance(mut self, allowance: Arc<dyn Allowance>) -> Self {
        self.turns = self.turns.sharing(allowance);
        self
    }

    /// The server has said, in a message, that it wants to be asked no more for so long.
    pub fn leave_alone(&self, wait: Duration) {
        self.turns.leave_alone(wait);
    }

    /// What is fetched by polling is fetched once: then the connection ends, and
    /// whatever is no answer is told as its loss.
    #[must_use]
    pub const fn once(mut self) -> Self {
        self.once = true;
        self
    }

    pub const fn is_once(&self) -> bool {
        self.once
    }

    /// The largest message, inflated, that is taken over a WebSocket.
    #[must_use]
    pub const fn with_message_limit(mut self, bytes: usize) -> Self {
        self.message_limit = bytes;
        self
    }

    /// Lets whoever looks see what goes over the wire.
    #[must_use]
    pub fn with_tap(mut self, tap: Tap) -> Self {
        self.tap = Some(tap);
        self
    }

    /// Which way out of this network to take.
    #[must_use]
    pub fn through(mut self, via: Via) -> Self {
        self.via = via;
        self
    }

    /// Only where the server is known to answer: one that stays silent about an
    /// offered subprotocol is refused.
    #[must_use]
    pub fn with_subprotocol(mut self, name: &str) -> Self {
        self.subprotocol = Some(name.into());
        self
    }

    pub fn with_bearer_token(self, token: &Secret) -> Result<Self, BadTarget> {
        self.with_key(Showing::Bearer, token)
    }

    /// Shows the key there, to this server and to no other.
    pub fn with_key(mut self, showing: Showing, key: &Secret) -> Result<Self, BadTarget> {
        self.keys.show(showing, key)?;
        Ok(self)
    }

    /// Says this in the head of each request. What is secret in it has to be shown by
    /// [`Target::with_key`] too, so that it is hidden.
    pub fn with_head(mut self, name: &str, value: &Secret) -> Result<Self, BadTarget> {
        self.keys.say(name, value)?;
        Ok(self)
    }

    /// What no recording may show: the key, and of the query what its name or
    /// its look tells to be a key. For hiding them, and for nothing else.
    pub fn secrets(&self) -> Vec<Secret> {
        let mut secrets = self.keys.known().to_vec();
        if let Via::Proxy(proxy) = &self.via {
            secrets.extend(proxy.password());
        }
        for (name, value) in self.url.query_pairs() {
            if is_key(&name, &value) {
                secrets.push(Secret::new(value.into_owned()));
            }
        }
        secrets
    }

    /// Where a server sends us on. What was said to the one is not said to
    /// another: a token stays with the origin that it was given for.
    pub(crate) fn redirected(&self, location: &str) -> Result<Self, BadRedirect> {
        let url = self.url.join(location).map_err(|_| BadRedirect::Nowhere)?;
        // Who agreed to plain text agreed to it for this one server.
        let here = !self.is_secure()
            && url.host() == self.url.host()
            && url.port_or_known_default() == self.url.port_or_known_default();
        let found = if here {
            Self::even_plain(url)
        } else {
            Self::new(url)
        };
        let found = found.map_err(|bad| match bad {
            BadTarget::Plain => BadRedirect::Plain,
            BadTarget::Scheme
            | BadTarget::NoHost
            | BadTarget::Credentials
            | BadTarget::Token
            | BadTarget::TwoParts => BadRedirect::Nowhere,
        })?;
        let found = found.over(self.transport);
        if self.is_secure() && !found.is_secure() {
            return Err(BadRedirect::Plain);
        }
        let same_server = found.url.origin() == self.url.origin();
        Ok(Self {
            url: found.url,
            keys: if same_server {
                self.keys.clone()
            } else {
                self.keys.kept_back()
            },
            ..self.clone()
        })
    }

    /// Without a key that is only shown.
    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    /// As it is dialed, with the key where that belongs into the query.
    pub(crate) fn address(&self) -> Url {
        self.keys.address(&self.url)
    }

    /// The same of what is fetched.
    pub(crate) fn path(&self, path: &PathAndQuery) -> PathAndQuery {
        self.keys.path(path).unwrap_or_else(|| path.clone())
    }

    pub(crate) fn is_secure(&self) -> bool {
        matches!(self.url.scheme(), "wss" | "https")
    }

    /// Whether everybody on the way can read and change what is said.
    pub fn is_exposed(&self) -> bool {
        !self.is_secure() && !self.is_loopback()
    }

    pub(crate) const fn via(&self) -> &Via {
        &self.via
    }

    pub(crate) fn is_loopback(&self) -> bool {
        self.url.host().is_some_and(|host| is_loopback(&host))
    }

    pub(crate) const fn last_event_id(&self) -> Option<&HeaderValue> {
        self.last_event_id.as_ref()
    }

    pub(crate) const fn poll_wait(&self) -> Duration {
        self.poll_wait
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) const fn turns(&self) -> &Turns {
        &self.turns
    }

    /// For one line.
    pub(crate) fn wiretap(&self) -> Option<Wiretap> {
        let tap = self.tap.as_ref()?;
        Some(Wiretap::new(tap, &self.secrets()))
    }

    pub(crate) const fn message_limit(&self) -> usize {
        self.message_limit
    }

    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    pub(crate) fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        self.keys.head(self.transport != TransportKind::WebSocket)
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
