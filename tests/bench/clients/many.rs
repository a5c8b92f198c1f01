//! Many clients in one thread, each in a task of its own.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use anyhow::{Context, Result};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::wire::{Client, Told};

/// As much as a kernel hands over at once.
const ROOM: usize = 256 << 10;

/// They end when this is dropped.
pub(crate) struct Crowd {
    told: Vec<Rc<Cell<Told>>>,
    wanted: watch::Sender<bool>,
    tasks: JoinSet<Result<()>>,
}

impl Crowd {
    /// Nothing is subscribed to yet.
    pub(crate) fn of(clients: Vec<Client>, symbols: &[String]) -> Self {
        let (wanted, wants) = watch::channel(false);
        let room = Rc::new(RefCell::new(vec![0; ROOM]));
        let symbols: Rc<[String]> = symbols.into();
        let mut crowd = Self {
            told: Vec::new(),
            wanted,
            tasks: JoinSet::new(),
        };
        for client in clients {
            let told = Rc::new(Cell::new(Told::default()));
            crowd.told.push(Rc::clone(&told));
            let (symbols, room) = (Rc::clone(&symbols), Rc::clone(&room));
            crowd
                .tasks
                .spawn_local(stay(client, told, wants.clone(), symbols, room));
        }
        crowd
    }

    pub(crate) fn subscribe(&self) {
        self.wanted.send_replace(true);
    }

    pub(crate) fn told(&self) -> Vec<Told> {
        self.told.iter().map(|told| told.get()).collect()
    }

    /// An error as soon as one of them is not there any more.
    pub(crate) fn look(&mut self) -> Result<()> {
        match self.tasks.try_join_next() {
            Some(ended) => ended?.context("a client was not kept"),
            None => Ok(()),
        }
    }
}

async fn stay(
    mut client: Client,
    told: Rc<Cell<Told>>,
    mut wants: watch::Receiver<bool>,
    symbols: Rc<[String]>,
    room: Rc<RefCell<Vec<u8>>>,
) -> Result<()> {
    let mut asked = false;
    loop {
        let ready = tokio::select! {
            biased;
            wanted = wants.changed(), if !asked => {
                wanted?;
                asked = true;
                client.subscribe(&symbols).await?;
                continue;
            }
            ready = client.ready() => ready,
        };
        ready?;
        let pings = client.take(&mut room.borrow_mut())?;
        told.set(client.told);
        client.answer(pings).await?;
    }
}
