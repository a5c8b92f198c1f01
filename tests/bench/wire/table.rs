//! The figures side by side, and which of them are worse than they may be.

use serde_json::{Value, json};
use tests::Spread;

use crate::cost::Cost;
use crate::flood::Words;

/// Ours may cost so many times as much as the library alone.
const RATIO_MAX: f64 = 2.5;
/// Nothing is asked for with each message; a buffer now and then is. What the
/// library asks for by itself, most of it for TLS, is not ours.
const ALLOCATIONS_MAX: f64 = 0.001;
/// How much more memory the end may have than the first quarter, in KiB.
const GROWTH_MAX: u64 = 1_024;

#[derive(Debug, Default)]
pub(crate) struct Turns {
    pub(crate) bare: Vec<Cost>,
    pub(crate) ours: Vec<Cost>,
}

#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) words: Words,
    pub(crate) tls: bool,
    /// With its frame, on average.
    pub(crate) message_bytes: f64,
    pub(crate) turns: Turns,
}

impl Line {
    fn name(&self) -> String {
        format!("{}{}", self.words.as_str(), if self.tls { ", TLS" } else { "" })
    }

    fn ratio(&self) -> f64 {
        middle(&self.turns.ours, |cost| cost.cpu_ns) / middle(&self.turns.bare, |cost| cost.cpu_ns)
    }

    /// For each message beyond what the bare loop asks for right before, of the worst turn.
    fn allocations(&self) -> f64 {
        let both = self.turns.ours.iter().zip(&self.turns.bare);
        both.map(|(ours, bare)| ours.allocations_each() - bare.allocations_each())
            .max_by(f64::total_cmp)
            .unwrap_or_default()
    }

    fn growth(&self) -> u64 {
        let each = self.turns.ours.iter();
        let grown =
            each.filter_map(|cost| Some(cost.resident.last()?.saturating_sub(*cost.resident.first()?)));
        grown.max().unwrap_or_default()
    }

    /// Which bar it does not reach.
    pub(crate) fn missed(&self) -> Option<String> {
        let bars = [
            (self.ratio() > RATIO_MAX)
                .then(|| format!("{:.2} x the bare loop, not {RATIO_MAX}", self.ratio())),
            (self.allocations() > ALLOCATIONS_MAX).then(|| {
                format!(
                    "{:.4} allocations a message beyond the bare loop's",
                    self.allocations()
                )
            }),
            (self.growth() > GROWTH_MAX).then(|| format!("{} KiB more at the end", self.growth())),
        ];
        let missed: Vec<_> = bars.into_iter().flatten().collect();
        (!missed.is_empty()).then(|| format!("{}: {}", self.name(), missed.join(", ")))
    }

    pub(crate) fn json(&self) -> Value {
        let of = |costs: &[Cost]| {
            json!({
                "cpu_ns_per_message": spread(costs, |cost| cost.cpu_ns).json(),
                "messages_per_second": spread(costs, |cost| cost.per_second).json(),
                "turns": costs.iter().map(Cost::json).collect::<Vec<_>>(),
            })
        };
        json!({
            "words": self.words.as_str(), "tls": self.tls, "message_bytes": self.message_bytes, "ratio": self.ratio(), "ratio_bar": RATIO_MAX,
            "allocations_per_message_beyond_bare": self.allocations(), "growth_kib": self.growth(),
            "passed": self.missed().is_none(), "bare": of(&self.turns.bare), "ours": of(&self.turns.ours),
        })
    }
}

pub(crate) fn print(lines: &[Line]) {
    println!(
        "one connection, flooded: processor time a message, the middle of {} turns each (least to most)\n\
         {:<15} {:>6} {:>20} {:>20} {:>7} {:>9} {:>32} {:>22}",
        lines.first().map_or(0, |line| line.turns.ours.len()),
        "",
        "bytes",
        "bare ns",
        "ours ns",
        "ratio",
        "ours M/s",
        "allocations each: bare ours more",
        "resident KiB by quarter"
    );
    for line in lines {
        let last = line.turns.ours.last();
        println!(
            "{:<15} {:>6.0} {:>20} {:>20} {:>7.2} {:>9.2} {:>32} {:>22}",
            line.name(),
            line.message_bytes,
            told(spread(&line.turns.bare, |cost| cost.cpu_ns)),
            told(spread(&line.turns.ours, |cost| cost.cpu_ns)),
            line.ratio(),
            middle(&line.turns.ours, |cost| cost.per_second) / 1e6,
            format!(
                "{:.6} {:.6} {:+.6}",
                middle(&line.turns.bare, Cost::allocations_each),
                middle(&line.turns.ours, Cost::allocations_each),
                line.allocations()
            ),
            last.map_or_else(String::new, |cost| {
                cost.resident
                    .iter()
                    .map(u64::to_string)
                    .collect::<Vec<_>>()
                    .join(" ")
            }),
        );
    }
}

fn told(spread: Spread) -> String {
    format!("{:.0} ({:.0}-{:.0})", spread.p50, spread.min, spread.max)
}

fn spread(costs: &[Cost], figure: fn(&Cost) -> f64) -> Spread {
    Spread::of(costs.iter().map(figure).collect())
}

fn middle(costs: &[Cost], figure: fn(&Cost) -> f64) -> f64 {
    spread(costs, figure).p50
}
