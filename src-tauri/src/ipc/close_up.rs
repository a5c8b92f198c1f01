//! What the page looks at from near, one of each at a time: a trial, the log of a
//! feed, the wire of one. Whoever looks at another one ends the look before, and a
//! page that goes ends all of them, whether it says so or not.

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::{CancellationToken, DropGuard};

use crate::tasks::Tasks;

#[derive(Debug, Default)]
pub(crate) struct CloseUps {
    pub(super) trial: Look,
    pub(super) log: Look,
    pub(super) wire: Look,
}

impl CloseUps {
    /// The page that looked is there no more.
    pub(crate) fn end(&self) {
        for look in [&self.trial, &self.log, &self.wire] {
            look.end();
        }
    }
}

/// One that goes on until it is ended, or another one begins.
#[derive(Debug, Default)]
pub(super) struct Look(Mutex<Standing>);

#[derive(Debug, Default)]
struct Standing {
    number: u32,
    running: Option<DropGuard>,
}

impl Look {
    /// The work is told its number, which is counted from 1.
    pub(super) fn begin<W>(&self, tasks: &Tasks, work: impl FnOnce(u32) -> W) -> u32
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let mut standing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        standing.number += 1;
        let number = standing.number;
        let stop = CancellationToken::new();
        let work = work(number);
        let stopped = stop.clone();
        tasks.spawn(async move {
            stopped.run_until_cancelled(work).await;
        });
        standing.running = Some(stop.drop_guard());
        number
    }

    pub(super) fn end(&self) {
        let mut standing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        standing.running = None;
    }

    /// Only if it is this one still.
    pub(super) fn end_if(&self, number: u32) {
        let mut standing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if standing.number == number {
            standing.running = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
    use std::time::Duration;

    use super::*;

    /// Only ends a test that hangs.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// Tells its number when it is over.
    struct Running(u32, Sender<u32>);

    impl Drop for Running {
        fn drop(&mut self) {
            // Who has heard enough does not listen any more.
            let _heard = self.1.send(self.0);
        }
    }

    fn begin(tasks: &Tasks, look: &Look, over: &Sender<u32>) -> u32 {
        look.begin(tasks, |number| {
            let running = Running(number, over.clone());
            async move {
                let _running = running;
                std::future::pending::<()>().await;
            }
        })
    }

    fn ended(over: &Receiver<u32>) -> Result<u32, RecvTimeoutError> {
        over.recv_timeout(PATIENCE)
    }

    #[test]
    fn one_look_ends_when_another_begins_and_only_its_own_number_ends_it() {
        let (tasks, look) = (Tasks::default(), Look::default());
        let (over, ends) = channel();
        let first = begin(&tasks, &look, &over);
        let second = begin(&tasks, &look, &over);
        assert_eq!(ended(&ends), Ok(first));
        look.end_if(first);
        assert!(ends.try_recv().is_err(), "that one is over already");
        look.end_if(second);
        assert_eq!(ended(&ends), Ok(second));
        let third = begin(&tasks, &look, &over);
        look.end();
        assert_eq!(ended(&ends), Ok(third));
        tasks.end();
    }

    #[test]
    fn whatever_a_page_looked_at_ends_with_the_page_and_the_next_may_look() {
        let (tasks, looks) = (Tasks::default(), CloseUps::default());
        let (over, ends) = channel();
        let all = [&looks.trial, &looks.log, &looks.wire];
        for _ in 0..2 {
            let mut begun = all.map(|look| begin(&tasks, look, &over));
            looks.end();
            let mut over = begun.map(|_| ended(&ends).unwrap());
            begun.sort_unstable();
            over.sort_unstable();
            assert_eq!(over, begun);
        }
        tasks.end();
    }
}
