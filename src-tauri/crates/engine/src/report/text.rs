//! The report as a page of text.

use std::fmt::Write;
use std::time::Duration;

use feed::{Measure, Transition};

use super::discreet::discreet;
use super::{Report, maker};

pub(super) fn text(report: &Report) -> String {
    let mut page = String::new();
    // Writing into a text never fails.
    let _infallible = write(report, &mut page);
    page
}

fn write(report: &Report, page: &mut String) -> std::fmt::Result {
    let Report {
        made,
        totals,
        journal,
        ..
    } = report;
    writeln!(page, "{}, {}", maker(), made.format("%Y-%m-%d %H:%M:%S UTC"))?;
    writeln!(page)?;
    if let Some(status) = &report.status {
        writeln!(page, "Feed         {}", status.feed)?;
        let lasted = span(report.now.since(status.since));
        let why = discreet(&status.why);
        writeln!(page, "State        {} for {lasted}: {why}", status.state.as_str())?;
        let trip = status
            .round_trip
            .map_or_else(String::new, |trip| format!(", round trip {}", span(trip)));
        writeln!(page, "Transport    {}{trip}", status.transport)?;
    }
    writeln!(page, "Address      {}", discreet(&report.address))?;
    writeln!(
        page,
        "Traffic      {} messages, {} bytes; {} duplicates, {} unreadable; {} gaps with {} ticks, {} of them filled",
        totals.messages,
        totals.bytes,
        totals.duplicates,
        totals.unreadable,
        totals.gaps,
        totals.missing,
        totals.filled
    )?;
    if let Some(allotment) = &report.allotment {
        writeln!(page, "Account      {allotment}")?;
    }
    let counts = &journal.counts;
    let failures: Vec<_> = counts
        .failures
        .iter()
        .map(|(cause, times)| format!("{} {times}", cause.as_str()))
        .collect();
    let failures = if failures.is_empty() {
        "none failed".to_owned()
    } else {
        format!("failed: {}", failures.join(", "))
    };
    writeln!(page, "Attempts     {}; {failures}", counts.attempts)?;
    writeln!(
        page,
        "Changes      {} climbs made, {} failed; {} connections followed in time; {} dials held back",
        counts.climbs_made, counts.climbs_failed, counts.followed, counts.dials_held_back
    )?;
    writeln!(page, "Late timers  {}", counts.timers_late)?;
    writeln!(page)?;
    writeln!(
        page,
        "{:<12} {:>8} {:>10} {:>10} {:>10}",
        "Times", "count", "p50", "p99", "most"
    )?;
    for measure in Measure::ALL {
        let times = journal.times(measure);
        let told = |time: Option<Duration>| time.map_or_else(|| "-".to_owned(), span);
        writeln!(
            page,
            "{:<12} {:>8} {:>10} {:>10} {:>10}",
            measure.as_str().replace('_', " "),
            times.count(),
            told(times.quantile(0.5)),
            told(times.quantile(0.99)),
            told(times.greatest()),
        )?;
    }
    writeln!(page)?;
    writeln!(
        page,
        "What happened, the last {} of {}",
        journal.transitions().len(),
        counts.transitions
    )?;
    for transition in journal.transitions() {
        line(transition, page)?;
    }
    Ok(())
}

fn line(transition: &Transition, page: &mut String) -> std::fmt::Result {
    writeln!(
        page,
        "{}  {:<11} -> {:<11} {:<10} {:<5} after {}: {}",
        transition.at.wall.format("%m-%d %H:%M:%S%.3f"),
        transition.from.as_str(),
        transition.to.as_str(),
        transition.transport.to_string(),
        transition.layer.as_str(),
        span(transition.lasted),
        discreet(&transition.cause)
    )
}

fn span(duration: Duration) -> String {
    let micros = duration.as_micros();
    match micros {
        0 => "0 ms".to_owned(),
        1..10_000 => format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10),
        10_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..120_000_000 => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
        120_000_000..7_200_000_000 => format!("{} min", micros / 60_000_000),
        7_200_000_000.. => format!("{} h", micros / 3_600_000_000),
    }
}
