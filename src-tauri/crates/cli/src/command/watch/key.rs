//! Where a feed's token comes from.

use std::io::{self, BufRead, Read};

use anyhow::{Context, ensure};
use model::Secret;
use tokio::sync::oneshot;

use crate::args::KeyArgs;

/// Longer than any venue's keys are.
const LENGTH_MAX: u64 = 8 << 10;

pub(super) async fn read(wanted: &KeyArgs) -> anyhow::Result<Option<Secret>> {
    let text = if wanted.key_stdin {
        first_line()
            .await
            .context("cannot read the token from standard input")?
    } else if let Some(name) = &wanted.key_env {
        std::env::var(name)
            .with_context(|| format!("there is no token in the environment variable {name}"))?
    } else {
        return Ok(None);
    };
    let token = text.trim().to_owned();
    ensure!(!token.is_empty(), "the token is empty");
    Ok(Some(Secret::new(token)))
}

/// Read by a thread that nobody waits for: a terminal where nothing is typed
/// must not keep the program from ending.
async fn first_line() -> anyhow::Result<String> {
    let (sender, line) = oneshot::channel();
    std::thread::Builder::new()
        .name("token".to_owned())
        .spawn(move || {
            let mut text = String::new();
            let read = io::stdin().lock().take(LENGTH_MAX).read_line(&mut text);
            // The program may be about to end.
            let _unheard = sender.send(read.map(|_| text));
        })?;
    Ok(line.await??)
}
