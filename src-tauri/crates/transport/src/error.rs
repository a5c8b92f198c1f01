//! Why no connection came up, by phase. Who is to blame stands in `classify`.

use std::fmt;
use std::io;
use std::time::Duration;

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
    #[error("the proxy {proxy} {failure}")]
    Proxy { proxy: String, failure: ProxyFailure },
    #[error("the certificate of {host} {}{}", .doubt, because(.why))]
    Untrusted { host: String, doubt: Doubt, why: String },
    #[error("the secure connection to {host} failed: {why}")]
    Tls { host: String, why: String },
    #[error("what answers at {host} does not speak TLS")]
    NotTls { host: String },
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

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// By this computer's clock, which may be the one that is wrong.
    Expired,
    /// The same.
    NotYetValid,
    UnknownIssuer,
    OtherName,
    Revoked,
    Other,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "has expired, or this computer's clock is wrong",
            Self::NotYetValid => "is not valid yet, or this computer's clock is wrong",
            Self::UnknownIssuer => "is signed by nobody whom this computer trusts",
            Self::OtherName => "is for another name",
            Self::Revoked => "was taken back by who signed it",
            Self::Other => "is not trusted",
        })
    }
}

/// Why a proxy was no way to the server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFailure {
    #[error("is not there: {0}")]
    Unreachable(io::ErrorKind),
    #[error("wants a user name and a password")]
    LoginWanted,
    #[error("does not accept the user name and the password")]
    LoginRefused,
    #[error("does not allow a connection to this server")]
    Forbidden,
    /// It did its part, and the server was not there.
    #[error("cannot reach the server: {0}")]
    NoWay(String),
    #[error("did not speak as a proxy does: {0}")]
    NotAProxy(String),
    /// It was dialed without one, since only a script knows which one to take.
    #[error("is known only to a script of the system's settings, which is not run; without it: {0}")]
    Script(String),
}

fn because(why: &str) -> String {
    if why.is_empty() {
        String::new()
    } else {
        format!(" ({why})")
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
