//! The dialer against real servers on loopback.

#![expect(clippy::unwrap_used, reason = "a broken test server is a failed test")]

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use model::Secret;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use transport::{BadRedirect, Blame, DialError, Dialed, Dialer, Inbound, Loss, Network, Outbound, Target};

#[tokio::test]
async fn carries_text_both_ways_and_answers_pings() {
    let (address, server) = serve(echo).await;
    let mut connection = dial(&format!("ws://{address}/stream")).await.unwrap().connection;

    connection.send(Outbound::Text("tick".into())).await.unwrap();
    assert_eq!(connection.next().await, Some(Ok(Inbound::Text("tick".into()))));
    connection
        .send(Outbound::Ping(Bytes::from_static(b"7")))
        .await
        .unwrap();
    assert_eq!(
        connection.next().await,
        Some(Ok(Inbound::Pong(Bytes::from_static(b"7"))))
    );

    connection.send(Outbound::Close(1000)).await.unwrap();
    let goodbye = connection.next().await;
    assert_eq!(
        goodbye,
        Some(Err(Loss::Closed {
            code: Some(1000),
            reason: String::new()
        }))
    );
    assert_eq!(connection.next().await, None);
    server.await.unwrap();
}

#[tokio::test]
async fn tells_why_a_server_closed() {
    let (address, _server) = serve(|pipe| async move {
        let mut socket = accept_async(pipe).await.unwrap();
        let frame = CloseFrame {
            code: 4002.into(),
            reason: "another app uses this key".into(),
        };
        socket.close(Some(frame)).await.unwrap();
    })
    .await;
    let mut connection = dial(&format!("ws://{address}")).await.unwrap().connection;
    let loss = connection.next().await.unwrap().unwrap_err();
    assert_eq!(
        loss.to_string(),
        "the server closed the connection (code 4002: another app uses this key)"
    );
    assert_eq!(loss.close_code(), None);
}

#[tokio::test]
async fn an_end_without_a_goodbye_is_a_drop() {
    let (address, _server) = serve(|pipe| async move { drop(accept_async(pipe).await.unwrap()) }).await;
    let mut connection = dial(&format!("ws://{address}")).await.unwrap().connection;
    assert_eq!(connection.next().await, Some(Err(Loss::Dropped)));
    assert_eq!(connection.next().await, None);
}

#[tokio::test]
async fn a_message_that_claims_more_than_the_limit_is_refused_by_its_header_alone() {
    let (address, _server) = serve(|pipe| async move {
        let mut pipe = accept_async(pipe).await.unwrap().into_inner();
        // FIN, text, and a length of 2^63 - 1, of which not one byte follows.
        pipe.write_all(b"\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff")
            .await
            .unwrap();
        hold(pipe).await;
    })
    .await;
    let mut connection = dial(&format!("ws://{address}")).await.unwrap().connection;
    let loss = connection.next().await.unwrap().unwrap_err();
    assert_eq!(loss.close_code(), Some(1009), "{loss}");
}

#[tokio::test]
async fn broken_frames_and_broken_text_have_their_own_codes() {
    for (frame, code) in [
        (&b"\x83\x00"[..], 1002),
        (b"\x81\x02\xff\xfe", 1007),
        (b"\xc1\x00", 1002),
    ] {
        let (address, _server) = serve(move |pipe| async move {
            let mut pipe = accept_async(pipe).await.unwrap().into_inner();
            pipe.write_all(frame).await.unwrap();
            hold(pipe).await;
        })
        .await;
        let mut connection = dial(&format!("ws://{address}")).await.unwrap().connection;
        let loss = connection.next().await.unwrap().unwrap_err();
        assert_eq!(loss.close_code(), Some(code), "{frame:?}: {loss}");
    }
}

#[tokio::test]
async fn who_is_told_what_it_did_wrong_hears_it_though_nobody_reads_what_it_still_says() {
    let (address, server) = serve(|pipe| async move {
        let mut socket = accept_async(pipe).await.unwrap();
        let pipe = socket.get_mut();
        // A reserved bit, and much that is said behind it.
        pipe.write_all(b"\xa1\x01x").await.unwrap();
        pipe.write_all(&vec![0; 1 << 20]).await.unwrap();
        let mut heard = [0; 8];
        pipe.read_exact(&mut heard).await.unwrap();
        let [first, second, a, b, _, _, code @ ..] = heard;
        assert_eq!((first, second), (0x88, 0x82), "a Close with a code, masked");
        assert_eq!(u16::from_be_bytes([code[0] ^ a, code[1] ^ b]), 1002);
        let mut rest = Vec::new();
        assert_eq!(
            pipe.read_to_end(&mut rest).await.unwrap(),
            0,
            "a clean end and no reset"
        );
    })
    .await;
    let mut connection = dial(&format!("ws://{address}")).await.unwrap().connection;
    let loss = connection.next().await.unwrap().unwrap_err();
    let code = loss.close_code().unwrap();
    connection.send(Outbound::Close(code)).await.unwrap();
    connection.close().await.unwrap();
    drop(connection);
    server.await.unwrap();
}

#[tokio::test]
async fn a_refusal_carries_its_status_its_wait_and_its_words() {
    let answer = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\nslow down";
    let error = dial_raw(answer).await;
    assert_eq!(
        error.blame(),
        Blame::Announced {
            retry_after: Some(std::time::Duration::from_secs(7))
        }
    );
    assert!(
        error.to_string().starts_with("the server answered 429"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_cannot_prove_that_it_understood_is_refused() {
    let wrong_accept = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                        Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n";
    assert!(matches!(dial_raw(wrong_accept).await, DialError::NotWebSocket(_)));
    assert!(matches!(
        dial_raw("HTTP/1.1 200 OK\r\n\r\n").await,
        DialError::Refused { status: 200, .. }
    ));
    assert!(matches!(
        dial_raw("SSH-2.0-OpenSSH\r\n").await,
        DialError::NotWebSocket(_)
    ));
}

#[tokio::test]
async fn a_list_of_connection_options_may_hold_more_than_the_upgrade() {
    for (options, taken) in [
        ("Connection: keep-alive, Upgrade\r\n", true),
        ("connection: keep-alive\r\nConnection:upgrade\r\n", true),
        ("Connection: keep-alive\r\n", false),
        ("Connection: upgraded\r\n", false),
        ("", false),
    ] {
        let (address, _server) = serve(move |mut pipe| async move {
            let head = read_head(&mut pipe).await;
            let accept = derive_accept_key(header(&head, "sec-websocket-key").as_bytes());
            let answer = format!(
                "HTTP/1.1 101 Switching Protocols\r\n{options}Upgrade: websocket\r\n\
                 Sec-WebSocket-Accept: {accept}\r\n\r\n"
            );
            // In one piece, as from a server that has something to say at once.
            let answer = [answer.as_bytes(), b"\x81\x04tick"].concat();
            pipe.write_all(&answer).await.unwrap();
            hold(pipe).await;
        })
        .await;
        match dial(&format!("ws://{address}")).await {
            Ok(mut dialed) => {
                assert!(taken, "{options:?} was taken");
                let first = dialed.connection.next().await;
                assert_eq!(first, Some(Ok(Inbound::Text("tick".into()))), "{options:?}");
            }
            Err(error) => assert!(!taken, "{options:?}: {error}"),
        }
    }
}

#[tokio::test]
async fn a_redirect_is_followed_and_the_token_stays_where_it_belongs() {
    let (there, _target) = serve(|mut pipe| async move {
        let head = read_head(&mut pipe).await;
        assert!(!head.contains("whisper"), "another server was told the token");
        let accept = derive_accept_key(header(&head, "sec-websocket-key").as_bytes());
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        );
        pipe.write_all(answer.as_bytes()).await.unwrap();
        pipe.write_all(b"\x81\x05there").await.unwrap();
        hold(pipe).await;
    })
    .await;
    let (here, _server) = serve(move |mut pipe| async move {
        let head = read_head(&mut pipe).await;
        assert!(head.contains("Bearer whisper"), "{head}");
        let answer = format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{there}/feed\r\n\r\n");
        pipe.write_all(answer.as_bytes()).await.unwrap();
    })
    .await;
    let target = Target::new(format!("ws://{here}").parse().unwrap()).unwrap();
    let target = target.with_bearer_token(&Secret::new("whisper".into())).unwrap();
    let mut connection = Network::default().dial(target).await.unwrap().connection;
    assert_eq!(connection.next().await, Some(Ok(Inbound::Text("there".into()))));
}

#[tokio::test]
async fn a_server_that_sends_in_circles_or_into_the_open_is_not_followed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let mut hops = 0;
        while hops < 4 {
            let (mut pipe, _) = listener.accept().await.unwrap();
            read_head(&mut pipe).await;
            pipe.write_all(b"HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n")
                .await
                .unwrap();
            hops += 1;
        }
    });
    let error = dial(&format!("ws://{address}")).await.unwrap_err();
    assert!(
        matches!(error, DialError::Redirected(BadRedirect::TooOften)),
        "{error}"
    );
    server.await.unwrap();
    let into_the_open = "HTTP/1.1 301 Moved Permanently\r\nLocation: ws://feed.example/\r\n\r\n";
    let error = dial_raw(into_the_open).await;
    assert!(
        matches!(error, DialError::Redirected(BadRedirect::Plain)),
        "{error}"
    );
}

#[test]
fn the_key_of_the_papers_example_has_the_papers_answer() {
    assert_eq!(
        derive_accept_key(b"dGhlIHNhbXBsZSBub25jZQ=="),
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    );
}

#[tokio::test]
async fn a_closed_port_is_the_endpoints_matter() {
    let address = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let error = dial(&format!("ws://{address}")).await.unwrap_err();
    assert_eq!(error.blame(), Blame::Endpoint, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_the_handshake_is_given_up() {
    let (address, _server) = serve(hold).await;
    let error = dial(&format!("ws://{address}")).await.unwrap_err();
    assert!(
        matches!(
            error,
            DialError::Deadline {
                phase: transport::Phase::Upgrade,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_certificate_that_nobody_signed_is_not_trusted() {
    let (address, _server, _certificate) = serve_tls().await;
    let error = dial(&format!("wss://localhost:{}", address.port()))
        .await
        .unwrap_err();
    assert!(matches!(error, DialError::Untrusted { .. }), "{error}");
    assert!(matches!(error.blame(), Blame::Person { again: Some(_) }));
}

/// The verifier reads the system's certificates when it is first used, so the
/// test runs in a process of its own that was told to trust ours.
#[tokio::test]
async fn speaks_over_tls_with_a_certificate_that_the_system_trusts() {
    const INSIDE: &str = "TICKWIRE_TEST_TLS_PORT";
    if let Ok(port) = std::env::var(INSIDE) {
        let mut connection = dial(&format!("wss://localhost:{port}")).await.unwrap().connection;
        connection
            .send(Outbound::Text("secret tick".into()))
            .await
            .unwrap();
        assert_eq!(
            connection.next().await,
            Some(Ok(Inbound::Text("secret tick".into())))
        );
        return;
    }
    let (address, _server, certificate) = serve_tls().await;
    let file = std::env::temp_dir().join(format!("tickwire-ca-{}.pem", std::process::id()));
    std::fs::write(&file, certificate).unwrap();
    let port = address.port().to_string();
    let certificates = file.clone();
    let inside = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "speaks_over_tls_with_a_certificate_that_the_system_trusts",
            ])
            .env(INSIDE, port)
            .env("SSL_CERT_FILE", certificates)
            .output()
            .unwrap()
    });
    let output = inside.await.unwrap();
    std::fs::remove_file(file).unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if cfg!(target_os = "linux") {
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
}

async fn dial(url: &str) -> Result<Dialed, DialError> {
    Network::default()
        .dial(Target::new(url.parse().unwrap()).unwrap())
        .await
}

/// Dials a server that answers every handshake with these bytes.
async fn dial_raw(answer: &'static str) -> DialError {
    let (address, _server) = serve(move |mut pipe| async move {
        read_head(&mut pipe).await;
        pipe.write_all(answer.as_bytes()).await.unwrap();
    })
    .await;
    dial(&format!("ws://{address}")).await.unwrap_err()
}

async fn read_head(pipe: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(pipe.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    fields
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .unwrap()
        .1
}

async fn serve<F, R>(talk: F) -> (SocketAddr, JoinHandle<()>)
where
    F: FnOnce(TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { talk(listener.accept().await.unwrap().0).await });
    (address, server)
}

async fn serve_tls() -> (SocketAddr, JoinHandle<()>, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let (address, server) = serve(move |pipe| async move {
        // A client that does not trust us leaves in the middle, which is what one test is about.
        if let Ok(secure) = TlsAcceptor::from(Arc::new(config)).accept(pipe).await {
            echo(secure).await;
        }
    })
    .await;
    (address, server, cert.pem())
}

async fn echo<P: AsyncRead + AsyncWrite + Unpin>(pipe: P) {
    let mut socket = accept_async(pipe).await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(_) | Message::Binary(_) => socket.send(message).await.unwrap(),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => {}
        }
    }
}

/// Keeps a pipe open until the other side lets go.
async fn hold(mut pipe: TcpStream) {
    let mut bytes = [0; 1024];
    while pipe.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
}
