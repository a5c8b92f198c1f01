//! What a process that is measured is told by the one that has started it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use rustls::pki_types::CertificateDer;

use crate::cost::Cost;
use crate::flood::Words;

#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) who: Who,
    pub(crate) words: Words,
    pub(crate) address: SocketAddr,
    pub(crate) symbols: usize,
    /// Messages of the flood, and those of them before anything is measured.
    pub(crate) count: u64,
    pub(crate) warm: u64,
    /// The file that holds the server's certificate, where it has one.
    pub(crate) certificate: Option<PathBuf>,
}

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Bare,
    Ours,
}

impl Who {
    const ALL: [Self; 2] = [Self::Bare, Self::Ours];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Ours => "ours",
        }
    }
}

/// The first word of a process that is measured.
const READ: &str = "read";

impl Stage {
    /// Runs it in a process of its own, and says what that has printed.
    pub(crate) fn play(&self) -> Result<String> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(READ);
        command.args([self.who.as_str(), self.words.as_str()]);
        command.args([self.address.to_string(), self.symbols.to_string()]);
        command.args([self.count.to_string(), self.warm.to_string()]);
        command.args(&self.certificate);
        let output = command.output()?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "{} of {}: {told}",
            self.who.as_str(),
            self.words.as_str()
        );
        Ok(String::from_utf8(output.stdout)?)
    }

    pub(crate) fn measure(&self) -> Result<Cost> {
        Cost::read(&self.play()?)
    }

    /// Of the words that this process was started with, if it is one of those.
    pub(crate) fn told() -> Result<Option<Self>> {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let [first, who, venue, address, symbols, count, warm, certificate @ ..] = words.as_slice() else {
            return Ok(None);
        };
        if first != READ {
            return Ok(None);
        }
        let who = Who::ALL.into_iter().find(|known| known.as_str() == who);
        Ok(Some(Self {
            who: who.context("who?")?,
            words: Words::of(venue).context("whose words?")?,
            address: address.parse()?,
            symbols: symbols.parse()?,
            count: count.parse()?,
            warm: warm.parse()?,
            certificate: certificate.first().map(PathBuf::from),
        }))
    }

    pub(crate) fn certificate(&self) -> Result<Option<CertificateDer<'static>>> {
        match &self.certificate {
            Some(file) => Ok(Some(CertificateDer::from(std::fs::read(file)?))),
            None => Ok(None),
        }
    }
}
