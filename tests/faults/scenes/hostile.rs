//! Bytes that no venue should send: each costs little, and the other side is told what it did.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use model::{Moment, TransportKind};
use tests::memory;

use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::frames::{self, BINARY, CLOSE, FINAL, PING, TEXT};
use crate::venue::manners::{Answer, Blow, Then};

/// The largest message that is taken.
const LIMIT: usize = 4 << 20;
const BOMB: usize = 64 << 20;
/// Says that a frame is packed, where that was agreed on.
const RESERVED: u8 = 0x40;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = frames_of_no_protocol();
    rows.extend(too_large());
    rows.extend(bombs());
    rows.extend(heads_without_end());
    rows
}

fn frames_of_no_protocol() -> Vec<Row> {
    let whole = |head: u8, payload: &[u8]| frames::frame(FINAL | head, payload);
    let masked = [&[FINAL | TEXT, 0x80 | 2, 1, 2, 3, 4][..], b"hi"].concat();
    let kinds = [
        ("an opcode that does not exist", whole(0x3, b"x"), 1002),
        ("a control opcode that does not exist", whole(0xB, b"x"), 1002),
        ("a reserved bit", whole(0x40 | TEXT, b"x"), 1002),
        ("a masked frame", masked, 1002),
        ("text that is not UTF-8", whole(TEXT, b"\xC3\x28"), 1007),
        (
            "a control frame that is too long",
            whole(PING, &[b'x'; 126]),
            1002,
        ),
        ("a ping in pieces", frames::frame(PING, b"x"), 1002),
        (
            "a message that begins in another",
            [frames::frame(TEXT, b"a"), whole(TEXT, b"b")].concat(),
            1002,
        ),
        ("a piece of nothing", whole(0x0, b"x"), 1002),
        ("a goodbye of one byte", whole(CLOSE, b"x"), 1002),
        (
            "a goodbye that is not UTF-8",
            whole(CLOSE, b"\x03\xE8\xC3\x28"),
            1007,
        ),
    ];
    let rows = kinds.into_iter().map(|(name, bytes, code)| {
        let bytes = Bytes::from(bytes);
        let scene = move |run| said(run, bytes.clone(), Some(code));
        Row::new(14, name, TransportKind::WebSocket, scene)
            .expects("protocol")
            .found_within(Duration::from_millis(100))
    });
    rows.collect()
}

fn too_large() -> Vec<Row> {
    let long = vec![b'x'; LIMIT + 1];
    let huge = frames::header(FINAL | TEXT, (1 << 63) - 1);
    let largest = [frames::header(FINAL | BINARY, 64 << 20), long.clone()].concat();
    let piece = vec![b'x'; 1 << 16];
    let mut pieces = frames::frame(TEXT, &piece);
    for _ in 0..80 {
        pieces.extend(frames::frame(0x0, &piece));
    }
    let line = [b"data: ", long.as_slice()].concat();
    let kinds = [
        (
            TransportKind::WebSocket,
            "a frame that says to have 2^63 bytes",
            huge,
            Some(1009),
        ),
        (TransportKind::WebSocket, "a frame of 64 MiB", largest, Some(1009)),
        (
            TransportKind::WebSocket,
            "pieces without an end",
            pieces,
            Some(1009),
        ),
        (TransportKind::EventStream, "an event without an end", line, None),
    ];
    let rows = kinds.into_iter().map(|(transport, name, bytes, code)| {
        let bytes = Bytes::from(bytes);
        Row::new(15, name, transport, move |run| said(run, bytes.clone(), code)).expects("protocol")
    });
    let mut rows: Vec<_> = rows.collect();
    for transport in [TransportKind::LongPoll, TransportKind::Poll] {
        let scene = |run| answered_with(run, "", Bytes::from(vec![b'x'; LIMIT + 1]));
        rows.push(
            Row::new(15, "a line without an end", transport, scene)
                .expects("protocol")
                .together(1),
        );
    }
    rows
}

/// Small on the way, a thousand times as large when it is unpacked.
fn bombs() -> Vec<Row> {
    let bomb =
        move |run| async move { said_packed(run, packed(&vec![b' '; BOMB], Compression::best())?).await };
    let mut rows = vec![
        Row::new(
            16,
            "a frame that unpacks to 64 MiB",
            TransportKind::WebSocket,
            bomb,
        )
        .expects("protocol"),
    ];
    for transport in [TransportKind::LongPoll, TransportKind::Poll] {
        let scene = move |run| async move {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            gzip.write_all(&vec![b'x'; BOMB])?;
            answered_with(run, "Content-Encoding: gzip\r\n", Bytes::from(gzip.finish()?)).await
        };
        rows.push(Row::new(16, "an answer that unpacks to 64 MiB", transport, scene).expects("protocol"));
    }
    // Each run weighs what the process has grown by, so none may be beside another.
    rows.into_iter().map(|row| row.runs(1, 10).together(1)).collect()
}

/// As a frame has it: raw, to a byte's border, and without the four bytes that every piece would end with.
fn packed(plain: &[u8], how: Compression) -> Result<Vec<u8>> {
    let mut pressed = Vec::with_capacity(plain.len() / 500);
    let mut deflate = Compress::new(how, false);
    deflate.compress_vec(plain, &mut pressed, FlushCompress::Sync)?;
    pressed.truncate(pressed.len().saturating_sub(4));
    Ok(pressed)
}

fn heads_without_end() -> Vec<Row> {
    let again = |first: &str, bytes: &str| Answer::Repeat {
        first: Bytes::copy_from_slice(first.as_bytes()),
        bytes: Bytes::copy_from_slice(bytes.as_bytes()),
    };
    let many = move |run| answered(run, again("HTTP/1.1 200 OK\r\n", "X-One-More: of these\r\n"));
    let wait = move |run| answered(run, again("", "HTTP/1.1 100 Continue\r\n\r\n"));
    let reason = |run| {
        let line = format!("HTTP/1.1 101 {}\r\n\r\n", "x".repeat(1 << 20));
        answered(
            run,
            Answer::Say {
                bytes: line.into(),
                then: Then::Hold,
            },
        )
    };
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        rows.push(Row::new(17, "a head without an end", transport, many).expects("waiting"));
        rows.push(Row::new(17, "a reason of a megabyte", transport, reason).expects("waiting"));
        rows.push(Row::new(17, "100 Continue, again and again", transport, wait).expects("waiting"));
    }
    rows.into_iter()
        .map(|row| row.found_within(Duration::from_secs(11)))
        .collect()
}

/// Said on a connection that works; the next one is a good one.
async fn said(run: Run, bytes: Bytes, code: Option<u16>) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    stage.venue.strike(Blow::Say(bytes));
    let since = stage.lost(at).await?;
    stage.news(since).await?;
    let goodbyes = stage.venue.seen().goodbyes;
    let mut seen = stage.settle(at, at).await?;
    if !run.full && seen.class == "silent+protocol" {
        // A machine that stands still for seconds loses one more line to silence.
        "protocol".clone_into(&mut seen.class);
    }
    let expected: Vec<_> = code.into_iter().map(Some).collect();
    seen.expect(goodbyes == expected, || {
        format!("told {goodbyes:?}, where {expected:?} is right")
    });
    Ok(seen)
}

/// The same in a frame that is packed, where that was agreed on.
async fn said_packed(run: Run, pressed: Vec<u8>) -> Result<Seen> {
    let mut stage = Stage::badly(Setting::of(run), |manners| manners.packs = true).await?;
    stage.live().await?;
    let before = memory(std::process::id())?;
    let at = stage.now();
    stage
        .venue
        .strike(Blow::Say(frames::frame(FINAL | RESERVED | TEXT, &pressed).into()));
    let since = stage.lost(at).await?;
    let grown = memory(std::process::id())?.saturating_sub(before);
    stage.news(since).await?;
    let goodbyes = stage.venue.seen().goodbyes;
    let mut seen = stage.settle(at, at).await?;
    seen.expect(goodbyes == [Some(1009)], || format!("told {goodbyes:?}"));
    weigh(&mut seen, run, grown);
    Ok(seen)
}

fn weigh(seen: &mut Seen, run: Run, grown: u64) {
    let most = 2 * LIMIT as u64;
    seen.expect(!run.full || grown <= most, || {
        format!("{grown} bytes more, where {most} are the bar")
    });
}

/// To the next question after everything was well.
async fn answered_with(run: Run, headers: &str, body: Bytes) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    let bytes = Bytes::from([head.as_bytes(), &body].concat());
    let answer = Answer::Say {
        bytes,
        then: Then::Close,
    };
    stage
        .venue
        .behave(|manners| manners.first_answers.push_back(answer));
    let before = memory(std::process::id())?;
    let since = stage.lost(at).await?;
    let grown = memory(std::process::id())?.saturating_sub(before);
    stage.news(since).await?;
    let mut seen = stage.settle(at, at).await?;
    weigh(&mut seen, run, grown);
    Ok(seen)
}

/// The first head is like this, for everybody who comes.
async fn answered(run: Run, answer: Answer) -> Result<Seen> {
    let mut stage = Stage::badly(Setting::of(run), |manners| {
        manners.answer = answer;
    })
    .await?;
    let told = stage.refused(Moment::START).await?;
    stage
        .recovers(&told, |manners| manners.answer = Answer::Serve)
        .await
}
