//! A case, performed over a socket.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::case::{Case, Ending};

/// For as long as this after the last byte, more may come of what nobody can foretell.
const QUIET: Duration = Duration::from_millis(40);
/// A stream has no end.
const HEARD_MAX: usize = 1 << 20;
/// Every request that is answered at all is answered long before.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came back.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// By status.
    pub(crate) answers: BTreeMap<u16, u64>,
    pub(crate) bytes: usize,
    /// An answer that was sure to come did not.
    pub(crate) unanswered: bool,
}

impl Heard {
    fn count(&self) -> u64 {
        self.answers.values().sum()
    }
}

pub(crate) async fn perform(case: &Case, server: SocketAddr) -> io::Result<Heard> {
    let (read, mut write) = connect(case.from, server).await?.into_split();
    let mut heard = Heard::default();
    if case.ending == Ending::Unread {
        say(&mut write, case).await;
        return Ok(heard);
    }
    let mut ear = Ear {
        read,
        rest: Vec::new(),
    };
    // Side by side: a server that waits until we read must not wait for ever.
    let (said, ()) = tokio::join!(
        async {
            say(&mut write, case).await;
            write
        },
        ear.listen(&mut heard, case)
    );
    if case.ending == Ending::Politely {
        let mut write = said;
        let _gone = write.shutdown().await;
        ear.quiet(&mut heard).await;
    }
    Ok(heard)
}

async fn connect(from: Ipv4Addr, server: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    // Where only one address is loopback, all share its allowance.
    let _same = socket.bind((from, 0).into());
    socket.connect(server).await
}

async fn say(write: &mut OwnedWriteHalf, case: &Case) {
    let saying = async {
        for piece in &case.pieces {
            // Whoever has been refused is cut short.
            if write.write_all(piece).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    // It need not read what it has closed the door on.
    let most = if case.answers.is_some() {
        PATIENCE
    } else {
        QUIET * 10
    };
    let _cut_short = timeout(most, saying).await;
}

struct Ear {
    read: OwnedReadHalf,
    /// What may be the beginning of a status line.
    rest: Vec<u8>,
}

impl Ear {
    async fn listen(&mut self, heard: &mut Heard, case: &Case) {
        let Some(sure) = case.answers else {
            return self.quiet(heard).await;
        };
        let all = async { while heard.count() < sure && self.hear(heard).await {} };
        let late = timeout(PATIENCE, all).await.is_err();
        heard.unanswered = late || heard.count() < sure;
    }

    async fn quiet(&mut self, heard: &mut Heard) {
        while heard.bytes < HEARD_MAX {
            match timeout(QUIET, self.hear(heard)).await {
                Ok(true) => {}
                Ok(false) | Err(_) => return,
            }
        }
    }

    /// False at the end.
    async fn hear(&mut self, heard: &mut Heard) -> bool {
        self.rest.reserve(16 << 10);
        let before = self.rest.len();
        match self.read.read_buf(&mut self.rest).await {
            Ok(0) | Err(_) => return false,
            Ok(_) => {}
        }
        heard.bytes += self.rest.len() - before;
        const MARK: &[u8] = b"HTTP/1.1 ";
        let mut from = 0;
        while let Some(at) = find(&self.rest[from..], MARK) {
            let digits = from + at + MARK.len();
            let Some(status) = self.rest.get(digits..digits + 3) else {
                from += at;
                break;
            };
            if let Some(status) = std::str::from_utf8(status)
                .ok()
                .and_then(|text| text.parse().ok())
            {
                *heard.answers.entry(status).or_default() += 1;
            }
            from = digits;
        }
        // What could still become a mark.
        let keep = self.rest.len().saturating_sub(MARK.len() + 2).max(from);
        self.rest.drain(..keep);
        true
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}
