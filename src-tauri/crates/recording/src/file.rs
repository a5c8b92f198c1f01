//! A tape that grows on the disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::block::OpenBlock;
use crate::{Entry, Header, Sink};

/// So much may a crash of the program cost.
const BLOCK_AGE_MAX: Duration = Duration::from_secs(1);
/// So much more may a loss of power cost. Every second would wear a disk for nothing.
const SYNC_EVERY: Duration = Duration::from_secs(5);

/// Why a tape was not begun.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error("{} is there already: choose another name, or say that it may be replaced", .0.display())]
    Exists(PathBuf),
    #[error("cannot write {}", .path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// Writes a block every second, or sooner when much has come.
pub struct TapeFile {
    file: File,
    open: OpenBlock,
    /// Up to here the file is whole.
    whole: u64,
    synced: Duration,
    unsynced: bool,
}

impl std::fmt::Debug for TapeFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TapeFile")
            .field("whole", &self.whole)
            .finish_non_exhaustive()
    }
}

impl TapeFile {
    /// An old tape is only replaced when `replace` says so.
    pub fn create(path: &Path, header: &Header, replace: bool) -> Result<Self, CreateError> {
        let cannot = |source: io::Error| {
            if source.kind() == io::ErrorKind::AlreadyExists {
                CreateError::Exists(path.to_owned())
            } else {
                CreateError::Write {
                    path: path.to_owned(),
                    source,
                }
            }
        };
        let mut options = OpenOptions::new();
        options
            .write(true)
            .create(true)
            .truncate(true)
            .create_new(!replace);
        let file = options.open(path).map_err(cannot)?;
        Self::begin(file, header).map_err(cannot)
    }

    fn begin(mut file: File, header: &Header) -> io::Result<Self> {
        let bytes = header.to_bytes();
        file.write_all(&bytes)?;
        Ok(Self {
            file,
            open: OpenBlock::new()?,
            whole: bytes.len() as u64,
            synced: Duration::ZERO,
            unsynced: true,
        })
    }

    fn write_block(&mut self) -> io::Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let sealed = self.open.seal()?;
        self.append(&sealed.bytes)
    }

    /// A block is there whole or not at all: half of one would only be damage to whoever reads it.
    pub(crate) fn append(&mut self, block: &[u8]) -> io::Result<()> {
        if let Err(error) = self.file.write_all(block) {
            // Where even that fails, the reader stops at the last whole block.
            let _cut = self.file.set_len(self.whole);
            return Err(error);
        }
        self.whole += block.len() as u64;
        self.unsynced = true;
        Ok(())
    }

    pub(crate) fn sync(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.unsynced) {
            self.file.sync_data()?;
        }
        Ok(())
    }
}

impl Sink for TapeFile {
    fn put(&mut self, entry: &Entry, wall: DateTime<Utc>) -> io::Result<()> {
        self.open.put(entry, wall);
        if self.open.is_full() {
            self.write_block()?;
        }
        Ok(())
    }

    fn look(&mut self, now: Duration) -> io::Result<()> {
        if self.open.age(now) >= BLOCK_AGE_MAX {
            self.write_block()?;
        }
        if now.saturating_sub(self.synced) >= SYNC_EVERY {
            self.synced = now;
            self.sync()?;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.write_block()?;
        self.sync()
    }

    fn stored(&self) -> u64 {
        self.whole
    }
}
