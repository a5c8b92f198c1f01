//! The computer sleeps, and its clock is set: neither is the line's fault.

use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;
use feed::{Clock, Disturbance};
use market::{Freshness, RowId};
use model::TransportKind;
use tokio::sync::mpsc;

use crate::around::{Around, Wall, Watchman, Ways, Word};
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::Venue;

/// After a wake with the network there.
const BACK_MAX: Duration = Duration::from_secs(3);
/// A line that is dead after a wake is given up by then.
const FOUND_MAX: Duration = Duration::from_millis(2_500);
/// So long is the name service not there yet.
const NAMES_LATE: Duration = Duration::from_secs(5);
/// So many prices come between two settings of the clock.
const NEWS_BETWEEN: usize = 5;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        rows.push(Row::new(19, "the wall clock jumps and drifts", transport, set).together(100));
        for (name, slept) in [("2 s", 2), ("60 s", 60), ("1 h", 3_600)] {
            let slept = Duration::from_secs(slept);
            let alive = move |run| woken(run, slept, Line::Alive);
            let dead = move |run| woken(run, slept, Line::Dead);
            let late = move |run| woken(run, slept, Line::DeadWithoutNames);
            rows.push(Row::new(
                20,
                format!("slept {name}, and the line lives"),
                transport,
                alive,
            ));
            // Whether a question or the ping is on the line that is dead is chance, and one alone is given up unseen.
            let class = match transport {
                TransportKind::WebSocket | TransportKind::EventStream | TransportKind::LongPoll => "silent",
                TransportKind::Poll => "as it comes",
            };
            rows.push(
                Row::new(20, format!("slept {name}, and the line is dead"), transport, dead)
                    .expects(class)
                    .found_within(FOUND_MAX)
                    .back_within(BACK_MAX, BACK_MAX + Duration::from_millis(500))
                    .together(100),
            );
            rows.push(
                Row::new(
                    20,
                    format!("slept {name}, dead, and names 5 s late"),
                    transport,
                    late,
                )
                .expects(class)
                .found_within(FOUND_MAX)
                .back_within(NAMES_LATE, NAMES_LATE + Duration::from_secs(1))
                .together(100),
            );
        }
    }
    rows
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Alive,
    Dead,
    /// And for a while nobody can tell where anything is.
    DeadWithoutNames,
}

/// A stage whose computer does what the scene says.
struct Computer {
    stage: Stage,
    wall: &'static Wall,
    ways: Ways,
    tell: mpsc::Sender<Disturbance>,
}

impl Computer {
    async fn start(run: Run) -> Result<Self> {
        // Nothing that happens here is the way's fault, so no other is to be tried.
        let setting = Setting::of(run).and_below(run);
        let venue = Venue::open(setting.symbols, None).await?;
        let (wall, ways) = (Wall::hung(), Ways::home());
        let (tell, watchman) = Watchman::hired();
        let around = Around {
            sentinel: Some(Box::new(watchman)),
            clock: Clock::told_by(wall),
            ..Around::over(ways.network())
        };
        let mut stage = Stage::before(venue, setting, around)?;
        // A busy machine may have made it begin on a lower one.
        stage
            .until("it talks in this way", |book| {
                let told = book.told.last()?;
                (told.transport == run.transport && told.state.is_live()).then_some(())
            })
            .await?;
        stage.live().await?;
        stage.trusted().await?;
        Ok(Self {
            stage,
            wall,
            ways,
            tell,
        })
    }
}

async fn more_news(stage: &mut Stage) -> Result<()> {
    let before = stage.look(|book| book.news.len());
    stage
        .until("prices go on", |book| {
            (book.news.len() >= before + NEWS_BETWEEN).then_some(())
        })
        .await
}

/// How many rows are shown as something else than what is true now.
fn doubted(stage: &Stage) -> usize {
    let keys: Vec<_> = stage.look(|book| book.names.keys().copied().collect());
    stage.handle.read(|market| {
        let rows = keys.iter().filter_map(|key| market.row(RowId(key.0)));
        rows.filter(|row| row.freshness != Freshness::Live).count()
    })
}

/// ±1 s, ±1 h, ±1 day, and a clock that is drawn straight a little at a time.
async fn set(run: Run) -> Result<Seen> {
    let Computer { mut stage, wall, .. } = Computer::start(run).await?;
    let at = stage.now();
    let mut wrong = Vec::new();
    for seconds in [1, -1, 3_600, -3_600, 86_400, -86_400, 0] {
        wall.set_ahead(TimeDelta::seconds(seconds));
        more_news(&mut stage).await?;
        let doubted = doubted(&stage);
        if doubted > 0 {
            wrong.push(format!("{doubted} rows in doubt, {seconds} s ahead"));
        }
    }
    for _ in 0..10 {
        wall.move_on(Duration::from_micros(500));
        more_news(&mut stage).await?;
    }
    let drops = stage.look(|book| book.drops());
    let mut seen = stage.settle(at, at).await?;
    seen.recovered = None;
    seen.wrong.extend(wrong);
    let detected = seen.detected;
    seen.expect(drops == 0 && detected.is_none(), || {
        format!("{drops} connections were given up")
    });
    Ok(seen)
}

/// While a computer sleeps its timers sleep too; what it sees on waking is another time of day, and a line on which
/// nothing has come or nobody is any more.
async fn woken(run: Run, slept: Duration, line: Line) -> Result<Seen> {
    let Computer {
        mut stage,
        wall,
        ways,
        tell,
    } = Computer::start(run).await?;
    if line != Line::Alive {
        stage.freeze().await?;
    }
    if line == Line::DeadWithoutNames {
        ways.says(Word::Late(NAMES_LATE));
    }
    wall.move_on(slept);
    let at = stage.now();
    tell.send(Disturbance::Woke { slept }).await?;
    let mut told_stale = 0;
    if line == Line::Alive {
        for _ in 0..5 {
            more_news(&mut stage).await?;
            told_stale += doubted(&stage);
        }
    } else {
        let since = if run.transport == TransportKind::Poll {
            at
        } else {
            stage.lost(at).await?
        };
        stage.news(since).await?;
    }
    let drops = stage.look(|book| book.drops());
    let way = stage.way();
    let mut seen = stage.settle(at, at).await?;
    seen.expect(way == run.transport, || format!("it went on to {way}"));
    if line == Line::Alive {
        seen.recovered = None;
        let detected = seen.detected;
        seen.expect(drops == 0 && detected.is_none() && told_stale == 0, || {
            format!("{drops} connections were given up, {told_stale} rows were in doubt")
        });
    } else {
        seen.expect(drops <= 1, || format!("{drops} connections were lost"));
    }
    if line != Line::Alive && run.transport == TransportKind::Poll {
        "as it comes".clone_into(&mut seen.class);
    }
    Ok(seen)
}
