//! What an HTTP status means in the place of a stream.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue};

use super::page::CHALLENGE;
use super::{Blame, PERSON_RETRY, STOP_RETRY, person};

/// Longer waits are a mistake of the server or a joke, and a feed that is silent for a day looks dead.
pub(crate) const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Whoever is told to wait longer wants to know it.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
/// Where several services say when they count anew.
const RESETS: [&str; 2] = ["x-ratelimit-reset", "x-bapi-limit-reset-timestamp"];
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Something answers, and it is no stream.
    NotThisWay,
    /// The server does not have it, or whoever answers in its place.
    NoSuchPath,
    /// The key is wrong or missing.
    Key,
    /// The key does not open this.
    Forbidden,
    /// Not in this country.
    Place,
    Unpaid,
    /// Asked too often.
    Limit,
    Busy,
    /// Somebody in front of the server wants to see a browser.
    Challenge,
    /// A proxy on the way, which nobody has set.
    ProxyLogin,
    /// The network wants somebody to sign in.
    SignIn,
    Failed,
}

impl Answer {
    pub(super) fn of(status: u16, body: &str) -> Self {
        match status {
            401 => Self::Key,
            402 => Self::Unpaid,
            403 | 503 if is_challenge(body) => Self::Challenge,
            403 if says(body, &PLACES) => Self::Place,
            403 if says(body, &LIMITS) => Self::Limit,
            403 => Self::Forbidden,
            404 | 410 => Self::NoSuchPath,
            407 => Self::ProxyLogin,
            // 418 is Binance's for a ban of minutes, 420 an older word for 429.
            418 | 420 | 429 => Self::Limit,
            408 | 425 | 503 => Self::Busy,
            451 => Self::Place,
            511 => Self::SignIn,
            100..400 | 400 | 405 | 406 | 426 | 501 | 505 => Self::NotThisWay,
            _ => Self::Failed,
        }
    }

    pub(super) fn blame(self, retry_after: Option<Duration>) -> Blame {
        match self {
            Self::Limit | Self::Busy => match retry_after {
                Some(wait) if wait > PATIENCE => person(wait),
                retry_after => Blame::Announced { retry_after },
            },
            Self::NotThisWay | Self::Challenge | Self::Failed => Blame::Endpoint,
            // Asking again with the same key looks like guessing keys.
            Self::Key | Self::Forbidden => Blame::Person { again: None },
            Self::NoSuchPath | Self::ProxyLogin => person(PERSON_RETRY),
            Self::Place | Self::Unpaid => person(STOP_RETRY),
            Self::SignIn => Blame::Local,
        }
    }

    pub(super) const fn blocks_transport(self) -> bool {
        match self {
            Self::NotThisWay | Self::NoSuchPath | Self::Challenge => true,
            Self::Key
            | Self::Forbidden
            | Self::Place
            | Self::Unpaid
            | Self::Limit
            | Self::Busy
            | Self::ProxyLogin
            | Self::SignIn
            | Self::Failed => false,
        }
    }

    pub(super) const fn next_step(self) -> Option<&'static str> {
        match self {
            Self::Key | Self::Forbidden => Some("Check the feed's key or token."),
            Self::NoSuchPath => Some("Check the path in the feed's address."),
            Self::Place => Some("Ask who runs the server whether it serves the place you connect from."),
            Self::Unpaid => Some("Check what your plan with this venue includes."),
            Self::ProxyLogin => Some("Name the proxy in the feed's settings, with its login in the keyring."),
            Self::SignIn => Some("Sign in to this network with a browser."),
            Self::NotThisWay | Self::Limit | Self::Busy | Self::Challenge | Self::Failed => None,
        }
    }
}

const PLACES: [&str; 5] = ["region", "country", "jurisdiction", "geograph", "your location"];
const LIMITS: [&str; 6] = [
    "rate limit",
    "limit exceeded",
    "limit reached",
    "too many",
    "throttl",
    "quota",
];

fn is_challenge(body: &str) -> bool {
    says(body, &["just a moment", "challenge"]) || body == CHALLENGE
}

fn says(body: &str, words: &[&str]) -> bool {
    let body = body.to_ascii_lowercase();
    words.iter().any(|word| body.contains(word))
}

/// How long a server that refuses wants to be left alone. Who was asked too often may say it by
/// the moment at which it counts anew.
pub(crate) fn asked_wait(status: u16, headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    retry_after(headers, now).or_else(|| {
        let mut resets = RESETS.iter().filter(|_| status == 429);
        resets.find_map(|head| until_reset(headers.get(*head)?, now))
    })
}

/// Since 1970, in seconds or thousandths of them. What is small is no moment, and what is far is
/// another count than that of a minute.
fn until_reset(moment: &HeaderValue, now: SystemTime) -> Option<Duration> {
    let moment: u64 = moment.to_str().ok()?.trim().parse().ok()?;
    let moment = match moment {
        1_000_000_000..10_000_000_000 => Duration::from_secs(moment),
        1_000_000_000_000..10_000_000_000_000 => Duration::from_millis(moment),
        _ => return None,
    };
    let wait = (SystemTime::UNIX_EPOCH + moment).duration_since(now).ok()?;
    (wait <= PATIENCE).then_some(wait)
}

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
