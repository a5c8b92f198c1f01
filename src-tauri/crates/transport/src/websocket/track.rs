//! Where in a server's frames we are, and how much has come of messages.

use super::frames::Header;

/// The longest header: length and mask in full.
const HEADER_MAX: usize = 14;

#[derive(Debug, Default)]
pub(super) struct Track {
    /// The beginning of a header whose rest has not come.
    header: [u8; HEADER_MAX],
    had: usize,
    /// What is still to come of the payload, and whether it is worth something
    /// in itself: what is compressed may inflate to nothing.
    left: u64,
    counts: bool,
    message: Message,
    /// Of messages that are not compressed.
    came: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Message {
    #[default]
    None,
    Plain,
    Compressed,
}

impl Track {
    pub(super) const fn came(&self) -> u64 {
        self.came
    }

    /// Whether a frame or a message has begun and not ended.
    pub(super) fn is_under_way(&self) -> bool {
        self.had > 0 || self.left > 0 || self.message != Message::None
    }

    pub(super) fn see(&mut self, mut bytes: &[u8]) {
        loop {
            let skipped = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
            bytes = &bytes[skipped..];
            self.left -= skipped as u64;
            if self.counts {
                self.came += skipped as u64;
            }
            if bytes.is_empty() {
                return;
            }
            let (had, header) = if self.had == 0 {
                (0, Header::parse(bytes))
            } else {
                let more = (HEADER_MAX - self.had).min(bytes.len());
                self.header[self.had..self.had + more].copy_from_slice(&bytes[..more]);
                (self.had, Header::parse(&self.header[..self.had + more]))
            };
            let Some(header) = header else {
                // All of it belongs to the header, which has less than fourteen bytes yet.
                let more = bytes.len().min(HEADER_MAX - had);
                self.header[had..had + more].copy_from_slice(&bytes[..more]);
                self.had = had + more;
                return;
            };
            bytes = &bytes[header.size() - had..];
            self.had = 0;
            self.left = header.length();
            self.begin(&header);
        }
    }

    fn begin(&mut self, header: &Header) {
        if header.is_control() {
            self.counts = false;
            return;
        }
        if self.message == Message::None {
            self.message = if header.is_compressed() {
                Message::Compressed
            } else {
                Message::Plain
            };
        }
        self.counts = self.message == Message::Plain;
        if header.is_last() {
            self.message = Message::None;
        }
    }
}
