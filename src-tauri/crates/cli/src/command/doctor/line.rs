//! What an examination came to, for a person and for a program.

use std::time::Duration;

use engine::{Findings as Found, Outcome, Remedy, Step};
use model::TransportKind;
use serde::Serialize;

/// One feed's.
#[derive(Debug)]
pub(super) struct Findings {
    pub(super) feed: String,
    /// What it was asked for.
    pub(super) symbols: Vec<String>,
    pub(super) body: Body,
}

#[derive(Debug)]
pub(super) enum Body {
    /// It did not come to a dial: a key is missing, or the settings make no sense.
    NotOpened {
        why: String,
    },
    Examined(Found),
}

impl Findings {
    pub(super) fn is_good(&self) -> bool {
        match &self.body {
            Body::NotOpened { .. } => false,
            Body::Examined(found) => found.is_good(),
        }
    }

    pub(super) fn object(&self) -> impl Serialize {
        let (address, transport, why, steps) = match &self.body {
            Body::NotOpened { why } => (None, None, Some(why.as_str()), &[][..]),
            Body::Examined(found) => (
                Some(found.address.as_str()),
                Some(way(found)),
                None,
                found.steps.as_slice(),
            ),
        };
        Object {
            feed: &self.feed,
            ok: self.is_good(),
            address,
            transport,
            symbols: &self.symbols,
            why,
            steps: steps.iter().map(StepObject::of).collect(),
        }
    }

    pub(super) fn in_words(&self) -> String {
        let found = match &self.body {
            Body::NotOpened { why } => return format!("{}\n  FAILED       {why}", self.feed),
            Body::Examined(found) => found,
        };
        let mut lines = vec![format!(
            "{} at {} by {}, asked for {}",
            self.feed,
            found.address,
            way(found),
            self.symbols.join(" ")
        )];
        for (step, outcome) in &found.steps {
            let name = step.as_str().replace('_', " ");
            match outcome {
                Outcome::Good(took) => lines.push(format!("  {name:<12} {:>9.1} ms", millis(*took))),
                Outcome::NotNeeded => lines.push(format!("  {name:<12} not needed")),
                Outcome::NotReached => lines.push(format!("  {name:<12} not reached")),
                Outcome::Quiet { why } => lines.push(format!("  {name:<12} {why}")),
                Outcome::Failed { after, why, next } => {
                    lines.push(format!(
                        "  {name:<12} FAILED after {:.1} ms: {why}",
                        millis(*after)
                    ));
                    lines.extend(next.map(|next| format!("  {:<12} {}", "", advice(next))));
                }
            }
        }
        lines.join("\n")
    }
}

fn way(found: &Found) -> &'static str {
    found.transport.map_or("", TransportKind::as_str)
}

/// What to do about a step that failed, here.
const fn advice(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Dial(sentence) => sentence,
        Remedy::Symbol => "Write the symbol as the venue does: `tickwire-cli venues` has examples.",
        Remedy::Patience => {
            "The market may be shut, or this symbol quiet: name another one, or wait longer by --seconds."
        }
        Remedy::Address => "Check that the address is that of the venue, and try again.",
        Remedy::AddressOrSymbol => {
            "Check that the address is that of the venue, and how the symbol is written."
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "doctor")]
struct Object<'a> {
    feed: &'a str,
    ok: bool,
    address: Option<&'a str>,
    transport: Option<&'static str>,
    symbols: &'a [String],
    /// Why it was not even opened.
    why: Option<&'a str>,
    steps: Vec<StepObject<'a>>,
}

#[derive(Debug, Serialize)]
struct StepObject<'a> {
    step: &'static str,
    /// `ok`, `not_needed`, `quiet`, `failed` or `not_reached`.
    result: &'static str,
    ms: Option<f64>,
    why: Option<&'a str>,
    next: Option<&'a str>,
}

impl<'a> StepObject<'a> {
    fn of((step, outcome): &'a (Step, Outcome)) -> Self {
        let (result, took, why, next) = match outcome {
            Outcome::Good(took) => ("ok", Some(*took), None, None),
            Outcome::NotNeeded => ("not_needed", None, None, None),
            Outcome::Quiet { why } => ("quiet", None, Some(why.as_str()), None),
            Outcome::Failed { after, why, next } => {
                ("failed", Some(*after), Some(why.as_str()), next.map(advice))
            }
            Outcome::NotReached => ("not_reached", None, None, None),
        };
        Self {
            step: step.as_str(),
            result,
            ms: took.map(millis),
            why,
            next,
        }
    }
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}
