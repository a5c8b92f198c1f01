//! What a stretch of messages has cost the process that read them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::MEMORY;
use crate::counting::Asked;
use crate::stage::Stage;

/// From the end of warming up to the end of the flood.
#[derive(Clone, Debug)]
pub(crate) struct Cost {
    pub(crate) messages: u64,
    pub(crate) cpu_ns: f64,
    pub(crate) per_second: f64,
    pub(crate) allocations: u64,
    pub(crate) allocated: u64,
    /// Resident memory at a quarter, a half, three quarters and the end, in KiB.
    pub(crate) resident: Vec<u64>,
}

impl Cost {
    /// How often memory was asked for, for each message.
    pub(crate) fn allocations_each(&self) -> f64 {
        self.allocations as f64 / self.messages as f64
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "messages": self.messages, "cpu_ns_per_message": self.cpu_ns, "messages_per_second": self.per_second,
            "allocations": self.allocations, "allocated_bytes": self.allocated,
            "allocations_per_message": self.allocations_each(),
            "resident_kib": self.resident,
        })
    }

    /// Of what a process of ours has printed.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).with_context(|| text.to_owned())?;
        let whole = |name: &str| value[name].as_u64().context("no figure");
        let figure = |name: &str| value[name].as_f64().context("no figure");
        let resident = value["resident_kib"].as_array().context("no figure")?;
        Ok(Self {
            messages: whole("messages")?,
            cpu_ns: figure("cpu_ns_per_message")?,
            per_second: figure("messages_per_second")?,
            allocations: whole("allocations")?,
            allocated: whole("allocated_bytes")?,
            resident: resident.iter().filter_map(Value::as_u64).collect(),
        })
    }
}

/// Looks at the process when so many messages have come.
pub(crate) struct Meter {
    marks: std::vec::IntoIter<u64>,
    next: Option<u64>,
    looks: Vec<Look>,
}

#[derive(Clone, Copy)]
struct Look {
    count: u64,
    cpu: Duration,
    at: Instant,
    asked: Asked,
    resident: u64,
}

impl Meter {
    pub(crate) fn new(stage: &Stage) -> Self {
        let measured = stage.count - stage.warm;
        let quarters = (0..=4).map(|quarter| stage.warm + measured * quarter / 4);
        let mut marks = quarters.collect::<Vec<_>>().into_iter();
        let next = marks.next();
        Self {
            marks,
            next,
            looks: Vec::with_capacity(8),
        }
    }

    /// How many messages there must have been for the next look.
    pub(crate) const fn next(&self) -> Option<u64> {
        self.next
    }

    pub(crate) fn at(&mut self, count: u64, cpu: Duration) -> Result<()> {
        let asked = MEMORY.asked();
        self.looks.push(Look {
            count,
            cpu,
            at: Instant::now(),
            asked,
            resident: resident()?,
        });
        self.next = self.marks.next();
        Ok(())
    }

    pub(crate) fn end(self) -> Result<Cost> {
        let (first, last) = self
            .looks
            .first()
            .zip(self.looks.last())
            .context("nothing was measured")?;
        let messages = last.count - first.count;
        let cpu = (last.cpu - first.cpu).as_nanos() as f64;
        Ok(Cost {
            messages,
            cpu_ns: cpu / messages as f64,
            per_second: messages as f64 / (last.at - first.at).as_secs_f64(),
            allocations: last.asked.calls - first.asked.calls,
            allocated: last.asked.bytes - first.asked.bytes,
            resident: self.looks.iter().skip(1).map(|look| look.resident).collect(),
        })
    }
}

/// Without asking for memory, which is being counted.
fn resident() -> Result<u64> {
    use std::io::Read;
    let mut room = [0; 256];
    let count = std::fs::File::open("/proc/self/statm")?.read(&mut room)?;
    let text = std::str::from_utf8(room.get(..count).unwrap_or_default())?;
    let pages: u64 = text
        .split_whitespace()
        .nth(1)
        .context("statm is short")?
        .parse()?;
    Ok(pages * 4)
}
