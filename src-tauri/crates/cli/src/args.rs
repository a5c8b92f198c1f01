//! What can be said on the command line.

mod doctor;
mod feed;
mod help;
mod place;
mod symbols;
mod venue;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};
use model::{FeedId, TransportKind};
use recording::Speed;
use url::Url;

pub(crate) use doctor::DoctorArgs;
use feed::way;
pub(crate) use feed::{FeedName, KeyArgs, NetworkArgs, ProfileArgs, Wanted};
pub(crate) use place::Place;
pub(crate) use symbols::SymbolsArgs;
pub(crate) use venue::{DrillArgs, DrillDeed, MarketArgs, SimArgs};

/// Tickwire without its window: the same engine, for a terminal and for programs.
#[derive(Debug, Parser)]
#[command(name = "tickwire-cli", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Sim(SimArgs),
    Drill(DrillArgs),
    Watch(Box<WatchArgs>),
    Record(Box<RecordArgs>),
    Replay(ReplayArgs),
    Token(TokenArgs),
    Venues(VenuesArgs),
    Symbols(SymbolsArgs),
    Doctor(Box<DoctorArgs>),
}

/// Prints what a feed sends, through the same engine as the app.
///
/// Ends with Ctrl+C, after a time or a number of ticks, or when the feed cannot
/// go on without a person; then a summary is printed.
///
/// With --json each line is one object with a `type`: `trade`, `quote`, `bar`,
/// `session` (trading in the instrument begins, stops or ends), `snapshot`,
/// `accepted`, `refused`, `gap` (numbered messages that are missing, or that
/// were missing and came after all), `status` (of the connection) and at the
/// end `summary`. Prices, sizes and the venue's times are texts with the digits
/// that came.
#[derive(Debug, ClapArgs)]
pub(crate) struct WatchArgs {
    /// The name of a feed in the settings, a venue, or the address of a server that speaks
    /// tickwire.v1.
    #[arg(long, value_name = "ID|VENUE|URL", long_help = help::feed())]
    pub(crate) feed: FeedName,
    /// Another address for that feed: ws:// or wss:// in the place of its stream, http:// or
    /// https:// in the place of where things are fetched.
    ///
    /// May be given once for each. Without a path it is the feed's own. A key that is kept in the
    /// keyring is not sent there; hand it over by --key-stdin or --key-env. Unencrypted ws:// and
    /// http:// are only for this computer, or with --plain.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Vec<Url>,
    /// The way to talk to it, where it shall not be the feed's own first choice.
    #[arg(long, value_name = "WAY", value_parser = way())]
    pub(crate) transport: Option<TransportKind>,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    /// One JSON object a line instead of text for people.
    #[arg(long)]
    pub(crate) json: bool,
    /// Ask for a bar at the end of each minute, too.
    #[arg(long)]
    pub(crate) bars: bool,
    /// Print what goes over the wire, too: heads of requests and answers, and every frame.
    ///
    /// Keys, tokens and cookies are struck out, and no payload is shown. With
    /// --json these lines have the type `wire`. What comes faster than it can
    /// be printed is counted.
    #[arg(long)]
    pub(crate) wire: bool,
    /// Write a report of the feed to this file at the end: what happened to it, how long everything
    /// took, what was lost. With the ending .json it is one object.
    ///
    /// Keys, tokens and the queries of addresses are not in it.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) end: EndArgs,
    #[arg(required = true, value_name = "SYMBOL")]
    pub(crate) symbols: Vec<String>,
}

impl WatchArgs {
    /// The feed that is meant.
    pub(crate) fn wanted(&self) -> Wanted<'_> {
        Wanted {
            feed: &self.feed,
            endpoints: &self.endpoint,
            transport: self.transport,
            bars: self.bars,
            profile: self.profile.folder.as_deref(),
            key: &self.key,
            network: &self.network,
        }
    }
}

/// Records what a feed sends onto a tape, until Ctrl+C, after a time or a number of ticks.
///
/// Keys and tokens are not on the tape. It is whole up to the last second even
/// when the program is killed. With --json the lines are those of `watch`
/// without the prices, and a last one of the type `recorded`.
#[derive(Debug, ClapArgs)]
pub(crate) struct RecordArgs {
    /// The tape to make.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Replace a tape that is there already.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) what: WatchArgs,
}

/// Plays a tape through the same engine, and prints what `watch` would have printed.
///
/// Every status says `replay`, so that nobody takes it for the market.
#[derive(Debug, ClapArgs)]
pub(crate) struct ReplayArgs {
    #[arg(value_name = "FILE")]
    pub(crate) tape: PathBuf,
    /// How many times as fast as it was, from 0.1 to 1000, or `max`.
    #[arg(long, value_name = "X|max", default_value = "1")]
    pub(crate) speed: Speed,
    /// Where to begin: 90s, 12m, 1h30m from its beginning, or a time in UTC as 14:30:05.
    ///
    /// What comes before is run through and not printed.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Place>,
    /// Only tell what is on the tape.
    #[arg(long)]
    pub(crate) info: bool,
    /// One JSON object a line instead of text for people.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) end: EndArgs,
}

/// Keeps or forgets the key of a feed in the keyring of this system.
///
/// The key of a venue that is not among the feeds of the settings makes one of it.
#[derive(Debug, ClapArgs)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    pub(crate) deed: TokenDeed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenDeed {
    /// Keeps what the first line of standard input says.
    Set(TokenFeed),
    /// Forgets it.
    Forget(TokenFeed),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TokenFeed {
    /// The login of the feed's proxy, as user:password, in the place of the feed's token.
    #[arg(long)]
    pub(crate) proxy: bool,
    /// The name of the feed in the settings, or a venue.
    #[arg(value_name = "FEED|VENUE", value_parser = |name: &str| Ok::<_, String>(FeedId::new(name)))]
    pub(crate) feed: FeedId,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
}

/// Names the venues that are known: what `--feed` and the `kind` of a feed in the settings can say.
///
/// Each tells what it covers, what it costs, and what is needed to begin.
///
/// With --json each line is one object of the type `venue`.
#[derive(Debug, ClapArgs)]
pub(crate) struct VenuesArgs {
    /// One JSON object a line instead of text for people.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
#[group(multiple = false)]
pub(crate) struct EndArgs {
    /// End after so many seconds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) seconds: Option<u64>,
    /// End after so many trades and quotes; by polling, after so many snapshots.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_agree_with_each_other() {
        Args::command().debug_assert();
    }

    #[test]
    fn one_key_and_one_end_at_most() {
        let parse = |text: &str| Args::try_parse_from(text.split(' '));
        let watch = "tickwire-cli watch --feed ws://127.0.0.1:1/v1/stream NVX";
        assert!(parse(watch).is_ok());
        assert!(parse(&format!("{watch} --seconds 1 --key-stdin")).is_ok());
        assert!(parse(&format!("{watch} --seconds 1 --count 2")).is_err());
        assert!(parse(&format!("{watch} --key-stdin --key-env K")).is_err());
        assert!(parse("tickwire-cli watch --feed ws://127.0.0.1:1/v1/stream").is_err());
        assert!(parse(&format!("{watch} --key-stdin --token t")).is_err());
        assert!(parse("tickwire-cli sim --rate 0").is_err());
    }

    #[test]
    fn every_way_of_talking_has_a_word_and_nothing_else_is_one() {
        let parse = |word: &str| {
            Args::try_parse_from([
                "tickwire-cli",
                "watch",
                "--feed",
                "desk",
                "--transport",
                word,
                "NVX",
            ])
        };
        for kind in TransportKind::ALL {
            let Ok(Args {
                command: Command::Watch(wanted),
            }) = parse(kind.as_str())
            else {
                panic!("{kind} cannot be asked for")
            };
            assert_eq!(wanted.transport, Some(kind));
        }
        assert!(parse("carrier-pigeon").is_err());
    }
}
