//! Who comes in, and what is answered to whom.

use std::io::{self, Write};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use model::TransportKind;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::select;
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep};

use super::line::{Head, Line};
use super::manners::{Answer, Blow, Door, Handshake, Keeping, Then, way};
use super::{House, answers, gateway, lock, socket};

pub(crate) async fn take(house: Arc<House>, listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        lock(&house.seen).dials.push(Instant::now());
        // From here on, and not from when its task is first looked at: a blow in between would miss it.
        let blows = house.blows.subscribe();
        let house = Arc::clone(&house);
        tokio::spawn(async move {
            // How it ended is seen at the other end.
            let _received = receive(&house, stream, blows).await;
            lock(&house.seen).ended += 1;
        });
    }
}

/// One connection, and whatever happens to it from outside.
async fn receive(
    house: &Arc<House>,
    stream: TcpStream,
    mut blows: broadcast::Receiver<Blow>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let stream = stream.into_std()?;
    // The same socket once more, as whoever serves it has the other one.
    let twin = stream.try_clone()?;
    let stream = TcpStream::from_std(stream)?;
    let inner = house.blows.subscribe();
    let gagged = Arc::<AtomicBool>::default();
    let mut serving = pin!(serve(house, stream, inner, Arc::clone(&gagged)));
    let mut frozen = false;
    loop {
        select! {
            biased;
            blow = blows.recv() => match blow {
                Ok(Blow::End) => {
                    // Without a goodbye of TLS either.
                    return twin.shutdown(std::net::Shutdown::Both);
                }
                Ok(Blow::Reset) => return tear(&twin),
                Ok(Blow::ResetInMessage) => {
                    // A frame of a hundred bytes begins, a chunk of as many, or a whole answer.
                    let began: &[u8] = match lock(&house.seen).requests.last() {
                        Some((_, TransportKind::WebSocket)) | None => b"\x81\x64{\"type\":\"tra",
                        Some((_, TransportKind::EventStream)) => b"64\r\ndata: {\"type\":\"tra",
                        Some((_, TransportKind::LongPoll | TransportKind::Poll)) => {
                            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"type\":\"tra"
                        }
                    };
                    (&twin).write_all(began)?;
                    return tear(&twin);
                }
                Ok(Blow::Freeze) => {
                    frozen = true;
                    lock(&house.seen).frozen += 1;
                }
                Ok(Blow::Gag) => gagged.store(true, Ordering::Relaxed),
                Ok(
                    Blow::Say(_) | Blow::Drip(..) | Blow::SayAndEnd(_) | Blow::Deafen | Blow::GoAway | Blow::ResetStreams,
                ) => {}
                Err(_) => return Ok(()),
            },
            served = &mut serving, if !frozen => return served,
        }
    }
}

/// What is not sent yet is thrown away, and the other side is told so when the last end is dropped.
fn tear(twin: &std::net::TcpStream) -> io::Result<()> {
    SockRef::from(twin).set_linger(Some(Duration::ZERO))
}

async fn serve(
    house: &Arc<House>,
    mut stream: TcpStream,
    blows: broadcast::Receiver<Blow>,
    gagged: Arc<AtomicBool>,
) -> io::Result<()> {
    match house.manners().door {
        Door::Open => {}
        Door::Slammed => return Ok(()),
        Door::Deserted => {
            std::future::pending::<()>().await;
        }
        Door::Babbling(bytes) => {
            use tokio::io::AsyncWriteExt;
            stream.write_all(&bytes).await?;
            Line::new(stream, gagged).hold().await;
            return Ok(());
        }
    }
    let acceptor = house.acceptor.clone();
    let mut line = match acceptor {
        None => Line::new(stream, gagged),
        Some(acceptor) => {
            let stream = acceptor.accept(stream).await?;
            if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                return gateway::serve(house, stream, blows).await;
            }
            Line::new(stream, gagged)
        }
    };
    let served = visit(house, &mut line, blows).await;
    line.end().await;
    served
}

/// Request after request.
pub(super) async fn visit(
    house: &House,
    line: &mut Line,
    mut blows: broadcast::Receiver<Blow>,
) -> io::Result<()> {
    while let Some(head) = line.head().await? {
        let upgrade = head.header("upgrade").is_some();
        let Some(way) = way(&head.path, upgrade) else {
            // A ping, where there is no WebSocket to send it on.
            if head.method == "OPTIONS" && !house.manners().pongs {
                std::future::pending::<()>().await;
            }
            line.answer("204 No Content", "", b"").await?;
            continue;
        };
        {
            let mut seen = lock(&house.seen);
            seen.requests.push((Instant::now(), way));
            seen.keys.push(head.header("authorization").map(str::to_owned));
            seen.last_event_ids
                .push(head.header("last-event-id").map(str::to_owned));
        }
        line.drops = house.manners().drops;
        let mut spoil = None;
        let handshake = match house.next_answer() {
            Answer::Serve => None,
            Answer::Spoilt(how) => {
                spoil = Some(how);
                None
            }
            Answer::Handshake(wrong) if way == TransportKind::WebSocket => Some(wrong),
            Answer::Block { ways, bytes, then } if ways.contains(&way) => {
                return say(line, &bytes, then).await;
            }
            Answer::Handshake(_) | Answer::Block { .. } => None,
            Answer::Say { bytes, then } => {
                say(line, &bytes, then).await?;
                if then == Then::GoOn {
                    continue;
                }
                return Ok(());
            }
            Answer::Repeat { first, bytes } => {
                line.write(&first).await?;
                return repeat(line, &bytes).await;
            }
            Answer::Drip { every } => return drip(line, way, &head, every).await,
        };
        match way {
            TransportKind::WebSocket => {
                line.write(socket::handshake(&head, house.manners().packs, handshake).as_bytes())
                    .await?;
                if handshake == Some(Handshake::Swallow) {
                    line.hold().await;
                    return Ok(());
                }
                return socket::serve(house, line, &head, blows).await;
            }
            TransportKind::EventStream => return answers::events(house, line, &head, blows).await,
            TransportKind::LongPoll => answers::poll(house, line, &head, blows.resubscribe(), spoil).await?,
            TransportKind::Poll => answers::snapshot(house, line, &head, spoil).await?,
        }
        blows = blows.resubscribe();
        match house.manners().keeping {
            Keeping::Kept => {}
            Keeping::Closed => return Ok(()),
            Keeping::Ignored => {
                line.hold().await;
                return Ok(());
            }
        }
    }
    Ok(())
}

async fn say(line: &mut Line, bytes: &Bytes, then: Then) -> io::Result<()> {
    line.write(bytes).await?;
    match then {
        Then::Close | Then::GoOn => {}
        Then::Hold => line.hold().await,
    }
    Ok(())
}

async fn repeat(line: &mut Line, bytes: &Bytes) -> io::Result<()> {
    loop {
        line.write(bytes).await?;
    }
}

async fn drip(line: &mut Line, way: TransportKind, head: &Head, every: Duration) -> io::Result<()> {
    let answer = match way {
        TransportKind::WebSocket => socket::handshake(head, false, None),
        TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                .to_owned()
        }
    };
    for byte in answer.bytes().cycle() {
        line.write(&[byte]).await?;
        sleep(every).await;
    }
    Ok(())
}
