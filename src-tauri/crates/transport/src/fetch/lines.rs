//! A body into its lines, each a message.

use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::Loss;
use crate::connection::MESSAGE_SIZE_MAX;

/// The line that is under way.
#[derive(Debug, Default)]
pub(super) struct Lines {
    line: Vec<u8>,
}

impl Lines {
    pub(super) const fn is_under_way(&self) -> bool {
        !self.line.is_empty()
    }

    /// Appends the lines that have ended within these bytes.
    pub(super) fn read(&mut self, mut bytes: &[u8], found: &mut Vec<Utf8Bytes>) -> Result<(), Loss> {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.extend(&bytes[..end])?;
            bytes = &bytes[end + 1..];
            self.end(found)?;
        }
        self.extend(bytes)
    }

    /// The last line may go without an end of its own.
    pub(super) fn end(&mut self, found: &mut Vec<Utf8Bytes>) -> Result<(), Loss> {
        let mut line = std::mem::take(&mut self.line);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        // Empty lines keep a connection open, and say nothing.
        if !line.is_empty() {
            found.push(message(line)?);
        }
        Ok(())
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), Loss> {
        if self.line.len() + bytes.len() > MESSAGE_SIZE_MAX {
            return Err(Loss::Oversize {
                limit: MESSAGE_SIZE_MAX,
            });
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }
}

pub(super) fn message(bytes: Vec<u8>) -> Result<Utf8Bytes, Loss> {
    String::from_utf8(bytes)
        .map(Utf8Bytes::from)
        .map_err(|_| Loss::NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Result<Vec<String>, Loss> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        for piece in pieces {
            lines.read(piece, &mut found)?;
        }
        lines.end(&mut found)?;
        Ok(found.into_iter().map(|line| line.to_string()).collect())
    }

    #[test]
    fn a_body_is_the_same_lines_wherever_it_is_cut() {
        let body = "{\"a\":1}\r\n\n{\"ü\":2}\n\r\n{\"c\":3}".as_bytes();
        for cut in 0..=body.len() {
            let (one, other) = body.split_at(cut);
            let lines = read(&[one, other]).unwrap();
            assert_eq!(lines, ["{\"a\":1}", "{\"ü\":2}", "{\"c\":3}"], "cut at {cut}");
        }
    }

    #[test]
    fn what_is_no_line_of_text_is_refused() {
        assert_eq!(read(&[b"\xff\n"]), Err(Loss::NotUtf8));
        let long = vec![b'x'; MESSAGE_SIZE_MAX + 1];
        assert!(matches!(read(&[&long]), Err(Loss::Oversize { .. })));
    }
}
