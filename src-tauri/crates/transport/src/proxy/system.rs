//! What this computer says about proxies: the environment first, then the
//! desktop's own settings, which a launcher does not pass on.
//!
//! - `desktop`: GNOME's and KDE's settings; those of Windows and macOS are read
//!   by hyper-util
//!
//! They change while the program runs, so they are read again after a while.

#[cfg(all(unix, not(target_os = "macos")))]
mod desktop;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper_util::client::proxy::matcher::{Builder, Matcher};
use model::Secret;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};
use tracing::debug;

use super::{BadProxy, Proxy};
use crate::{DialError, ProxyFailure, Target};

/// A person who has changed the settings does not wait much longer for it.
const READ_EVERY: Duration = Duration::from_secs(15);
/// Reading takes some milliseconds; a desktop that hangs does not hold up a dial.
const READ_MAX: Duration = Duration::from_secs(1);

/// How to leave for a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Direct,
    Through(Proxy),
    /// Direct, since only a script knows better.
    Script,
}

#[derive(Clone, Default)]
pub(crate) struct SystemProxies {
    known: Arc<Mutex<Option<Known>>>,
}

/// What was read, and when.
type Known = (Instant, Arc<Settings>);

impl SystemProxies {
    pub(crate) async fn exit(&self, target: &Target) -> Result<Exit, DialError> {
        self.settings().await.exit(target)
    }

    async fn settings(&self) -> Arc<Settings> {
        let known = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.clone()
        };
        if let Some((read, settings)) = &known
            && read.elapsed() < READ_EVERY
        {
            return Arc::clone(settings);
        }
        let before = known.map(|(_, settings)| settings);
        let settings = match timeout(READ_MAX, spawn_blocking(Settings::read)).await {
            Ok(Ok(settings)) => Arc::new(settings),
            Ok(Err(_)) | Err(_) => {
                debug!("the proxy settings cannot be read");
                before.unwrap_or_default()
            }
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((Instant::now(), Arc::clone(&settings)));
        settings
    }
}

/// What was found, in the words in which everybody writes it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Words {
    all: String,
    http: String,
    https: String,
    /// Who is reached without.
    no: String,
    script: bool,
}

struct Settings {
    matcher: Matcher,
    script: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Words::default().into_settings(Matcher::builder())
    }
}

impl Settings {
    fn read() -> Self {
        let words = Words::of_environment(|name| std::env::var(name).ok());
        if words.names_a_proxy() {
            return words.into_settings(Matcher::builder());
        }
        #[cfg(all(unix, not(target_os = "macos")))]
        {
            // Whom to leave out is said in the environment even where the proxy is not.
            let mut found = desktop::read();
            found.no = [found.no, words.no].join(",");
            found.into_settings(Matcher::builder())
        }
        #[cfg(not(all(unix, not(target_os = "macos"))))]
        Self {
            matcher: Matcher::from_system(),
            script: false,
        }
    }

    fn exit(&self, target: &Target) -> Result<Exit, DialError> {
        // The matcher knows the names of two schemes, and the others are the same to it.
        let scheme = if target.is_secure() { "https" } else { "http" };
        let uri = format!("{scheme}://{}:{}/", target.host(), target.port());
        let Some(found) = uri.parse().ok().and_then(|uri| self.matcher.intercept(&uri)) else {
            return Ok(if self.script { Exit::Script } else { Exit::Direct });
        };
        let address = found.uri().to_string();
        let proxy =
            Proxy::with_any_login(&address).and_then(|proxy| match (found.raw_auth(), found.basic_auth()) {
                (Some((user, password)), _) => proxy.with_login(&Secret::new(format!("{user}:{password}"))),
                (None, Some(basic)) => proxy.with_login(&login_of(basic.as_bytes())?),
                (None, None) => Ok(proxy),
            });
        proxy.map(Exit::Through).map_err(|bad| DialError::Proxy {
            proxy: found
                .uri()
                .authority()
                .map_or_else(String::new, ToString::to_string),
            failure: ProxyFailure::NotAProxy(bad.to_string()),
        })
    }
}

/// The matcher gives an HTTP proxy's login in the form in which it is sent.
fn login_of(basic: &[u8]) -> Result<Secret, BadProxy> {
    use base64::Engine;
    let encoded = basic.strip_prefix(b"Basic ").ok_or(BadProxy::BadLogin)?;
    let plain = base64::prelude::BASE64_STANDARD
        .decode(encoded)
        .map_err(|_| BadProxy::BadLogin)?;
    String::from_utf8(plain)
        .map(Secret::new)
        .map_err(|_| BadProxy::BadLogin)
}

impl Words {
    fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let named = |name: &str| {
            let upper = variable(name).filter(|text| !text.trim().is_empty());
            upper
                .or_else(|| variable(&name.to_ascii_lowercase()))
                .unwrap_or_default()
        };
        // In a program that answers web requests, a visitor's "Proxy" header is this variable.
        let in_cgi = variable("REQUEST_METHOD").is_some();
        Self {
            all: named("ALL_PROXY"),
            http: if in_cgi {
                variable("http_proxy").unwrap_or_default()
            } else {
                named("HTTP_PROXY")
            },
            https: named("HTTPS_PROXY"),
            no: named("NO_PROXY"),
            script: false,
        }
    }

    fn names_a_proxy(&self) -> bool {
        [&self.all, &self.http, &self.https]
            .iter()
            .any(|text| !text.trim().is_empty())
    }

    fn into_settings(self, builder: Builder) -> Settings {
        let spared = self.no.split([',', ';', ' ', '\t']);
        let spared: Vec<_> = spared.filter(|host| !host.is_empty()).map(spared_host).collect();
        let matcher = builder
            .all(self.all.trim())
            .http(self.http.trim())
            .https(self.https.trim())
            .no(spared.join(","))
            .build();
        let script = self.script;
        Settings { matcher, script }
    }
}

/// Written in many ways: `*.example.com`, `.example.com`, `example.com:443`, `10.0.0.0/8`.
fn spared_host(text: &str) -> &str {
    let text = text.strip_prefix("*.").unwrap_or(text);
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.parse::<u16>().is_ok() => host,
        Some(_) | None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Words {
        Words::of_environment(|name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, text)| (*text).to_owned())
        })
    }

    fn exit(pairs: &[(&str, &str)], url: &str) -> String {
        let settings = environment(pairs).into_settings(Matcher::builder());
        let target = Target::new(url.parse().unwrap()).unwrap();
        match settings.exit(&target) {
            Ok(Exit::Through(proxy)) => format!("{proxy:?}"),
            Ok(Exit::Direct) => "direct".to_owned(),
            Ok(Exit::Script) => "script".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_environment_is_read_as_everybody_writes_it() {
        let feed = "wss://feed.example/stream";
        for (pairs, expected) in [
            (vec![], "direct"),
            (
                vec![("HTTPS_PROXY", "http://p.example:3128")],
                "http://p.example:3128",
            ),
            (vec![("https_proxy", "p.example:3128")], "http://p.example:3128"),
            (
                vec![("HTTPS_PROXY", ""), ("https_proxy", "http://p.example:1")],
                "http://p.example:1",
            ),
            (vec![("HTTP_PROXY", "http://p.example:3128")], "direct"),
            (
                vec![("ALL_PROXY", "socks5://127.0.0.1:1080")],
                "socks5://127.0.0.1:1080",
            ),
            (
                vec![("all_proxy", "socks5h://p.example")],
                "socks5://p.example:1080",
            ),
            (
                vec![
                    ("ALL_PROXY", "http://a.example:1"),
                    ("HTTPS_PROXY", "http://b.example:2"),
                ],
                "http://b.example:2",
            ),
            (
                vec![
                    ("HTTPS_PROXY", "http://p.example:1"),
                    ("NO_PROXY", "other, .example"),
                ],
                "direct",
            ),
            (
                vec![
                    ("HTTPS_PROXY", "http://p.example:1"),
                    ("no_proxy", "*.feed.example:443"),
                ],
                "direct",
            ),
            (
                vec![("HTTPS_PROXY", "http://p.example:1"), ("NO_PROXY", "*")],
                "direct",
            ),
            (
                vec![
                    ("HTTPS_PROXY", "http://p.example:1"),
                    ("NO_PROXY", "notfeed.example,10.0.0.0/8"),
                ],
                "http://p.example:1",
            ),
            (
                vec![("HTTPS_PROXY", "socks4://p.example:1")],
                "the proxy p.example:1 did not speak as a proxy does: a proxy's address begins with http://, https:// or socks5://",
            ),
        ] {
            assert_eq!(exit(&pairs, feed), expected, "{pairs:?}");
        }
        let ranged = [("HTTPS_PROXY", "http://p.example:1"), ("NO_PROXY", "10.0.0.0/8")];
        assert_eq!(exit(&ranged, "wss://10.1.2.3/stream"), "direct");
    }

    #[test]
    fn a_login_in_the_environment_is_used_and_not_shown() {
        for address in ["http://ada:h%40sh@p.example:1", "socks5://ada:h%40sh@p.example:1"] {
            let settings = environment(&[("ALL_PROXY", address)]).into_settings(Matcher::builder());
            let target = Target::new("wss://feed.example".parse().unwrap()).unwrap();
            let Ok(Exit::Through(proxy)) = settings.exit(&target) else {
                panic!("{address} is no proxy")
            };
            assert_eq!(proxy.password().unwrap().reveal(), "h@sh");
            assert!(!format!("{proxy:?}").contains("sh"));
        }
    }

    #[test]
    fn a_visitors_header_is_no_setting() {
        let pairs = [("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil.example:1")];
        assert!(!environment(&pairs).names_a_proxy());
    }
}
