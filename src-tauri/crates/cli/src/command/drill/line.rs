//! What is told of a rehearsal.

use std::time::Duration;

use serde::Serialize;
use sim::Drill;

/// One object on a line of standard output.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Line {
    Drill {
        drill: String,
        title: String,
        sentence: String,
        seconds: f64,
        transport: &'static str,
    },
    FaultBegan {
        after_ms: u64,
        fault: &'static str,
    },
    FaultEnded {
        after_ms: u64,
        fault: &'static str,
    },
    TriedAgain {
        after_ms: u64,
    },
    Freshness {
        after_ms: u64,
        symbol: String,
        is: &'static str,
    },
    Status {
        after_ms: u64,
        state: &'static str,
        why: String,
    },
    Promise {
        promise: String,
        kept: bool,
        seen: String,
    },
    Verdict {
        drill: String,
        kept: bool,
        sentence: String,
    },
}

impl Line {
    pub(super) fn of(drill: &Drill) -> Self {
        Self::Drill {
            drill: drill.name.clone(),
            title: drill.title.clone(),
            sentence: drill.sentence.clone(),
            seconds: drill.lasts.as_secs_f64(),
            transport: drill.way.as_str(),
        }
    }

    pub(super) fn tried_again(after: Duration) -> Self {
        Self::TriedAgain {
            after_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Everything that is no broken promise is fine.
    pub(super) const fn is_kept(&self) -> bool {
        match self {
            Self::Promise { kept, .. } | Self::Verdict { kept, .. } => *kept,
            Self::Drill { .. }
            | Self::FaultBegan { .. }
            | Self::FaultEnded { .. }
            | Self::TriedAgain { .. }
            | Self::Freshness { .. }
            | Self::Status { .. } => true,
        }
    }
}

/// The same for people.
pub(super) fn words(line: &Line) -> String {
    let at = |ms: &u64| {
        let (seconds, tenths) = (ms / 1_000, ms % 1_000 / 100);
        format!("{seconds:>4}.{tenths} s  ")
    };
    match line {
        Line::Drill {
            drill,
            title,
            sentence,
            seconds,
            ..
        } => format!("{drill}: {title} ({seconds:.0} s)\n    {sentence}"),
        Line::FaultBegan { after_ms, fault } => format!("{}{fault} begins", at(after_ms)),
        Line::FaultEnded { after_ms, fault } => format!("{}{fault} ends", at(after_ms)),
        Line::TriedAgain { after_ms } => format!("{}somebody tries again", at(after_ms)),
        Line::Freshness { after_ms, symbol, is } => format!("{}{symbol} is {is}", at(after_ms)),
        Line::Status { after_ms, state, why } => format!("{}the feed is {state}: {why}", at(after_ms)),
        Line::Promise { promise, kept, seen } => {
            format!("{}  {promise}: {seen}", if *kept { "kept   " } else { "BROKEN " })
        }
        Line::Verdict {
            drill,
            kept,
            sentence,
        } => {
            let so = if *kept { "as promised" } else { "NOT as promised" };
            format!("{drill}: {so}. {sentence}")
        }
    }
}
