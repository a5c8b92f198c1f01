//! What can be said of a feed: which it is, its key, and the way to it.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args as ClapArgs;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use model::{FeedId, TransportKind};
use url::Url;

/// An address, or the name of a feed in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FeedName {
    Address(Url),
    Named(FeedId),
}

impl FromStr for FeedName {
    type Err = url::ParseError;

    fn from_str(text: &str) -> Result<Self, url::ParseError> {
        if text.contains("://") {
            text.parse().map(Self::Address)
        } else {
            Ok(Self::Named(FeedId::new(text)))
        }
    }
}

/// What a person says of the feed that is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) feed: &'a FeedName,
    pub(crate) endpoints: &'a [Url],
    pub(crate) transport: Option<TransportKind>,
    pub(crate) bars: bool,
    pub(crate) profile: Option<&'a Path>,
    pub(crate) key: &'a KeyArgs,
    pub(crate) network: &'a NetworkArgs,
}

/// The ways of talking to a server that can be asked for.
const WAYS: [&str; TransportKind::ALL.len()] = {
    let [first, second, third, fourth] = TransportKind::ALL;
    [first.as_str(), second.as_str(), third.as_str(), fourth.as_str()]
};

/// One of them, by its word.
pub(super) fn way() -> impl TypedValueParser<Value = TransportKind> {
    // Nothing but those words comes this far.
    PossibleValuesParser::new(WAYS)
        .map(|word| TransportKind::from_word(&word).unwrap_or(TransportKind::WebSocket))
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ProfileArgs {
    /// The folder with settings and lists, instead of the system's own place for them.
    #[arg(long = "profile", value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

/// Keys are taken from where other users of this computer cannot read them,
/// which rules out the command line itself.
#[derive(Debug, Default, ClapArgs)]
#[group(multiple = false)]
pub(crate) struct KeyArgs {
    /// Read the feed's key from the first line of standard input. It is used for this once and
    /// kept nowhere.
    #[arg(long)]
    pub(crate) key_stdin: bool,
    /// The same from this environment variable.
    #[arg(long, value_name = "NAME")]
    pub(crate) key_env: Option<String>,
    /// The token of a server on this computer, such as a simulated venue prints at its start.
    ///
    /// Whoever is logged in here can read the command lines of programs, so the keys of real
    /// feeds are only taken by --key-stdin and --key-env.
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
}

/// How to get to the server.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct NetworkArgs {
    /// The proxy to go through: system, none, http://HOST:PORT or socks5://HOST:PORT.
    ///
    /// Without it the feed's own setting holds, and without one the system's: HTTPS_PROXY,
    /// ALL_PROXY and NO_PROXY, then the desktop's settings.
    #[arg(long, value_name = "PROXY")]
    pub(crate) proxy: Option<String>,
    /// Read the login of that proxy, as user:password, from this environment variable.
    #[arg(long, value_name = "NAME", requires = "proxy")]
    pub(crate) proxy_login_env: Option<String>,
    /// Agree to an unencrypted connection beyond this computer, which everybody on the way can
    /// read and change.
    #[arg(long)]
    pub(crate) plain: bool,
    /// Trust the certificates in this PEM file beside those that the system trusts.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
}
