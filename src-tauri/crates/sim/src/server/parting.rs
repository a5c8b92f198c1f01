//! The ways in which a client goes, and what is said to it then.

use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Why a client is not served any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// It said Close.
    ByClient { code: Option<u16> },
    /// Its connection ended without one.
    Lost,
    /// It broke the rules of WebSocket, which this Close code names.
    Broken { code: u16 },
    /// It reads more slowly than the market moves.
    Slow,
    /// Nothing was heard of it for three heartbeats.
    Silent,
    /// It sends far more than it may.
    Flooding,
    /// A fault that is being rehearsed.
    Rehearsed { code: u16 },
    /// The venue closes.
    Closing,
}

impl Parting {
    /// The code of the Close, whoever said it.
    pub const fn code(self) -> Option<u16> {
        match self {
            Self::ByClient { code } => code,
            Self::Lost => None,
            Self::Broken { code } | Self::Rehearsed { code } => Some(code),
            Self::Slow | Self::Silent => Some(1013),
            Self::Flooding => Some(1008),
            Self::Closing => Some(1001),
        }
    }

    /// The Close that is still to be sent.
    pub(super) fn close(self) -> Option<CloseFrame> {
        let reason = match self {
            Self::ByClient { .. } | Self::Lost => return None,
            Self::Broken { .. } => "",
            Self::Rehearsed { .. } => "a fault is being rehearsed",
            Self::Slow => "too slow: messages were waiting for too long",
            Self::Silent => "silent: not even a pong for three heartbeats",
            Self::Flooding => "ten times the messages allowed in a second",
            Self::Closing => "the simulated venue is closing",
        };
        Some(CloseFrame {
            code: self.code()?.into(),
            reason: reason.into(),
        })
    }

    /// What a failure of the socket comes to.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the library's errors are not ours, and they grow"
    )]
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::Lost,
            Error::Protocol(_) => Self::Broken {
                code: CloseCode::Protocol.into(),
            },
            Error::Utf8(_) => Self::Broken {
                code: CloseCode::Invalid.into(),
            },
            Error::Capacity(_) => Self::Broken {
                code: CloseCode::Size.into(),
            },
            // Only pongs are written without waiting: it asks and does not listen.
            Error::WriteBufferFull(_) => Self::Slow,
            _ => Self::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_goodbye_of_ours_has_a_code_and_only_ours() {
        let code = |why: Parting| why.close().map(|frame| u16::from(frame.code));
        assert_eq!(code(Parting::ByClient { code: Some(1000) }), None);
        assert_eq!(code(Parting::Lost), None);
        assert_eq!(code(Parting::Broken { code: 1009 }), Some(1009));
        assert_eq!(code(Parting::Slow), Some(1013));
        assert_eq!(code(Parting::Silent), Some(1013));
        assert_eq!(code(Parting::Flooding), Some(1008));
        assert_eq!(code(Parting::Closing), Some(1001));
    }
}
