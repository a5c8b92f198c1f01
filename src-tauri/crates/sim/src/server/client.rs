//! One client, from its request to its goodbye.
//!
//! Its task owns the socket. Reading and writing go on side by side within it,
//! so that a client that does not read is still heard, and the other way round.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::OnUpgrade;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at, sleep_until, timeout};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use transport::websocket::{Agreed, Packed};

use super::allowance::{Allowance, MESSAGES_MAX, Verdict};
use super::caller::Caller;
use super::floor::{HEARTBEAT, Order};
use super::follower::Stay;
use super::handshake::{self, Socket};
use super::mischief::{self, Mischief};
use super::outbox::{About, Outbox, Parcel, Pending, outbox};
use super::watch::Watch;
use super::{Parting, Way};
use crate::protocol::request::{self, Request};
use crate::protocol::{Code, message};

/// For the connection to change hands, after the answer was given.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Three heartbeats, each with a ping that is answered by every client's library.
const SILENCE: Duration = HEARTBEAT.saturating_mul(3);
/// A client that reads at all gets through what it has not read yet.
const GOODBYE: Duration = Duration::from_secs(10);

pub(super) async fn serve(upgrade: OnUpgrade, agreed: Option<Agreed>, caller: Caller) {
    let Caller { house, orders, .. } = &caller;
    let opened = tokio::select! {
        biased;
        () = house.closing.cancelled() => return,
        opened = timeout(HANDSHAKE, handshake::open(upgrade, agreed.as_ref())) => opened,
    };
    let Ok(Ok(socket)) = opened else {
        return;
    };
    let client = house.number();
    let (outbox, pending) = outbox(Way::WebSocket, agreed.is_some());
    let mut stay = Stay::begin(&caller, client, outbox.clone());
    caller.serves(Way::WebSocket, Some(client));
    let overflowed = pending.overflowed();
    let (mut sink, mut stream) = socket.split();
    let enter = Order::Enter {
        client,
        outbox: outbox.clone(),
    };
    if orders.send(enter).await.is_err() {
        return;
    }
    let why = tokio::select! {
        biased;
        () = house.closing.cancelled() => Parting::Closing,
        () = overflowed.cancelled() => Parting::Slow,
        why = listen(&mut stream, client, &outbox, orders) => why,
        why = speak(&mut sink, pending, agreed.as_ref(), Watch::new(house, Way::WebSocket, client)) => why,
    };
    // The floor only ends with the house, and then there is no seat to give up.
    let _floor_has_ended = orders.send(Order::Leave { client }).await;
    stay.why = why;
    drop(stay);
    // When the house closes meanwhile, the hall ends those who are still here.
    let _late = timeout(GOODBYE, goodbye(sink, stream, why)).await;
}

async fn listen(
    stream: &mut SplitStream<Socket>,
    client: u64,
    outbox: &Outbox,
    orders: &mpsc::Sender<Order>,
) -> Parting {
    let mut allowance = Allowance::new(Instant::now());
    loop {
        let message = match timeout(SILENCE, stream.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => return Parting::of(&error),
            Ok(None) => return Parting::Lost,
            Err(_elapsed) => return Parting::Silent,
        };
        match understand(message, &mut allowance, Instant::now()) {
            Heard::Life => {}
            Heard::Request(request) => {
                let order = match request {
                    Request::Subscribe { id, wish } => Order::Subscribe { client, id, wish },
                    Request::Unsubscribe { id, symbols } => Order::Unsubscribe { client, id, symbols },
                };
                if orders.send(order).await.is_err() {
                    return Parting::Closing;
                }
            }
            Heard::Nonsense(answer) => {
                outbox.put(Parcel::talk(answer));
            }
            Heard::Goodbye(why) => return why,
        }
    }
}

/// What a message from a client comes to.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Life,
    Request(Request),
    /// Nothing that can be done, and what to answer.
    Nonsense(String),
    Goodbye(Parting),
}

fn understand(message: Message, allowance: &mut Allowance, now: Instant) -> Heard {
    let text = match message {
        Message::Pong(_) | Message::Frame(_) => return Heard::Life,
        Message::Close(frame) => {
            let code = frame.map(|frame| frame.code.into());
            return Heard::Goodbye(Parting::ByClient { code });
        }
        Message::Ping(_) => {
            return match allowance.take(now) {
                Verdict::Served | Verdict::Refused => Heard::Life,
                Verdict::Flooding => Heard::Goodbye(Parting::Flooding),
            };
        }
        Message::Text(text) => Some(text),
        Message::Binary(_) => None,
    };
    match (allowance.take(now), text) {
        (Verdict::Served, Some(text)) => match request::read(&text) {
            Ok(request) => Heard::Request(request),
            Err(wrong) => Heard::Nonsense(message::refused(wrong.id, wrong.code, wrong.why)),
        },
        (Verdict::Served, None) => Heard::Nonsense(message::refused(
            None,
            Code::BadJson,
            "messages are text, not binary",
        )),
        (Verdict::Refused, _) => {
            let why = format!("more than {MESSAGES_MAX} messages in a second are not read");
            Heard::Nonsense(message::refused(None, Code::TooManyMessages, &why))
        }
        (Verdict::Flooding, _) => Heard::Goodbye(Parting::Flooding),
    }
}

async fn speak(
    sink: &mut SplitSink<Socket, Message>,
    mut pending: Pending,
    agreed: Option<&Agreed>,
    mut watch: Watch,
) -> Parting {
    let mut ping = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    let mut batch = VecDeque::new();
    let mut leaves: Option<Instant> = None;
    loop {
        let written = tokio::select! {
            biased;
            _ = ping.tick() => sink.send(Message::Ping(Bytes::new())).await,
            () = async { sleep_until(leaves.unwrap_or_else(Instant::now)).await }, if leaves.is_some() => {
                return Parting::Rehearsed { code: 1001 };
            }
            () = pending.take(&mut batch) => {
                watch.pass(&mut batch);
                match write(sink, &mut batch, agreed).await {
                    Ok(Written::All) => Ok(()),
                    Ok(Written::Notice(ahead)) => {
                        leaves = Some(Instant::now() + ahead);
                        Ok(())
                    }
                    Ok(Written::Goodbye(code)) => return Parting::Rehearsed { code },
                    Err(error) => Err(error),
                }
            }
        };
        if let Err(error) = written {
            return Parting::of(&error);
        }
    }
}

/// What writing a batch has led to.
enum Written {
    All,
    /// It was told that this will end.
    Notice(Duration),
    /// This is to end with this code, after what was written.
    Goodbye(u16),
}

async fn write(
    sink: &mut SplitSink<Socket, Message>,
    batch: &mut VecDeque<Parcel>,
    agreed: Option<&Agreed>,
) -> Result<Written, Error> {
    let mut written = Written::All;
    for parcel in batch.drain(..) {
        match &parcel.about {
            About::Talk | About::Welcome(_) => {}
            About::Event(event) => {
                if let Some(from) = event.left_out_from {
                    let left_out = message::conflated(event.symbol, from, event.seq - 1);
                    sink.feed(Packed::plain(left_out.into()).message(agreed)).await?;
                }
            }
            About::Fault(moment) => match mischief::of(moment, agreed) {
                Mischief::Messages(messages) => {
                    for message in messages {
                        sink.send(message).await?;
                    }
                    continue;
                }
                Mischief::Notice(ahead) => {
                    sink.feed(Message::text(message::shutdown(ahead))).await?;
                    written = Written::Notice(ahead);
                    continue;
                }
                Mischief::Goodbye(code) => {
                    sink.flush().await?;
                    return Ok(Written::Goodbye(code));
                }
            },
        }
        sink.feed(parcel.packed.message(agreed)).await?;
    }
    sink.flush().await?;
    Ok(written)
}

/// Says why, and waits until the other side has heard it.
async fn goodbye(mut sink: SplitSink<Socket, Message>, mut stream: SplitStream<Socket>, why: Parting) {
    if why == Parting::Closing
        && sink
            .send(Message::text(message::shutdown(Duration::ZERO)))
            .await
            .is_err()
    {
        return;
    }
    if let Some(frame) = why.close()
        && sink.send(Message::Close(Some(frame))).await.is_err()
    {
        return;
    }
    // Reading to the end also sends our answer to the Close of a client.
    while let Some(Ok(_unread)) = stream.next().await {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_the_limit_is_answered_and_not_read() {
        let now = Instant::now();
        let mut allowance = Allowance::new(now);
        let ask = || Message::text(r#"{"op":"subscribe","id":1,"symbols":["NVX"]}"#);
        for _ in 0..MESSAGES_MAX {
            assert!(matches!(
                understand(ask(), &mut allowance, now),
                Heard::Request(_)
            ));
        }
        let Heard::Nonsense(answer) = understand(ask(), &mut allowance, now) else {
            panic!("it was read");
        };
        assert!(answer.contains("too_many_messages"), "{answer}");
        let flood = (0..10 * MESSAGES_MAX)
            .map(|_| understand(ask(), &mut allowance, now))
            .last();
        assert_eq!(flood, Some(Heard::Goodbye(Parting::Flooding)));
    }

    #[test]
    fn a_binary_message_is_nonsense_and_a_pong_is_life() {
        let now = Instant::now();
        let mut allowance = Allowance::new(now);
        let mut hear = |message| understand(message, &mut allowance, now);
        assert_eq!(hear(Message::Pong(Bytes::new())), Heard::Life);
        assert_eq!(hear(Message::Ping(Bytes::new())), Heard::Life);
        assert!(matches!(
            hear(Message::binary(vec![1])),
            Heard::Nonsense(answer) if answer.contains("bad_json")
        ));
    }
}
