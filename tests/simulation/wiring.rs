//! How one client and one venue happen to be wired together, for the whole of a
//! play.

use fastrand::Rng;

/// What each deployment has another of, and no fault is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wiring {
    /// There is no way out but through a proxy.
    pub(crate) proxied: bool,
    /// The venue prefers HTTP/2 where no WebSocket is wanted.
    pub(crate) http2: bool,
    /// What the venue does to its messages over a WebSocket, if the client can.
    pub(crate) deflate: Option<Deflate>,
    /// No frame of the venue's is longer.
    pub(crate) frame_max: Option<usize>,
}

/// How the venue compresses (RFC 7692).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deflate {
    /// How far back a message may point.
    pub(crate) window_bits: u8,
    /// Into the messages before it, too.
    pub(crate) takeover: bool,
}

impl Wiring {
    pub(crate) fn drawn(dice: &mut Rng) -> Self {
        Self {
            proxied: dice.u8(..4) == 0,
            http2: dice.bool(),
            deflate: dice.bool().then(|| Deflate {
                window_bits: dice.u8(9..=15),
                takeover: dice.bool(),
            }),
            frame_max: (dice.u8(..4) == 0).then(|| dice.usize(16..200)),
        }
    }
}
