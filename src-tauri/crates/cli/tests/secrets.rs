//! A key is planted with every provider that wants one, and then looked for in
//! all that the program writes: the server repeats whatever it hears, as servers
//! do in their errors.

#![expect(
    clippy::unwrap_used,
    reason = "a program that cannot be searched is a failed test"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use model::TransportKind;
use provider::{KeyNeed, KeyPlace, VenueName};
use recording::Tape;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);
/// What is searched for stands in the middle, where no way of writing changes it.
const KEY: &str = "pl4nted+k3y/4f9a7c2e81b3d650=zz";
const KEY_CORE: &str = "4f9a7c2e81b3d650";
const ID: &str = "PKPL4NTED0ID7731";
const PAIR: &str = "PKPL4NTED0ID7731:pl4nted+s3cret/4f9a7c2e81b3d650=zz";
/// What venues say before they want to be shown a key.
const GREETINGS: [&str; 3] = [
    r#"[{"T":"success","msg":"connected"}]"#,
    r#"[{"ev":"status","status":"connected","message":"Connected Successfully"}]"#,
    r#"{"status_code":200,"message":"Authorized"}"#,
];

#[tokio::test]
async fn a_key_is_in_nothing_that_is_written_however_it_is_shown_and_repeated() {
    for venue in one_of_each_provider() {
        for way in [TransportKind::WebSocket, TransportKind::Poll] {
            if venue.card().transports.contains(&way) {
                search(venue, way).await;
            }
        }
    }
}

fn one_of_each_provider() -> Vec<VenueName> {
    let mut first = BTreeMap::new();
    for venue in VenueName::all().filter(|venue| venue.key_need() != KeyNeed::None) {
        first.entry(venue.provider()).or_insert(venue);
    }
    assert!(first.len() > 5, "{first:?}");
    first.into_values().collect()
}

async fn search(venue: VenueName, way: TransportKind) {
    let is_pair = matches!(venue.card().key, KeyPlace::Pair { .. });
    let folder = tempfile::tempdir().unwrap();
    let (tape, report) = (folder.path().join("a.tape"), folder.path().join("report.txt"));
    let heard = Arc::new(Mutex::new(String::new()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(listener, Arc::clone(&heard)));

    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command
        .args([
            "record",
            "--json",
            "--wire",
            "--seconds",
            "2",
            "--key-env",
            "FEED_KEY",
        ])
        .arg("--out")
        .arg(&tape)
        .arg("--report")
        .arg(&report)
        .arg("--profile")
        .arg(folder.path())
        .args(["--transport", way.as_str(), "--feed", venue.as_str()])
        .args(["--endpoint", &format!("ws://{address}")])
        .args(["--endpoint", &format!("http://{address}")])
        .arg(if venue.sample().is_empty() {
            "AAPL"
        } else {
            venue.sample()
        })
        .env("FEED_KEY", if is_pair { PAIR } else { KEY })
        .env("TICKWIRE_LOG", "trace")
        .env("RUST_LOG", "trace")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    server.abort();

    let mut written = vec![
        ("standard output".to_owned(), output.stdout),
        ("standard error".to_owned(), output.stderr),
        ("the tape, unpacked".to_owned(), unpacked(&tape).into_bytes()),
    ];
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            written.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    assert!(written.len() >= 5, "{venue} by {way}: tape and report are there");
    for (place, bytes) in &written {
        for secret in [KEY_CORE, ID] {
            let found = bytes
                .windows(secret.len())
                .position(|part| part == secret.as_bytes());
            let around = found.map(|at| {
                let part = bytes
                    .get(at.saturating_sub(120)..at + secret.len())
                    .unwrap_or_default();
                String::from_utf8_lossy(part).into_owned()
            });
            assert_eq!(around, None, "{venue} by {way}: the key is in {place}");
        }
    }
    let heard = heard.lock().unwrap().clone();
    assert!(
        heard.contains(KEY_CORE),
        "{venue} by {way} was never shown the key, so nothing was proven:\n{heard}"
    );
}

fn unpacked(tape: &Path) -> String {
    let mut text = String::new();
    for entry in Tape::open(tape).unwrap().entries() {
        writeln!(text, "{entry:?}").unwrap();
    }
    text
}

async fn serve(listener: TcpListener, heard: Arc<Mutex<String>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, Arc::clone(&heard)));
    }
}

/// Says back what it was told, and goes.
async fn answer(mut stream: TcpStream, heard: Arc<Mutex<String>>) {
    let mut head = vec![0; 16 << 10];
    let Ok(length) = stream.peek(&mut head).await else {
        return;
    };
    let head = String::from_utf8_lossy(head.get(..length).unwrap_or_default()).into_owned();
    heard.lock().unwrap().push_str(&head);
    if !head.to_ascii_lowercase().contains("upgrade: websocket") {
        let body = format!("{{\"error\":\"no such key\",\"asked\":{:?}}}", head);
        let answer = format!(
            "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        let mut rest = vec![0; length];
        let _read = stream.read_exact(&mut rest).await;
        let _written = stream.write_all(answer.as_bytes()).await;
        return;
    }
    #[expect(clippy::result_large_err, reason = "the library's way of refusing")]
    let offered = |request: &Request, mut response: Response| {
        if let Some(name) = request.headers().get("sec-websocket-protocol") {
            response
                .headers_mut()
                .insert("sec-websocket-protocol", name.clone());
        }
        Ok(response)
    };
    let Ok(mut client) = tokio_tungstenite::accept_hdr_async(stream, offered).await else {
        return;
    };
    for greeting in GREETINGS {
        let _sent = client.send(Message::text(greeting)).await;
    }
    let _sent = client.send(Message::text(format!("{{\"head\":{head:?}}}"))).await;
    while let Some(Ok(message)) = client.next().await {
        // Pings come between.
        let Message::Text(text) = message else { continue };
        heard.lock().unwrap().push_str(&text);
        let text = text.as_str();
        let _sent = client.send(Message::text(text)).await;
        let said = serde_json::json!({
            "status": "error", "event": "error", "type": "error", "T": "error", "ev": "status",
            "msg": text, "message": text, "code": 402, "status_code": 401,
        });
        for said in [said.to_string(), format!("[{said}]")] {
            let _sent = client.send(Message::text(said)).await;
        }
        let from = text.len().saturating_sub(100);
        let reason = format!("bad key {}", text.get(from..).unwrap_or_default());
        let _closed = client
            .close(Some(CloseFrame {
                code: CloseCode::Policy,
                reason: reason.into(),
            }))
            .await;
        break;
    }
    while let Some(Ok(_rest)) = client.next().await {}
}
