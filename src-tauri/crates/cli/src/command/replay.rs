//! `tickwire-cli replay`: a tape, through the very engine that it was recorded from.

mod about;

use std::future::pending;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use engine::{EngineOptions, FeedSpec};
use model::{FeedId, Source, TransportKind};
use recording::{Replayer, Tape};

use super::record;
use super::watch::{Player, Show};
use crate::args::ReplayArgs;
use crate::output::{Output, json};
use crate::stop::Stop;
use about::About;

/// What is on this tape cannot be shown, though the tape is whole.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotPlayed {
    #[error("the tape does not say which symbols it has, so it cannot be shown here")]
    NoSymbols,
    #[error("the tape is of a venue that this version of Tickwire cannot read: {0}")]
    Venue(String),
    #[error("the tape names no address that could have been dialed")]
    Address,
    #[error("the tape is over before {0}")]
    OverBefore(String),
}

pub(crate) async fn run(wanted: ReplayArgs, output: Output, mut stop: Stop) -> anyhow::Result<ExitCode> {
    let path = wanted.tape.clone();
    let opened = tokio::task::spawn_blocking(move || {
        let mut tape = Tape::open(&path)?;
        let survey = tape.survey();
        Ok::<_, recording::TapeError>((tape, survey))
    });
    let (tape, survey) = tokio::select! {
        opened = opened => opened.context("reading the tape did not end in order")??,
        () = stop.wanted() => return Ok(ExitCode::SUCCESS),
    };
    let extent = tape.extent();
    if extent.left > 0 {
        tracing::warn!(
            "the tape is damaged at byte {}: what comes before is played, the {} bytes behind it are not",
            extent.whole,
            extent.left
        );
    }
    let about = About::new(&tape, &survey);
    if wanted.info {
        let last = if wanted.json {
            json(&about)
        } else {
            about.in_words()
        };
        output.end(last).await.context("cannot write")?;
        return Ok(ExitCode::SUCCESS);
    }
    let spec = spec(&tape)?;
    let symbols = symbols(&tape)?;
    let from = match &wanted.from {
        Some(from) => Some(
            from.on(&tape)
                .ok_or_else(|| NotPlayed::OverBefore(from.to_string()))?,
        ),
        None => None,
    };
    if !wanted.json {
        // Whoever has closed the output is told of it by the next line.
        let _closed = output.line(about.title(wanted.speed)).await;
    }
    let (replayer, controls) = Replayer::new(tape, wanted.speed);
    let player = Player::new(controls, wanted.speed, from);
    let show = Show {
        options: EngineOptions {
            dialer: Arc::new(replayer),
            // What happens to this computer did not happen to the tape.
            sentinel: None,
            ..EngineOptions::default()
        },
        spec: &spec,
        symbols: &symbols,
        json: wanted.json,
        ticks: true,
        end: &wanted.end,
        player: Some(player),
        wire: false,
        report: None,
    };
    let (end, summary) = show.run(&output, pending(), &mut stop).await?;
    output.end(summary).await.context("cannot write")?;
    end.into_exit()
}

/// The feed as it was set up when it was recorded, but for what nobody needs to play it.
fn spec(tape: &Tape) -> Result<FeedSpec, NotPlayed> {
    let header = tape.header();
    let said = |what: &str| header.about.get(what).map(String::as_str);
    let word = said(record::VENUE).unwrap_or("unnamed");
    let venue = record::venue_of(word).ok_or_else(|| NotPlayed::Venue(word.to_owned()))?;
    let endpoint = header.endpoint.parse().map_err(|_| NotPlayed::Address)?;
    let way = said(record::TRANSPORT).and_then(TransportKind::from_word);
    Ok(FeedSpec {
        source: Source::Replay,
        transports: way.into_iter().collect(),
        bars: said(record::BARS) == Some("yes"),
        // Nobody is dialed.
        plain: true,
        ..FeedSpec::new(FeedId::new(&header.feed), venue, endpoint, None)
    })
}

fn symbols(tape: &Tape) -> Result<Vec<String>, NotPlayed> {
    let named = tape.header().about.get(record::SYMBOLS);
    let symbols: Vec<_> = named
        .map(String::as_str)
        .unwrap_or_default()
        .split_whitespace()
        .map(ToOwned::to_owned)
        .collect();
    if symbols.is_empty() {
        return Err(NotPlayed::NoSymbols);
    }
    Ok(symbols)
}
