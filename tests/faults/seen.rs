//! What one run of a scene has shown.

use std::time::Duration;

use tests::Balance;

#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// From the blow until the feed said that it is not live.
    pub(crate) detected: Option<Duration>,
    /// The sentence that it said then.
    pub(crate) why: String,
    /// From when it could be well again until the end of the longest silence.
    pub(crate) recovered: Option<Duration>,
    /// What the engine took it for, in its own words.
    pub(crate) class: String,
    /// Nothing where single ticks are not told.
    pub(crate) balance: Option<Balance>,
    /// What else a person wants to know of it.
    pub(crate) note: String,
    /// What was not as it should be.
    pub(crate) wrong: Vec<String>,
}

impl Seen {
    pub(crate) fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(what());
        }
    }
}
