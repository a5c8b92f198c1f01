//! Reading a tape, up to the last block that is whole.
//!
//! Nothing that stands in a file is believed before its checksum was looked
//! at, and nothing is allocated for a number that is larger than a writer's.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::block::{self, Prefix};
use crate::{Entry, Header, header};

/// Why a file is not played. What is only damaged further on is, up to there.
#[derive(Debug, thiserror::Error)]
pub enum TapeError {
    #[error("this is not a tape of Tickwire")]
    NotATape,
    #[error(
        "this tape was made by a newer version of Tickwire (format {version}; this one knows {known}): update Tickwire to play it"
    )]
    Newer { version: u16, known: u16 },
    #[error("the first bytes of this tape are damaged, so nothing of it can be read")]
    DamagedHeader,
    #[error("there is nothing on this tape")]
    Nothing,
    #[error("cannot read {}", .path.display())]
    Read { path: PathBuf, source: io::Error },
}

/// How far the file is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Where the first byte stands that is not part of a whole block.
    pub whole: u64,
    /// So many bytes from there on are not read: a block that a crash cut, or damage.
    pub left: u64,
}

/// A tape whose blocks were all looked at.
#[derive(Debug)]
pub struct Tape {
    path: PathBuf,
    file: Mutex<File>,
    header: Header,
    blocks: Vec<Place>,
    extent: Extent,
}

/// Where a whole block stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: u64,
    stored: u32,
    first: Duration,
    last: Duration,
    wall: DateTime<Utc>,
}

impl Tape {
    pub fn open(path: &Path) -> Result<Self, TapeError> {
        let cannot = |source| TapeError::Read {
            path: path.to_owned(),
            source,
        };
        let mut file = File::open(path).map_err(cannot)?;
        let size = file.metadata().map_err(cannot)?.len();
        let (header, begin) = read_header(&mut file).map_err(|error| match error {
            Unread::Tape(error) => error,
            Unread::File(source) => cannot(source),
        })?;
        let mut tape = Self {
            path: path.to_owned(),
            file: Mutex::new(file),
            header,
            blocks: Vec::new(),
            extent: Extent {
                whole: begin,
                left: size.saturating_sub(begin),
            },
        };
        tape.look_at_blocks(size).map_err(cannot)?;
        Ok(tape)
    }

    pub const fn header(&self) -> &Header {
        &self.header
    }

    pub const fn extent(&self) -> Extent {
        self.extent
    }

    /// From the first entry to the last; a ring's first is later than the tape's start.
    pub fn span(&self) -> (Duration, Duration) {
        let first = self.blocks.first().map_or(Duration::ZERO, |block| block.first);
        let last = self.blocks.last().map_or(Duration::ZERO, |block| block.last);
        (first, last)
    }

    pub(crate) const fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// Everything in its order, up to the first block that no writer made.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        (0..self.blocks.len())
            .map_while(|number| self.block(number).ok())
            .flatten()
    }

    /// What the wall clock showed at `at`.
    pub fn wall(&self, at: Duration) -> DateTime<Utc> {
        let after = self.blocks.partition_point(|block| block.first <= at);
        let block = self.blocks.get(after.saturating_sub(1));
        let (wall, first) = block.map_or((self.header.started, Duration::ZERO), |block| {
            (block.wall, block.first)
        });
        let passed = |duration| chrono::TimeDelta::from_std(duration).unwrap_or_default();
        if at >= first {
            wall + passed(at - first)
        } else {
            wall - passed(first - at)
        }
    }

    /// The moment at which the wall clock showed this time, or the nearest there is.
    pub fn moment(&self, wall: DateTime<Utc>) -> Duration {
        let after = self.blocks.partition_point(|block| block.wall <= wall);
        let Some(block) = self.blocks.get(after.saturating_sub(1)) else {
            return Duration::ZERO;
        };
        let passed = (wall - block.wall).to_std().unwrap_or_default();
        (block.first + passed).min(self.span().1)
    }

    /// The entries of a block. A block whose checksum is right can still be
    /// one that no writer made; whatever follows it is not played either.
    pub(crate) fn block(&self, number: usize) -> Result<Vec<Entry>, Extent> {
        let Some(place) = self.blocks.get(number) else {
            return Err(self.extent);
        };
        let size = self.extent.whole + self.extent.left;
        let unreadable = Extent {
            whole: place.at,
            left: size - place.at,
        };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || -> io::Result<Option<Vec<Entry>>> {
            file.seek(SeekFrom::Start(place.at))?;
            let mut buffer = Vec::new();
            let Some(prefix) = read_block(&mut *file, u64::MAX, &mut buffer)? else {
                return Ok(None);
            };
            Ok(prefix.open(&buffer).ok())
        };
        let mut read = read;
        match read() {
            Ok(Some(entries)) => Ok(entries),
            Ok(None) => Err(unreadable),
            Err(error) => {
                tracing::warn!(path = %self.path.display(), %error, "the tape cannot be read any more");
                Err(unreadable)
            }
        }
    }

    /// Forgets everything from this block on.
    pub(crate) fn cut(&mut self, number: usize, extent: Extent) {
        self.blocks.truncate(number);
        self.extent = extent;
    }

    fn look_at_blocks(&mut self, size: u64) -> io::Result<()> {
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut reader = io::BufReader::with_capacity(256 << 10, file);
        let mut buffer = Vec::new();
        let mut last = Duration::ZERO;
        while let Some(prefix) = read_block(&mut reader, self.extent.left, &mut buffer)? {
            if prefix.first < last {
                break;
            }
            last = prefix.last;
            self.blocks.push(Place {
                at: self.extent.whole,
                stored: prefix.stored,
                first: prefix.first,
                last: prefix.last,
                wall: prefix.wall(),
            });
            let length = block::PREFIX as u64 + u64::from(prefix.stored);
            self.extent.whole += length;
            self.extent.left = size.saturating_sub(self.extent.whole);
        }
        Ok(())
    }

    /// Bytes of compressed blocks.
    pub fn stored(&self) -> u64 {
        self.blocks.iter().map(|block| u64::from(block.stored)).sum()
    }
}

enum Unread {
    Tape(TapeError),
    File(io::Error),
}

fn read_header(file: &mut File) -> Result<(Header, u64), Unread> {
    let mut bytes = Vec::new();
    let read = |file: &mut File, length: usize, bytes: &mut Vec<u8>| {
        file.take(length as u64).read_to_end(bytes).map_err(Unread::File)
    };
    read(file, header::PREFIX, &mut bytes)?;
    let rest = header::rest(&bytes).map_err(Unread::Tape)?;
    read(file, rest, &mut bytes)?;
    let header = header::read(&bytes).map_err(Unread::Tape)?;
    Ok((header, bytes.len() as u64))
}

/// A whole block, or `None` where the next bytes are not one.
fn read_block(reader: &mut impl Read, left: u64, stored: &mut Vec<u8>) -> io::Result<Option<Prefix>> {
    let mut bytes = [0; block::PREFIX];
    if left < bytes.len() as u64 || !fill(reader, &mut bytes)? {
        return Ok(None);
    }
    let Some(prefix) = Prefix::read(&bytes) else {
        return Ok(None);
    };
    // A length that the file does not have is not allocated.
    if u64::from(prefix.stored) > left - bytes.len() as u64 {
        return Ok(None);
    }
    stored.resize(prefix.stored as usize, 0);
    let whole = fill(reader, stored)? && prefix.fits(&bytes, stored);
    Ok(whole.then_some(prefix))
}

/// `false` when the file ends before.
fn fill(reader: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
