//! `forward LISTEN TO`: hands every byte on, from an address that another
//! namespace can reach to one that only this one can.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "whoever starts it waits for the line")]

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tests::Relay;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let mut address = || -> Result<SocketAddr> { Ok(words.next().context("forward LISTEN TO")?.parse()?) };
    let (listen, to) = (address()?, address()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let _relay = Relay::start_at(listen, to).await?;
        println!(r#"{{"type":"ready"}}"#);
        // Whoever has started it ends it.
        std::future::pending().await
    })
}
