//! The seam at which a feed gets its connections.

use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, poll_fn};

use crate::{BoxConnection, DialError, Phase, Target};

/// Makes connections. The real one is [`crate::Network`]; a recorder wraps
/// another dialer and a simulation brings its own, and nothing above can tell.
pub trait Dialer: Send + Sync {
    /// Ends within the sum of its phases' deadlines, for each address that it is
    /// sent on to, whatever the network does.
    fn dial(&self, target: Target) -> Dialing;
}

/// A dial that is under way; whoever drops it gives it up.
pub struct Dialing {
    work: BoxFuture<'static, Outcome>,
    progress: Progress,
    told: Option<Phase>,
    /// Found while somebody waited for a phase, and kept for who awaits the end.
    outcome: Option<Box<Outcome>>,
}

type Outcome = Result<Dialed, DialError>;

impl Dialing {
    /// The work is given the means to say how far it is.
    pub fn new<W>(work: impl FnOnce(Progress) -> W) -> Self
    where
        W: Future<Output = Outcome> + Send + 'static,
    {
        let progress = Progress::default();
        Self {
            work: work(progress.clone()).boxed(),
            progress,
            told: None,
            outcome: None,
        }
    }

    /// Of a dialer that has no phases.
    pub fn plain(work: impl Future<Output = Outcome> + Send + 'static) -> Self {
        Self::new(|_| work)
    }

    /// The same dial with something done to its end; its phases stay what they are.
    #[must_use]
    pub fn then(self, finish: impl FnOnce(Outcome) -> Outcome + Send + 'static) -> Self {
        let progress = self.progress.clone();
        Self {
            told: self.told,
            work: self.map(finish).boxed(),
            progress,
            outcome: None,
        }
    }

    /// Where it is now; `None` before its first phase and for a dialer without any.
    pub fn phase(&self) -> Option<Phase> {
        self.progress.phase()
    }

    /// Goes on with the work until it comes to another phase, or to its end:
    /// then it is `None`, and awaiting the dial itself tells the outcome at once.
    /// Nothing is lost when this is dropped before it is done.
    pub async fn changed(&mut self) -> Option<Phase> {
        poll_fn(|cx| self.poll_changed(cx)).await
    }

    /// The same for who polls.
    pub fn poll_changed(&mut self, cx: &mut Context<'_>) -> Poll<Option<Phase>> {
        if self.outcome.is_none()
            && let Poll::Ready(outcome) = self.work.poll_unpin(cx)
        {
            self.outcome = Some(Box::new(outcome));
        }
        if self.outcome.is_some() {
            return Poll::Ready(None);
        }
        let phase = self.progress.phase();
        if phase == self.told {
            return Poll::Pending;
        }
        self.told = phase;
        Poll::Ready(phase)
    }
}

impl Future for Dialing {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        match self.outcome.take() {
            Some(outcome) => Poll::Ready(*outcome),
            None => self.work.poll_unpin(cx),
        }
    }
}

impl fmt::Debug for Dialing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialing")
            .field("phase", &self.phase())
            .finish_non_exhaustive()
    }
}

/// How far a dial is: told by whoever works, seen by whoever waits.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<Option<Phase>>>);

impl Progress {
    pub fn enter(&self, phase: Phase) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(phase);
    }

    fn phase(&self) -> Option<Phase> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that has just come up.
pub struct Dialed {
    pub connection: BoxConnection,
    pub phases: Phases,
    /// The address of this computer that it comes from, where it has one: when
    /// that is gone, nothing can come any more.
    pub local: Option<IpAddr>,
}

impl fmt::Debug for Dialed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    pub proxy: Duration,
    pub tls: Duration,
    pub upgrade: Duration,
}

impl Phases {
    /// What one round trip takes at most: each phase behind the name's has one or more.
    pub fn round_trip(&self) -> Option<Duration> {
        let longest = self.connect.max(self.proxy).max(self.tls).max(self.upgrade);
        (!longest.is_zero()).then_some(longest)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    fn failing() -> Dialing {
        Dialing::new(|progress| async move {
            progress.enter(Phase::Resolve);
            sleep(Duration::from_secs(1)).await;
            progress.enter(Phase::Connect);
            progress.enter(Phase::Tls);
            sleep(Duration::from_secs(1)).await;
            Err(DialError::TapeOver)
        })
    }

    #[tokio::test(start_paused = true)]
    async fn tells_each_phase_that_lasts_and_keeps_the_end_for_who_awaits_it() {
        let mut dialing = failing();
        assert_eq!(dialing.phase(), None);
        assert_eq!(dialing.changed().await, Some(Phase::Resolve));
        assert_eq!(dialing.changed().await, Some(Phase::Tls));
        assert_eq!(dialing.phase(), Some(Phase::Tls));
        assert_eq!(dialing.changed().await, None);
        assert_eq!(dialing.changed().await, None, "and goes on to say so");
        assert!(matches!(dialing.await, Err(DialError::TapeOver)));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_only_awaits_it_needs_to_know_no_phase() {
        assert!(matches!(failing().await, Err(DialError::TapeOver)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_done_to_its_end_leaves_its_phases() {
        let mut dialing = failing().then(|outcome| {
            assert!(matches!(outcome, Err(DialError::TapeOver)));
            Err(DialError::WrongSubprotocol("other".to_owned()))
        });
        assert_eq!(dialing.changed().await, Some(Phase::Resolve));
        assert_eq!(dialing.changed().await, Some(Phase::Tls));
        assert_eq!(dialing.changed().await, None);
        assert!(matches!(dialing.await, Err(DialError::WrongSubprotocol(_))));
    }
}
