//! `tickwire.v1` as text: what a client asks, and what it is told.
//!
//! `PROTOCOL.md` is the description, and this the only place that writes it.
//! Which way the text travels is not known here, so that other transports can
//! carry the same.

mod line;
pub(crate) mod message;
pub(crate) mod request;

pub(crate) const PROTOCOL: &str = "tickwire.v1";
pub(crate) const PATH: &str = "/v1/stream";
/// The longest message that a client may send.
pub(crate) const REQUEST_SIZE_MAX: usize = 64 << 10;

/// Why something that a client asked for is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    BadJson,
    UnknownOp,
    UnknownSymbol,
    TooManySymbols,
    TooManyMessages,
}

impl Code {
    const fn as_str(self) -> &'static str {
        match self {
            Self::BadJson => "bad_json",
            Self::UnknownOp => "unknown_op",
            Self::UnknownSymbol => "unknown_symbol",
            Self::TooManySymbols => "too_many_symbols",
            Self::TooManyMessages => "too_many_messages",
        }
    }
}
