//! A body that ends, as messages.

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::answer::Answer;
use super::lines::{Lines, message};
use crate::Loss;
use crate::connection::MESSAGE_SIZE_MAX;
use crate::progress::Progress;

/// A whole replay of a day in lines, and the most that any body may inflate to.
const BODY_SIZE_MAX: usize = 64 << 20;

pub(super) struct Body {
    reader: Reader,
    size: usize,
    progress: Progress,
}

enum Reader {
    Lines(Lines),
    /// One message.
    Whole(Vec<u8>),
}

impl Reader {
    const fn is_under_way(&self) -> bool {
        match self {
            Self::Lines(lines) => lines.is_under_way(),
            Self::Whole(whole) => !whole.is_empty(),
        }
    }
}

#[derive(Default)]
pub(super) struct Taken {
    pub(super) texts: Vec<Utf8Bytes>,
    pub(super) ended: bool,
}

impl Body {
    pub(super) fn new(answer: &Answer) -> Result<Self, Loss> {
        let content = answer.content_type();
        let reader = match content.as_str() {
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines" => Reader::Lines(Lines::default()),
            // A hotel's sign-in page, or the words of something in between.
            "text/html" | "application/xhtml+xml" => {
                return Err(Loss::WrongContent(format!("a page ({content})")));
            }
            _ => Reader::Whole(Vec::new()),
        };
        Ok(Self {
            reader,
            size: 0,
            progress: Progress::new(),
        })
    }

    /// The messages that are whole with these bytes; `None` is the end.
    pub(super) fn take(&mut self, bytes: Option<&[u8]>) -> Result<Taken, Loss> {
        let mut taken = Taken {
            ended: bytes.is_none(),
            ..Taken::default()
        };
        self.size += bytes.map_or(0, <[u8]>::len);
        if self.size > BODY_SIZE_MAX {
            return Err(Loss::Oversize { limit: BODY_SIZE_MAX });
        }
        let size = self.size as u64;
        match (&mut self.reader, bytes) {
            (Reader::Lines(lines), Some(bytes)) => lines.read(bytes, &mut taken.texts)?,
            (Reader::Lines(lines), None) => lines.end(&mut taken.texts)?,
            (Reader::Whole(whole), Some(bytes)) => {
                if whole.len() + bytes.len() > MESSAGE_SIZE_MAX {
                    return Err(Loss::Oversize {
                        limit: MESSAGE_SIZE_MAX,
                    });
                }
                whole.extend_from_slice(bytes);
            }
            (Reader::Whole(whole), None) => {
                if !whole.is_empty() {
                    taken.texts.push(message(std::mem::take(whole))?);
                }
            }
        }
        if !taken.texts.is_empty() || !self.reader.is_under_way() {
            self.progress.over();
        }
        if self.reader.is_under_way() {
            self.progress.look(size)?;
        }
        Ok(taken)
    }
}
