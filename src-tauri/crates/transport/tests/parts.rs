//! A network of other parts: TLS and everything above it over pipes, with
//! names of our own, on a clock that stands still.

#![expect(clippy::unwrap_used, reason = "a broken part is a failed test")]

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::accept_async;
use transport::{Connector, DialError, Dialer, Network, Phase, Probes, Reached, Resolver, Target};

const HOST: &str = "feed.example";

#[tokio::test(start_paused = true)]
async fn tls_works_above_whatever_carries_the_bytes() {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([HOST.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let (wires, mut arrivals) = Wires::new();
    let network = Network::over(wires.clone(), Book(vec!["192.0.2.1".parse().unwrap()]));
    let trusting = network.clone().trusting([cert.der().clone()]);
    let server = tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let stranger = acceptor.accept(arrivals.recv().await.unwrap()).await;
        assert!(
            stranger.is_err(),
            "who does not know the certificate must not come in"
        );
        let pipe = acceptor.accept(arrivals.recv().await.unwrap()).await.unwrap();
        accept_async(pipe).await.unwrap();
    });
    let error = network.dial(target()).await.unwrap_err();
    assert!(matches!(error, DialError::Untrusted { .. }), "{error}");
    let mut dialing = trusting.dial(target());
    let mut seen = Vec::new();
    while let Some(phase) = dialing.changed().await {
        seen.push(phase);
    }
    let dialed = dialing.await.unwrap();
    assert!(seen.ends_with(&[Phase::Tls, Phase::Upgrade]), "{seen:?}");
    server.await.unwrap();
    drop(dialed);
    let reached = wires.reached.lock().unwrap().clone();
    assert_eq!(reached, ["192.0.2.1:443".parse().unwrap(); 2]);
}

#[tokio::test(start_paused = true)]
async fn a_name_without_an_address_is_told_as_such() {
    let (wires, _arrivals) = Wires::new();
    let error = Network::over(wires, Book(Vec::new()))
        .dial(target())
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            DialError::Unresolved {
                kind: io::ErrorKind::NotFound,
                ..
            }
        ),
        "{error}"
    );
}

fn target() -> Target {
    Target::new(format!("wss://{HOST}/stream").parse().unwrap()).unwrap()
}

/// Every name has these addresses.
struct Book(Vec<IpAddr>);

impl Resolver for Book {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        assert_eq!(host, HOST);
        let addresses = self.0.clone();
        async move { Ok(addresses) }.boxed()
    }
}

/// Every address is the same pipe's other end.
#[derive(Clone)]
struct Wires {
    server: mpsc::Sender<DuplexStream>,
    reached: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Wires {
    fn new() -> (Self, mpsc::Receiver<DuplexStream>) {
        let (server, arrivals) = mpsc::channel(4);
        let reached = Arc::default();
        (Self { server, reached }, arrivals)
    }
}

impl Connector for Wires {
    fn connect(&self, address: SocketAddr, _: Probes) -> BoxFuture<'static, io::Result<Reached>> {
        let (near, far) = duplex(16 << 10);
        let server = self.server.clone();
        self.reached.lock().unwrap().push(address);
        async move {
            server
                .send(far)
                .await
                .map_err(|_| io::ErrorKind::ConnectionRefused)?;
            Ok(Reached {
                pipe: Box::new(near),
                local: None,
            })
        }
        .boxed()
    }
}
