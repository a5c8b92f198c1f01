//! Who is to blame: what each error, HTTP status and close code means for the
//! next step. Pure, and all in one place, so that it can be read as a table.
//!
//! - `answer`: what an HTTP status means, and what is said with it
//! - `close`: what a WebSocket's close code means
//! - `page`: what an error page says to a person
//!
//! How long to wait then is decided by whoever dials again.

mod answer;
mod close;
mod page;
#[cfg(test)]
mod tests;

use std::io;
use std::time::Duration;

use self::answer::Answer;
pub(crate) use self::answer::{RETRY_AFTER_MAX, asked_wait, retry_after};
use self::close::Goodbye;
pub(crate) use self::page::quoted;
use crate::{DialError, Doubt, Loss, Phase, ProxyFailure};

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

/// Some systems say so of every name while they are offline, and an address may be new.
const UNKNOWN_NAME_RETRY: Duration = Duration::from_secs(60);
/// A certificate is renewed, a clock set right and a setting changed without anybody telling us.
const PERSON_RETRY: Duration = Duration::from_secs(300);
/// Said in so many words; once an hour is no storm, and nothing is given up for good.
const STOP_RETRY: Duration = Duration::from_secs(60 * 60);

const fn person(again: Duration) -> Blame {
    Blame::Person { again: Some(again) }
}

impl DialError {
    pub fn blame(&self) -> Blame {
        match self {
            Self::Deadline { phase, .. } => match phase {
                Phase::Resolve => Blame::Local,
                Phase::Connect | Phase::Proxy | Phase::Tls | Phase::Upgrade => Blame::Endpoint,
            },
            Self::Unresolved { kind, .. } if *kind == io::ErrorKind::NotFound => person(UNKNOWN_NAME_RETRY),
            Self::Unresolved { .. } => Blame::Local,
            Self::Unreachable { kind, .. } if is_local(*kind) => Blame::Local,
            Self::Unreachable { .. } | Self::Tls { .. } | Self::NotTls { .. } => Blame::Endpoint,
            Self::Proxy { failure, .. } => failure.blame(),
            Self::Untrusted { .. } => person(PERSON_RETRY),
            Self::Refused {
                status,
                retry_after,
                body,
            } => Answer::of(*status, body).blame(*retry_after),
            // The page of a hotel's network answers in the place of every server until one has signed in.
            Self::Redirected(_) | Self::NotWebSocket(_) | Self::NotHttp(_) | Self::WrongSubprotocol(_) => {
                Blame::Endpoint
            }
            Self::TapeOver => Blame::Person { again: None },
        }
    }

    /// Whether it is this way of talking that somebody here does not let
    /// through, so that another way may be open.
    pub fn blocks_transport(&self) -> bool {
        match self {
            Self::Refused { status, body, .. } => Answer::of(*status, body).blocks_transport(),
            Self::NotWebSocket(_) | Self::NotHttp(_) | Self::WrongSubprotocol(_) => true,
            Self::Deadline { phase, .. } => *phase == Phase::Upgrade,
            Self::Unresolved { .. }
            | Self::Unreachable { .. }
            | Self::Proxy { .. }
            | Self::Untrusted { .. }
            | Self::Tls { .. }
            | Self::NotTls { .. }
            | Self::Redirected(_)
            | Self::TapeOver => false,
        }
    }

    /// Whether nobody was there, which another address might help; without a
    /// way out none would.
    pub(crate) fn asks_for_another_address(&self) -> bool {
        match self {
            Self::Unreachable { kind, .. } => !is_local(*kind),
            Self::Deadline { phase, .. } => *phase == Phase::Connect,
            Self::Unresolved { .. }
            | Self::Proxy { .. }
            | Self::Untrusted { .. }
            | Self::Tls { .. }
            | Self::NotTls { .. }
            | Self::Refused { .. }
            | Self::Redirected(_)
            | Self::NotWebSocket(_)
            | Self::NotHttp(_)
            | Self::WrongSubprotocol(_)
            | Self::TapeOver => false,
        }
    }

    /// The one thing a person can do about it, where there is one.
    pub fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::Deadline { .. } | Self::Tls { .. } => None,
            Self::Unresolved { kind, .. } if *kind == io::ErrorKind::NotFound => {
                Some("Check the spelling of the feed's address, and that this computer is online.")
            }
            Self::Unresolved { .. } => Some("Check the network that this computer is on."),
            Self::Unreachable { .. } => {
                Some("Check that the server runs and that the address and port are right.")
            }
            Self::Proxy { failure, .. } => Some(failure.next_step()),
            Self::Untrusted { doubt, .. } => Some(doubt.next_step()),
            Self::NotTls { .. } => Some(
                "Check the port in the feed's address, and whether this network wants you to sign in first.",
            ),
            Self::Refused { status, body, .. } => Answer::of(*status, body).next_step(),
            Self::Redirected(_) | Self::NotWebSocket(_) | Self::NotHttp(_) | Self::WrongSubprotocol(_) => {
                Some("Check the feed's address.")
            }
            Self::TapeOver => Some("Play it again from its beginning."),
        }
    }
}

impl ProxyFailure {
    const fn blame(&self) -> Blame {
        match self {
            // At home there is no such proxy, and at work no other way: the network decides.
            Self::Unreachable(_) => Blame::Local,
            Self::NoWay(_) | Self::Script(_) => Blame::Endpoint,
            // Asking again with the same password locks accounts.
            Self::LoginRefused => Blame::Person { again: None },
            Self::LoginWanted | Self::Forbidden | Self::NotAProxy(_) => person(PERSON_RETRY),
        }
    }

    const fn next_step(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => {
                "Check the proxy in this computer's settings or in the feed's, or set the feed's to \"none\"."
            }
            Self::LoginWanted | Self::LoginRefused => {
                "Give the feed a proxy of its own in its settings, and its login with `tickwire-cli token set FEED --proxy`."
            }
            Self::Forbidden => "Ask who runs the proxy to allow this server.",
            Self::NoWay(_) => "Check that the server runs and that the address and port are right.",
            Self::NotAProxy(_) => "Check the proxy's address and port.",
            Self::Script(_) => "Name the proxy in the feed's settings.",
        }
    }
}

impl Doubt {
    const fn next_step(self) -> &'static str {
        match self {
            Self::Expired | Self::NotYetValid => {
                "Check this computer's date; if it is right, ask who runs the server for a valid certificate."
            }
            Self::UnknownIssuer => {
                "A program on this network or computer may be reading the connection. If the server is your own, say so with its certificate."
            }
            Self::OtherName => {
                "Check the feed's address; a network that wants you to sign in first looks like this, too."
            }
            Self::Revoked | Self::Other => "Ask who runs the server for a valid certificate.",
        }
    }
}

impl Loss {
    pub fn blame(&self) -> Blame {
        match self {
            Self::Closed { code, .. } => Goodbye::of(*code).blame(),
            // An event stream's way to say: do not come back.
            Self::Refused { status: 204, .. } => Blame::Person { again: None },
            Self::Refused {
                status,
                retry_after,
                body,
            } => Answer::of(*status, body).blame(*retry_after),
            Self::Spent { again, .. } => Blame::Announced {
                retry_after: Some(*again),
            },
            Self::Dropped
            | Self::Broken(_)
            | Self::Oversize { .. }
            | Self::NotUtf8
            | Self::Garbled
            | Self::Protocol(_)
            | Self::WrongContent(_)
            | Self::Stalled { .. }
            | Self::Misused(_) => Blame::Endpoint,
        }
    }

    /// Whether what it says is believed only when it is said twice in a row:
    /// the first time it counts as any failure of the endpoint.
    pub fn is_forgiven_once(&self) -> bool {
        matches!(self, Self::Closed { code: Some(1008), .. })
    }

    /// Whether it is this way of talking that somebody here does not let
    /// through, so that another way may be open.
    pub fn blocks_transport(&self) -> bool {
        match self {
            Self::Refused { status, body, .. } => Answer::of(*status, body).blocks_transport(),
            Self::WrongContent(_) => true,
            Self::Closed { .. }
            | Self::Dropped
            | Self::Broken(_)
            | Self::Oversize { .. }
            | Self::NotUtf8
            | Self::Garbled
            | Self::Protocol(_)
            | Self::Stalled { .. }
            | Self::Spent { .. }
            | Self::Misused(_) => false,
        }
    }

    /// Whether what came looked as if somebody on the way had changed it.
    pub fn suspects_transport(&self) -> bool {
        match self {
            Self::Closed { code, .. } => Goodbye::of(*code) == Goodbye::Protocol,
            Self::NotUtf8 | Self::Garbled | Self::Protocol(_) => true,
            Self::Dropped
            | Self::Broken(_)
            | Self::Oversize { .. }
            | Self::Refused { .. }
            | Self::WrongContent(_)
            | Self::Stalled { .. }
            | Self::Spent { .. }
            | Self::Misused(_) => false,
        }
    }

    /// The one thing a person can do about it, where there is one.
    pub fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::Closed { code, .. } => Goodbye::of(*code).next_step(),
            Self::Refused { status: 204, .. } => {
                Some("Ask who runs the server why, or choose another way to talk to it.")
            }
            Self::Refused { status, body, .. } => Answer::of(*status, body).next_step(),
            Self::WrongContent(_) => Some("Check the feed's address."),
            Self::Dropped
            | Self::Broken(_)
            | Self::Oversize { .. }
            | Self::NotUtf8
            | Self::Garbled
            | Self::Protocol(_)
            | Self::Stalled { .. }
            | Self::Spent { .. }
            | Self::Misused(_) => None,
        }
    }
}

const fn is_local(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable
    )
}
