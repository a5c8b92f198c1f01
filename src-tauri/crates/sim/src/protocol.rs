//! `tickwire.v1` as text: what a client asks, and what it is told.
//!
//! `PROTOCOL.md` is the description, and this the only place that writes it.
//! Which way the text travels is not known here, so that other transports can
//! carry the same.

mod line;
pub(crate) mod message;
pub(crate) mod request;

pub(crate) const PROTOCOL: &str = "tickwire.v1";
/// Where its ways of travelling are found.
pub(crate) mod path {
    pub(crate) const REST: &str = "/v1/";
    pub(crate) const STREAM: &str = "/v1/stream";
    pub(crate) const EVENTS: &str = "/v1/events";
    pub(crate) const POLL: &str = "/v1/poll";
    pub(crate) const SNAPSHOT: &str = "/v1/snapshot";
    pub(crate) const HISTORY: &str = "/v1/history";
    pub(crate) const SEARCH: &str = "/v1/search";
    pub(crate) const TIME: &str = "/v1/time";
    pub(crate) const FAULTS: &str = "/v1/faults";
}
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
    TooManyRequests,
    BadRequest,
    CursorGone,
}

impl Code {
    const fn as_str(self) -> &'static str {
        match self {
            Self::BadJson => "bad_json",
            Self::UnknownOp => "unknown_op",
            Self::UnknownSymbol => "unknown_symbol",
            Self::TooManySymbols => "too_many_symbols",
            Self::TooManyMessages => "too_many_messages",
            Self::TooManyRequests => "too_many_requests",
            Self::BadRequest => "bad_request",
            Self::CursorGone => "cursor_gone",
        }
    }
}
