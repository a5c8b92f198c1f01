//! What the page sees of the feeds that can be configured, and what it says of one.
//!
//! A key goes in by a command of its own and never comes out: nothing here has a
//! field for one.

use serde::{Deserialize, Serialize};

use crate::ipc::custom::CustomForm;

/// One market of one provider, as the catalogue shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct ListingView {
    /// As a form names it: `coinbase`, `alpaca:iex`, `tickwire`, `sim`.
    pub(crate) venue: String,
    pub(crate) provider: String,
    pub(crate) provider_title: String,
    pub(crate) title: String,
    pub(crate) covers: String,
    pub(crate) costs: String,
    pub(crate) needs: String,
    /// Its owner has not agreed to being read.
    pub(crate) unofficial: bool,
    pub(crate) delayed: bool,
    #[cfg_attr(test, ts(inline))]
    pub(crate) key: KeyNeedView,
    /// Its key has two parts, written as ID:SECRET.
    pub(crate) key_is_pair: bool,
    /// Where a key is made.
    pub(crate) key_site: Option<String>,
    /// How symbols are written there, by examples.
    pub(crate) symbols: String,
    /// The ways it can be talked to, the best one first.
    pub(crate) transports: Vec<String>,
    /// Where it is, if there is only one of it.
    pub(crate) stream: Option<String>,
    /// Where things are fetched of it, if that is elsewhere.
    pub(crate) rest: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum KeyNeedView {
    None,
    Perhaps,
    Needed,
}

/// A feed as a person writes it down, before anybody has looked whether it can be so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct FeedForm {
    pub(crate) id: String,
    pub(crate) venue: String,
    /// Another address for its stream; empty for the venue's own.
    pub(crate) url: String,
    /// Another address to fetch from; empty for the venue's own.
    pub(crate) rest: String,
    /// The ways of talking to it that are allowed, the best one first; empty for all.
    pub(crate) transports: Vec<String>,
    /// Empty for the system's, `none`, or an address.
    pub(crate) proxy: String,
    /// A person has agreed to be overheard.
    pub(crate) plain: bool,
    /// The description of a venue of kind `custom`.
    #[cfg_attr(test, ts(optional = nullable))]
    pub(crate) custom: Option<CustomForm>,
}

/// A feed of the settings, and what stands in its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct FeedEntry {
    pub(crate) form: FeedForm,
    /// What its venue is called.
    pub(crate) title: String,
    pub(crate) paused: bool,
    #[cfg_attr(test, ts(inline))]
    pub(crate) key: KeyView,
    #[cfg_attr(test, ts(inline))]
    pub(crate) proxy_login: KeyView,
    /// Why it is not open, and the one next step.
    pub(crate) problem: Option<String>,
    pub(crate) next: Option<String>,
}

/// Where a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum KeyView {
    /// There is none, and none is needed.
    None,
    Keyring,
    /// In the memory of this run alone.
    Session,
    /// The same, with an older one in the keyring that is used again in the next run.
    SessionOverKeyring,
    /// It is needed, or should be in the keyring, and is not there.
    Missing,
}

/// What was found in a form as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct CheckView {
    pub(crate) faults: Vec<Fault>,
    /// What saving it takes away: a `key` or a `login` that was set for somebody else.
    pub(crate) leaves: Vec<Fault>,
}

/// What cannot be so in a form, in the field that has to be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Fault {
    /// As the field is called in the form.
    pub(crate) field: String,
    pub(crate) sentence: String,
}

/// By which a removed feed can be had back for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Removal {
    pub(crate) undo: u32,
}

/// How long a key is to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum KeepView {
    Keyring,
    /// Until the app ends.
    Session,
}
