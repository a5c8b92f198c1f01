//! `tickwire-cli sim` as another program that can be stopped and started.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Running, wait_until_some};

/// A simulated venue in a process of its own. It keeps its port and its token
/// over a restart, as a real one would.
#[derive(Debug)]
pub struct Simulator {
    program: PathBuf,
    output: PathBuf,
    port: u16,
    more: Vec<String>,
    running: Option<Running>,
}

const SEED: &str = "7";
const TOKEN: &str = "0f9b2a7c51e84d3fa6c0d1b2e3f40516";

impl Simulator {
    pub async fn start(program: &Path, folder: &Path) -> Result<Self> {
        Self::start_with(program, folder, &[]).await
    }

    /// The same with more to say about the market, as `--rate`.
    pub async fn start_with(program: &Path, folder: &Path, more: &[&str]) -> Result<Self> {
        let output = folder.join("sim.jsonl");
        let mut simulator = Self {
            program: program.to_owned(),
            output,
            port: 0,
            more: more.iter().map(|word| (*word).to_owned()).collect(),
            running: None,
        };
        simulator.start_again().await?;
        Ok(simulator)
    }

    /// The address with its token, as a person would give it to `--feed`.
    pub fn address(&self) -> String {
        format!("ws://127.0.0.1:{}/v1/stream?token={TOKEN}", self.port)
    }

    pub fn server(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    pub const fn token(&self) -> &'static str {
        TOKEN
    }

    pub const fn seed(&self) -> &'static str {
        SEED
    }

    /// The number of its process while it runs.
    pub fn id(&self) -> Option<u32> {
        self.running.as_ref().map(Running::id)
    }

    /// What it has said so far of clients, a line each.
    pub fn told(&self) -> Result<Vec<Value>> {
        let text = std::fs::read_to_string(&self.output)?;
        // The last line may not be whole yet.
        Ok(text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect())
    }

    /// What it answers to `GET`, which must go well.
    pub async fn ask(&self, path: &str) -> Result<String> {
        let mut stream = TcpStream::connect(self.server()).await?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .context("the answer has no end of its head")?;
        ensure!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}");
        Ok(body.to_owned())
    }

    /// Every symbol that is traded there.
    pub async fn symbols(&self) -> Result<Vec<String>> {
        let found: Value = serde_json::from_str(&self.ask("/v1/search?q=&limit=1000").await?)?;
        let instruments = found.get("instruments").and_then(Value::as_array);
        let symbols = instruments.into_iter().flatten();
        Ok(symbols
            .filter_map(|instrument| Some(instrument.get("symbol")?.as_str()?.to_owned()))
            .collect())
    }

    pub fn stop(&mut self) -> Result<()> {
        self.running.take().map_or(Ok(()), Running::stop)
    }

    pub async fn start_again(&mut self) -> Result<()> {
        let port = self.port.to_string();
        let mut arguments = vec!["sim", "--seed", SEED, "--port", &port, "--token", TOKEN];
        arguments.extend(self.more.iter().map(String::as_str));
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
