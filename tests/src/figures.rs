//! Figures, and under which circumstances they were seen.

use std::fmt;
use std::process::Command;

use serde_json::{Value, json};

/// Where, when and from what a figure was made; printed with every one.
#[derive(Clone, Debug)]
pub struct Made {
    machine: String,
    kernel: String,
    cores: usize,
    profile: &'static str,
    commit: String,
    date: String,
    seed: &'static str,
    load_before: String,
}

impl Made {
    /// To be called before anything is measured, as the load of our own is no news.
    pub fn here(seed: &'static str) -> Self {
        Self {
            machine: processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            kernel: said("uname", &["-sr"]).unwrap_or_else(|| std::env::consts::OS.to_owned()),
            cores: std::thread::available_parallelism().map_or(0, Into::into),
            profile: if cfg!(debug_assertions) { "dev" } else { "release" },
            commit: said("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned()),
            date: chrono::Utc::now().format("%Y-%m-%d %H:%M UTC").to_string(),
            seed,
            load_before: load().unwrap_or_else(|| "unknown".to_owned()),
        }
    }

    pub fn json(&self) -> Value {
        json!({
            "machine": self.machine,
            "kernel": self.kernel,
            "cores": self.cores,
            "profile": self.profile,
            "commit": self.commit,
            "date": self.date,
            "seed": self.seed,
            "load_before": self.load_before,
            "load_after": load(),
        })
    }
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            machine,
            kernel,
            cores,
            profile,
            commit,
            date,
            seed,
            load_before,
        } = self;
        write!(
            f,
            "{machine}, {cores} cores, {kernel}; profile {profile}, commit {commit}, seed {seed}; {date}, \
             load before {load_before}, after {}",
            load().unwrap_or_else(|| "unknown".to_owned())
        )
    }
}

/// Of many figures of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    pub n: usize,
    pub min: f64,
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

impl Spread {
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let last = values.len().saturating_sub(1);
        let at = |index: usize| values.get(index.min(last)).copied().unwrap_or_default();
        Self {
            n: values.len(),
            min: at(0),
            p50: at(values.len() / 2),
            p99: at(values.len() * 99 / 100),
            max: at(last),
        }
    }

    pub fn json(&self) -> Value {
        let Self {
            n,
            min,
            p50,
            p99,
            max,
        } = self;
        json!({"n": n, "min": min, "p50": p50, "p99": p99, "max": max})
    }
}

/// How many programs wanted a processor in the last minute, on average.
fn load() -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    Some(text.split_whitespace().next()?.to_owned())
}

fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_names_the_middle_and_the_ends() {
        let spread = Spread::of((1..=101).rev().map(f64::from).collect());
        assert_eq!(spread.n, 101);
        let found = [spread.min, spread.p50, spread.p99, spread.max];
        assert_eq!(found.map(|value| value as u32), [1, 51, 100, 101]);
    }
}
