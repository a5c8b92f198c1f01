//! Why no connection came up, by phase, and who is to blame.

use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::BadRedirect;

/// The phases of dialing, each with a deadline of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    Resolve,
    Connect,
    Proxy,
    Tls,
    Upgrade,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "looking up the address",
            Self::Connect => "connecting",
            Self::Proxy => "asking the proxy for a way",
            Self::Tls => "securing the connection",
            Self::Upgrade => "opening the stream",
        })
    }
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum DialError {
    #[error("{phase} took longer than {} s", .after.as_secs())]
    Deadline { phase: Phase, after: Duration },
    /// Of the kind `NotFound` when there is no such name, of any other when nobody could tell.
    #[error("{}", unresolved(.host, *.kind))]
    Unresolved { host: String, kind: io::ErrorKind },
    #[error("no connection to {host}: {kind}")]
    Unreachable { host: String, kind: io::ErrorKind },
    #[error("the certificate of {host} is not trusted: {why}")]
    Untrusted { host: String, why: String },
    #[error("the secure connection to {host} failed: {why}")]
    Tls { host: String, why: String },
    #[error("{}", refusal(*.status, .body))]
    Refused {
        status: u16,
        retry_after: Option<Duration>,
        body: String,
    },
    #[error("the server sends on to another address, and that is not followed: {0}")]
    Redirected(BadRedirect),
    #[error("the server does not speak WebSocket here: {0}")]
    NotWebSocket(String),
    #[error("the server does not speak HTTP here: {0}")]
    NotHttp(String),
    #[error("the server did not take up the protocol {0}")]
    WrongSubprotocol(String),
    /// Only of a dialer that plays a recording: there was no further connection.
    #[error("the recording has come to its end")]
    TapeOver,
}

/// What the next step depends on: may we try again, must a person act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// Our own side has no way out; the endpoint did nothing wrong.
    Local,
    /// The endpoint failed; it may work later.
    Endpoint,
    /// The endpoint said that it is busy or going away, and perhaps for how long.
    Announced { retry_after: Option<Duration> },
    /// A person must act. `again` is how long to wait before looking whether
    /// somebody did, where looking cannot do harm.
    Person { again: Option<Duration> },
}

impl DialError {
    pub fn blame(&self) -> Blame {
        match self {
            Self::Deadline {
                phase: Phase::Resolve,
                ..
            } => Blame::Local,
            Self::Unresolved {
                kind: io::ErrorKind::NotFound,
                ..
            } => Blame::Person {
                again: Some(UNKNOWN_NAME_RETRY),
            },
            Self::Unresolved { .. } => Blame::Local,
            Self::Deadline {
                phase: Phase::Connect | Phase::Proxy | Phase::Tls | Phase::Upgrade,
                ..
            } => Blame::Endpoint,
            Self::Unreachable { kind, .. } if is_local(*kind) => Blame::Local,
            Self::Unreachable { .. } | Self::Tls { .. } => Blame::Endpoint,
            // The page of a hotel's network answers in the place of every server until one has signed in.
            Self::Redirected(_) | Self::NotWebSocket(_) | Self::NotHttp(_) | Self::WrongSubprotocol(_) => {
                Blame::Endpoint
            }
            Self::TapeOver => Blame::Person { again: None },
            Self::Untrusted { .. } => Blame::Person {
                again: Some(UNTRUSTED_RETRY),
            },
            Self::Refused {
                status, retry_after, ..
            } => status_blame(*status, *retry_after),
        }
    }

    /// Whether nobody was there, which another address might help; without a
    /// way out none would.
    pub(crate) fn asks_for_another_address(&self) -> bool {
        match self {
            Self::Unreachable { kind, .. } => !is_local(*kind),
            Self::Deadline { phase, .. } => *phase == Phase::Connect,
            Self::Unresolved { .. }
            | Self::Untrusted { .. }
            | Self::Tls { .. }
            | Self::Refused { .. }
            | Self::Redirected(_)
            | Self::NotWebSocket(_)
            | Self::NotHttp(_)
            | Self::WrongSubprotocol(_)
            | Self::TapeOver => false,
        }
    }

    /// The one thing a person can do about it, where there is one.
    pub const fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::Deadline { .. } | Self::Tls { .. } => None,
            Self::Unresolved {
                kind: io::ErrorKind::NotFound,
                ..
            } => Some("Check the spelling of the feed's address, and that this computer is online."),
            Self::Unresolved { .. } => Some("Check the network that this computer is on."),
            Self::Unreachable { .. } => {
                Some("Check that the server runs and that the address and port are right.")
            }
            Self::Untrusted { .. } => {
                Some("Check this computer's date, or ask who runs the server for a valid certificate.")
            }
            Self::Refused { status, .. } => status_next_step(*status),
            Self::Redirected(_) | Self::NotWebSocket(_) | Self::NotHttp(_) | Self::WrongSubprotocol(_) => {
                Some("Check the feed's address.")
            }
            Self::TapeOver => Some("Play it again from its beginning."),
        }
    }
}

/// Some systems say so of every name while they are offline, and an address may be new.
const UNKNOWN_NAME_RETRY: Duration = Duration::from_secs(60);
/// A certificate is renewed and a clock set right without anybody telling us.
const UNTRUSTED_RETRY: Duration = Duration::from_secs(300);

const fn is_local(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable
    )
}

/// Longer waits are a mistake of the server or a joke, and a feed that is silent for a day looks dead.
pub(crate) const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// How much of an error page is worth showing.
pub(crate) const BODY_SHOWN_MAX: usize = 120;

/// Seconds or a date, as RFC 9110 has it.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(text)
            .ok()?
            .duration_since(now)
            .unwrap_or_default(),
    };
    Some(wait.min(RETRY_AFTER_MAX))
}

pub(crate) const fn status_blame(status: u16, retry_after: Option<Duration>) -> Blame {
    match status {
        408 | 425 | 429 | 503 => Blame::Announced { retry_after },
        // Asking again with the same key looks like guessing keys.
        401 | 403 | 404 | 410 => Blame::Person { again: None },
        _ => Blame::Endpoint,
    }
}

pub(crate) const fn status_next_step(status: u16) -> Option<&'static str> {
    match status {
        401 | 403 => Some("Check the feed's key or token."),
        404 | 410 => Some("Check the path in the feed's address."),
        _ => None,
    }
}

fn unresolved(host: &str, kind: io::ErrorKind) -> String {
    if kind == io::ErrorKind::NotFound {
        return format!("there is no server named {host}");
    }
    let why = if kind == io::ErrorKind::Other {
        "the name service does not answer".to_owned()
    } else {
        kind.to_string()
    };
    format!("nobody could say where {host} is: {why}")
}

pub(crate) fn refusal(status: u16, body: &str) -> String {
    if body.is_empty() {
        format!("the server answered {status}")
    } else {
        format!("the server answered {status}: {body}")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn refused(status: u16, retry_after: Option<Duration>) -> DialError {
        DialError::Refused {
            status,
            retry_after,
            body: String::new(),
        }
    }

    #[test]
    fn a_refused_key_is_a_persons_matter_and_says_what_to_do() {
        for status in [401, 403, 404, 410] {
            assert_eq!(
                refused(status, None).blame(),
                Blame::Person { again: None },
                "{status}"
            );
        }
        assert_eq!(
            refused(401, None).next_step(),
            Some("Check the feed's key or token.")
        );
    }

    #[test]
    fn a_busy_server_is_believed_about_how_long_it_is_busy() {
        let wait = Some(Duration::from_secs(7));
        for status in [408, 425, 429, 503] {
            assert_eq!(
                refused(status, wait).blame(),
                Blame::Announced { retry_after: wait },
                "{status}"
            );
        }
        assert_eq!(refused(502, None).blame(), Blame::Endpoint);
    }

    #[test]
    fn a_hotels_sign_in_page_does_not_end_a_feed_for_good() {
        for status in [200, 400, 405, 426, 501] {
            assert_eq!(refused(status, None).blame(), Blame::Endpoint, "{status}");
        }
    }

    #[test]
    fn having_no_route_is_not_the_endpoints_fault() {
        let unreachable = |kind| DialError::Unreachable {
            host: "feed.example".into(),
            kind,
        };
        assert_eq!(
            unreachable(io::ErrorKind::NetworkUnreachable).blame(),
            Blame::Local
        );
        assert_eq!(
            unreachable(io::ErrorKind::ConnectionRefused).blame(),
            Blame::Endpoint
        );
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = httpdate::parse_http_date("Mon, 05 Jan 2026 14:30:00 GMT").unwrap();
        let wait = |text: &'static str| {
            retry_after(
                &HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]),
                now,
            )
        };
        assert_eq!(wait("120"), Some(Duration::from_secs(120)));
        assert_eq!(
            wait("Mon, 05 Jan 2026 14:31:00 GMT"),
            Some(Duration::from_secs(60))
        );
        assert_eq!(wait("Mon, 05 Jan 2026 14:29:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
        let day = Some(Duration::from_secs(86_400));
        assert_eq!(
            wait("18446744073709551615"),
            day,
            "nobody waits for the end of time"
        );
        assert_eq!(wait("Mon, 05 Jan 2099 14:30:00 GMT"), day);
    }
}
