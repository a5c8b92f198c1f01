//! What a feed's network stands on here: names and sockets of the simulation.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use transport::{Connector, Probes, Reached, Resolver};

use crate::network::{Host, Road, connect};

/// What the resolver answers.
#[derive(Clone, Debug, Default)]
pub(crate) enum Names {
    #[default]
    Known,
    /// There is no such name.
    Unknown,
    /// Nobody could tell.
    Failing,
    /// Nobody answers at all.
    Silent,
}

/// The network as the client sees it.
#[derive(Clone, Debug)]
pub(crate) struct Internet {
    host: Host,
    road: Arc<Road>,
    book: Arc<Mutex<Book>>,
}

#[derive(Debug, Default)]
struct Book {
    names: Names,
    entries: BTreeMap<String, Vec<IpAddr>>,
}

impl Internet {
    pub(crate) fn new(host: Host, road: Arc<Road>) -> Self {
        Self {
            host,
            road,
            book: Arc::default(),
        }
    }

    pub(crate) fn name(&self, name: &str, addresses: Vec<IpAddr>) {
        self.book().entries.insert(name.to_owned(), addresses);
    }

    pub(crate) fn resolver(&self, names: Names) {
        self.book().names = names;
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolver for Internet {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let book = self.book();
        let found = match book.names {
            Names::Known => book
                .entries
                .get(host)
                .cloned()
                .ok_or_else(|| io::ErrorKind::NotFound.into()),
            Names::Unknown => Err(io::ErrorKind::NotFound.into()),
            Names::Failing => Err(io::Error::other("the name server has failed")),
            Names::Silent => return std::future::pending().boxed(),
        };
        std::future::ready(found).boxed()
    }
}

impl Connector for Internet {
    fn connect(&self, address: SocketAddr, probes: Probes) -> BoxFuture<'static, io::Result<Reached>> {
        let (host, road) = (self.host, Arc::clone(&self.road));
        async move {
            let socket = connect(host, road, address.ip()).await?;
            Ok(Reached {
                pipe: Box::new(socket.probed(probes)),
                // Nobody takes it away in here.
                local: None,
            })
        }
        .boxed()
    }
}
