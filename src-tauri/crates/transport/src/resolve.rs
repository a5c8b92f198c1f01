//! The seam for names: from a host to its addresses.

use std::io;
use std::net::IpAddr;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::net::lookup_host;

/// Looks up names. The real one asks the operating system; a simulation brings
/// its own. How long it may take is decided above.
pub trait Resolver: Send + Sync {
    /// An error of the kind `NotFound` says that there is no such name; any
    /// other, that nobody could tell.
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct System;

impl Resolver for System {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let host = host.to_owned();
        async move {
            let found = lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        }
        .boxed()
    }
}
