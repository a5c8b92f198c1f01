//! Work that may wait for a person.

use std::io;

use tokio::sync::oneshot;

/// Runs `work` on a thread that nobody waits for: neither a terminal where
/// nothing is typed nor the dialog of a keyring may keep the program from ending.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let (sender, result) = oneshot::channel();
    std::thread::Builder::new()
        .name("aside".to_owned())
        .spawn(move || {
            // The program may be about to end.
            let _unheard = sender.send(work());
        })?;
    result
        .await
        .map_err(|_| io::Error::other("a thread has ended in a panic"))
}
