//! The suite's server, started for one run and ended with it.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tests::{Running, wait_until, wait_until_some};

use crate::verdict::{self, Verdict};
use crate::{AGENT, client};

pub(crate) struct Suite {
    folder: PathBuf,
    port: u16,
    /// Ends when this is dropped.
    _server: Running,
}

impl Suite {
    pub(crate) async fn start(launcher: &Path, folder: &Path, cases: &str) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let reports = folder.join("reports");
        if reports.exists() {
            // What an earlier run has left must not be taken for ours.
            std::fs::remove_dir_all(&reports)?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let words = [
            folder.as_os_str().to_owned(),
            port.to_string().into(),
            cases.into(),
        ];
        let log = folder.join("server.log");
        let server = Running::start(launcher, words, &log)?;
        let listens = async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok();
        wait_until("the suite listens", listens)
            .await
            .with_context(|| format!("what its launcher said is in {}", log.display()))?;
        Ok(Self {
            folder: folder.to_owned(),
            port,
            _server: server,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("ws://127.0.0.1:{}/{path}", self.port)
    }

    pub(crate) async fn count(&self) -> Result<usize> {
        let count = client::asked(&self.url("getCaseCount")).await?;
        count.trim().parse().context("the number of cases")
    }

    pub(crate) async fn run_case(&self, number: usize) -> Result<()> {
        let path = format!("runCase?case={number}&agent={AGENT}");
        client::echo(&self.url(&path))
            .await
            .with_context(|| format!("case number {number}"))
    }

    pub(crate) async fn report(&self) -> Result<BTreeMap<String, Verdict>> {
        // It answers when the report is written, which takes longer than a server gets to answer anybody.
        let _late = client::echo(&self.url(&format!("updateReports?agent={AGENT}"))).await;
        let index = self.folder.join("reports/index.json");
        let read = async || verdict::read(&std::fs::read_to_string(&index).ok()?).ok();
        wait_until_some("the suite has written its report", read).await
    }
}
