//! Why a command did not do what it was asked.
//!
//! The page branches on the code and shows the sentence; it never reads one.

use serde::Serialize;

use crate::roster::NotDone;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct CommandError {
    #[cfg_attr(test, ts(inline))]
    pub(crate) code: Code,
    pub(crate) sentence: String,
    pub(crate) next: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum Code {
    NoSuchRow,
    NoSuchFeed,
    BadSymbol,
    BadSource,
    NoSuchDrill,
    BadMarket,
    NoTray,
    NotOpen,
    BadFeed,
    BadKey,
    Keyring,
    NoUndo,
}

impl CommandError {
    pub(crate) fn new(code: Code, sentence: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            code,
            sentence: sentence.into(),
            next: next.into(),
        }
    }

    pub(crate) fn no_such_row() -> Self {
        Self::new(
            Code::NoSuchRow,
            "That row is not watched any more.",
            "Add its symbol again.",
        )
    }

    pub(crate) fn no_such_feed(feed: &str) -> Self {
        let sentence = format!("There is no feed called {feed}.");
        Self::new(
            Code::NoSuchFeed,
            sentence,
            "Choose one of the feeds in the status bar.",
        )
    }

    pub(crate) fn bad_source(why: crate::watchlists::NotSourced, next: &str) -> Self {
        let sentence = format!("The sources stay as they are: {why}.");
        Self::new(Code::BadSource, sentence, next)
    }

    pub(crate) fn not_simulated(feed: &str) -> Self {
        let sentence = format!("Tickwire runs no simulator behind {feed}.");
        Self::new(
            Code::NoSuchFeed,
            sentence,
            "Choose a simulated feed of the settings.",
        )
    }

    pub(crate) fn no_such_drill(drill: &str) -> Self {
        let sentence = format!("There is no drill called {drill}.");
        Self::new(Code::NoSuchDrill, sentence, "Choose one of the list.")
    }

    pub(crate) fn bad_market(why: &crate::feeds::NotOpened) -> Self {
        let sentence = format!("The market stays as it was: {why}.");
        Self::new(Code::BadMarket, sentence, "Change it and apply again.")
    }

    pub(crate) fn no_tray(why: &crate::tray::NoTray) -> Self {
        let sentence = format!("Tickwire cannot stay in the tray: {why}.");
        Self::new(Code::NoTray, sentence, "Closing the window quits, as before.")
    }

    pub(crate) fn not_done(why: &NotDone) -> Self {
        match why {
            NotDone::NoSuchFeed(feed) => Self::no_such_feed(feed.as_str()),
            NotDone::BadFeed(sentence) => Self::new(Code::BadFeed, sentence, "Correct it and save again."),
            NotDone::BadKey(sentence) => Self::new(Code::BadKey, sentence, "Correct it and set it again."),
            NotDone::Keyring { account, error } => Self::new(
                Code::Keyring,
                format!("Nothing was changed: {error}."),
                format!(
                    "{} Or set it only until you quit, which needs no keyring.",
                    error.next_step(account)
                ),
            ),
            NotDone::NoUndo => Self::new(
                Code::NoUndo,
                "That removal can be undone no more.",
                "Add the feed again.",
            ),
        }
    }

    pub(crate) fn not_open() -> Self {
        Self::new(Code::NotOpen, "This page's stream has ended.", "Reload the page.")
    }
}
