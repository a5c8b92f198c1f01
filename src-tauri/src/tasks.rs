//! The tasks of the shell: each has this owner and ends by its token.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

/// A person has closed the window and expects it to be gone.
const END_TIMEOUT: Duration = Duration::from_millis(500);

#[derive(Clone, Debug, Default)]
pub(crate) struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    pub(crate) fn token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs it until it ends or the app does. May be called from any thread.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        let task = self.tracker.track_future(async move {
            stop.run_until_cancelled(task).await;
        });
        // The tracker is what waits for it.
        drop(tauri::async_runtime::spawn(task));
    }

    /// Ends all of them and waits until they have.
    pub(crate) fn end(&self) {
        self.stop.cancel();
        self.tracker.close();
        let waited = tauri::async_runtime::block_on(async {
            tokio::time::timeout(END_TIMEOUT, self.tracker.wait()).await
        });
        if waited.is_err() {
            warn!(tasks = self.tracker.len(), "tasks did not end in time");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn nothing_runs_on_after_the_end() {
        struct Ends(Arc<AtomicBool>);
        impl Drop for Ends {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let has_ended = Arc::new(AtomicBool::new(false));
        let ends = Ends(Arc::clone(&has_ended));
        let tasks = Tasks::default();
        tasks.spawn(async move {
            let _ends = ends;
            std::future::pending::<()>().await;
        });
        tasks.end();
        assert!(has_ended.load(Ordering::SeqCst));
    }
}
