//! A token that a person hands over for this once, or to be kept.

use std::io::{self, BufRead, IsTerminal, Read};

use anyhow::{Context, bail, ensure};
use model::Secret;

use crate::args::KeyArgs;
use crate::aside::aside;

/// Longer than any venue's tokens are.
const LENGTH_MAX: u64 = 8 << 10;

impl KeyArgs {
    pub(crate) const fn is_given(&self) -> bool {
        self.key_stdin || self.key_env.is_some()
    }
}

pub(crate) async fn given(wanted: &KeyArgs) -> anyhow::Result<Option<Secret>> {
    if wanted.key_stdin {
        return from_standard_input().await.map(Some);
    }
    let Some(name) = &wanted.key_env else {
        return Ok(None);
    };
    let text = std::env::var(name)
        .with_context(|| format!("there is no token in the environment variable {name}"))?;
    secret(&text).map(Some)
}

/// The first line. A terminal would show what is typed and keep it on screen.
pub(crate) async fn from_standard_input() -> anyhow::Result<Secret> {
    if io::stdin().is_terminal() {
        bail!("the token is read from a file or a pipe, as a terminal would show it: add `< FILE`");
    }
    let text = aside(|| {
        let mut text = String::new();
        let read = io::stdin().lock().take(LENGTH_MAX).read_line(&mut text);
        read.map(|_| text)
    });
    let text = text.await?.context("cannot read the token from standard input")?;
    secret(&text)
}

fn secret(text: &str) -> anyhow::Result<Secret> {
    let token = text.trim();
    ensure!(!token.is_empty(), "the token is empty");
    Ok(Secret::new(token.to_owned()))
}
