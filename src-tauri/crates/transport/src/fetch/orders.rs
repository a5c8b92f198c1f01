//! What whoever holds the connection wants of the one who runs the courses.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::uri::PathAndQuery;
use tokio::sync::Notify;

/// The newest of each.
#[derive(Default)]
pub(super) struct Orders {
    wanted: Mutex<Wanted>,
    bell: Notify,
}

#[derive(Default)]
pub(super) struct Wanted {
    fetch: Option<Vec<Path>>,
    exchange: Option<Exchange>,
    pub(super) ping: Option<Bytes>,
    pub(super) close: bool,
}

impl Wanted {
    /// In the place of everything before.
    pub(super) fn fetch(&mut self, paths: Vec<Path>) {
        self.fetch = Some(paths);
        self.exchange = None;
    }

    pub(super) fn exchange(&mut self, exchange: Exchange) {
        match (&mut self.fetch, &mut self.exchange) {
            (Some(paths), _) => exchange.apply(paths, |path| &path.name, |path| path),
            (None, Some(before)) => before.then(exchange),
            (None, None) => self.exchange = Some(exchange),
        }
    }
}

/// What is to be fetched.
pub(super) struct Path {
    /// As whoever wants it calls it.
    pub(super) name: Arc<str>,
    pub(super) path: PathAndQuery,
}

/// Of what is asked again and again: no longer these, but those.
#[derive(Default)]
pub(super) struct Exchange {
    gone: Vec<String>,
    come: Vec<Path>,
}

impl Exchange {
    pub(super) const fn new(gone: Vec<String>, come: Vec<Path>) -> Self {
        Self { gone, come }
    }

    /// Both, one after the other, as one.
    pub(super) fn then(&mut self, next: Self) {
        let gone = next.gone.clone();
        next.apply(&mut self.come, |path| &path.name, |path| path);
        for name in gone {
            if !self.gone.contains(&name) {
                self.gone.push(name);
            }
        }
    }

    /// Done to what is asked. What is there already stays as it is.
    pub(super) fn apply<T>(self, asked: &mut Vec<T>, name: fn(&T) -> &Arc<str>, new: impl Fn(Path) -> T) {
        asked.retain(|one| !self.gone.iter().any(|gone| **gone == **name(one)));
        for path in self.come {
            if !asked.iter().any(|one| *name(one) == path.name) {
                asked.push(new(path));
            }
        }
    }
}

pub(super) enum Order {
    Fetch(Vec<Path>),
    Exchange(Exchange),
    Ping(Bytes),
    Close,
}

impl Orders {
    fn locked(&self) -> MutexGuard<'_, Wanted> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn give(&self, change: impl FnOnce(&mut Wanted)) {
        change(&mut self.locked());
        self.bell.notify_one();
    }

    fn take(&self) -> Option<Order> {
        let mut wanted = self.locked();
        if wanted.close {
            return Some(Order::Close);
        }
        let fetch = wanted.fetch.take().map(Order::Fetch);
        fetch
            .or_else(|| wanted.exchange.take().map(Order::Exchange))
            .or_else(|| wanted.ping.take().map(Order::Ping))
    }

    pub(super) async fn next(&self) -> Order {
        loop {
            if let Some(order) = self.take() {
                return order;
            }
            self.bell.notified().await;
        }
    }
}
