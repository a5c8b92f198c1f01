//! What the memory of the two came to, side by side.

use serde_json::{Value, json};

use crate::played::Weight;

/// How much more the stalled one may come to, by itself and beside the other.
const GROWTH_MAX_KIB: i64 = 8 << 10;

/// At the beginning, after each minute, and when all was read at the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Growth {
    reading: Vec<Weight>,
    stalled: Vec<Weight>,
}

type Measure = fn(&Weight) -> u64;
const MEASURES: [(&str, Measure); 2] = [
    ("resident", |weight| weight.resident),
    ("heap", |weight| weight.heap),
];

impl Growth {
    pub(crate) fn add(&mut self, reading: Weight, stalled: Weight) {
        self.reading.push(reading);
        self.stalled.push(stalled);
    }

    /// Of either measure: what the stalled one grew by, and that less what the other did.
    fn found(&self, measure: Measure) -> [i64; 2] {
        let (stalled, reading) = (most(&self.stalled, measure), most(&self.reading, measure));
        [stalled, stalled - reading]
    }

    pub(crate) fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for (name, measure) in MEASURES {
            let [by_itself, beside] = self.found(measure);
            if by_itself > GROWTH_MAX_KIB {
                missed.push(format!("{name}: {by_itself} KiB more with the window stalled"));
            }
            if beside > GROWTH_MAX_KIB {
                missed.push(format!("{name}: {beside} KiB more than with a window that reads"));
            }
        }
        missed
    }

    pub(crate) fn print(&self) {
        println!("KiB at the beginning, after each minute, and 2 s after reading on (bar +{GROWTH_MAX_KIB})");
        for (name, measure) in MEASURES {
            for (who, weights) in [("reading", &self.reading), ("stalled", &self.stalled)] {
                let list: Vec<_> = weights.iter().map(|weight| measure(weight).to_string()).collect();
                println!(
                    "  {name:<9} {who}  {}   at most {:+}",
                    list.join(" "),
                    most(weights, measure)
                );
            }
            let [_, beside] = self.found(measure);
            println!("  {name:<9} of the stalled one beside the other {beside:+}");
        }
    }

    pub(crate) fn json(&self) -> Value {
        let each = MEASURES.map(|(name, measure)| {
            let list = |weights: &[Weight]| weights.iter().map(measure).collect::<Vec<_>>();
            let [stalled, beside] = self.found(measure);
            json!({
                "what": name, "reading_kib": list(&self.reading), "stalled_kib": list(&self.stalled),
                "growth_kib": stalled, "growth_beside_kib": beside, "bar_kib": GROWTH_MAX_KIB,
            })
        });
        json!(each)
    }
}

/// The most that it came to above where it began.
fn most(weights: &[Weight], measure: Measure) -> i64 {
    let sizes = || weights.iter().map(|weight| measure(weight).cast_signed());
    let first = sizes().next().unwrap_or_default();
    sizes().max().unwrap_or_default() - first
}
