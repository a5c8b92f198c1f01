//! A token that a person hands over for this once, or to be kept.

use std::io::{self, BufRead, IsTerminal, Read};

use anyhow::{Context, bail, ensure};
use model::Secret;
use url::{Host, Url};

use super::NotAFeed;
use crate::args::KeyArgs;
use crate::aside::aside;

/// Longer than any venue's tokens are.
const LENGTH_MAX: u64 = 8 << 10;

impl KeyArgs {
    pub(crate) const fn is_given(&self) -> bool {
        self.key_stdin || self.key_env.is_some() || self.token.is_some()
    }
}

/// `addresses` are those who will be told it.
pub(crate) async fn given(wanted: &KeyArgs, addresses: &[&Url]) -> anyhow::Result<Option<Secret>> {
    if wanted.key_stdin {
        return from_standard_input().await.map(Some);
    }
    if let Some(token) = &wanted.token {
        if !addresses.iter().all(|address| is_here(address)) {
            return Err(NotAFeed::TokenInTheOpen.into());
        }
        return secret(token).map(Some);
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

fn is_here(endpoint: &Url) -> bool {
    match endpoint.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn secret(text: &str) -> anyhow::Result<Secret> {
    let token = text.trim();
    ensure!(!token.is_empty(), "the token is empty");
    Ok(Secret::new(token.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_on_the_command_line_goes_to_this_computer_only() {
        let args = KeyArgs {
            key_stdin: false,
            key_env: None,
            token: Some("hush".to_owned()),
        };
        for here in [
            "ws://127.0.0.1:1/v1/stream",
            "http://[::1]:1/",
            "wss://localhost/",
        ] {
            let token = given(&args, &[&here.parse().unwrap()]).await.unwrap();
            assert_eq!(token.unwrap().reveal(), "hush");
        }
        for elsewhere in ["wss://ticks.example/", "wss://localhost.example/"] {
            let refused = given(&args, &[&elsewhere.parse().unwrap()]).await.unwrap_err();
            assert!(refused.is::<NotAFeed>() && !refused.to_string().contains("hush"));
        }
    }
}
