//! A line that carries little, and a venue that takes nothing.

use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use model::TransportKind;

use crate::around::{Around, Ways};
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::Venue;
use crate::venue::frames::{self, FINAL, TEXT};
use crate::venue::manners::Blow;
use crate::venue::words;

/// What is not taken is given up after that time; the rest is the machine's.
const STALL_MAX: Duration = Duration::from_millis(5_500);
const LARGE: usize = 100_000;
const DRIP: Duration = Duration::from_millis(500);
/// Of a venue that does not read, the system takes so little for it.
const ROOM: u32 = 4 << 10;
/// So many symbols with long names are more than all systems between take for somebody who does not read.
const SYMBOLS: usize = 450;
const NAME_LENGTH: usize = 200;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in [
        TransportKind::WebSocket,
        TransportKind::EventStream,
        TransportKind::LongPoll,
    ] {
        rows.push(
            Row::new(
                8,
                "64 kbit/s, and more to say than it carries",
                transport,
                crowded,
            )
            .runs(1, 5)
            .together(100),
        );
    }
    for transport in [TransportKind::WebSocket, TransportKind::EventStream] {
        rows.push(
            Row::new(8, "64 kbit/s, and a message of 100 kB", transport, large)
                .runs(1, 5)
                .together(100),
        );
        rows.push(
            Row::new(8, "a message that falls a byte at a time", transport, dripping)
                .expects("silent")
                .runs(1, 5)
                .together(100)
                .found_within(Duration::from_secs(17)),
        );
    }
    if cfg!(unix) {
        rows.push(
            Row::new(
                9,
                "the venue reads nothing any more",
                TransportKind::WebSocket,
                stalled,
            )
            .expects("stalled")
            .found_within(STALL_MAX),
        );
    }
    rows
}

/// What comes is seconds old after a while; it comes, and nobody takes the line for dead.
async fn crowded(run: Run) -> Result<Seen> {
    let setting = Setting {
        rate: 25,
        ..Setting::of(run)
    };
    let mut stage = Stage::badly(setting, |manners| {
        manners.drops = Some((80, Duration::from_millis(10)));
    })
    .await?;
    stage.live().await?;
    let at = stage.now();
    stage.until_sent(if run.full { 2_000 } else { 200 }).await?;
    let mut seen = stage.settle(at, at).await?;
    seen.recovered = None;
    let why = seen.why.clone();
    seen.expect(seen.detected.is_none(), || {
        format!("it was taken for dead: {why}")
    });
    Ok(seen)
}

/// It takes twelve seconds and more, in which nothing else can come.
async fn large(run: Run) -> Result<Seen> {
    let setting = Setting {
        rate: 2,
        ..Setting::of(run)
    };
    let mut stage = Stage::badly(setting, |manners| {
        manners.drops = Some((80, Duration::from_millis(10)));
    })
    .await?;
    stage.live().await?;
    stage.trusted().await?;
    let at = stage.now();
    let text = words::lengthened(words::heartbeat(), LARGE);
    stage
        .venue
        .strike(Blow::Say(Bytes::from(said(run.transport, &text))));
    let mut seen = stage.settle_behind(at).await?;
    let why = seen.why.clone();
    seen.expect(seen.detected.is_none(), || {
        format!("it was taken for dead: {why}")
    });
    seen.note = format!(
        "nothing whole for {} ms",
        seen.recovered.unwrap_or_default().as_millis()
    );
    seen.recovered = None;
    Ok(seen)
}

fn said(transport: TransportKind, text: &str) -> Vec<u8> {
    match transport {
        TransportKind::WebSocket => frames::frame(FINAL | TEXT, text.as_bytes()),
        TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
            format!("data: {text}\n\n").into_bytes()
        }
    }
}

/// It has begun, and it will never end at this pace.
async fn dripping(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    stage.trusted().await?;
    let at = stage.now();
    let text = words::lengthened(words::heartbeat(), 4 << 10);
    let bytes = Bytes::from(said(run.transport, &text));
    stage.venue.strike(Blow::Drip(bytes, DRIP));
    let since = stage.lost(at).await?;
    stage.news(since).await?;
    stage.settle(at, since).await
}

/// What we want to say stays with us, while prices go on.
async fn stalled(run: Run) -> Result<Seen> {
    let setting = Setting::of(run);
    let venue = Venue::with_room(setting.symbols, ROOM)?;
    let ways = Ways::home().with_send_buffer(ROOM);
    let mut stage = Stage::before(venue, setting, Around::over(ways.network()))?;
    stage.live().await?;
    stage.trusted().await?;
    stage.venue.strike(Blow::Deafen);
    let at = stage.now();
    for number in 0..SYMBOLS {
        stage.want(&format!("{number:03}{}", "X".repeat(NAME_LENGTH)))?;
    }
    let since = stage.lost(at).await?;
    stage
        .until("all of them are refused", |book| {
            (book.refused.len() >= SYMBOLS).then_some(())
        })
        .await?;
    stage.news(since).await?;
    stage.settle(at, at).await
}
