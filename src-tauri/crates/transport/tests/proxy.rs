//! Through proxies on loopback: one that speaks HTTP, one that speaks SOCKS5,
//! and many that say no.

#![expect(clippy::unwrap_used, reason = "a broken test server is a failed test")]

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};

use futures_util::{SinkExt, StreamExt};
use model::{Secret, TransportKind};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::accept_async;
use transport::{
    CertificateDer, DialError, Dialed, Dialer, Inbound, Network, Outbound, Phase, Proxy, ProxyFailure,
    Target, Via,
};

const HOST: &str = "feed.example";
const LOGIN: &str = "Basic YWRhOmh1c2g=";

#[tokio::test]
async fn tls_goes_through_an_http_proxy_that_answers_as_old_ones_do() {
    let venue = Venue::open().await;
    let proxy = http_proxy(
        venue.address,
        "HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n",
    )
    .await;
    let network = Network::default().trusting([venue.certificate.clone()]);
    let mut dialing = network.dial(target().through(via("http", proxy.address, true)));
    let mut seen = Vec::new();
    while let Some(phase) = dialing.changed().await {
        seen.push(phase);
    }
    let dialed = dialing.await.unwrap();
    assert!(seen.contains(&Phase::Proxy), "{seen:?}");
    assert!(dialed.phases.proxy > std::time::Duration::ZERO);
    echoes(dialed).await;
    let asked = proxy.heard.lock().unwrap().join("");
    assert!(
        asked.starts_with("CONNECT feed.example:443 HTTP/1.1\r\n"),
        "{asked}"
    );
    assert!(asked.contains(LOGIN), "{asked}");
}

#[tokio::test]
async fn tls_goes_through_a_socks_proxy_which_looks_up_the_name() {
    let venue = Venue::open().await;
    let proxy = socks_proxy(venue.address).await;
    let network = Network::default().trusting([venue.certificate.clone()]);
    let dialed = network.dial(target().through(via("socks5", proxy.address, true)));
    echoes(dialed.await.unwrap()).await;
    assert_eq!(*proxy.heard.lock().unwrap(), ["ada:hush", "feed.example:443"]);
}

#[tokio::test]
async fn each_way_to_say_no_is_told_apart() {
    for (answer, login, expected) in [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            false,
            ProxyFailure::LoginWanted,
        ),
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            true,
            ProxyFailure::LoginRefused,
        ),
        // As tinyproxy says it.
        (
            "HTTP/1.0 401 Unauthorized\r\n\r\n<html>",
            true,
            ProxyFailure::LoginRefused,
        ),
        ("HTTP/1.1 403 Filtered\r\n\r\n", false, ProxyFailure::Forbidden),
        (
            "HTTP/1.1 502 Bad Gateway\r\n\r\n",
            false,
            ProxyFailure::NoWay("it answered 502".into()),
        ),
        (
            "SSH-2.0-OpenSSH_9.2\r\n",
            false,
            ProxyFailure::NotAProxy("it does not speak HTTP".into()),
        ),
        ("", false, ProxyFailure::NoWay("it hung up".into())),
    ] {
        let proxy = raw_proxy(answer).await;
        let error = refused(via("http", proxy.address, login)).await;
        assert_eq!(failure(error), expected, "{answer:?}");
    }
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let error = refused(via("http", closed, false)).await;
    assert!(error.to_string().contains(&closed.to_string()), "{error}");
    assert!(matches!(failure(error), ProxyFailure::Unreachable(_)));
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_read_for_ever() {
    let proxy = raw_proxy(Box::leak(
        format!("HTTP/1.1 200 OK\r\n{}", "A: b\r\n".repeat(20_000)).into(),
    ))
    .await;
    let error = refused(via("http", proxy.address, false)).await;
    assert_eq!(
        failure(error),
        ProxyFailure::NotAProxy("its answer does not end".into())
    );
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_hangs_is_given_up_within_its_own_time() {
    for scheme in ["http", "socks5"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = refused(via(scheme, listener.local_addr().unwrap(), false)).await;
        assert!(
            matches!(
                error,
                DialError::Deadline {
                    phase: Phase::Proxy,
                    ..
                }
            ),
            "{scheme}: {error}"
        );
    }
}

#[tokio::test]
async fn what_is_fetched_goes_through_the_proxy_too_with_every_line() {
    let stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: tick\n\n";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut open = Vec::new();
        for answer in [stream, "HTTP/1.1 204 No Content\r\n\r\n"] {
            let (mut socket, _) = listener.accept().await.unwrap();
            read_head(&mut socket).await;
            socket.write_all(answer.as_bytes()).await.unwrap();
            open.push(socket);
        }
        std::future::pending::<()>().await;
    });
    let proxy = http_proxy(address, "HTTP/1.1 200 OK\r\n\r\n").await;
    let target = Target::even_plain("http://feed.example/".parse().unwrap()).unwrap();
    assert!(target.is_exposed());
    let target = target
        .over(TransportKind::EventStream)
        .through(via("http", proxy.address, false));
    let mut connection = Network::default().dial(target).await.unwrap().connection;
    connection.send(Outbound::fetch("/v1/events")).await.unwrap();
    while connection.next().await != Some(Ok(Inbound::Text("tick".into()))) {}
    connection.send(Outbound::Ping("1".into())).await.unwrap();
    while connection.next().await != Some(Ok(Inbound::Pong("1".into()))) {}
    let asked = proxy.heard.lock().unwrap().len();
    assert_eq!(asked, 2, "one for the stream, one for the ping");
}

/// The environment of a process cannot be changed while its threads run, so
/// the test runs in a process of its own.
#[tokio::test]
async fn the_environments_proxy_is_taken_and_this_computer_reached_without() {
    const INSIDE: &str = "TICKWIRE_TEST_PROXIED";
    if let Ok(direct) = std::env::var(INSIDE) {
        let network = Network::default();
        let through = Target::new(format!("wss://{HOST}/").parse().unwrap()).unwrap();
        let error = network.dial(through).await.unwrap_err();
        assert_eq!(failure(error), ProxyFailure::Forbidden);
        let here = Target::new(direct.parse().unwrap()).unwrap();
        echoes(network.dial(here).await.unwrap()).await;
        return;
    }
    let proxy = raw_proxy("HTTP/1.1 403 No\r\n\r\n").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let direct = format!("ws://{}", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { echo(listener.accept().await.unwrap().0).await });
    let address = format!("http://{}", proxy.address);
    let inside = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "the_environments_proxy_is_taken_and_this_computer_reached_without",
            ])
            .env(INSIDE, direct)
            .env("ALL_PROXY", address)
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .env_remove("HTTPS_PROXY")
            .env_remove("https_proxy")
            .output()
            .unwrap()
    });
    let output = inside.await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!(
        proxy.heard.lock().unwrap().len(),
        1,
        "only the one dial went through it"
    );
}

fn target() -> Target {
    Target::new(format!("wss://{HOST}/stream").parse().unwrap()).unwrap()
}

fn via(scheme: &str, address: SocketAddr, login: bool) -> Via {
    let proxy: Proxy = format!("{scheme}://{address}").parse().unwrap();
    Via::Proxy(if login {
        proxy.with_login(&Secret::new("ada:hush".into())).unwrap()
    } else {
        proxy
    })
}

async fn refused(via: Via) -> DialError {
    Network::default().dial(target().through(via)).await.unwrap_err()
}

fn failure(error: DialError) -> ProxyFailure {
    let DialError::Proxy { failure, .. } = error else {
        unreachable!("{error}")
    };
    failure
}

async fn echoes(dialed: Dialed) {
    let mut connection = dialed.connection;
    connection.send(Outbound::Text("tick".into())).await.unwrap();
    assert_eq!(connection.next().await, Some(Ok(Inbound::Text("tick".into()))));
}

async fn echo<P: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin>(pipe: P) {
    let mut socket = accept_async(pipe).await.unwrap();
    let heard = socket.next().await.unwrap().unwrap();
    socket.send(heard).await.unwrap();
    while let Some(Ok(_)) = socket.next().await {}
}

/// A server with a certificate for a name that no resolver knows.
struct Venue {
    address: SocketAddr,
    certificate: CertificateDer<'static>,
    _tasks: JoinSet<()>,
}

impl Venue {
    async fn open() -> Self {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed([HOST.to_owned()]).unwrap();
        let certificate = cert.der().clone();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let (socket, _) = listener.accept().await.unwrap();
            let secure = TlsAcceptor::from(Arc::new(config)).accept(socket).await.unwrap();
            echo(secure).await;
        });
        Self {
            address,
            certificate,
            _tasks: tasks,
        }
    }
}

/// A proxy, and what it was told.
struct Told {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

/// Talks to each client in this way.
async fn serve<F, R>(talk: F) -> Told
where
    F: Fn(TcpStream, Arc<Mutex<Vec<String>>>) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let notes = Arc::clone(&heard);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut open = JoinSet::new();
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            open.spawn(talk(socket, Arc::clone(&notes)));
        }
    });
    Told {
        address,
        heard,
        _tasks: tasks,
    }
}

async fn http_proxy(server: SocketAddr, answer: &'static str) -> Told {
    serve(move |mut socket, heard| async move {
        let asked = read_head(&mut socket).await;
        heard.lock().unwrap().push(asked);
        // In pieces, as a slow line would bring it.
        for piece in answer.as_bytes().chunks(7) {
            socket.write_all(piece).await.unwrap();
            tokio::task::yield_now().await;
        }
        relay(socket, server).await;
    })
    .await
}

/// Answers so, and hangs up.
async fn raw_proxy(answer: &'static str) -> Told {
    serve(move |mut socket, heard| async move {
        let asked = read_head(&mut socket).await;
        heard.lock().unwrap().push(asked);
        // Who has read enough leaves in the middle.
        let _left = socket.write_all(answer.as_bytes()).await;
    })
    .await
}

async fn socks_proxy(server: SocketAddr) -> Told {
    serve(move |mut socket, heard| async move {
        let mut two = [0; 2];
        socket.read_exact(&mut two).await.unwrap();
        let mut methods = vec![0; usize::from(two[1])];
        socket.read_exact(&mut methods).await.unwrap();
        assert!(methods.contains(&2), "{methods:?}");
        socket.write_all(&[5, 2]).await.unwrap();
        assert_eq!(socket.read_u8().await.unwrap(), 1);
        let user = text(&mut socket).await;
        let password = text(&mut socket).await;
        socket.write_all(&[1, 0]).await.unwrap();
        let mut begin = [0; 4];
        socket.read_exact(&mut begin).await.unwrap();
        assert_eq!(begin, [5, 1, 0, 3], "a name, not an address");
        let host = text(&mut socket).await;
        let port = socket.read_u16().await.unwrap();
        heard
            .lock()
            .unwrap()
            .extend([format!("{user}:{password}"), format!("{host}:{port}")]);
        socket.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
        relay(socket, server).await;
    })
    .await
}

async fn text(socket: &mut TcpStream) -> String {
    let mut bytes = vec![0; usize::from(socket.read_u8().await.unwrap())];
    socket.read_exact(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

async fn relay(mut socket: TcpStream, server: SocketAddr) {
    let mut beyond = TcpStream::connect(server).await.unwrap();
    // Whoever leaves first ends the test.
    let _left = copy_bidirectional(&mut socket, &mut beyond).await;
}

async fn read_head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}
