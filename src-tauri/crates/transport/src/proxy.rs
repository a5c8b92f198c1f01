//! The proxy between this computer and a server, where there is one.
//!
//! - `tunnel`: asks an HTTP proxy for a way (CONNECT)
//! - `socks`: asks a SOCKS5 proxy
//! - `system`: what this computer's settings and environment say
//!
//! A script that chooses (PAC) is not run: that it is there is told when the
//! direct way fails.

mod socks;
mod system;
mod tunnel;

use std::fmt;
use std::str::FromStr;

use model::Secret;
use url::{Host, Url};

pub(crate) use self::system::{Exit, SystemProxies};
use crate::connect::BoxPipe;
use crate::{DialError, ProxyFailure};

/// SOCKS has one byte for the length of either.
const LOGIN_PART_MAX: usize = 255;

/// How a target is left for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Via {
    /// As the system's settings say; never for this computer itself.
    #[default]
    System,
    Direct,
    Proxy(Proxy),
}

/// One proxy. Its debug form and its display show no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    kind: Kind,
    host: Host,
    port: u16,
    login: Option<Login>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Http,
    /// The same, and what is said to the proxy is encrypted, too.
    Https,
    Socks5,
}

#[derive(Clone, PartialEq, Eq)]
struct Login {
    user: String,
    password: Secret,
}

/// A proxy that cannot be taken, whatever the network says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadProxy {
    #[error("a proxy is \"system\", \"none\", or an address as http://host:port or socks5://host:port")]
    Malformed,
    #[error("a proxy's address begins with http://, https:// or socks5://")]
    Scheme,
    #[error("a proxy's user name and password do not belong into its address; they are kept in the keyring")]
    Login,
    #[error("a proxy's login is a user name, a colon and a password, of 255 bytes each at most")]
    BadLogin,
}

impl FromStr for Via {
    type Err = BadProxy;

    fn from_str(text: &str) -> Result<Self, BadProxy> {
        match text {
            "system" => Ok(Self::System),
            "none" => Ok(Self::Direct),
            address => address.parse().map(Self::Proxy),
        }
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Direct => f.write_str("none"),
            Self::Proxy(proxy) => write!(f, "{}://{proxy}", proxy.kind.scheme()),
        }
    }
}

impl FromStr for Proxy {
    type Err = BadProxy;

    /// An address that a person has written down, in which no password belongs.
    fn from_str(text: &str) -> Result<Self, BadProxy> {
        let proxy = Self::with_any_login(text)?;
        if proxy.login.is_some() {
            return Err(BadProxy::Login);
        }
        Ok(proxy)
    }
}

impl Proxy {
    /// `user:password`, as the keyring has it.
    pub fn with_login(mut self, login: &Secret) -> Result<Self, BadProxy> {
        let (user, password) = login.reveal().split_once(':').ok_or(BadProxy::BadLogin)?;
        self.login = Some(Login::new(user, password)?);
        Ok(self)
    }

    /// The environment and the system have the login in the address.
    fn with_any_login(text: &str) -> Result<Self, BadProxy> {
        let url = Url::parse(text).map_err(|_| BadProxy::Malformed)?;
        let kind = match url.scheme() {
            "http" => Kind::Http,
            "https" => Kind::Https,
            // The letter asks for names to be looked up by the proxy, as we always do.
            "socks5" | "socks5h" => Kind::Socks5,
            _ => return Err(BadProxy::Scheme),
        };
        let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let host = match url.host() {
            Some(Host::Domain(name)) if bare => Host::parse(name).map_err(|_| BadProxy::Malformed)?,
            Some(Host::Ipv4(address)) if bare => Host::Ipv4(address),
            Some(Host::Ipv6(address)) if bare => Host::Ipv6(address),
            Some(_) | None => return Err(BadProxy::Malformed),
        };
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => Some(Login::new(
                &unescaped(user),
                &unescaped(password.unwrap_or_default()),
            )?),
        };
        Ok(Self {
            kind,
            host,
            port: url.port_or_known_default().unwrap_or(1080),
            login,
        })
    }

    pub(crate) fn host(&self) -> String {
        self.host.to_string()
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Whether TLS is spoken with the proxy itself.
    pub(crate) const fn is_secure(&self) -> bool {
        matches!(self.kind, Kind::Https)
    }

    pub(crate) fn password(&self) -> Option<Secret> {
        self.login.as_ref().map(|login| login.password.clone())
    }

    /// Asks for a way to this host, which the proxy looks up itself. What comes
    /// back carries the server's bytes, from the first one on.
    pub(crate) async fn open(&self, pipe: BoxPipe, host: &str, port: u16) -> Result<BoxPipe, DialError> {
        let opened = match self.kind {
            Kind::Http | Kind::Https => tunnel::open(pipe, host, port, self.login.as_ref()).await,
            Kind::Socks5 => socks::open(pipe, host, port, self.login.as_ref()).await,
        };
        opened.map_err(|failure| self.failed(failure))
    }

    pub(crate) fn failed(&self, failure: ProxyFailure) -> DialError {
        DialError::Proxy {
            proxy: self.to_string(),
            failure,
        }
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{self}", self.kind.scheme())
    }
}

impl Kind {
    const fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
        }
    }
}

impl Login {
    fn new(user: &str, password: &str) -> Result<Self, BadProxy> {
        let fits = |part: &str| part.len() <= LOGIN_PART_MAX;
        if user.is_empty() || !fits(user) || !fits(password) {
            return Err(BadProxy::BadLogin);
        }
        Ok(Self {
            user: user.to_owned(),
            password: Secret::new(password.to_owned()),
        })
    }
}

/// What a URL has written as `%40`.
fn unescaped(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_writes_down_is_read_and_written_the_same() {
        for text in [
            "system",
            "none",
            "http://proxy.example:3128",
            "https://proxy.example:443",
            "socks5://127.0.0.1:1080",
            "http://[2001:db8::1]:8080",
        ] {
            assert_eq!(text.parse::<Via>().unwrap().to_string(), text);
        }
        for (text, bad) in [
            ("", BadProxy::Malformed),
            ("proxy.example:3128", BadProxy::Scheme),
            ("http://proxy.example/path", BadProxy::Malformed),
            ("http://proxy.example?key", BadProxy::Malformed),
            ("socks4://proxy.example", BadProxy::Scheme),
            ("http://ada:hush@proxy.example:3128", BadProxy::Login),
            ("socks5://ada@proxy.example", BadProxy::Login),
        ] {
            assert_eq!(text.parse::<Via>(), Err(bad), "{text}");
        }
    }

    #[test]
    fn a_login_is_shown_to_nobody() {
        let proxy: Proxy = "http://proxy.example:3128".parse().unwrap();
        let login = |text: &str| Secret::new(text.to_owned());
        let proxy = proxy.with_login(&login("ada:hu:sh")).unwrap();
        assert_eq!(proxy.password().unwrap().reveal(), "hu:sh");
        let shown = format!("{proxy} {proxy:?} {}", Via::Proxy(proxy.clone()));
        assert!(
            !shown.contains("sh:") && !shown.contains("hu") && !shown.contains("ada"),
            "{shown}"
        );
        for bad in ["", "ada", ":hush", &"a:".repeat(256)] {
            assert_eq!(proxy.clone().with_login(&login(bad)), Err(BadProxy::BadLogin));
        }
    }
}
