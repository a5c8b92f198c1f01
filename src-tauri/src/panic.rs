//! What happens when a part of the program fails in a way that nobody foresaw.
//!
//! It goes into the log with its place, and a person is told: by a notice as
//! long as the window lives, otherwise on standard error. The hook itself only
//! writes and hands over, since the thread that panics may hold any lock.

use std::backtrace::Backtrace;
use std::cell::Cell;
use std::io::Write;
use std::panic::{Location, PanicHookInfo, UnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::thread;

use tokio::sync::mpsc;

use crate::logging;
use crate::text::plain;

/// A part that fails again and again needs no longer list to be reported.
const REPORTS: usize = 8;
const MESSAGE_LENGTH_MAX: usize = 500;

static LISTENER: OnceLock<mpsc::Sender<String>> = OnceLock::new();

thread_local! {
    static IS_EXPECTED: Cell<bool> = const { Cell::new(false) };
}

pub(crate) fn install() {
    std::panic::set_hook(Box::new(report));
}

/// From now on the failures of all threads but the window's own come here,
/// each as the name of the thread. There is one listener in a program.
pub(crate) fn listen() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(REPORTS);
    let _second = LISTENER.set(sender);
    receiver
}

/// Calls what is known to panic where it should return an error.
pub(crate) fn expected<T>(call: impl FnOnce() -> T + UnwindSafe) -> Result<T, ()> {
    IS_EXPECTED.set(true);
    let result = catch_unwind(call);
    IS_EXPECTED.set(false);
    result.map_err(drop)
}

fn report(info: &PanicHookInfo<'_>) {
    let thread = thread::current();
    let name = thread.name().unwrap_or("unnamed").to_owned();
    let said = sentence(&name, info.location(), info.payload_as_str());
    if IS_EXPECTED.get() {
        tracing::warn!("{said}");
        return;
    }
    tracing::error!(target: logging::SAID, backtrace = %Backtrace::capture(), "{said}");
    let told = name != "main"
        && LISTENER
            .get()
            .is_some_and(|listener| listener.try_send(name).is_ok());
    if !told {
        // Nobody is left to tell when this fails, too.
        let _unread = writeln!(std::io::stderr(), "tickwire: {said}");
    }
}

fn sentence(thread: &str, place: Option<&Location<'_>>, message: Option<&str>) -> String {
    let place = place.map_or_else(String::new, |place| format!(" at {place}"));
    let message = plain(message.unwrap_or("no message"), MESSAGE_LENGTH_MAX);
    format!("the thread {thread} has failed{place}: {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_sentence_with_its_place_and_without_keys() {
        let here = Location::caller();
        let message = "no answer from wss://feed.example/v1?token=hush\nand more";
        let said = sentence("feeds", Some(here), Some(message));
        let expected = "the thread feeds has failed at ";
        assert!(said.starts_with(expected) && said.contains("panic.rs:"), "{said}");
        assert!(
            said.ends_with(": no answer from wss://feed.example/v1\\nand more"),
            "{said}"
        );
        assert_eq!(sentence("x", None, None), "the thread x has failed: no message");
    }

    #[test]
    fn an_expected_failure_is_an_error_and_the_next_one_is_not_expected() {
        assert_eq!(expected(|| 1), Ok(1));
        assert_eq!(expected(|| -> u8 { panic!("as it always does") }), Err(()));
        assert!(!IS_EXPECTED.get());
    }
}
