//! An entry as bytes, as `FORMAT.md` describes it.

use std::time::Duration;

use bytes::{Buf, Bytes};
use transport::{Hint, Inbound, Outbound, Phases, Utf8Bytes};

use super::failures;
use super::{Entry, What};

const DIALING: u8 = 1;
const CONNECTED: u8 = 2;
const NOT_CONNECTED: u8 = 3;
const GIVEN_UP: u8 = 4;
const LOST: u8 = 5;
const LEFT: u8 = 6;
const IN_TEXT: u8 = 16;
const IN_BINARY: u8 = 17;
const IN_PING: u8 = 18;
const IN_PONG: u8 = 19;
const IN_EVENT_ID: u8 = 20;
const IN_RETRY_AFTER: u8 = 21;
const IN_MORE: u8 = 22;
const IN_ANSWER: u8 = 23;
const IN_DECLINED: u8 = 24;
const OUT_TEXT: u8 = 32;
const OUT_PING: u8 = 33;
const OUT_CLOSE: u8 = 34;
const OUT_FETCH: u8 = 35;
const OUT_BINARY: u8 = 36;
const OUT_EXCHANGE: u8 = 37;
const MISSING: u8 = 64;
const END: u8 = 65;

/// Bytes that no writer has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Appends the entry; its time is told as what has passed since `before`.
pub(crate) fn write(entry: &Entry, before: Duration, out: &mut Vec<u8>) {
    let mut body = Vec::with_capacity(32);
    body.push(kind(&entry.what));
    number(entry.connection, &mut body);
    duration(entry.at.saturating_sub(before), &mut body);
    let paths;
    let payload: &[u8] = match &entry.what {
        What::Dialing { address } => address.as_bytes(),
        What::Connected { phases } => {
            // In the order in which they came to the format.
            for phase in [
                phases.resolve,
                phases.connect,
                phases.tls,
                phases.upgrade,
                phases.proxy,
            ] {
                duration(phase, &mut body);
            }
            &[]
        }
        What::NotConnected(error) => {
            failures::write_error(error, &mut body);
            &[]
        }
        What::Lost(loss) => {
            failures::write_loss(loss, &mut body);
            &[]
        }
        What::Inbound(inbound) => match inbound {
            Inbound::Text(bytes) => bytes.as_bytes(),
            Inbound::Answer { path, text: bytes } => {
                text(path, &mut body);
                bytes.as_bytes()
            }
            Inbound::Declined {
                path,
                status,
                text: bytes,
            } => {
                number(u64::from(*status), &mut body);
                text(path, &mut body);
                bytes.as_bytes()
            }
            Inbound::Binary(bytes) | Inbound::Pong(bytes) => bytes,
            Inbound::Hint(Hint::LastEventId(id)) => id.as_bytes(),
            Inbound::Hint(Hint::RetryAfter(wait)) => {
                duration(*wait, &mut body);
                &[]
            }
            Inbound::Ping | Inbound::More => &[],
        },
        What::Outbound(outbound) => match outbound {
            Outbound::Text(text) => text.as_bytes(),
            Outbound::Fetch(several) => {
                // No path has a line break in it.
                paths = several.join("\n");
                paths.as_bytes()
            }
            Outbound::Exchange { gone, come } => {
                text(&gone.join("\n"), &mut body);
                paths = come.join("\n");
                paths.as_bytes()
            }
            Outbound::Binary(bytes) | Outbound::Ping(bytes) => bytes,
            Outbound::Close(code) => {
                number(u64::from(*code), &mut body);
                &[]
            }
        },
        What::Missing(count) => {
            number(*count, &mut body);
            &[]
        }
        What::GivenUp | What::Left | What::End => &[],
    };
    number((body.len() + payload.len()) as u64, out);
    out.extend_from_slice(&body);
    out.extend_from_slice(payload);
}

const fn kind(what: &What) -> u8 {
    match what {
        What::Dialing { .. } => DIALING,
        What::Connected { .. } => CONNECTED,
        What::NotConnected(_) => NOT_CONNECTED,
        What::GivenUp => GIVEN_UP,
        What::Lost(_) => LOST,
        What::Left => LEFT,
        What::Inbound(Inbound::Text(_)) => IN_TEXT,
        What::Inbound(Inbound::Answer { .. }) => IN_ANSWER,
        What::Inbound(Inbound::Declined { .. }) => IN_DECLINED,
        What::Inbound(Inbound::Binary(_)) => IN_BINARY,
        What::Inbound(Inbound::Ping) => IN_PING,
        What::Inbound(Inbound::Pong(_)) => IN_PONG,
        What::Inbound(Inbound::More) => IN_MORE,
        What::Inbound(Inbound::Hint(Hint::LastEventId(_))) => IN_EVENT_ID,
        What::Inbound(Inbound::Hint(Hint::RetryAfter(_))) => IN_RETRY_AFTER,
        What::Outbound(Outbound::Text(_)) => OUT_TEXT,
        What::Outbound(Outbound::Binary(_)) => OUT_BINARY,
        What::Outbound(Outbound::Ping(_)) => OUT_PING,
        What::Outbound(Outbound::Close(_)) => OUT_CLOSE,
        What::Outbound(Outbound::Fetch(_)) => OUT_FETCH,
        What::Outbound(Outbound::Exchange { .. }) => OUT_EXCHANGE,
        What::Missing(_) => MISSING,
        What::End => END,
    }
}

/// The next entry, taken off the front, and its time. `None` is one of a kind
/// that this program does not know, which may be passed over.
pub(crate) fn read(bytes: &mut Bytes, before: Duration) -> Result<(Duration, Option<Entry>), Malformed> {
    let length = usize::try_from(take_number(bytes)?).map_err(|_| Malformed)?;
    if length > bytes.len() {
        return Err(Malformed);
    }
    let mut body = bytes.split_to(length);
    let kind = take_byte(&mut body)?;
    let connection = take_number(&mut body)?;
    let passed = take_duration(&mut body)?;
    let at = before.checked_add(passed).ok_or(Malformed)?;
    let body = &mut body;
    let what = match kind {
        DIALING => What::Dialing {
            address: rest_as_text(body)?.as_str().to_owned(),
        },
        CONNECTED => What::Connected {
            phases: Phases {
                resolve: take_duration(body)?,
                connect: take_duration(body)?,
                tls: take_duration(body)?,
                upgrade: take_duration(body)?,
                proxy: if body.is_empty() {
                    Duration::ZERO
                } else {
                    take_duration(body)?
                },
            },
        },
        NOT_CONNECTED => What::NotConnected(failures::read_error(body)?),
        GIVEN_UP => What::GivenUp,
        LOST => What::Lost(failures::read_loss(body)?),
        LEFT => What::Left,
        IN_TEXT => What::Inbound(Inbound::Text(rest_as_text(body)?)),
        IN_ANSWER => What::Inbound(Inbound::Answer {
            path: take_text(body)?.into(),
            text: rest_as_text(body)?,
        }),
        IN_DECLINED => What::Inbound(Inbound::Declined {
            status: u16::try_from(take_number(body)?).map_err(|_| Malformed)?,
            path: take_text(body)?.into(),
            text: rest_as_text(body)?,
        }),
        IN_BINARY => What::Inbound(Inbound::Binary(rest(body))),
        IN_PING => What::Inbound(Inbound::Ping),
        IN_PONG => What::Inbound(Inbound::Pong(rest(body))),
        IN_MORE => What::Inbound(Inbound::More),
        IN_EVENT_ID => What::Inbound(Inbound::Hint(Hint::LastEventId(rest_as_text(body)?))),
        IN_RETRY_AFTER => What::Inbound(Inbound::Hint(Hint::RetryAfter(take_duration(body)?))),
        OUT_TEXT => What::Outbound(Outbound::Text(rest_as_text(body)?.as_str().to_owned())),
        OUT_FETCH => What::Outbound(Outbound::Fetch(several(rest_as_text(body)?.as_str()))),
        OUT_EXCHANGE => What::Outbound(Outbound::Exchange {
            gone: several(&take_text(body)?),
            come: several(rest_as_text(body)?.as_str()),
        }),
        OUT_BINARY => What::Outbound(Outbound::Binary(rest(body))),
        OUT_PING => What::Outbound(Outbound::Ping(rest(body))),
        OUT_CLOSE => What::Outbound(Outbound::Close(
            u16::try_from(take_number(body)?).map_err(|_| Malformed)?,
        )),
        MISSING => What::Missing(take_number(body)?),
        END => What::End,
        _ => return Ok((at, None)),
    };
    Ok((at, Some(Entry { at, connection, what })))
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
pub(super) fn number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(super) fn take_number(bytes: &mut Bytes) -> Result<u64, Malformed> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take_byte(bytes)?;
        let bits = u64::from(byte & 0x7f);
        // The tenth byte has room for one bit.
        if shift == 63 && bits > 1 {
            return Err(Malformed);
        }
        value |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

pub(super) fn duration(duration: Duration, out: &mut Vec<u8>) {
    // Five hundred years fit.
    number(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX), out);
}

pub(super) fn take_duration(bytes: &mut Bytes) -> Result<Duration, Malformed> {
    take_number(bytes).map(Duration::from_nanos)
}

pub(super) fn text(text: &str, out: &mut Vec<u8>) {
    number(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn take_text(bytes: &mut Bytes) -> Result<String, Malformed> {
    let length = usize::try_from(take_number(bytes)?).map_err(|_| Malformed)?;
    if length > bytes.len() {
        return Err(Malformed);
    }
    let taken = bytes.split_to(length);
    std::str::from_utf8(&taken)
        .map(ToOwned::to_owned)
        .map_err(|_| Malformed)
}

pub(super) fn take_byte(bytes: &mut Bytes) -> Result<u8, Malformed> {
    if bytes.has_remaining() {
        Ok(bytes.get_u8())
    } else {
        Err(Malformed)
    }
}

/// Paths that stand below each other, if there are any.
fn several(paths: &str) -> Vec<String> {
    let paths = paths.split('\n').filter(|path| !path.is_empty());
    paths.map(str::to_owned).collect()
}

fn rest(bytes: &mut Bytes) -> Bytes {
    std::mem::take(bytes)
}

fn rest_as_text(bytes: &mut Bytes) -> Result<Utf8Bytes, Malformed> {
    Utf8Bytes::try_from(rest(bytes)).map_err(|_| Malformed)
}
