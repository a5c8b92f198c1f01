//! Why a connection did not come up, or why it ended, as bytes.
//!
//! The numbers are the format's and never change; a reader that meets one it
//! does not know says that the connection broke, which is all it can know.

use std::io::ErrorKind;
use std::time::Duration;

use bytes::Bytes;
use transport::{BadRedirect, DialError, Doubt, Loss, Phase, ProxyFailure};

use super::form::{Malformed, duration, number, take_byte, take_duration, take_number, take_text, text};

pub(super) fn write_error(error: &DialError, out: &mut Vec<u8>) {
    match error {
        DialError::Deadline { phase, after } => {
            out.extend([1, phase_number(*phase)]);
            duration(*after, out);
        }
        DialError::Unresolved { host, kind } => {
            out.extend([2, kind_number(*kind)]);
            text(host, out);
        }
        DialError::Unreachable { host, kind } => {
            out.extend([3, kind_number(*kind)]);
            text(host, out);
        }
        DialError::Untrusted { host, doubt, why } => {
            out.push(4);
            text(host, out);
            text(why, out);
            out.push(doubt_number(*doubt));
        }
        DialError::Tls { host, why } => {
            out.push(5);
            text(host, out);
            text(why, out);
        }
        DialError::Refused {
            status,
            retry_after,
            body,
        } => {
            out.push(6);
            refusal(*status, *retry_after, body, out);
        }
        DialError::NotWebSocket(why) => {
            out.push(7);
            text(why, out);
        }
        DialError::WrongSubprotocol(name) => {
            out.push(8);
            text(name, out);
        }
        DialError::TapeOver => out.push(9),
        DialError::NotHttp(why) => {
            out.push(10);
            text(why, out);
        }
        DialError::NotTls { host } => {
            out.push(12);
            text(host, out);
        }
        DialError::Proxy { proxy, failure } => {
            out.push(13);
            text(proxy, out);
            write_proxy_failure(failure, out);
        }
        DialError::Redirected(why) => out.extend([
            11,
            match why {
                BadRedirect::Plain => 1,
                BadRedirect::Nowhere => 2,
                BadRedirect::TooOften => 3,
            },
        ]),
    }
}

pub(super) fn read_error(bytes: &mut Bytes) -> Result<DialError, Malformed> {
    Ok(match take_byte(bytes)? {
        1 => DialError::Deadline {
            phase: phase(take_byte(bytes)?)?,
            after: take_duration(bytes)?,
        },
        2 => DialError::Unresolved {
            kind: kind(take_byte(bytes)?),
            host: take_text(bytes)?,
        },
        3 => DialError::Unreachable {
            kind: kind(take_byte(bytes)?),
            host: take_text(bytes)?,
        },
        4 => DialError::Untrusted {
            host: take_text(bytes)?,
            why: take_text(bytes)?,
            // An older tape has none.
            doubt: take_byte(bytes).map_or(Doubt::Other, doubt),
        },
        5 => DialError::Tls {
            host: take_text(bytes)?,
            why: take_text(bytes)?,
        },
        6 => {
            let (status, retry_after, body) = take_refusal(bytes)?;
            DialError::Refused {
                status,
                retry_after,
                body,
            }
        }
        7 => DialError::NotWebSocket(take_text(bytes)?),
        8 => DialError::WrongSubprotocol(take_text(bytes)?),
        9 => DialError::TapeOver,
        10 => DialError::NotHttp(take_text(bytes)?),
        11 => DialError::Redirected(match take_byte(bytes)? {
            1 => BadRedirect::Plain,
            2 => BadRedirect::Nowhere,
            3 => BadRedirect::TooOften,
            _ => return Err(Malformed),
        }),
        12 => DialError::NotTls {
            host: take_text(bytes)?,
        },
        13 => DialError::Proxy {
            proxy: take_text(bytes)?,
            failure: read_proxy_failure(bytes)?,
        },
        _ => DialError::Unreachable {
            kind: ErrorKind::Other,
            host: String::new(),
        },
    })
}

fn write_proxy_failure(failure: &ProxyFailure, out: &mut Vec<u8>) {
    match failure {
        ProxyFailure::Unreachable(kind) => out.extend([1, kind_number(*kind)]),
        ProxyFailure::LoginWanted => out.push(2),
        ProxyFailure::LoginRefused => out.push(3),
        ProxyFailure::Forbidden => out.push(4),
        ProxyFailure::NoWay(why) => {
            out.push(5);
            text(why, out);
        }
        ProxyFailure::NotAProxy(why) => {
            out.push(6);
            text(why, out);
        }
        ProxyFailure::Script(why) => {
            out.push(7);
            text(why, out);
        }
    }
}

fn read_proxy_failure(bytes: &mut Bytes) -> Result<ProxyFailure, Malformed> {
    Ok(match take_byte(bytes)? {
        1 => ProxyFailure::Unreachable(kind(take_byte(bytes)?)),
        2 => ProxyFailure::LoginWanted,
        3 => ProxyFailure::LoginRefused,
        4 => ProxyFailure::Forbidden,
        5 => ProxyFailure::NoWay(take_text(bytes)?),
        6 => ProxyFailure::NotAProxy(take_text(bytes)?),
        7 => ProxyFailure::Script(take_text(bytes)?),
        _ => ProxyFailure::Unreachable(ErrorKind::Other),
    })
}

const fn doubt_number(doubt: Doubt) -> u8 {
    match doubt {
        Doubt::Other => 0,
        Doubt::Expired => 1,
        Doubt::NotYetValid => 2,
        Doubt::UnknownIssuer => 3,
        Doubt::OtherName => 4,
        Doubt::Revoked => 5,
    }
}

const fn doubt(number: u8) -> Doubt {
    match number {
        1 => Doubt::Expired,
        2 => Doubt::NotYetValid,
        3 => Doubt::UnknownIssuer,
        4 => Doubt::OtherName,
        5 => Doubt::Revoked,
        _ => Doubt::Other,
    }
}

pub(super) fn write_loss(loss: &Loss, out: &mut Vec<u8>) {
    match loss {
        Loss::Closed { code, reason } => {
            out.push(1);
            optional(code.as_ref(), out, |code, out| number(u64::from(*code), out));
            text(reason, out);
        }
        Loss::Dropped => out.push(2),
        Loss::Broken(kind) => out.extend([3, kind_number(*kind)]),
        Loss::Oversize { limit } => {
            out.push(4);
            number(*limit as u64, out);
        }
        Loss::NotUtf8 => out.push(5),
        Loss::Garbled => out.push(6),
        Loss::Protocol(why) => {
            out.push(7);
            text(why, out);
        }
        Loss::Refused {
            status,
            retry_after,
            body,
        } => {
            out.push(8);
            refusal(*status, *retry_after, body, out);
        }
        Loss::WrongContent(why) => {
            out.push(9);
            text(why, out);
        }
        Loss::Stalled { after } => {
            out.push(10);
            duration(*after, out);
        }
        Loss::Spent { again, why } => {
            out.push(12);
            duration(*again, out);
            text(why, out);
        }
        // A mistake in our own code, whose words no other program can have.
        Loss::Misused(_) => out.push(11),
    }
}

pub(super) fn read_loss(bytes: &mut Bytes) -> Result<Loss, Malformed> {
    Ok(match take_byte(bytes)? {
        1 => Loss::Closed {
            code: take_optional(bytes, short)?,
            reason: take_text(bytes)?,
        },
        2 => Loss::Dropped,
        3 => Loss::Broken(kind(take_byte(bytes)?)),
        4 => Loss::Oversize {
            limit: usize::try_from(take_number(bytes)?).unwrap_or(usize::MAX),
        },
        5 => Loss::NotUtf8,
        6 => Loss::Garbled,
        7 => Loss::Protocol(take_text(bytes)?),
        8 => {
            let (status, retry_after, body) = take_refusal(bytes)?;
            Loss::Refused {
                status,
                retry_after,
                body,
            }
        }
        9 => Loss::WrongContent(take_text(bytes)?),
        10 => Loss::Stalled {
            after: take_duration(bytes)?,
        },
        11 => Loss::Misused("as it was on the tape"),
        12 => Loss::Spent {
            again: take_duration(bytes)?,
            why: take_text(bytes)?,
        },
        _ => Loss::Broken(ErrorKind::Other),
    })
}

fn refusal(status: u16, retry_after: Option<Duration>, body: &str, out: &mut Vec<u8>) {
    number(u64::from(status), out);
    optional(retry_after.as_ref(), out, |wait, out| duration(*wait, out));
    text(body, out);
}

fn take_refusal(bytes: &mut Bytes) -> Result<(u16, Option<Duration>, String), Malformed> {
    Ok((
        short(bytes)?,
        take_optional(bytes, take_duration)?,
        take_text(bytes)?,
    ))
}

fn short(bytes: &mut Bytes) -> Result<u16, Malformed> {
    u16::try_from(take_number(bytes)?).map_err(|_| Malformed)
}

fn optional<T>(value: Option<&T>, out: &mut Vec<u8>, write: impl FnOnce(&T, &mut Vec<u8>)) {
    match value {
        None => out.push(0),
        Some(value) => {
            out.push(1);
            write(value, out);
        }
    }
}

fn take_optional<T>(
    bytes: &mut Bytes,
    take: impl FnOnce(&mut Bytes) -> Result<T, Malformed>,
) -> Result<Option<T>, Malformed> {
    match take_byte(bytes)? {
        0 => Ok(None),
        1 => take(bytes).map(Some),
        _ => Err(Malformed),
    }
}

const fn phase_number(phase: Phase) -> u8 {
    match phase {
        Phase::Resolve => 1,
        Phase::Connect => 2,
        Phase::Tls => 3,
        Phase::Upgrade => 4,
        Phase::Proxy => 5,
    }
}

const fn phase(number: u8) -> Result<Phase, Malformed> {
    match number {
        1 => Ok(Phase::Resolve),
        2 => Ok(Phase::Connect),
        3 => Ok(Phase::Tls),
        4 => Ok(Phase::Upgrade),
        5 => Ok(Phase::Proxy),
        _ => Err(Malformed),
    }
}

/// Those that sockets and resolvers give; their places are their numbers.
const KINDS: [ErrorKind; 24] = [
    ErrorKind::Other,
    ErrorKind::NotFound,
    ErrorKind::PermissionDenied,
    ErrorKind::ConnectionRefused,
    ErrorKind::ConnectionReset,
    ErrorKind::HostUnreachable,
    ErrorKind::NetworkUnreachable,
    ErrorKind::ConnectionAborted,
    ErrorKind::NotConnected,
    ErrorKind::AddrInUse,
    ErrorKind::AddrNotAvailable,
    ErrorKind::NetworkDown,
    ErrorKind::BrokenPipe,
    ErrorKind::AlreadyExists,
    ErrorKind::WouldBlock,
    ErrorKind::InvalidInput,
    ErrorKind::InvalidData,
    ErrorKind::TimedOut,
    ErrorKind::WriteZero,
    ErrorKind::ResourceBusy,
    ErrorKind::Interrupted,
    ErrorKind::Unsupported,
    ErrorKind::UnexpectedEof,
    ErrorKind::OutOfMemory,
];

fn kind_number(kind: ErrorKind) -> u8 {
    let place = KINDS.iter().position(|known| *known == kind);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(0)
}

fn kind(number: u8) -> ErrorKind {
    KINDS
        .get(usize::from(number))
        .copied()
        .unwrap_or(ErrorKind::Other)
}
