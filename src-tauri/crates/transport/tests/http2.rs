//! Fetching over TLS from a server that prefers HTTP/2.
//!
//! The verifier reads the system's certificates when it is first used, so each
//! test runs in a process of its own that was told to trust the server's.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken test server is a failed test"
)]

mod venue;

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::SinkExt;
use model::TransportKind;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use transport::{Inbound, Outbound, Target};
use venue::{Asked, Client, PATIENCE, dial, serve_http1, serve_http2};

const INSIDE: &str = "TICKWIRE_TEST_TLS_FILES";

#[tokio::test]
async fn one_line_carries_the_stream_its_successor_and_the_pings() {
    inside(
        "one_line_carries_the_stream_its_successor_and_the_pings",
        async |files| {
            let mut venue = Secure::open(&files, true).await;
            let mut client = venue.dial(TransportKind::EventStream).await;
            client.fetch("/v1/events?symbols=NVX").await;
            let (asked, _) = client.while_reading(venue.asked()).await;
            assert_eq!(asked.path(), "/v1/events?symbols=NVX");
            let old = asked.events();
            old.say("data: one\n\n").await;
            assert_eq!(client.text().await, "one");
            ping(&mut client, b"1").await;
            client.fetch("/v1/events?symbols=HLQ").await;
            let (asked, _) = client.while_reading(venue.asked()).await;
            let new = asked.events();
            new.say("data: two\n\n").await;
            assert_eq!(client.text().await, "two");
            client.while_reading(old.left()).await;
            assert_eq!(venue.lines, 1);
        },
    )
    .await;
}

#[tokio::test]
async fn a_stream_that_is_reset_and_a_server_that_goes_away_lose_nothing() {
    inside(
        "a_stream_that_is_reset_and_a_server_that_goes_away_lose_nothing",
        async |files| {
            let mut venue = Secure::open(&files, true).await;
            let mut client = venue.dial(TransportKind::LongPoll).await;
            client.fetch("/v1/poll").await;
            let (asked, _) = client.while_reading(venue.asked()).await;
            asked.lines(&["one"], "/v1/poll?cursor=1");
            assert_eq!(client.text().await, "one");
            // RST_STREAM, before the head and behind it.
            let (asked, _) = client.while_reading(venue.asked()).await;
            drop(asked);
            let (asked, _) = client.while_reading(venue.asked()).await;
            assert_eq!(asked.path(), "/v1/poll?cursor=1");
            let speaker = asked.speak(200, &[("content-type", "application/x-ndjson")]);
            speaker.say("tw").await;
            client.next().await.unwrap();
            speaker.break_off().await;
            let (asked, _) = client.while_reading(venue.asked()).await;
            assert_eq!(asked.path(), "/v1/poll?cursor=1");
            // GOAWAY, which lets the question that is there be answered.
            venue.goodbye.notify_waiters();
            asked.lines(&["two"], "/v1/poll?cursor=2");
            assert_eq!(client.text().await, "two");
            let (asked, _) = client.while_reading(venue.asked()).await;
            assert_eq!(asked.path(), "/v1/poll?cursor=2");
            asked.lines(&["three"], "/v1/poll?cursor=3");
            assert_eq!(client.text().await, "three");
        },
    )
    .await;
}

#[tokio::test]
async fn a_server_that_knows_only_http1_is_spoken_to_in_that() {
    inside(
        "a_server_that_knows_only_http1_is_spoken_to_in_that",
        async |files| {
            let mut venue = Secure::open(&files, false).await;
            let mut client = venue.dial(TransportKind::Poll).await;
            client.fetch("/v1/snapshot").await;
            let (asked, _) = client.while_reading(venue.asked()).await;
            assert_eq!(
                asked.header("host"),
                Some(format!("localhost:{}", venue.address.port()).as_str())
            );
            asked.answer(200, &[("content-type", "application/x-ndjson")], "one\n");
            assert_eq!(client.text().await, "one");
            ping(&mut client, b"1").await;
        },
    )
    .await;
}

async fn ping(client: &mut Client, payload: &'static [u8]) {
    client
        .0
        .send(Outbound::Ping(Bytes::from_static(payload)))
        .await
        .unwrap();
    loop {
        match client.next().await.unwrap() {
            Inbound::Pong(answer) => return assert_eq!(answer, payload),
            Inbound::Ping | Inbound::More => {}
            other @ (Inbound::Text(_)
            | Inbound::Answer { .. }
            | Inbound::Declined { .. }
            | Inbound::Binary(_)
            | Inbound::Hint(_)) => {
                panic!("{other:?}")
            }
        }
    }
}

/// Runs the test again, in a process that trusts the certificate in the files.
async fn inside(name: &'static str, test: impl AsyncFnOnce(String)) {
    if let Ok(files) = std::env::var(INSIDE) {
        return test(files).await;
    }
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = std::env::temp_dir().join(format!("tickwire-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("certificate"), cert.pem()).unwrap();
    std::fs::write(folder.join("key"), signing_key.serialize_pem()).unwrap();
    let files = folder.clone();
    let output = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name])
            .env("SSL_CERT_FILE", files.join("certificate"))
            .env(INSIDE, files)
            .output()
            .unwrap()
    })
    .await
    .unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if cfg!(target_os = "linux") {
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
}

/// A venue behind TLS, of which the newest line can be told to end.
struct Secure {
    address: SocketAddr,
    asked: mpsc::Receiver<Asked>,
    accepted: mpsc::UnboundedReceiver<()>,
    lines: usize,
    goodbye: Arc<Notify>,
    _tasks: JoinSet<()>,
}

impl Secure {
    async fn open(files: &str, http2: bool) -> Self {
        let certificate = CertificateDer::from_pem_file(Path::new(files).join("certificate")).unwrap();
        let key = PrivateKeyDer::from_pem_file(Path::new(files).join("key")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        if http2 {
            config.alpn_protocols = vec![b"h2".to_vec()];
        }
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (questions, asked) = mpsc::channel(16);
        let (counter, accepted) = mpsc::unbounded_channel();
        let goodbye = Arc::new(Notify::new());
        let mut tasks = JoinSet::new();
        let bell = Arc::clone(&goodbye);
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                counter.send(()).unwrap();
                let (acceptor, questions, bell) = (acceptor.clone(), questions.clone(), Arc::clone(&bell));
                open.spawn(async move {
                    let secure = acceptor.accept(socket).await.unwrap();
                    if http2 {
                        serve_http2(secure, questions, bell.notified()).await;
                    } else {
                        serve_http1(secure, questions).await;
                    }
                });
            }
        });
        Self {
            address,
            asked,
            accepted,
            lines: 0,
            goodbye,
            _tasks: tasks,
        }
    }

    async fn asked(&mut self) -> Asked {
        let asked = timeout(PATIENCE, self.asked.recv())
            .await
            .expect("nothing was asked")
            .unwrap();
        while self.accepted.try_recv().is_ok() {
            self.lines += 1;
        }
        asked
    }

    async fn dial(&self, transport: TransportKind) -> Client {
        let url = format!("wss://localhost:{}/v1/stream", self.address.port());
        dial(Target::new(url.parse().unwrap()).unwrap().over(transport)).await
    }
}
