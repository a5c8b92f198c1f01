//! Long polls and event streams over lines that break in every way, in memory
//! and on a clock that jumps: whatever the venue said is heard.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{SinkExt, StreamExt};
use model::TransportKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::task::JoinSet;
use transport::{Arrivals, Dialer, Hint, Inbound, Loss, Memory, Outbound, Target};

const MESSAGES: u64 = 300;
const SEEDS: u64 = 40;

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_whatever_breaks() {
    let faults = Arc::new(AtomicUsize::new(0));
    let (mut twice, mut losses) = (0, 0);
    for seed in 0..SEEDS {
        let (memory, arrivals) = Memory::new(700);
        let mut venue = JoinSet::new();
        venue.spawn(serve(arrivals, seed, Arc::clone(&faults)));
        let mut heard = 0;
        while heard < MESSAGES {
            let target = Target::new("ws://localhost".parse().unwrap()).unwrap();
            let dialed = memory.dial(target.over(TransportKind::LongPoll)).await.unwrap();
            let mut connection = dialed.connection;
            let begin = Outbound::fetch(format!("/poll?cursor={heard}"));
            connection.send(begin).await.unwrap();
            while heard < MESSAGES {
                match connection.next().await.unwrap() {
                    Ok(Inbound::Text(text)) => {
                        let number: u64 = text.parse().unwrap();
                        assert!(number <= heard + 1, "seed {seed}: {number} came behind {heard}");
                        twice += u64::from(number <= heard);
                        heard = heard.max(number);
                    }
                    Ok(Inbound::Ping | Inbound::More) => {}
                    Ok(other) => panic!("seed {seed}: {other:?}"),
                    Err(loss) => {
                        assert_ne!(loss.to_string(), "", "seed {seed}");
                        let bounded = matches!(
                            loss,
                            Loss::Dropped | Loss::Broken(_) | Loss::Refused { .. } | Loss::Stalled { .. }
                        );
                        assert!(bounded, "seed {seed}: {loss}");
                        losses += 1;
                        break;
                    }
                }
            }
        }
    }
    let faults = faults.load(Ordering::Relaxed);
    assert!(faults > 1_000, "only {faults} faults: this proves nothing");
    assert!(twice > 100, "nothing came twice, so nothing was cut off");
    assert!(losses < faults / 20, "{losses} of {faults} faults were felt");
}

#[tokio::test(start_paused = true)]
async fn an_event_stream_goes_on_behind_its_last_id_without_a_word_lost_or_doubled() {
    let mut breaks = 0;
    for seed in 0..SEEDS {
        let (memory, mut arrivals) = Memory::new(700);
        let mut venue = JoinSet::new();
        venue.spawn(async move {
            let mut random = fastrand::Rng::with_seed(seed);
            while let Some(line) = arrivals.next().await {
                stream_until_it_breaks(line, &mut random).await;
            }
        });
        let (mut heard, mut last_id) = (0, String::new());
        while heard < MESSAGES {
            let target = Target::new("ws://localhost".parse().unwrap()).unwrap();
            let target = target
                .over(TransportKind::EventStream)
                .with_last_event_id(&last_id);
            let mut connection = memory.dial(target).await.unwrap().connection;
            connection.send(Outbound::fetch("/events")).await.unwrap();
            while heard < MESSAGES {
                match connection.next().await.unwrap() {
                    Ok(Inbound::Text(text)) => {
                        heard += 1;
                        assert_eq!(text.as_str(), heard.to_string(), "seed {seed}");
                    }
                    Ok(Inbound::Hint(Hint::LastEventId(id))) => last_id = id.to_string(),
                    Ok(Inbound::Ping | Inbound::More) => {}
                    Ok(other) => panic!("seed {seed}: {other:?}"),
                    Err(Loss::Dropped | Loss::Closed { .. }) => {
                        breaks += 1;
                        break;
                    }
                    Err(loss) => panic!("seed {seed}: {loss}"),
                }
            }
        }
    }
    assert!(breaks > 500, "only {breaks} breaks: this proves nothing");
}

async fn stream_until_it_breaks(mut line: DuplexStream, random: &mut fastrand::Rng) {
    let Some(head) = head(&mut line).await else { return };
    let last_id = head
        .lines()
        .find_map(|line| line.strip_prefix("last-event-id: "))
        .and_then(|id| id.parse().ok())
        .unwrap_or(0);
    let mut said = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n".to_owned();
    let end = ["\n", "\r", "\r\n"][random.usize(0..3)];
    for number in last_id + 1..=MESSAGES {
        // Where the id stands within an event is the server's matter.
        said += &match random.u8(0..3) {
            0 => format!("id: {number}{end}data: {number}{end}{end}"),
            1 => format!("data: {number}{end}id:{number}{end}{end}"),
            _ => format!(": life{end}event: tick{end}data:{number}{end}id: {number}{end}{end}"),
        };
    }
    said.truncate(random.usize(60..1_000).min(said.len()));
    let mut rest = said.as_bytes();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(random.usize(1..40).min(rest.len()));
        // The client leaves when it has heard everything.
        if line.write_all(piece).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
        rest = after;
    }
}

async fn serve(mut arrivals: Arrivals, seed: u64, faults: Arc<AtomicUsize>) {
    let mut lines = JoinSet::new();
    let mut random = fastrand::Rng::with_seed(seed);
    while let Some(line) = arrivals.next().await {
        lines.spawn(answer(line, random.fork(), Arc::clone(&faults)));
    }
}

/// Answers one question behind the other, until the line breaks.
async fn answer(mut line: DuplexStream, mut random: fastrand::Rng, faults: Arc<AtomicUsize>) {
    while let Some(cursor) = question(&mut line).await {
        let last = (cursor + random.u64(0..4)).min(MESSAGES);
        let body: String = (cursor + 1..=last).map(|number| format!("{number}\n")).collect();
        let chunked = random.bool();
        let length = if chunked {
            "transfer-encoding: chunked".to_owned()
        } else {
            format!("content-length: {}", body.len())
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n\
             link: </poll?cursor={last}>; rel=\"next\"\r\n{length}\r\n\r\n"
        );
        let body = if chunked && !body.is_empty() {
            format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
        } else if chunked {
            "0\r\n\r\n".to_owned()
        } else {
            body
        };
        let whole = head.clone() + &body;
        let fault = random.u8(0..20);
        let (said, goes_on) = match fault {
            // Not a word.
            0 => (String::new(), false),
            // Half a head, half an answer.
            1 => (head[..random.usize(1..head.len())].to_owned(), false),
            2 => (whole[..random.usize(head.len()..=whole.len())].to_owned(), false),
            3 => {
                let text = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 4\r\n\r\noops";
                (text.to_owned(), true)
            }
            // A 502 that breaks off.
            4 => (
                "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 400\r\n\r\noops".to_owned(),
                false,
            ),
            // An answer and the end, announced and not.
            5 => (whole.replacen("\r\n", "\r\nconnection: close\r\n", 1), false),
            6 => (whole, false),
            7 => ("HTTP/1.1 204 No Content\r\n\r\n".to_owned(), true),
            8 => (format!("HTTP/1.1 103 Early Hints\r\n\r\n{whole}"), true),
            _ => (whole, true),
        };
        faults.fetch_add(usize::from(fault < 9), Ordering::Relaxed);
        // The client may have given up on the line already.
        if line.write_all(said.as_bytes()).await.is_err() || !goes_on {
            return;
        }
    }
}

/// What is asked for, or `None` at the end of the line.
async fn question(line: &mut DuplexStream) -> Option<u64> {
    let head = head(line).await?;
    let (_, cursor) = head.split_once("cursor=")?;
    cursor.split_ascii_whitespace().next()?.parse().ok()
}

async fn head(line: &mut DuplexStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(line.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}
