//! A market that is quiet, closed, closed all day, or closed early: nobody takes its silence for a fault.
//!
//! Days pass in moments, on a clock that is paused and over a network that is in this program; everything else is what
//! it is on a real one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use feed::{Burst, Clock, Endpoint, Feed, Lookout, LossCause, Outlet};
use model::{FeedId, FeedState, FeedStatus, Source, Symbol, SymbolKey, TransportKind};
use provider::VenueName;
use tokio::runtime::Builder;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::{Memory, Target};

use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::venue::Venue;

const PIPE: usize = 64 << 10;
const HOUR: Duration = Duration::from_secs(3_600);
/// How far apart ticks are while a market is open, and while it is open and quiet.
const BUSY: Duration = Duration::from_secs(5);
const QUIET: Duration = Duration::from_secs(600);

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    // Polling asks many times a second on this computer, and nothing that it is told has a time.
    for transport in [
        TransportKind::WebSocket,
        TransportKind::EventStream,
        TransportKind::LongPoll,
    ] {
        for (name, day) in [
            ("closed for three days", Calendar::Closed),
            ("open and quiet for three days", Calendar::Quiet),
            ("a day, a holiday, and half a day", Calendar::Holidays),
        ] {
            let scene = move |run: Run| async move { spawn_blocking(move || days(run, day)).await? };
            // A day of five-second prices is work, and the others mostly jump from one timer to the next.
            let quick = u64::from(day != Calendar::Holidays);
            rows.push(Row::new(27, name, transport, scene).runs(quick, 1));
        }
    }
    rows
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Calendar {
    Closed,
    Quiet,
    Holidays,
}

/// What the feed says of itself, counted.
#[derive(Default)]
struct Told {
    lost: AtomicU64,
    away: AtomicU64,
    ticks: AtomicU64,
}

struct Counting(Arc<Told>);

impl Outlet for Counting {
    fn burst(&mut self, burst: &Burst) {
        self.0.ticks.fetch_add(burst.ticks, Ordering::Relaxed);
    }

    fn status(&mut self, status: FeedStatus) {
        let away = matches!(
            status.state,
            FeedState::Waiting { .. } | FeedState::Offline { .. }
        );
        self.0.away.fetch_add(u64::from(away), Ordering::Relaxed);
    }

    fn lost(&mut self, _cause: LossCause) {
        self.0.lost.fetch_add(1, Ordering::Relaxed);
    }
}

fn days(run: Run, calendar: Calendar) -> Result<Seen> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()?;
    runtime.block_on(three_days(run, calendar))
}

async fn three_days(run: Run, calendar: Calendar) -> Result<Seen> {
    let Setting { policy, symbols, .. } = Setting::of(Run { full: true, ..run });
    let (dialer, arrivals) = Memory::new(PIPE);
    let venue = Venue::in_memory(symbols, arrivals);
    venue.behave(|manners| {
        manners.heartbeat = Duration::from_secs(30);
        manners.session = if calendar == Calendar::Quiet {
            "open"
        } else {
            "closed"
        };
    });
    let told = Arc::<Told>::default();
    let stop = CancellationToken::new();
    let lookout = Lookout::default();
    let endpoint = Endpoint {
        id: FeedId::new("tried"),
        source: Source::Live,
        venue: VenueName::SIM.into(),
        target: Target::new("ws://127.0.0.1:1/v1/stream".parse()?)?,
        key: None,
        rest: None,
        transports: vec![run.transport],
        bars: false,
        seed: run.seed,
        policy,
        resume: None,
    };
    let feed = Feed::start(
        endpoint,
        Arc::new(dialer),
        Clock::system(),
        Box::new(Counting(Arc::clone(&told))),
        lookout.surroundings(),
        &TaskTracker::new(),
        stop.clone(),
    );
    for (key, symbol) in (0..).zip(&venue.house.market.symbols) {
        feed.want(SymbolKey(key), Symbol::new(symbol))?;
    }
    let day = if run.full { 24 * HOUR } else { 2 * HOUR };
    match calendar {
        Calendar::Closed => sleep(3 * day).await,
        Calendar::Quiet => pass(&venue, 3 * day, QUIET).await,
        Calendar::Holidays => {
            for open in [HOUR * 13 / 2, Duration::ZERO, HOUR * 7 / 2] {
                sleep(HOUR * 19 / 2).await;
                if !open.is_zero() {
                    venue.house.turn("open");
                    pass(&venue, open, BUSY).await;
                    venue.house.turn("closed");
                }
                sleep(day - HOUR * 19 / 2 - open).await;
            }
        }
    }
    let requests = venue.seen().requests;
    let beside = requests
        .iter()
        .filter(|(_, way)| *way == TransportKind::Poll)
        .count();
    let (lost, away) = (
        told.lost.load(Ordering::Relaxed),
        told.away.load(Ordering::Relaxed),
    );
    let ticks = told.ticks.load(Ordering::Relaxed);
    stop.cancel();
    drop(feed);
    let mut result = Seen {
        class: "none".to_owned(),
        note: format!("{ticks} ticks, {beside} questions beside the stream"),
        ..Seen::default()
    };
    result.expect(lost == 0 && away == 0, || {
        format!("{lost} connections were given up, {away} waits")
    });
    let few = symbols as u64;
    result.expect((ticks > few) != (calendar == Calendar::Closed), || {
        format!("{ticks} ticks")
    });
    result.expect(beside == 0 || calendar == Calendar::Quiet, || {
        format!("{beside} questions beside the stream of a market that is closed or busy")
    });
    Ok(result)
}

async fn pass(venue: &Venue, how_long: Duration, apart: Duration) {
    for _ in 0..how_long.as_secs() / apart.as_secs() {
        sleep(apart).await;
        venue.house.trade(1);
    }
}
