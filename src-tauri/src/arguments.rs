//! What the command line says.
//!
//! Read before anything else is started. A feed's address may carry its token,
//! which is taken out here and never shown again.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use clap::Parser;
use model::Secret;
use url::Url;

use crate::build;

/// A desktop real-time stock ticker.
#[derive(Parser)]
#[command(name = "tickwire", version = build::VERSION_AND_COMMIT)]
struct Given {
    /// Keep settings and lists in this folder instead of the system's
    #[arg(long, value_name = "DIR")]
    profile: Option<PathBuf>,
    /// Show the simulator's symbols from this tickwire.v1 feed (ws:// or wss://, with ?token= where it wants one)
    #[arg(long, value_name = "URL")]
    feed: Option<String>,
}

/// How the app was started.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) profile: Option<PathBuf>,
    pub(crate) feed: Option<FeedAddress>,
}

/// Where a feed is, and the key to it.
pub(crate) struct FeedAddress {
    pub(crate) url: Url,
    pub(crate) token: Option<Secret>,
}

/// Why the app does not start as it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// Also the answer to `--help` and `--version`, which are no mistakes.
    #[error(transparent)]
    CommandLine(#[from] clap::Error),
    #[error("--feed: {0}")]
    Feed(#[from] BadAddress),
}

/// Says what is wrong and never repeats the address: there may be a key in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadAddress {
    #[error("this is not an address; one looks like wss://feed.example/v1/stream")]
    Unreadable,
    #[error("a feed's address begins with wss:// or ws://")]
    Scheme,
}

pub(crate) fn read(words: impl IntoIterator<Item = OsString>) -> Result<Arguments, Refused> {
    let given = Given::try_parse_from(words)?;
    let feed = given.feed.as_deref().map(FeedAddress::read).transpose()?;
    Ok(Arguments {
        profile: given.profile,
        feed,
    })
}

impl FeedAddress {
    /// Takes the token out of the query, so that the address can be shown.
    pub(crate) fn read(text: &str) -> Result<Self, BadAddress> {
        let mut url = Url::parse(text).map_err(|_| BadAddress::Unreadable)?;
        if !matches!(url.scheme(), "ws" | "wss") {
            return Err(BadAddress::Scheme);
        }
        let pairs = || url.query_pairs().into_owned();
        let token = pairs().find_map(|(name, value)| (name == "token").then(|| Secret::new(value)));
        let others: Vec<_> = pairs().filter(|(name, _)| name != "token").collect();
        if others.is_empty() {
            url.set_query(None);
        } else {
            url.query_pairs_mut().clear().extend_pairs(others);
        }
        Ok(Self { url, token })
    }
}

/// Other parameters of a query can be keys as well, so it is left out whole.
impl fmt::Debug for FeedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        write!(f, "{}://{host}{}", self.url.scheme(), self.url.path())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn read_words(words: &[&str]) -> Result<Arguments, Refused> {
        read(["tickwire"].iter().chain(words).map(OsString::from))
    }

    #[test]
    fn the_definitions_agree_with_each_other() {
        Given::command().debug_assert();
    }

    #[test]
    fn nothing_needs_to_be_said() {
        let arguments = read_words(&[]).unwrap();
        assert!(arguments.profile.is_none() && arguments.feed.is_none());
    }

    #[test]
    fn the_token_is_taken_out_of_the_address() {
        let words = [
            "--feed",
            "ws://127.0.0.1:9/v1/stream?token=hush&depth=1",
            "--profile",
            "here",
        ];
        let arguments = read_words(&words).unwrap();
        assert!(!format!("{arguments:?}").contains("hush"), "{arguments:?}");
        let feed = arguments.feed.unwrap();
        assert_eq!(feed.url.as_str(), "ws://127.0.0.1:9/v1/stream?depth=1");
        assert_eq!(feed.token.unwrap().reveal(), "hush");
        assert_eq!(arguments.profile.unwrap(), PathBuf::from("here"));
    }

    #[test]
    fn an_address_without_a_token_stays_as_it_was() {
        let feed = FeedAddress::read("wss://feed.example/v1/stream").unwrap();
        assert_eq!(feed.url.as_str(), "wss://feed.example/v1/stream");
        assert!(feed.token.is_none());
    }

    #[test]
    fn a_refusal_does_not_repeat_what_may_be_a_key() {
        for (address, why) in [
            ("https://feed.example/?token=hush", BadAddress::Scheme),
            ("feed.example?token=hush", BadAddress::Unreadable),
        ] {
            let refused = read_words(&["--feed", address]).unwrap_err();
            assert!(!refused.to_string().contains("hush"), "{refused}");
            assert!(
                matches!(refused, Refused::Feed(found) if found == why),
                "{refused}"
            );
        }
    }
}
