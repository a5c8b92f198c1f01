//! What can be said of an examination.

use std::path::Path;

use clap::Args as ClapArgs;
use model::TransportKind;
use url::Url;

use super::feed::way;
use super::{FeedName, KeyArgs, NetworkArgs, ProfileArgs, Wanted, help};

/// Tells what works of a feed and what does not: the name, the network, the proxy, TLS, the way of
/// talking, the login, the subscription and the first price, each with the time it took.
///
/// What failed is told with what to do about it, and the program ends with 1. Without a feed all of
/// the settings are examined, one after the other. With --json each feed is one object of the type
/// `doctor`.
#[derive(Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    /// The name of a feed in the settings, a venue, or the address of a server that speaks
    /// tickwire.v1.
    #[arg(value_name = "FEED", long_help = help::feed())]
    pub(crate) feed: Option<FeedName>,
    /// What to ask it for. Without any it is what the lists have of this feed, or what is always
    /// there at the venue.
    #[arg(value_name = "SYMBOL")]
    pub(crate) symbols: Vec<String>,
    /// Another address for that feed, as in `watch`.
    #[arg(long, value_name = "URL", requires = "feed")]
    pub(crate) endpoint: Vec<Url>,
    /// The way to talk to it, where it shall not be the feed's own first choice.
    #[arg(long, value_name = "WAY", value_parser = way())]
    pub(crate) transport: Option<TransportKind>,
    /// How many seconds to wait for a first price.
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) seconds: u64,
    /// One JSON object a feed instead of text for people.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

impl DoctorArgs {
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.profile.folder.as_deref()
    }

    pub(crate) fn wanted<'a>(&'a self, feed: &'a FeedName) -> Wanted<'a> {
        Wanted {
            feed,
            endpoints: &self.endpoint,
            transport: self.transport,
            bars: false,
            profile: self.folder(),
            key: &self.key,
            network: &self.network,
        }
    }
}
