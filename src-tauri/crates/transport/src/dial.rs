//! The seam at which a feed gets its connections.

use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::{BoxConnection, DialError, Target};

/// Makes connections. The real one is [`crate::Network`]; a recorder wraps
/// another dialer and a simulation brings its own, and nothing above can tell.
pub trait Dialer: Send + Sync {
    /// Ends within the sum of its phases' deadlines, for each address that it is
    /// sent on to, whatever the network does.
    fn dial(&self, target: Target) -> BoxFuture<'static, Result<Dialed, DialError>>;
}

/// A connection that has just come up.
pub struct Dialed {
    pub connection: BoxConnection,
    pub phases: Phases,
}

impl std::fmt::Debug for Dialed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dialed")
            .field("phases", &self.phases)
            .finish_non_exhaustive()
    }
}

/// How long each phase of dialing took; zero for one that was not needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    pub resolve: Duration,
    pub connect: Duration,
    pub tls: Duration,
    pub upgrade: Duration,
}
