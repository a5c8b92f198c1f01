//! A proxy that is asked for a way to the venue, and gives one or none.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use transport::Via;

use crate::venue::lock;

/// What it does for whoever asks.
#[derive(Clone, Debug)]
pub(crate) enum Favour {
    /// A way to where it was told.
    Way,
    /// This status and no way.
    No(&'static str),
    /// Not a word.
    Silence,
    /// It hangs up.
    HangUp,
}

pub(crate) struct Between {
    address: SocketAddr,
    favour: Arc<Mutex<Favour>>,
    taking: JoinHandle<()>,
}

impl Between {
    pub(crate) async fn stand_before(venue: SocketAddr, favour: Favour) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let favour = Arc::new(Mutex::new(favour));
        let asked = Arc::clone(&favour);
        let taking = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let favour = lock(&asked).clone();
                tokio::spawn(serve(stream, venue, favour));
            }
        });
        Ok(Self {
            address,
            favour,
            taking,
        })
    }

    pub(crate) fn does(&self, favour: Favour) {
        *lock(&self.favour) = favour;
    }

    pub(crate) fn way(&self) -> Result<Via> {
        Ok(format!("http://{}", self.address).parse()?)
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        self.taking.abort();
    }
}

async fn serve(mut client: TcpStream, venue: SocketAddr, favour: Favour) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    match favour {
        Favour::Way => {
            let mut server = TcpStream::connect(venue).await?;
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            copy_bidirectional(&mut client, &mut server).await.map(|_| ())
        }
        Favour::No(status) => {
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            client.write_all(answer.as_bytes()).await
        }
        Favour::Silence => client.read_u8().await.map(|_| ()),
        Favour::HangUp => Ok(()),
    }
}
