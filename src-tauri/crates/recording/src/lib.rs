//! What travels on the connections of a feed, kept on a tape, and played again.
//!
//! [`Recorder`] is a dialer around another one; [`Replayer`] is a dialer that
//! plays a [`Tape`]. Nothing above can tell either of them from the network.
//! `FORMAT.md` beside this folder describes a tape byte by byte.
//!
//! ```text
//! recorder   the hot path: a copy and a time, into a bounded queue
//!   inlet    the thread behind it: strikes out secrets, hands to a sink
//!   file     a tape on the disk, whole up to the last second
//!   ring     the last ten minutes in memory, saved when somebody asks
//! tape       reads one, up to the last whole block
//! replay     plays one: at a speed, paused, stepped, from anywhere
//! ```
//!
//! Deliberately not here: what a message means. A tape of a venue that nobody
//! can read any more is still played.

#![forbid(unsafe_code)]

mod block;
mod entry;
mod file;
mod header;
mod inlet;
mod recorder;
mod redact;
mod replay;
mod ring;
mod sink;
mod survey;
mod tape;

pub use entry::{Entry, What};
pub use file::{CreateError, TapeFile};
pub use header::Header;
pub use recorder::{Recorder, Recording, RecordingState, Taken};
pub use replay::{Controls, NotASpeed, Replayer, Speed, Standing};
pub use ring::{Ring, RingSink, RingSize};
pub use sink::Sink;
pub use survey::{Dial, Outcome, Survey};
pub use tape::{Extent, Tape, TapeError};
