//! `tickwire-cli sim`: the simulated venue by itself.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;
use sim::{Options, Parting, Server, Visit, Way};
use tokio::sync::broadcast::error::RecvError;

use crate::args::SimArgs;
use crate::output::{Closed, Output, json};
use crate::stop::Stop;

pub(crate) async fn run(wanted: SimArgs, output: Output, mut stop: Stop) -> anyhow::Result<ExitCode> {
    let server = Server::start(options(&wanted)?)?;
    if let Some(drill) = &wanted.drill {
        server.play(&drill::read(drill)?);
    }
    tokio::select! {
        // Whoever has seen enough of the lines wants the venue no longer.
        _closed = tell(&server, &output) => {}
        () = stop.wanted() => {}
    }
    // Stopping waits for clients to hear of it, which takes no runtime of ours.
    tokio::task::spawn_blocking(move || server.stop())
        .await
        .context("the simulated venue did not stop in order")?;
    output.end(json(&Line::Shutdown)).await.context("cannot write")?;
    Ok(ExitCode::SUCCESS)
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
    /// The reader of these lines was too slow for so many of them.
    Missed {
        lines: u64,
    },
    Shutdown,
}

async fn tell(server: &Server, output: &Output) -> Result<(), Closed> {
    let mut visits = server.visits();
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
            Ok(visit) => line(&visit),
            Err(RecvError::Lagged(lines)) => Line::Missed { lines },
            Err(RecvError::Closed) => return Ok(()),
        };
        output.line(json(&line)).await?;
    }
}

fn line(visit: &Visit) -> Line<'static> {
    match *visit {
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
        Parting::Closing => "closing",
    }
}
