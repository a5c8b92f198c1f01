//! HTTP/1.1, as little of it as a stand-in needs.

use anyhow::{Context, Result, bail, ensure};
use tokio::io::AsyncReadExt;
use url::Url;

use super::Pipe;

const HEAD_MAX: usize = 64 << 10;

/// What a client asks for. It sends no bodies.
#[derive(Clone, Debug)]
pub struct Head {
    /// It only asks whether anybody is there.
    pub is_ping: bool,
    /// With the query.
    pub path: String,
    headers: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Head {
    /// `None` when nobody asks any more.
    pub async fn read(pipe: &mut Box<dyn Pipe>) -> Result<Option<Self>> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if pipe.read(&mut byte).await? == 0 {
                return Ok(None);
            }
            bytes.extend(byte);
            ensure!(bytes.len() < HEAD_MAX, "an endless request");
        }
        let text = String::from_utf8(bytes)?;
        let mut lines = text.lines();
        let mut first = lines.next().context("no request")?.split(' ');
        let is_ping = match first.next() {
            Some("GET") => false,
            Some("OPTIONS") => true,
            Some(_) | None => bail!("no question that a client has: {text}"),
        };
        let path = first.next().context("no path")?.to_owned();
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Ok(Some(Self {
            is_ping,
            path,
            headers,
        }))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The path without the query.
    pub fn place(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    pub fn query(&self, name: &str) -> Option<String> {
        let url = Url::parse("http://localhost").ok()?.join(&self.path).ok()?;
        let found = url.query_pairs().find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    }
}

impl Answer {
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub fn json(body: impl Into<String>) -> Self {
        Self {
            body: body.into(),
            ..Self::status(200)
        }
        .with("Content-Type", "application/json")
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn saying(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    pub fn text(&self) -> String {
        let mut text = format!("HTTP/1.1 {} as the sheet says\r\n", self.status);
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        text + &format!("Content-Length: {}\r\n\r\n{}", self.body.len(), self.body)
    }
}
