//! `tickwire-cli sim`: the simulated venue by itself.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use chrono::Utc;
use serde::Serialize;
use sim::{Options, Parting, Scenario, Server, Visit, Way};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::args::{MarketArgs, SimArgs};
use crate::output::{Closed, Output, json};
use crate::script::{self, BadScript, Script};
use crate::stop::Stop;

pub(crate) async fn run(wanted: SimArgs, output: Output, mut stop: Stop) -> anyhow::Result<ExitCode> {
    let scenario = scenario(&wanted.market)?;
    let drill = wanted.drill.as_deref().map(script::read).transpose()?;
    let server = Server::start(Options {
        port: wanted.port,
        token: wanted.token,
        tls: wanted.tls,
        ..Options::of(scenario)
    })?;
    // From before the drill on, so that its beginning is told.
    let visits = server.visits();
    if let Some(drill) = &drill {
        server.play(drill);
    }
    tokio::select! {
        // Whoever has seen enough of the lines wants the venue no longer.
        _closed = tell(&server, visits, &output) => {}
        () = stop.wanted() => {}
    }
    // Stopping waits for clients to hear of it, which takes no runtime of ours.
    tokio::task::spawn_blocking(move || server.stop())
        .await
        .context("the simulated venue did not stop in order")?;
    output.end(json(&Line::Shutdown)).await.context("cannot write")?;
    Ok(ExitCode::SUCCESS)
}

/// The scenario that was named, with what was said beside it.
fn scenario(wanted: &MarketArgs) -> anyhow::Result<Scenario> {
    let wall = Utc::now();
    let mut scenario = match wanted.scenario.as_deref().map(script::find) {
        None => Scenario::new(1, wall),
        Some(Script::Named(name)) => Scenario::named(name, wall).map_err(BadScript::from)?,
        Some(Script::File(path)) => {
            let text = script::text(path)?;
            Scenario::from_toml(&text, wall).map_err(|error| BadScript::scenario(path, error))?
        }
    };
    scenario.seed = wanted.seed.unwrap_or(scenario.seed);
    scenario.mood = wanted.mood.unwrap_or(scenario.mood);
    scenario.speed = wanted.speed.unwrap_or(scenario.speed);
    scenario.rate = wanted.rate.unwrap_or(scenario.rate);
    scenario.start = wanted.start.unwrap_or(scenario.start);
    Ok(scenario)
}

/// One object on a line of standard output.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Ready {
        ws: &'a str,
        sse: &'a str,
        longpoll: &'a str,
        rest: &'a str,
        token: &'a str,
        pid: u32,
        /// What a client has to trust, as PEM.
        #[serde(skip_serializing_if = "Option::is_none")]
        certificate: Option<&'a str>,
    },
    Connected {
        client: u64,
        address: SocketAddr,
    },
    Refused {
        address: SocketAddr,
        status: u16,
    },
    Left {
        client: u64,
        why: &'static str,
        code: Option<u16>,
        conflated: u64,
    },
    FaultBegan {
        id: u64,
        fault: &'static str,
    },
    FaultEnded {
        id: u64,
        fault: &'static str,
    },
    DrillBegan {
        drill: String,
    },
    DrillEnded {
        drill: String,
    },
    /// The reader of these lines was too slow for so many of them.
    Missed {
        lines: u64,
    },
    Shutdown,
}

async fn tell(server: &Server, mut visits: Receiver<Visit>, output: &Output) -> Result<(), Closed> {
    let ready = Line::Ready {
        ws: &server.url_of(Way::WebSocket),
        sse: &server.url_of(Way::Events),
        longpoll: &server.url_of(Way::LongPoll),
        rest: &server.rest(),
        token: server.token(),
        pid: std::process::id(),
        certificate: server.certificate(),
    };
    output.line(json(&ready)).await?;
    loop {
        let line = match visits.recv().await {
            Ok(visit) => line(visit),
            Err(RecvError::Lagged(lines)) => Line::Missed { lines },
            Err(RecvError::Closed) => return Ok(()),
        };
        output.line(json(&line)).await?;
    }
}

fn line(visit: Visit) -> Line<'static> {
    match visit {
        Visit::Came { client, address } => Line::Connected { client, address },
        Visit::Refused { address, status } => Line::Refused { address, status },
        Visit::Left {
            client,
            why,
            left_out,
        } => Line::Left {
            client,
            why: word(why),
            code: why.code(),
            conflated: left_out,
        },
        Visit::FaultBegan { id, fault } => Line::FaultBegan { id, fault },
        Visit::FaultEnded { id, fault } => Line::FaultEnded { id, fault },
        Visit::DrillBegan { name } => Line::DrillBegan { drill: name },
        Visit::DrillEnded { name } => Line::DrillEnded { drill: name },
    }
}

const fn word(why: Parting) -> &'static str {
    match why {
        Parting::ByClient { .. } => "closed",
        Parting::Lost => "lost",
        Parting::Broken { .. } => "broken",
        Parting::Slow => "slow",
        Parting::Silent => "silent",
        Parting::Flooding => "flooding",
        Parting::Rehearsed { .. } => "rehearsed",
        Parting::Closing => "closing",
    }
}
