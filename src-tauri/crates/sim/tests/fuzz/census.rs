//! What the process holds, and whether something in it has panicked.

use std::sync::{Arc, Mutex, PoisonError};

/// Files, sockets and the like; `None` where the system does not say.
pub(crate) fn open_files() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count())
}

/// Memory in use, in KiB.
pub(crate) fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Everything that panics from now on, also in tasks, where tokio keeps it to itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panics(Arc<Mutex<Vec<String>>>);

impl Panics {
    pub(crate) fn watch() -> Self {
        let panics = Self::default();
        let seen = panics.clone();
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("a thread");
            seen.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(format!("{name}: {info}"));
            usual(info);
        }));
        panics
    }

    pub(crate) fn told(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
