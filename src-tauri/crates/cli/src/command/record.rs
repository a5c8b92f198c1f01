//! `tickwire-cli record`: what a feed sends, onto a tape.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use chrono::Utc;
use engine::{EngineOptions, FeedSpec};
use provider::{Adapter, VenueName};
use recording::{Header, Recorder, RecordingState, TapeFile};
use serde::Serialize;
use tokio::sync::watch;
use url::Url;

use super::watch::{End, Show};
use crate::args::RecordArgs;
use crate::feeds;
use crate::output::{Output, json};
use crate::stop::Stop;

/// The names of what a tape says about itself, for whoever plays it.
pub(super) const VENUE: &str = "venue";
pub(super) const SYMBOLS: &str = "symbols";
pub(super) const TRANSPORT: &str = "transport";
pub(super) const BARS: &str = "bars";
/// What our own venue, and whoever is like it, is called there: by what it speaks.
const TICKWIRE: &str = "tickwire.v1";

/// A venue as it stands on a tape.
pub(super) fn said_of(venue: &Adapter) -> &str {
    if *venue == VenueName::SIM {
        TICKWIRE
    } else {
        venue.as_str()
    }
}

/// The venue that a tape speaks of.
pub(super) fn venue_of(word: &str) -> Option<VenueName> {
    match word {
        TICKWIRE => Some(VenueName::SIM),
        other => VenueName::from_word(other),
    }
}

pub(crate) async fn run(wanted: RecordArgs, output: Output, mut stop: Stop) -> anyhow::Result<ExitCode> {
    let RecordArgs { what, out, force } = wanted;
    let source = tokio::select! {
        source = feeds::find(what.wanted()) => source?,
        () = stop.wanted() => return Ok(ExitCode::SUCCESS),
    };
    let header = header(&source.spec, &what.symbols);
    let file = TapeFile::create(&out, &header, force)?;
    let options = feeds::network::options(&what.network, what.wanted().profile).await?;
    let secrets: Vec<_> = source.spec.token.iter().cloned().collect();
    let (recorder, recording) = Recorder::start(Arc::clone(&options.dialer), file, &secrets)
        .context("the system gives no thread to record on")?;
    let show = Show {
        options: EngineOptions {
            dialer: Arc::new(recorder),
            ..options
        },
        spec: &source.spec,
        symbols: &what.symbols,
        json: what.json,
        ticks: false,
        end: &what.end,
        player: None,
        wire: what.wire,
        report: what.report.as_deref(),
    };
    let stopped = stopped(recording.state());
    let (end, summary) = show.run(&output, stopped, &mut stop).await?;
    let state = tokio::task::spawn_blocking(move || {
        drop(source);
        recording.end()
    })
    .await
    .context("the recording did not end in order")?;
    let end = why(&state).map_or(end, |why| End::NotRecorded { why });
    let recorded = Recorded::new(out, &state);
    let last = if what.json {
        json(&recorded)
    } else {
        recorded.in_words()
    };
    // Nobody reads any more; the tape is there all the same.
    let _closed = output.line(summary).await;
    output.end(last).await.context("cannot write")?;
    end.into_exit()
}

/// The address as far as it may be known.
fn header(spec: &FeedSpec, symbols: &[String]) -> Header {
    let ways = spec.transports.first().map(|way| way.as_str());
    Header::new(Utc::now(), spec.id.as_str(), bare(&spec.endpoint).as_str())
        .about(VENUE, said_of(&spec.venue))
        .about(SYMBOLS, &symbols.join(" "))
        .about(TRANSPORT, ways.unwrap_or_default())
        .about(BARS, if spec.bars { "yes" } else { "no" })
}

fn bare(url: &Url) -> Url {
    let mut bare = url.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    // A feed's address has neither; one that has is refused when it is opened.
    let _none = bare.set_password(None);
    let _none = bare.set_username("");
    bare
}

/// Only ever ends when nothing can be written any more.
async fn stopped(mut state: watch::Receiver<RecordingState>) -> End {
    let is_stopped = |state: &RecordingState| why(state).is_some();
    let stopped = state
        .wait_for(is_stopped)
        .await
        .ok()
        .and_then(|state| why(&state));
    match stopped {
        Some(why) => End::NotRecorded { why },
        None => std::future::pending().await,
    }
}

fn why(state: &RecordingState) -> Option<String> {
    match state {
        RecordingState::Stopped { kind, .. } => Some(format!("{kind}; the tape is whole up to there")),
        RecordingState::Running(_) | RecordingState::Ended(_) => None,
    }
}

/// The last line.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "recorded")]
struct Recorded {
    file: String,
    bytes: u64,
    seconds: f64,
    messages: u64,
    /// Entries that came faster than they could be written.
    missing: u64,
}

impl Recorded {
    fn new(file: PathBuf, state: &RecordingState) -> Self {
        let taken = state.taken();
        Self {
            file: file.display().to_string(),
            bytes: taken.stored,
            seconds: taken.until.as_secs_f64(),
            messages: taken.messages,
            missing: taken.missing,
        }
    }

    fn in_words(&self) -> String {
        let missing = if self.missing == 0 {
            String::new()
        } else {
            format!("; {} entries came too fast and are missing", self.missing)
        };
        format!(
            "-- {} has {} messages of {:.1} s in {} bytes{missing}",
            self.file, self.messages, self.seconds, self.bytes
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_on_a_tape_has_neither_query_nor_name() {
        let url = "wss://me:hush@ticks.example/v1/stream?token=hush#x"
            .parse()
            .unwrap();
        assert_eq!(bare(&url).as_str(), "wss://ticks.example/v1/stream");
    }
}
