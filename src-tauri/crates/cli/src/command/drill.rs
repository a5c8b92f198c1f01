//! `tickwire-cli drill`: a rehearsal, and whether what it promises is seen.
//!
//! A venue, the very engine of the app, and a script between them. What the
//! venue has told is compared with what came out of the engine, trade by trade.
//!
//! - `scene`: what is seen at a moment, and what was seen so far
//! - `verdict`: what each promise has come to

mod line;
mod scene;
mod verdict;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use engine::{Engine, EngineOptions, FeedSpec};
use model::{FeedId, Secret, Source, Symbol, SymbolKey, TransportKind};
use provider::VenueName;
use sim::{Drill, Options, Server, Way};
use tokio::time::{Instant, interval, timeout};
use transport::{Network, roots_of_pem};

use crate::args::{DrillArgs, DrillDeed};
use crate::output::{Closed, Output, json};
use crate::script;
use crate::stop::Stop;
use line::Line;
use scene::Scene;
use verdict::Promises;

/// Often enough to see what a person would.
const LOOK: Duration = Duration::from_millis(50);
/// For the first prices, on a machine that has much else to do.
const OPENING: Duration = Duration::from_secs(60);
/// For the last trades to come through, when all is over.
const SETTLING: Duration = Duration::from_secs(20);

pub(crate) async fn run(wanted: DrillArgs, output: Output, mut stop: Stop) -> anyhow::Result<ExitCode> {
    match wanted.deed {
        DrillDeed::List { json: wanted } => {
            for drill in Drill::all() {
                if output.line(shape(wanted)(&Line::of(&drill))).await.is_err() {
                    break;
                }
            }
            output.finish().await.context("cannot write")?;
            Ok(ExitCode::SUCCESS)
        }
        DrillDeed::Run {
            name,
            json: wanted,
            seed,
        } => {
            let drill = script::read(&name)?;
            let show = Show {
                output: &output,
                shape: shape(wanted),
            };
            let verdict = tokio::select! {
                verdict = rehearse(&drill, seed, &show) => Some(verdict?),
                () = stop.wanted() => None,
            };
            output.finish().await.context("cannot write")?;
            Ok(match verdict {
                Some(true) => ExitCode::SUCCESS,
                Some(false) | None => ExitCode::FAILURE,
            })
        }
    }
}

fn shape(programs: bool) -> fn(&Line) -> String {
    if programs { json } else { line::words }
}

/// Where lines go, and how they look.
struct Show<'a> {
    output: &'a Output,
    shape: fn(&Line) -> String,
}

impl Show<'_> {
    async fn line(&self, line: &Line) -> Result<(), Closed> {
        self.output.line((self.shape)(line)).await
    }
}

/// Whether every promise was kept.
async fn rehearse(drill: &Drill, seed: u64, show: &Show<'_>) -> anyhow::Result<bool> {
    let mut options = Options::default().at_rate(drill.rate);
    options.scenario.seed = seed;
    options.tls = drill.tls;
    let venue = Server::start(options)?;
    let engine = Engine::start(engine_options(&venue)?)?;
    let kept = watched(drill, &venue, &engine, show).await;
    // Both wait for goodbyes, which are said on threads of their own.
    tokio::task::spawn_blocking(move || {
        engine.shut_down();
        drop(venue);
    })
    .await
    .context("the engine did not end in order")?;
    kept
}

/// The venue is our own, so its certificate is believed, and by this engine alone.
fn engine_options(venue: &Server) -> anyhow::Result<EngineOptions> {
    let mut options = EngineOptions::default();
    if let Some(certificate) = venue.certificate() {
        let roots = roots_of_pem(certificate.as_bytes())?;
        options.dialer = Arc::new(Network::default().trusting(roots));
    }
    Ok(options)
}

async fn watched(drill: &Drill, venue: &Server, engine: &Engine, show: &Show<'_>) -> anyhow::Result<bool> {
    let handle = engine.handle();
    let feed = FeedId::new("drill");
    let mut scene = Scene::new(handle.clone(), feed.clone(), venue.visits());
    let token = Some(Secret::new(venue.token().to_owned()));
    let mut spec = FeedSpec::new(feed, VenueName::SIM, venue.url_of(drill.way).parse()?, token);
    spec.source = Source::Simulated;
    spec.transports = vec![transport(drill.way)];
    handle.open_feed(&spec)?;
    for symbol in &drill.symbols {
        let name = Symbol::new(symbol);
        let row = handle.watch(&spec.id, &name)?;
        scene.add(symbol.clone(), row, SymbolKey(row.0));
    }
    let opened = timeout(OPENING, scene.until_all_live()).await;
    if opened.is_err() {
        bail!("no prices came through before the drill, so nothing can be said about it");
    }
    let began = Instant::now();
    venue.play(drill);
    let mut promises = Promises::of(drill);
    let mut retries = drill.retries.clone();
    retries.sort_unstable();
    let mut retries = retries.into_iter().peekable();
    let mut look = interval(LOOK);
    while began.elapsed() < drill.lasts || promises.are_open() {
        look.tick().await;
        let after = began.elapsed();
        while retries.next_if(|at| *at <= after).is_some() {
            handle.retry(&spec.id)?;
            if show.line(&Line::tried_again(after)).await.is_err() {
                return Ok(false);
            }
        }
        for news in scene.look(after) {
            if show.line(&news).await.is_err() {
                return Ok(false);
            }
        }
        promises.judge(&scene, after);
    }
    let told = venue_told(venue, drill).await?;
    // Whoever waits here waits for the last trade only; whether all came is counted then.
    let _late = timeout(SETTLING, scene.until_heard(&told)).await;
    promises.conclude(&scene, &told);
    let mut kept = true;
    for verdict in promises.verdicts() {
        kept &= verdict.is_kept();
        if show.line(&verdict).await.is_err() {
            return Ok(kept);
        }
    }
    let _closed = show
        .line(&Line::Verdict {
            drill: drill.name.clone(),
            kept,
            sentence: drill.sentence.clone(),
        })
        .await;
    Ok(kept)
}

/// Every trade that the venue remembers to have told.
async fn venue_told(venue: &Server, drill: &Drill) -> anyhow::Result<Vec<sim::Traded>> {
    let recall = venue.recall(drill.symbols.clone());
    tokio::task::spawn_blocking(recall)
        .await
        .context("the venue did not answer")
}

const fn transport(way: Way) -> TransportKind {
    match way {
        Way::WebSocket => TransportKind::WebSocket,
        Way::Events => TransportKind::EventStream,
        Way::LongPoll => TransportKind::LongPoll,
        Way::Poll => TransportKind::Poll,
    }
}
