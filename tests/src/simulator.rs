//! `tickwire-cli sim` as another program that can be stopped and started.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{Running, wait_until_some};

/// A simulated venue in a process of its own. It keeps its port and its token
/// over a restart, as a real one would.
#[derive(Debug)]
pub struct Simulator {
    program: PathBuf,
    output: PathBuf,
    port: u16,
    running: Option<Running>,
}

const TOKEN: &str = "0f9b2a7c51e84d3fa6c0d1b2e3f40516";

impl Simulator {
    pub async fn start(program: &Path, folder: &Path) -> Result<Self> {
        let output = folder.join("sim.jsonl");
        let mut simulator = Self {
            program: program.to_owned(),
            output,
            port: 0,
            running: None,
        };
        simulator.start_again().await?;
        Ok(simulator)
    }

    /// The address with its token, as a person would give it to `--feed`.
    pub fn address(&self) -> String {
        format!("ws://127.0.0.1:{}/v1/stream?token={TOKEN}", self.port)
    }

    pub fn stop(&mut self) -> Result<()> {
        self.running.take().map_or(Ok(()), Running::stop)
    }

    pub async fn start_again(&mut self) -> Result<()> {
        let port = self.port.to_string();
        let arguments = ["sim", "--seed", "7", "--port", &port, "--token", TOKEN];
        self.running = Some(Running::start(&self.program, arguments, &self.output)?);
        let ready = wait_until_some("the simulator said that it is ready", async || {
            let text = std::fs::read_to_string(&self.output).ok()?;
            let line: Value = serde_json::from_str(text.lines().next()?).ok()?;
            (line.get("type")? == "ready").then_some(line)
        })
        .await?;
        let address = ready
            .get("ws")
            .and_then(Value::as_str)
            .context("no address in the first line")?;
        let port = address.split([':', '/']).find_map(|part| part.parse().ok());
        self.port = port.with_context(|| format!("no port in {address}"))?;
        Ok(())
    }
}
