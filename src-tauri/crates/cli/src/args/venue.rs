//! What can be said about a simulated venue.

use clap::{Args as ClapArgs, Subcommand};
use sim::{Mood, Speed};

/// Opens the simulated venue on this computer, until Ctrl+C.
///
/// The first line on standard output is
/// {"type":"ready","ws":ADDRESS,"sse":ADDRESS,"longpoll":ADDRESS,"rest":ADDRESS,
/// "token":TOKEN,"pid":NUMBER}; then comes a line for each client that connects,
/// is refused or leaves, for each fault and drill that begins or ends, and one
/// for the end.
#[derive(Debug, ClapArgs)]
pub(crate) struct SimArgs {
    #[command(flatten)]
    pub(crate) market: MarketArgs,
    /// The port to listen on; without it the system picks a free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// What clients must present; without it a new one for each start.
    #[arg(long)]
    pub(crate) token: Option<String>,
    /// Speak TLS (wss and https), with a certificate made for this start; the
    /// first line has it as "certificate", for clients to trust.
    #[arg(long)]
    pub(crate) tls: bool,
    /// Play this drill from the start: the name of one, or a file.
    #[arg(long, value_name = "FILE|NAME")]
    pub(crate) drill: Option<String>,
}

/// What happens on the market.
#[derive(Debug, ClapArgs)]
pub(crate) struct MarketArgs {
    /// A file that says what happens, or the name of one that comes with the program.
    #[arg(long, value_name = "FILE|NAME")]
    pub(crate) scenario: Option<String>,
    /// The same seed gives the same market.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// calm, normal, wild, crash or melt-up.
    #[arg(long)]
    pub(crate) mood: Option<Mood>,
    /// How many of its seconds pass in one of ours: from 0.1 to 1000, or max.
    #[arg(long, value_name = "X")]
    pub(crate) speed: Option<Speed>,
    /// Trades and quotes a second, of all instruments together.
    #[arg(long, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=i64::from(sim::RATE_MAX)))]
    pub(crate) rate: Option<u32>,
    /// What the market's clock shows when it opens, as 2026-01-05T14:30:00Z.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) start: Option<chrono::DateTime<chrono::Utc>>,
}

/// Rehearses a fault: a venue, the engine of the app, a script of what goes
/// wrong, and whether what it promises is seen.
#[derive(Debug, ClapArgs)]
pub(crate) struct DrillArgs {
    #[command(subcommand)]
    pub(crate) deed: DrillDeed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DrillDeed {
    /// Names all drills and what each should show.
    List {
        /// One JSON object a line instead of text for people.
        #[arg(long)]
        json: bool,
    },
    /// Plays one and says what was seen; the exit code is 0 when all of it was as promised.
    Run {
        /// The name of a drill, or a file.
        #[arg(value_name = "FILE|NAME")]
        name: String,
        /// One JSON object a line instead of text for people.
        #[arg(long)]
        json: bool,
        /// Another seed draws other moments.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

fn time(text: &str) -> Result<chrono::DateTime<chrono::Utc>, String> {
    let start = chrono::DateTime::parse_from_rfc3339(text)
        .map_err(|_| "a time is written as 2026-01-05T14:30:00Z".to_owned())?
        .to_utc();
    if (sim::START_MIN..=sim::START_MAX).contains(&start) {
        Ok(start)
    } else {
        Err(format!(
            "the market knows no time before {} and none after {}",
            sim::START_MIN.date_naive(),
            sim::START_MAX.date_naive()
        ))
    }
}
