//! The seam for names: from a host to its addresses.
//!
//! - `names`: what is remembered of each name, and what is done while nobody
//!   can tell

mod names;

use std::io;
use std::net::IpAddr;

use dns_lookup::{LookupError, LookupErrorKind, lookup_host};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::task::spawn_blocking;

pub(crate) use self::names::{Found, Names};

/// Looks up names. The real one asks the operating system; a simulation brings
/// its own. How long it may take, and what is done when it fails, is decided
/// above.
pub trait Resolver: Send + Sync {
    /// An error of the kind `NotFound` says that there is no such name; any
    /// other, that nobody could tell.
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Asks as every program on this computer does: hosts file, VPN and all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct System;

impl Resolver for System {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let host = host.to_owned();
        // The standard library asks the same, and keeps to itself what the answer was.
        let asking = spawn_blocking(move || lookup_host(&host).map(Iterator::collect));
        async move {
            match asking.await {
                Ok(answer) => answer.map_err(told),
                Err(_) => Err(io::ErrorKind::Other.into()),
            }
        }
        .boxed()
    }
}

fn told(error: LookupError) -> io::Error {
    match error.kind() {
        // macOS says so too while it is offline; see the page on names in decisions/.
        LookupErrorKind::NoName | LookupErrorKind::NoData => io::ErrorKind::NotFound.into(),
        LookupErrorKind::System | LookupErrorKind::IO => io::Error::from(error),
        LookupErrorKind::Again
        | LookupErrorKind::Badflags
        | LookupErrorKind::Fail
        | LookupErrorKind::Family
        | LookupErrorKind::Socktype
        | LookupErrorKind::Service
        | LookupErrorKind::Memory
        | LookupErrorKind::Unknown => io::ErrorKind::Other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_system_knows_this_computer_and_tells_an_unknown_name_from_no_answer() {
        let found = System.resolve("localhost").await.unwrap();
        assert!(
            found.iter().all(IpAddr::is_loopback) && !found.is_empty(),
            "{found:?}"
        );
        let kind = |code| told(LookupError::new(code)).kind();
        let codes = if cfg!(windows) {
            [11_001, 11_004, 11_002, 11_003]
        } else {
            [
                libc_code::NONAME,
                libc_code::NODATA,
                libc_code::AGAIN,
                libc_code::FAIL,
            ]
        };
        let kinds = codes.map(kind);
        let expected = [
            io::ErrorKind::NotFound,
            io::ErrorKind::NotFound,
            io::ErrorKind::Other,
            io::ErrorKind::Other,
        ];
        assert_eq!(kinds, expected);
    }

    /// As their headers have them.
    #[cfg(target_os = "macos")]
    mod libc_code {
        pub(super) const NONAME: i32 = 8;
        pub(super) const NODATA: i32 = 7;
        pub(super) const AGAIN: i32 = 2;
        pub(super) const FAIL: i32 = 4;
    }

    #[cfg(not(target_os = "macos"))]
    mod libc_code {
        pub(super) const NONAME: i32 = -2;
        pub(super) const NODATA: i32 = -5;
        pub(super) const AGAIN: i32 = -3;
        pub(super) const FAIL: i32 = -4;
    }
}
