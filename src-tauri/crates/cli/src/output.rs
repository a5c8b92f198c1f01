//! Lines on standard output.
//!
//! They are written by a thread of their own: a pager that was left open, or a
//! pipe that nobody reads, must hold up neither Ctrl+C nor the feeds.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Lines that wait for a slow reader.
const LINES_MAX: usize = 4_096;
/// How long the last lines may take when the program ends.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Nobody reads any more, or nothing can be written; [`Output::end`] tells which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed;

#[derive(Debug)]
pub(crate) struct Output {
    lines: mpsc::Sender<String>,
    ended: oneshot::Receiver<io::Result<()>>,
}

impl Output {
    pub(crate) fn start(writer: impl Write + Send + 'static) -> io::Result<Self> {
        let (lines, waiting) = mpsc::channel(LINES_MAX);
        let (end, ended) = oneshot::channel();
        std::thread::Builder::new()
            .name("output".to_owned())
            .spawn(move || {
                // Nobody waits for it any more when the program gave up.
                let _unheard = end.send(write_all(writer, waiting));
            })?;
        Ok(Self { lines, ended })
    }

    pub(crate) async fn line(&self, text: String) -> Result<(), Closed> {
        self.lines.send(text).await.map_err(|_| Closed)
    }

    /// Writes a last line after those that wait, as [`Output::finish`] does.
    pub(crate) async fn end(self, last: String) -> io::Result<()> {
        // Whoever has closed it knows that already.
        let writing = timeout(LAST_LINES, self.lines.send(last));
        let _closed = writing.await;
        self.finish().await
    }

    /// Waits until every line is written. A reader that has closed its
    /// end is not an error: it has seen enough, as `head` does.
    pub(crate) async fn finish(self) -> io::Result<()> {
        let Self { lines, ended } = self;
        drop(lines);
        match timeout(LAST_LINES, ended).await {
            Ok(Ok(Err(error))) if error.kind() != ErrorKind::BrokenPipe => Err(error),
            Ok(_) => Ok(()),
            Err(_elapsed) => {
                tracing::warn!("nobody reads the output: its last lines were not written");
                Ok(())
            }
        }
    }
}

/// The text of one of our own lines, which are maps of texts and numbers and
/// can always be written.
pub(crate) fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

/// Flushes whenever no further line waits, so that a reader sees each at once.
fn write_all(writer: impl Write, mut lines: mpsc::Receiver<String>) -> io::Result<()> {
    let mut writer = BufWriter::new(writer);
    while let Some(line) = lines.blocking_recv() {
        writeln!(writer, "{line}")?;
        while let Ok(line) = lines.try_recv() {
            writeln!(writer, "{line}")?;
        }
        writer.flush()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[tokio::test]
    async fn everything_is_written_before_the_end() {
        let written = Arc::<Mutex<Vec<u8>>>::default();
        let output = Output::start(Page(Arc::clone(&written))).unwrap();
        for number in 0..10_000 {
            output.line(json(&number)).await.unwrap();
        }
        output.end("10000".to_owned()).await.unwrap();
        let text = String::from_utf8(written.lock().unwrap().clone()).unwrap();
        let numbers = text.lines().map(|line| line.parse::<u32>().unwrap());
        assert!(numbers.eq(0..=10_000));
    }

    #[tokio::test]
    async fn a_reader_that_has_seen_enough_is_no_error_and_a_full_disk_is() {
        for (kind, fails) in [(ErrorKind::BrokenPipe, false), (ErrorKind::StorageFull, true)] {
            let output = Output::start(Broken(kind)).unwrap();
            while output.line("more".to_owned()).await.is_ok() {}
            assert_eq!(output.end(String::new()).await.is_err(), fails, "{kind:?}");
        }
    }

    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Broken(ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
