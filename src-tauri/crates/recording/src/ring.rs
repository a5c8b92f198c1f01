//! The last ten minutes, always, in bounded memory.
//!
//! Blocks are compressed as on a file and thrown away from the front. What a
//! connection said in its first moments is kept for as long as the connection
//! is there: without the answers to its subscriptions, nothing that follows
//! could be understood.
//!
//! - `openings`: those first moments

mod openings;

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use self::openings::Openings;
use crate::block::{OpenBlock, Sealed};
use crate::file::{CreateError, TapeFile};
use crate::{Entry, Header, Sink, What};

/// A quiet feed fills no block; what is not compressed yet costs memory only.
const BLOCK_AGE_MAX: Duration = Duration::from_secs(30);

/// How far back a ring reaches, and what it may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingSize {
    pub span: Duration,
    /// Of compressed blocks. When they are full before the span is, the oldest go first.
    pub bytes_max: usize,
}

impl Default for RingSize {
    /// Ten minutes; 64 MiB hold them at some ten thousand messages a second.
    fn default() -> Self {
        Self {
            span: Duration::from_secs(600),
            bytes_max: 64 << 20,
        }
    }
}

/// Reads what the ring holds. Cheap to clone.
#[derive(Clone)]
pub struct Ring {
    held: Arc<Mutex<Held>>,
}

/// The end that a [`crate::Recorder`] writes to.
#[derive(Debug)]
pub struct RingSink {
    ring: Ring,
}

struct Held {
    size: RingSize,
    blocks: VecDeque<Sealed>,
    bytes: usize,
    open: OpenBlock,
    /// Entries that were ever put in, and those thrown away at the front.
    put: u64,
    gone: u64,
    openings: Openings,
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let held = self.lock();
        f.debug_struct("Ring")
            .field("blocks", &held.blocks.len())
            .field("bytes", &held.bytes)
            .finish_non_exhaustive()
    }
}

impl Ring {
    pub fn new(size: RingSize) -> io::Result<(Self, RingSink)> {
        let held = Held {
            size,
            blocks: VecDeque::new(),
            bytes: 0,
            open: OpenBlock::new()?,
            put: 0,
            gone: 0,
            openings: Openings::default(),
        };
        let ring = Self {
            held: Arc::new(Mutex::new(held)),
        };
        Ok((ring.clone(), RingSink { ring }))
    }

    /// From the oldest entry to the newest, since the recording's start.
    pub fn span(&self) -> (Duration, Duration) {
        self.lock().span()
    }

    /// Bytes of memory that the blocks take.
    pub fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// Writes a whole tape of what there is now. The recording goes on
    /// meanwhile: only copying the newest block makes it wait.
    pub fn save(&self, path: &Path, header: &Header, replace: bool) -> Result<u64, CreateError> {
        let cannot = |source| CreateError::Write {
            path: path.to_owned(),
            source,
        };
        let blocks = self.lock().copy().map_err(cannot)?;
        let mut file = TapeFile::create(path, header, replace)?;
        let write = |file: &mut TapeFile| {
            for block in &blocks {
                file.append(&block.bytes)?;
            }
            file.sync()
        };
        write(&mut file).map_err(cannot)?;
        Ok(file.stored())
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn span(&self) -> (Duration, Duration) {
        let (open_first, open_last) = self.open.span();
        let first = self.blocks.front().map_or(open_first, |block| block.first);
        let last = if self.open.is_empty() {
            self.blocks.back().map_or(open_last, |block| block.last)
        } else {
            open_last
        };
        (first, last)
    }

    fn put(&mut self, entry: &Entry, wall: DateTime<Utc>) -> io::Result<()> {
        self.openings.put(self.put, entry, wall);
        self.open.put(entry, wall);
        self.put += 1;
        if self.open.is_full() {
            self.seal()?;
        }
        Ok(())
    }

    fn seal(&mut self) -> io::Result<()> {
        if !self.open.is_empty() {
            let block = self.open.seal()?;
            self.bytes += block.bytes.len();
            self.blocks.push_back(block);
        }
        Ok(())
    }

    /// A block goes when its newest entry is too old, or when there is no room for it.
    fn drop_old(&mut self, now: Duration) {
        let oldest = now.saturating_sub(self.size.span);
        while self
            .blocks
            .front()
            .is_some_and(|block| block.last < oldest || self.bytes > self.size.bytes_max)
        {
            if let Some(block) = self.blocks.pop_front() {
                self.bytes -= block.bytes.len();
                self.gone += u64::from(block.count);
            }
        }
        self.openings.forget_before(self.gone);
    }

    fn copy(&mut self) -> io::Result<Vec<Sealed>> {
        let mut blocks = Vec::with_capacity(self.blocks.len() + 3);
        let (first, last) = self.span();
        let mut extra = OpenBlock::new()?;
        let kept = self.openings.before(self.gone);
        let missing = self.gone - kept.len() as u64;
        for (entry, wall) in &kept {
            extra.put(entry, *wall);
            if extra.is_full() {
                blocks.push(extra.seal()?);
            }
        }
        if missing > 0 {
            let at = kept.last().map_or(first, |(entry, _)| entry.at);
            extra.put(&tape(at, What::Missing(missing)), self.wall_at_begin());
        }
        if !extra.is_empty() {
            blocks.push(extra.seal()?);
        }
        blocks.extend(self.blocks.iter().cloned());
        if !self.open.is_empty() {
            blocks.push(self.open.copy()?);
        }
        extra.put(&tape(last, What::End), Utc::now());
        blocks.push(extra.seal()?);
        Ok(blocks)
    }

    fn wall_at_begin(&self) -> DateTime<Utc> {
        self.blocks.front().map_or_else(|| self.open.wall(), Sealed::wall)
    }
}

impl Sink for RingSink {
    fn put(&mut self, entry: &Entry, wall: DateTime<Utc>) -> io::Result<()> {
        self.ring.lock().put(entry, wall)
    }

    fn look(&mut self, now: Duration) -> io::Result<()> {
        let mut held = self.ring.lock();
        if held.open.age(now) >= BLOCK_AGE_MAX {
            held.seal()?;
        }
        held.drop_old(now);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn stored(&self) -> u64 {
        self.ring.bytes() as u64
    }
}

const fn tape(at: Duration, what: What) -> Entry {
    Entry {
        at,
        connection: 0,
        what,
    }
}
