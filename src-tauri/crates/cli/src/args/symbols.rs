//! What can be said to `tickwire-cli symbols`.

use std::num::NonZeroUsize;

use clap::Args as ClapArgs;
use provider::VenueName;
use url::Url;

use super::{FeedName, KeyArgs, NetworkArgs, ProfileArgs, Wanted};

/// Finds an instrument by its ticker or its name, the likeliest first.
///
/// Without --ask nothing is asked of any venue: the list of well-known ones comes with the program.
/// Each line tells the ticker, the
/// name, the kind, the exchange, the currency, and with --feed the symbol to give to `watch`. With
/// --json it is one object of the type `instrument`, with the usual smallest step of its price as
/// `tick` where there is one.
#[derive(Debug, ClapArgs)]
pub(crate) struct SymbolsArgs {
    /// A venue to watch it at, as `tickwire-cli venues` calls it.
    ///
    /// Only what it may have is told, as it writes it. Some have coins for Tether's (USDT) and not
    /// for dollars; then that is the symbol.
    #[arg(long, value_name = "VENUE", value_parser = venue)]
    pub(crate) feed: Option<VenueName>,
    /// A feed of the settings or a venue to ask as well, by its key and its network: what it has and
    /// is not well known is found, too.
    #[arg(long, value_name = "FEED", conflicts_with = "feed")]
    pub(crate) ask: Option<FeedName>,
    /// Another address for that feed, as in `watch`.
    #[arg(long, value_name = "URL", requires = "ask")]
    pub(crate) endpoint: Vec<Url>,
    /// One JSON object a line instead of text for people.
    #[arg(long)]
    pub(crate) json: bool,
    /// How many to tell at most.
    #[arg(long, value_name = "N", default_value = "10")]
    pub(crate) limit: NonZeroUsize,
    #[arg(value_name = "QUERY")]
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

impl SymbolsArgs {
    pub(crate) fn wanted<'a>(&'a self, feed: &'a FeedName) -> Wanted<'a> {
        Wanted {
            feed,
            endpoints: &self.endpoint,
            transport: None,
            bars: false,
            profile: self.profile.folder.as_deref(),
            key: &self.key,
            network: &self.network,
        }
    }
}

fn venue(word: &str) -> Result<VenueName, String> {
    VenueName::from_word(word)
        .ok_or_else(|| "no venue is called that; `tickwire-cli venues` names them".to_owned())
}
