//! What ours is compared with: a loop around the WebSocket library that counts
//! messages and does not look into them.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tests::own_cpu;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::cost::{Cost, Meter};
use crate::flood::Words;
use crate::stage::Stage;

pub(crate) fn run(stage: &Stage) -> Result<Cost> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let stream = TcpStream::connect(stage.address).await?;
        stream.set_nodelay(true)?;
        match stage.certificate()? {
            None => listen(stage, "ws", stream).await,
            Some(certificate) => {
                let connector = tokio_rustls::TlsConnector::from(trusting(certificate)?);
                let name = ServerName::try_from("127.0.0.1")?;
                listen(stage, "wss", connector.connect(name, stream).await?).await
            }
        }
    })
}

fn trusting(certificate: CertificateDer<'static>) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

async fn listen<S>(stage: &Stage, scheme: &str, stream: S) -> Result<Cost>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let address: SocketAddr = stage.address;
    let request = format!("{scheme}://{address}{}", stage.words.path()).into_client_request()?;
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await?;
    socket
        .send(Message::text(stage.words.wish(stage.symbols)))
        .await?;
    // What comes before the flood: a welcome, and the answers.
    let mut left = match stage.words {
        Words::Binance => 1,
        Words::Tickwire => 1 + stage.symbols,
    };
    while left > 0 {
        let message = socket.next().await.context("it ended")??;
        left -= usize::from(message.is_text());
    }
    let mut meter = Meter::new(stage);
    let mut count = 0;
    let mut next = meter.next();
    while let Some(at) = next {
        let message = socket.next().await.context("it ended")??;
        count += u64::from(message.is_text());
        if count >= at {
            meter.at(count, own_cpu())?;
            next = meter.next();
        }
    }
    meter.end()
}
