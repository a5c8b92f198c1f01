//! One client on the stream, as the venue's script sees it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::select;
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::head::Head;
use super::{Inside, Order, Pipe, Whim, lock};

/// Stands for the number of a message on its connection.
pub const NUMBER: &str = "<number>";
/// A machine that stands still is not a client that breaks the rules.
const LENIENCE: u32 = 6;

pub struct Client {
    inside: Arc<Inside>,
    socket: WebSocketStream<Box<dyn Pipe>>,
    orders: broadcast::Receiver<Order>,
    number: usize,
    head: Head,
    whim: Option<Whim>,
    /// How many messages it was sent, where they are numbered.
    said: Option<u64>,
    /// What it had said before it was asked whether it is there.
    unread: VecDeque<String>,
}

impl Client {
    pub fn new(
        inside: Arc<Inside>,
        socket: WebSocketStream<Box<dyn Pipe>>,
        orders: broadcast::Receiver<Order>,
        number: usize,
        head: Head,
        whim: Option<Whim>,
    ) -> Self {
        lock(&inside.ledger).seats.push((number, BTreeSet::new()));
        Self {
            inside,
            socket,
            orders,
            number,
            head,
            whim,
            said: None,
            unread: VecDeque::new(),
        }
    }

    /// Taken once: it is for this client alone.
    pub fn is_crowded(&mut self) -> bool {
        self.whim.take_if(|whim| matches!(whim, Whim::Crowded)).is_some()
    }

    pub fn is_too_fast(&mut self) -> bool {
        self.whim.take_if(|whim| matches!(whim, Whim::Slower)).is_some()
    }

    /// From here on each message has its number where [`NUMBER`] stands in it.
    pub const fn number(&mut self) {
        self.said = Some(0);
    }

    pub async fn say(&mut self, text: impl Into<String>) -> Result<()> {
        let mut text = text.into();
        if let Some(said) = self.said.as_mut().filter(|_| text.contains(NUMBER)) {
            text = text.replace(NUMBER, &said.to_string());
            *said += 1;
        }
        Ok(self.socket.send(Message::text(text)).await?)
    }

    /// What it had in the query of the address.
    pub fn query(&self, name: &str) -> Option<String> {
        self.head.query(name)
    }

    /// Whatever it says before it is told something is against the rules.
    pub async fn must_wait(&mut self) -> Result<()> {
        // An answer comes behind what was said before.
        self.ping("first of all").await?;
        match self.unread.pop_front() {
            Some(text) => self.wrong(format!("it did not wait: {text}")),
            None => Ok(()),
        }
    }

    /// What it says next. What a scene wants is done meanwhile.
    pub async fn hear(&mut self) -> Result<String> {
        let heard = self.hear_until(None).await?;
        heard.context("it has said nothing, and nobody was waiting")
    }

    /// The same in JSON; whatever else it says is against the rules.
    pub async fn hear_json(&mut self) -> Result<Value> {
        let text = self.hear().await?;
        self.json(&text)
    }

    pub fn json(&self, text: &str) -> Result<Value> {
        serde_json::from_str(text).or_else(|_| self.wrong(format!("it is not JSON: {text}")))
    }

    /// The same of one who must not be silent for so long.
    pub async fn hear_within(&mut self, limit: Duration) -> Result<String> {
        let until = Instant::now() + limit * LENIENCE;
        match self.hear_until(Some(until)).await? {
            Some(text) => Ok(text),
            None => self.wrong(format!("it was silent for {limit:?}")),
        }
    }

    /// Asks it whether it is there, and waits for the answer.
    pub async fn ping(&mut self, payload: &'static str) -> Result<()> {
        self.socket.send(Message::Ping(payload.into())).await?;
        loop {
            match self.socket.next().await.context("it has gone")?? {
                Message::Pong(answer) if answer == payload.as_bytes() => return Ok(()),
                Message::Pong(_) | Message::Ping(_) => {}
                Message::Text(text) => self.unread.push_back(self.note(&text)),
                Message::Binary(_) | Message::Frame(_) => return self.wrong("it is not text"),
                Message::Close(_) => bail!("it has said goodbye"),
            }
        }
    }

    async fn hear_until(&mut self, until: Option<Instant>) -> Result<Option<String>> {
        if let Some(text) = self.unread.pop_front() {
            return Ok(Some(text));
        }
        loop {
            let over = async {
                match until {
                    Some(until) => sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            select! {
                order = self.orders.recv() => self.obey(order?).await?,
                message = self.socket.next() => match message.context("it has gone")?? {
                    Message::Text(text) => return Ok(Some(self.note(&text))),
                    Message::Ping(_) | Message::Pong(_) => {}
                    Message::Binary(_) | Message::Frame(_) => return self.wrong("it is not text"),
                    Message::Close(_) => bail!("it has said goodbye"),
                },
                () = over => return Ok(None),
            }
        }
    }

    fn note(&self, text: &str) -> String {
        lock(&self.inside.ledger)
            .heard
            .push((self.number, text.to_owned()));
        text.to_owned()
    }

    async fn obey(&mut self, order: Order) -> Result<()> {
        match order {
            Order::Say { seat, text } => {
                let seated = {
                    let ledger = lock(&self.inside.ledger);
                    let own = ledger.seats.iter().find(|(number, _)| *number == self.number);
                    own.is_some_and(|(_, seats)| seats.contains(&seat))
                };
                if seated { self.say(text).await } else { Ok(()) }
            }
            Order::Announce { text } => self.say(text).await,
            Order::Close { code, reason } => self.close(code, reason).await,
            Order::Cut => bail!("cut off"),
        }
    }

    /// Says goodbye, and reads on until the other end has gone, so that nothing said before is lost.
    pub async fn close<T>(&mut self, code: Option<u16>, reason: &'static str) -> Result<T> {
        let frame = code.map(|code| CloseFrame {
            code: code.into(),
            reason: reason.into(),
        });
        self.seats(BTreeSet::clear);
        self.socket.close(frame).await?;
        while let Some(Ok(_rest)) = self.socket.next().await {}
        bail!("closed: {code:?} {reason}")
    }

    /// It has asked for this channel and gets what comes on it.
    pub fn seat(&self, seat: &str) {
        self.seats(|seats| {
            seats.insert(seat.to_owned());
        });
    }

    /// What was said last on this channel, to whomever.
    pub fn said(&self, seat: &str) -> Option<String> {
        self.inside.said(seat)
    }

    pub fn unseat(&self, seat: &str) {
        self.seats(|seats| {
            seats.remove(seat);
        });
    }

    pub fn is_seated(&self, seat: &str) -> bool {
        let mut found = false;
        self.seats(|seats| found = seats.contains(seat));
        found
    }

    /// All that it has asked for, in their order.
    pub fn all_seats(&self) -> Vec<String> {
        let mut all = Vec::new();
        self.seats(|seats| all.extend(seats.iter().cloned()));
        all
    }

    fn seats(&self, change: impl FnOnce(&mut BTreeSet<String>)) {
        let mut ledger = lock(&self.inside.ledger);
        let own = ledger.seats.iter_mut().find(|(number, _)| *number == self.number);
        if let Some((_, seats)) = own {
            change(seats);
        }
    }

    /// It has broken a rule of the sheet.
    pub fn wrong<T>(&self, what: impl Into<String>) -> Result<T> {
        let what = what.into();
        lock(&self.inside.ledger).wrong.push(what.clone());
        bail!(what)
    }

    pub fn must(&self, holds: bool, rule: &str, said: &str) -> Result<()> {
        if holds {
            Ok(())
        } else {
            self.wrong(format!("{rule}: {said}"))
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let mut ledger = lock(&self.inside.ledger);
        ledger.seats.retain(|(number, _)| *number != self.number);
    }
}
