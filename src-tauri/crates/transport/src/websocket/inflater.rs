//! The decompressor of one direction, with the window that lives across messages.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use super::negotiation::Deflate;

/// The sender cuts this off the end of every message.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// The library knows no smaller window; a larger one reads the same bytes.
const WINDOW_BITS_MIN: u8 = 9;
const WINDOW_MAX: usize = 32 << 10;

pub(super) struct Inflater {
    deflate: Deflate,
    stream: Decompress,
    /// The last 32 KiB that came out. A sender may end its stream in the middle
    /// of a connection and go on from the same window, which the library has
    /// thrown away by then.
    window: Vec<u8>,
    tail_taken: usize,
    /// The sender's stream has ended, and nothing of another has come.
    between_streams: bool,
}

impl Inflater {
    pub(super) fn new(deflate: Deflate) -> Self {
        let stream = Decompress::new_with_window_bits(false, deflate.window_bits.max(WINDOW_BITS_MIN));
        Self {
            deflate,
            stream,
            window: Vec::new(),
            tail_taken: 0,
            between_streams: false,
        }
    }

    /// Appends to `out` up to `most` bytes and says how much of `input` was
    /// taken. Less than all of it means that `out` is full.
    pub(super) fn take(&mut self, input: &[u8], out: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let mut taken = 0;
        loop {
            let had = out.len();
            if had >= most {
                return Ok(taken);
            }
            let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
            out.resize(most, 0);
            let status = self
                .stream
                .decompress(&input[taken..], &mut out[had..], FlushDecompress::Sync);
            let made = difference(self.stream.total_out(), before_out);
            out.truncate(had + made);
            let status = status.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, Garbled))?;
            let read = difference(self.stream.total_in(), before_in);
            taken += read;
            self.between_streams &= read == 0;
            self.remember(&out[had..]);
            match status {
                Status::StreamEnd => self.begin_stream()?,
                // With no room left it may hold back more, which the next call brings.
                Status::Ok | Status::BufError if taken == input.len() && out.len() < most => {
                    return Ok(taken);
                }
                Status::Ok | Status::BufError if made == 0 && taken < input.len() && out.len() < most => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, Garbled));
                }
                Status::Ok | Status::BufError => {}
            }
        }
    }

    /// Ends a message; `false` while there is more of it than `out` has room for.
    pub(super) fn end(&mut self, out: &mut Vec<u8>, most: usize) -> io::Result<bool> {
        // Behind a stream that has ended, a sender should begin an empty block, which the tail
        // completes. Where it did not, the tail would be taken for the start of a new stream.
        if !self.between_streams || self.tail_taken > 0 {
            self.tail_taken += self.take(&TAIL[self.tail_taken..], out, most)?;
            if self.tail_taken < TAIL.len() || out.len() >= most {
                return Ok(false);
            }
        }
        self.tail_taken = 0;
        if self.deflate.no_context_takeover {
            self.stream.reset(false);
            self.window.clear();
        }
        Ok(true)
    }

    /// A last block came, and more may follow in the same message or the next.
    fn begin_stream(&mut self) -> io::Result<()> {
        self.stream.reset(false);
        self.between_streams = true;
        if !self.window.is_empty() {
            let start = self.window.len().saturating_sub(WINDOW_MAX);
            let set = self.stream.set_dictionary(&self.window[start..]);
            set.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, Garbled))?;
        }
        Ok(())
    }

    fn remember(&mut self, bytes: &[u8]) {
        if self.window.len() + bytes.len() > 2 * WINDOW_MAX {
            let start = self.window.len().saturating_sub(WINDOW_MAX);
            self.window.drain(..start);
        }
        let start = bytes.len().saturating_sub(WINDOW_MAX);
        self.window.extend_from_slice(&bytes[start..]);
    }
}

/// What came cannot be decompressed. Travels inside an [`io::Error`].
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a message cannot be decompressed")]
pub(super) struct Garbled;

fn difference(now: u64, before: u64) -> usize {
    usize::try_from(now.saturating_sub(before)).unwrap_or(usize::MAX)
}
