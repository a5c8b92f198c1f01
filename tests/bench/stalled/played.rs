//! A desk in a process of its own, and the venue that it listens to.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::desk::DESK;
use crate::venue::{Page, Venue};

pub(crate) struct Played {
    venue: Venue,
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

/// The memory of a desk, in KiB. What is resident may have room in it that
/// something has left; what was asked for and not given back has none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight {
    pub(crate) resident: u64,
    pub(crate) heap: u64,
}

impl Played {
    pub(crate) fn start() -> Result<Self> {
        let venue = Venue::open()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args([DESK, &venue.address.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let orders = child.stdin.take().context("no way to it")?;
        let answers = BufReader::new(child.stdout.take().context("no way from it")?).lines();
        Ok(Self {
            venue,
            child,
            orders,
            answers,
        })
    }

    /// Waits until it has all that was before the flood.
    pub(crate) fn ready(&mut self) -> Result<()> {
        ensure!(self.answer()?["ready"] == true, "it was not ready");
        Ok(())
    }

    pub(crate) fn flood(&self) {
        self.venue.flood();
    }

    pub(crate) fn page(&self) -> Page {
        self.venue.page()
    }

    pub(crate) fn tell(&mut self, order: &str) -> Result<()> {
        Ok(writeln!(self.orders, "{order}")?)
    }

    pub(crate) fn answer(&mut self) -> Result<Value> {
        let line = self.answers.next().context("the desk has ended")??;
        serde_json::from_str(&line).context(line)
    }

    pub(crate) fn weigh(&mut self) -> Result<Weight> {
        self.tell("weigh")?;
        let heap = self.answer()?["heap"].as_u64().context("no figure")?;
        let text = std::fs::read_to_string(format!("/proc/{}/statm", self.child.id()))?;
        let pages: u64 = text
            .split_whitespace()
            .nth(1)
            .context("statm is short")?
            .parse()?;
        Ok(Weight {
            resident: pages * 4,
            heap: heap >> 10,
        })
    }

    /// What the venue has sent in all, and what the desk says at its end.
    pub(crate) fn end(&mut self) -> Result<(Page, Value)> {
        let page = self.venue.stop()?;
        self.tell(&format!("end {}", page.messages))?;
        Ok((page, self.answer()?))
    }
}

/// Of one that went well nothing is left to be ended.
impl Drop for Played {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
