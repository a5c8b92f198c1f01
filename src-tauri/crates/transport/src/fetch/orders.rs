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
    pub(super) fetch: Option<Vec<Path>>,
    pub(super) ping: Option<Bytes>,
    pub(super) close: bool,
}

/// What is to be fetched.
pub(super) struct Path {
    /// As whoever wants it calls it.
    pub(super) name: Arc<str>,
    pub(super) path: PathAndQuery,
}

pub(super) enum Order {
    Fetch(Vec<Path>),
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
        fetch.or_else(|| wanted.ping.take().map(Order::Ping))
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
