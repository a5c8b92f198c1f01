//! The first bytes of a tape: what it is, and what it was made from.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::TapeError;

/// The line break and the byte that is no text show a file that was mangled on its way.
pub(crate) const MAGIC: [u8; 8] = *b"\x93TWTAPE\n";
/// A reader refuses a higher one; what may be passed over does not raise it.
pub(crate) const VERSION: u16 = 1;
/// Magic, version, length.
pub(crate) const PREFIX: usize = MAGIC.len() + 2 + 4;
/// The text is a few hundred bytes; a list of thousands of symbols still fits.
pub(crate) const TEXT_MAX: usize = 256 << 10;
const CHECKSUM: usize = 4;

/// What a tape says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// When its clock stood at zero.
    pub started: DateTime<Utc>,
    /// The name that the feed had in the profile.
    pub feed: String,
    /// Where it was connected to, without query and credentials.
    pub endpoint: String,
    /// The program that made it, and on what kind of system.
    pub program: String,
    /// What whoever reads it must know and no connection says, as the venue and the symbols.
    #[serde(default)]
    pub about: BTreeMap<String, String>,
}

impl Header {
    pub fn new(started: DateTime<Utc>, feed: &str, endpoint: &str) -> Self {
        Self {
            started,
            feed: feed.to_owned(),
            endpoint: endpoint.to_owned(),
            program: format!(
                "tickwire {} on {} {}",
                env!("CARGO_PKG_VERSION"),
                std::env::consts::OS,
                std::env::consts::ARCH
            ),
            about: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn about(mut self, what: &str, text: &str) -> Self {
        self.about.insert(what.to_owned(), text.to_owned());
        self
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Texts by name, which can always be written.
        let text = serde_json::to_vec(self).unwrap_or_default();
        let mut bytes = Vec::with_capacity(PREFIX + text.len() + CHECKSUM);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(text);
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }
}

/// How many bytes follow the prefix, when it is one that this program can read.
pub(crate) fn rest(prefix: &[u8]) -> Result<usize, TapeError> {
    let Some((MAGIC, rest)) = prefix.split_first_chunk().map(|(magic, rest)| (*magic, rest)) else {
        return Err(TapeError::NotATape);
    };
    let Some((version, length)) = rest.split_first_chunk() else {
        return Err(TapeError::NotATape);
    };
    let version = u16::from_le_bytes(*version);
    if version > VERSION {
        return Err(TapeError::Newer {
            version,
            known: VERSION,
        });
    }
    let length: [u8; 4] = length.try_into().map_err(|_| TapeError::NotATape)?;
    match usize::try_from(u32::from_le_bytes(length)) {
        Ok(length) if length <= TEXT_MAX => Ok(length + CHECKSUM),
        Ok(_) | Err(_) => Err(TapeError::DamagedHeader),
    }
}

/// The header, from all of its bytes.
pub(crate) fn read(bytes: &[u8]) -> Result<Header, TapeError> {
    let damaged = || TapeError::DamagedHeader;
    let (content, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or_else(damaged)?;
    if crc32fast::hash(content) != u32::from_le_bytes(*checksum) {
        return Err(damaged());
    }
    let text = content.get(PREFIX..).ok_or_else(damaged)?;
    serde_json::from_slice(text).map_err(|_| damaged())
}
