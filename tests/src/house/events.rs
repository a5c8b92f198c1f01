//! One client of an event stream.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use tokio::io::AsyncWriteExt;

use super::{Inside, Order, Pipe, lock};

/// Told from those of the stream.
const FIRST: usize = 1 << 32;

/// What is said on its channels, until it or we have enough.
pub(super) async fn serve(inside: &Inside, seats: Vec<String>, mut pipe: Box<dyn Pipe>) -> Result<()> {
    let mut orders = inside.orders.subscribe();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n: hello\n\n";
    pipe.write_all(head.as_bytes()).await?;
    pipe.flush().await?;
    let seats: BTreeSet<_> = seats.into_iter().collect();
    let _seat = Seat::take(inside, seats.clone());
    loop {
        match orders.recv().await? {
            Order::Say { seat, text } if seats.contains(&seat) => event(&mut pipe, &text).await?,
            Order::Say { .. } => {}
            Order::Announce { text } => event(&mut pipe, &text).await?,
            Order::Close { .. } => return Ok(()),
            Order::Cut => bail!("cut off"),
        }
    }
}

async fn event(pipe: &mut Box<dyn Pipe>, text: &str) -> Result<()> {
    pipe.write_all(format!("data: {text}\n\n").as_bytes()).await?;
    Ok(pipe.flush().await?)
}

/// It is given up however the visit ends.
struct Seat<'a> {
    inside: &'a Inside,
    number: usize,
}

impl<'a> Seat<'a> {
    fn take(inside: &'a Inside, seats: BTreeSet<String>) -> Self {
        let mut ledger = lock(&inside.ledger);
        let number = FIRST + ledger.fetched.len();
        ledger.seats.push((number, seats));
        Self { inside, number }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut ledger = lock(&self.inside.ledger);
        ledger.seats.retain(|(number, _)| *number != self.number);
    }
}
