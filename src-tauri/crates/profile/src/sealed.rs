//! What a run of the program keeps for the next one, behind a line that tells
//! whether all of it is there.
//!
//! ```text
//! tickwire bookmarks 1 6f0c5d1e
//! {"feeds":[…]}
//! ```
//!
//! No person made it and nobody misses it, so it is read as a whole or not at
//! all, and a damaged one is said and then replaced. The first line has the
//! version and the CRC-32 of everything behind it.

use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::disk;

/// More than either of them ever takes.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// How such a file begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seal {
    pub(crate) title: &'static str,
    pub(crate) version: u32,
}

/// Why a file says nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("{0}")]
    Disk(#[from] io::Error),
    #[error("it was written by another version of Tickwire")]
    Version,
    #[error("it is damaged")]
    Damaged,
}

impl Seal {
    /// `None` where there is no such file.
    pub(crate) fn read<T: DeserializeOwned>(self, path: &Path) -> Result<Option<T>, Unreadable> {
        let Some(bytes) = disk::read(path, FILE_BYTES_MAX)? else {
            return Ok(None);
        };
        let text = str::from_utf8(&bytes).map_err(|_| Unreadable::Damaged)?;
        let (head, body) = text.split_once('\n').ok_or(Unreadable::Damaged)?;
        let head = head.strip_prefix(self.title).ok_or(Unreadable::Damaged)?;
        let mut words = head.split_ascii_whitespace();
        let (Some(version), Some(sum), None) = (words.next(), words.next(), words.next()) else {
            return Err(Unreadable::Damaged);
        };
        if version != self.version.to_string() {
            return Err(Unreadable::Version);
        }
        let body = body.strip_suffix('\n').ok_or(Unreadable::Damaged)?;
        if sum != format!("{:08x}", crc32fast::hash(body.as_bytes())) {
            return Err(Unreadable::Damaged);
        }
        serde_json::from_str(body)
            .map(Some)
            .map_err(|_| Unreadable::Damaged)
    }

    /// Says how many bytes it takes. Whoever reads sees the old or the new one,
    /// also when this program is killed meanwhile.
    pub(crate) fn write(self, path: &Path, form: &impl Serialize) -> io::Result<usize> {
        let body = serde_json::to_string(form)?;
        let sum = crc32fast::hash(body.as_bytes());
        let Self { title, version } = self;
        let text = format!("{title} {version} {sum:08x}\n{body}\n");
        disk::put(path, &text)?;
        Ok(text.len())
    }
}
