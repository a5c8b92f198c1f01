//! Why the keyring did not do what it was asked, in a person's words.

use std::time::Duration;

use keyring_core::Error;
use model::FeedId;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    #[error("no keyring is running on this system")]
    NotRunning,
    #[error("the keyring is locked, or its dialog was dismissed")]
    Locked,
    #[error("the keyring did not answer within {} s", after.as_secs())]
    TimedOut { after: Duration },
    #[error("the keyring is still busy with earlier requests")]
    Busy,
    #[error("nothing is stored for this feed")]
    NothingStored,
    #[error("what is stored for this feed is not a key that Tickwire wrote")]
    NotOurs,
    #[error("the keyring refused: {why}")]
    Refused { why: String },
}

impl KeyringError {
    /// Whether the same request may succeed although nobody did anything.
    pub const fn may_retry(&self) -> bool {
        match self {
            Self::TimedOut { .. } | Self::Busy => true,
            Self::NotRunning | Self::Locked | Self::NothingStored | Self::NotOurs | Self::Refused { .. } => {
                false
            }
        }
    }

    /// What a person can do about it, before the same is asked again.
    pub fn next_step(&self, feed: &FeedId) -> String {
        let step = match self {
            Self::NotRunning => "Start a keyring, such as GNOME Keyring, KWallet or KeePassXC.",
            Self::Locked => "Unlock the keyring when it asks, or in its own settings.",
            Self::TimedOut { .. } | Self::Busy => {
                "Look for a dialog of the keyring, which may be behind another window, and answer it."
            }
            Self::NothingStored | Self::NotOurs => {
                return format!("Store its key with tickwire-cli token set {feed}.");
            }
            Self::Refused { .. } => "Look into the keyring's own settings.",
        };
        step.to_owned()
    }
}

/// What the keyring says goes on as text only where that text is about the
/// keyring and cannot be the secret.
impl From<Error> for KeyringError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoDefaultStore => Self::NotRunning,
            Error::NoStorageAccess(_) => Self::Locked,
            Error::NoEntry => Self::NothingStored,
            Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => Self::NotOurs,
            Error::TooLong(_, limit) => Self::Refused {
                why: format!("it keeps at most {limit} characters"),
            },
            // The library may add more.
            other @ (Error::PlatformFailure(_)
            | Error::BadStoreFormat(_)
            | Error::Invalid(..)
            | Error::NotSupportedByStore(_)
            | _) => Self::Refused {
                why: other.to_string(),
            },
        }
    }
}
