//! The machine has little left: no more files, no time.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use model::{FeedState, TransportKind};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::manners::Blow;

/// What this program is started with to be the process that has no files left.
pub(crate) const CHILD: &str = "--without-files";
/// Enough for an engine and a venue, and for no crowd.
const FILES_MAX: u64 = 64;
/// So long are all processors kept busy.
const BUSY: Duration = Duration::from_secs(300);

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    if cfg!(unix) {
        for transport in [TransportKind::WebSocket, TransportKind::EventStream] {
            rows.push(
                Row::new(36, "no file is left to dial with", transport, in_a_child)
                    .runs(1, 5)
                    .together(1),
            );
        }
    }
    rows.push(
        Row::new(
            35,
            "two threads that never rest, for 5 min",
            TransportKind::WebSocket,
            starved,
        )
        .runs(0, 1)
        .together(1),
    );
    rows
}

/// A process of its own, since its limit is that of everything in it.
async fn in_a_child(run: Run) -> Result<Seen> {
    let way = match run.transport {
        TransportKind::WebSocket => "websocket",
        TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => "events",
    };
    let program = std::env::current_exe()?;
    let output = spawn_blocking(move || {
        let mut child = Command::new(program);
        child.args([CHILD, way]).stdin(Stdio::null()).output()
    });
    let output = output.await??;
    let mut seen = Seen {
        class: "none".to_owned(),
        ..Seen::default()
    };
    seen.expect(output.status.success(), || {
        format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr))
    });
    Ok(seen)
}

/// What happens in there: a line is lost when no other can be opened, and it is back when one can.
pub(crate) async fn without_files(way: &str) -> Result<()> {
    let transport = if way == "websocket" {
        TransportKind::WebSocket
    } else {
        TransportKind::EventStream
    };
    let run = Run {
        transport,
        seed: 1,
        full: false,
    };
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    limit(FILES_MAX)?;
    let mut taken = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        taken.push(file);
    }
    let at = stage.now();
    stage.venue.strike(Blow::End);
    stage
        .until("it tries in vain", |book| {
            let mut told = book.told.iter().filter(|told| told.since >= at);
            let resting = |state| matches!(state, FeedState::Waiting { .. } | FeedState::Offline { .. });
            told.find(|told| resting(told.state)).map(|_| ())
        })
        .await?;
    drop(taken);
    let well = stage.now();
    stage.handle.retry(&stage.feed)?;
    stage.news(well).await?;
    let seen = stage.settle(at, well).await?;
    let balance = seen.balance.context("ticks were counted")?;
    anyhow::ensure!(
        balance.lost + balance.duplicated == 0 && seen.wrong.is_empty(),
        "{seen:?}"
    );
    Ok(())
}

#[cfg(unix)]
fn limit(files: u64) -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = Rlimit {
        current: Some(files),
        ..getrlimit(Resource::Nofile)
    };
    Ok(setrlimit(Resource::Nofile, limit)?)
}

#[cfg(not(unix))]
fn limit(_files: u64) -> Result<()> {
    anyhow::bail!("only Unix has such a limit")
}

/// Late timers kill no line that lives.
async fn starved(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    let rest = Arc::new(AtomicBool::new(false));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let rest = Arc::clone(&rest);
            std::thread::spawn(move || {
                while !rest.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            })
        })
        .collect();
    sleep(BUSY).await;
    rest.store(true, Ordering::Relaxed);
    for thread in threads {
        anyhow::ensure!(thread.join().is_ok(), "a busy thread ended in a panic");
    }
    let drops = stage.look(|book| book.drops());
    let mut seen = stage.settle(at, at).await?;
    seen.recovered = None;
    seen.expect(drops == 0, || format!("{drops} connections were given up"));
    Ok(seen)
}
