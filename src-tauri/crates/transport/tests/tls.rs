//! Certificates and servers that are not as they should be, on loopback.

#![expect(clippy::unwrap_used, reason = "a broken test server is a failed test")]

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, SupportedProtocolVersion, version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::accept_async;
use transport::{Blame, CertificateDer, DialError, Dialed, Dialer, Doubt, Network, Phase, Target};

#[tokio::test]
async fn each_doubt_about_a_certificate_is_told_apart() {
    let house = House::new("ours");
    for (name, years, doubt, says) in [
        ("localhost", (2020, 2021), Doubt::Expired, "2021"),
        ("localhost", (4000, 4001), Doubt::NotYetValid, "4000"),
        ("other.example", (2020, 4000), Doubt::OtherName, "other.example"),
    ] {
        let (address, _tasks) = house.serve(name, years, &[&version::TLS13]).await;
        let error = house.dial(address).await.unwrap_err();
        let DialError::Untrusted {
            doubt: found, why, ..
        } = &error
        else {
            unreachable!("{error}")
        };
        assert_eq!(*found, doubt, "{error}");
        assert!(why.contains(says), "{error}");
        assert!(matches!(error.blame(), Blame::Person { again: Some(_) }) && error.next_step().is_some());
    }
    let (address, _tasks) = house.serve("localhost", (2020, 4000), &[&version::TLS13]).await;
    let error = House::new("stranger").dial(address).await.unwrap_err();
    assert!(
        matches!(
            error,
            DialError::Untrusted {
                doubt: Doubt::UnknownIssuer,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn an_older_tls_is_spoken_too() {
    let house = House::new("ours");
    let (address, _tasks) = house.serve("localhost", (2020, 4000), &[&version::TLS12]).await;
    house.dial(address).await.unwrap();
}

#[tokio::test]
async fn what_is_no_tls_is_told_apart_and_is_the_endpoints_matter() {
    let house = House::new("ours");
    for answer in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], &[0xff; 64]] {
        let (address, _tasks) = answering(answer).await;
        let error = house.dial(address).await.unwrap_err();
        assert!(matches!(error, DialError::NotTls { .. }), "{error}");
        assert_eq!(error.blame(), Blame::Endpoint);
    }
    // A fatal alert: "handshake failure".
    for answer in [&[0x15, 3, 3, 0, 2, 2, 40][..], &[]] {
        let (address, _tasks) = answering(answer).await;
        let error = house.dial(address).await.unwrap_err();
        assert!(matches!(error, DialError::Tls { .. }), "{error}");
        assert_eq!(error.blame(), Blame::Endpoint);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_stalls_is_given_up_in_its_own_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let error = House::new("ours")
        .dial(listener.local_addr().unwrap())
        .await
        .unwrap_err();
    assert!(
        matches!(error, DialError::Deadline { phase: Phase::Tls, after } if after.as_secs() == 4),
        "{error}"
    );
}

/// Who signs certificates, and is trusted by who dials from here.
struct House {
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
}

impl House {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let root = params.self_signed(&key).unwrap().der().clone();
        let issuer = Issuer::new(params, key);
        Self { issuer, root }
    }

    async fn dial(&self, address: SocketAddr) -> Result<Dialed, DialError> {
        let url = format!("wss://localhost:{}/", address.port());
        let network = Network::default().trusting([self.root.clone()]);
        network.dial(Target::new(url.parse().unwrap()).unwrap()).await
    }

    async fn serve(
        &self,
        name: &str,
        (begins, ends): (i32, i32),
        versions: &[&'static SupportedProtocolVersion],
    ) -> (SocketAddr, JoinSet<()>) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(begins, 1, 1);
        params.not_after = date_time_ymd(ends, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        listening(move |socket| {
            let acceptor = acceptor.clone();
            async move {
                // A client that does not trust us leaves in the middle, which is what most tests are about.
                if let Ok(secure) = acceptor.accept(socket).await {
                    let _left = accept_async(secure).await;
                }
            }
        })
        .await
    }
}

async fn answering(answer: &'static [u8]) -> (SocketAddr, JoinSet<()>) {
    listening(move |mut socket| async move {
        let mut hello = [0; 4_096];
        let count = socket.read(&mut hello).await.unwrap();
        assert!(count > 0, "nothing was said");
        socket.write_all(answer).await.unwrap();
    })
    .await
}

async fn listening<F, R>(talk: F) -> (SocketAddr, JoinSet<()>)
where
    F: Fn(TcpStream) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut open = JoinSet::new();
        loop {
            open.spawn(talk(listener.accept().await.unwrap().0));
        }
    });
    (address, tasks)
}
