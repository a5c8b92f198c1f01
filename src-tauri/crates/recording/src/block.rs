//! Some entries, compressed together and with a checksum: what a crash leaves whole or not at all.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use zstd::bulk::{Compressor, Decompressor};

use crate::Entry;
use crate::entry::{Malformed, read, write};

/// Enough for zstd to find what repeats, and little to lose with a damaged one.
const BLOCK_SIZE: usize = 256 << 10;
/// An entry must fit with what surrounds it. No connection hands out more than 4 MiB at once.
pub(crate) const PLAIN_MAX: usize = 16 << 20;
/// What zstd makes of noise is a little longer than the noise.
const STORED_MAX: usize = PLAIN_MAX + (64 << 10);
/// Bounds what a reader must keep of a block that says nothing at great length.
const COUNT_MAX: u32 = 65_536;
/// The library's own choice; what it costs and saves is measured in `decisions/tapes.md`.
const LEVEL: i32 = 3;

const MAGIC: [u8; 4] = *b"TWBK";
/// Magic, five numbers, two lengths and a count, the checksum.
pub(crate) const PREFIX: usize = 4 + 4 + 4 + 4 + 8 + 8 + 8 + 4;

/// What stands before the bytes of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prefix {
    pub(crate) stored: u32,
    pub(crate) plain: u32,
    pub(crate) count: u32,
    pub(crate) first: Duration,
    pub(crate) last: Duration,
    /// The wall clock at `first`, in nanoseconds since 1970.
    wall: i64,
    checksum: u32,
}

/// A finished block as it stands in a file.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) bytes: Bytes,
    pub(crate) count: u32,
    pub(crate) first: Duration,
    pub(crate) last: Duration,
    wall: i64,
}

/// A block that is being filled.
pub(crate) struct OpenBlock {
    plain: Vec<u8>,
    count: u32,
    first: Duration,
    last: Duration,
    wall: i64,
    compressor: Compressor<'static>,
}

impl OpenBlock {
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self {
            plain: Vec::new(),
            count: 0,
            first: Duration::ZERO,
            last: Duration::ZERO,
            wall: 0,
            compressor: Compressor::new(LEVEL)?,
        })
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.plain.len() >= BLOCK_SIZE || self.count >= COUNT_MAX
    }

    pub(crate) const fn span(&self) -> (Duration, Duration) {
        (self.first, self.last)
    }

    pub(crate) const fn wall(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.wall)
    }

    /// How long the oldest entry has been waiting.
    pub(crate) fn age(&self, now: Duration) -> Duration {
        if self.is_empty() {
            Duration::ZERO
        } else {
            now.saturating_sub(self.first)
        }
    }

    pub(crate) fn put(&mut self, entry: &Entry, wall: DateTime<Utc>) {
        // Two connections may be a hair out of order; the tape's clock never goes back.
        let at = entry.at.max(self.last);
        if self.is_empty() {
            self.first = at;
            self.last = at;
            self.wall = wall.timestamp_nanos_opt().unwrap_or_default();
        }
        let before = self.last;
        write(entry, before, &mut self.plain);
        self.last = at;
        self.count += 1;
    }

    /// The block as it is written, and an empty one in its place.
    pub(crate) fn seal(&mut self) -> std::io::Result<Sealed> {
        let sealed = self.copy();
        self.plain.clear();
        self.count = 0;
        sealed
    }

    /// The same, while it goes on being filled.
    pub(crate) fn copy(&mut self) -> std::io::Result<Sealed> {
        let stored = self.compressor.compress(&self.plain)?;
        let mut bytes = Vec::with_capacity(PREFIX + stored.len());
        bytes.extend(MAGIC);
        for number in [stored.len() as u32, self.plain.len() as u32, self.count] {
            bytes.extend(number.to_le_bytes());
        }
        for time in [self.first, self.last] {
            bytes.extend((time.as_nanos() as u64).to_le_bytes());
        }
        bytes.extend(self.wall.to_le_bytes());
        bytes.extend(checksum(&bytes, &stored).to_le_bytes());
        bytes.extend(stored);
        Ok(Sealed {
            bytes: bytes.into(),
            count: self.count,
            first: self.first,
            last: self.last,
            wall: self.wall,
        })
    }
}

impl Sealed {
    pub(crate) const fn wall(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.wall)
    }
}

impl Prefix {
    /// `None` for bytes that begin no block, or one that no writer would make.
    pub(crate) fn read(bytes: &[u8; PREFIX]) -> Option<Self> {
        let mut rest = bytes.as_slice();
        if rest.split_off(..4)? != MAGIC {
            return None;
        }
        let prefix = Self {
            stored: u32::from_le_bytes(take(&mut rest)?),
            plain: u32::from_le_bytes(take(&mut rest)?),
            count: u32::from_le_bytes(take(&mut rest)?),
            first: Duration::from_nanos(u64::from_le_bytes(take(&mut rest)?)),
            last: Duration::from_nanos(u64::from_le_bytes(take(&mut rest)?)),
            wall: i64::from_le_bytes(take(&mut rest)?),
            checksum: u32::from_le_bytes(take(&mut rest)?),
        };
        let sane = prefix.stored as usize <= STORED_MAX
            && prefix.plain as usize <= PLAIN_MAX
            && (1..=COUNT_MAX).contains(&prefix.count)
            && prefix.first <= prefix.last;
        sane.then_some(prefix)
    }

    pub(crate) const fn wall(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.wall)
    }

    /// Whether these are the bytes that were written after this prefix.
    pub(crate) fn fits(&self, prefix: &[u8; PREFIX], stored: &[u8]) -> bool {
        prefix
            .split_last_chunk::<4>()
            .is_some_and(|(numbers, _)| checksum(numbers, stored) == self.checksum)
    }

    /// The entries, in the memory of the block itself.
    pub(crate) fn open(&self, stored: &[u8]) -> Result<Vec<Entry>, Malformed> {
        let plain = Decompressor::new()
            .and_then(|mut decompressor| decompressor.decompress(stored, self.plain as usize))
            .map_err(|_| Malformed)?;
        if plain.len() != self.plain as usize {
            return Err(Malformed);
        }
        let mut plain = Bytes::from(plain);
        let mut entries = Vec::new();
        let mut at = self.first;
        for _ in 0..self.count {
            let (time, entry) = read(&mut plain, at)?;
            at = time;
            entries.extend(entry);
        }
        if plain.is_empty() && at <= self.last {
            Ok(entries)
        } else {
            Err(Malformed)
        }
    }
}

fn checksum(prefix: &[u8], stored: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(prefix);
    hasher.update(stored);
    hasher.finalize()
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}
