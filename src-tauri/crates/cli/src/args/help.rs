//! Help that depends on which venues there are.

use std::collections::BTreeMap;

use provider::VenueName;
use provider::custom::CUSTOM;

/// Of `--feed`.
pub(super) fn feed() -> String {
    format!(
        "The name of a feed in the settings, a venue, or the address of a server that speaks tickwire.v1.\n\n\
         The venues are {}. `tickwire-cli venues` tells more of each.\n\n\
         {CUSTOM}:NAME is the feed NAME of the settings, whose venue is described there.",
        venues()
    )
}

/// Each provider once, with its markets where it has several: `alpaca:iex|sip`.
fn venues() -> String {
    let mut providers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for venue in VenueName::all() {
        let markets = providers.entry(venue.provider()).or_default();
        let market = venue.as_str().strip_prefix(venue.provider());
        markets.extend(market.and_then(|rest| rest.strip_prefix(':')));
    }
    let words = providers.iter().map(|(provider, markets)| {
        if markets.is_empty() {
            (*provider).to_owned()
        } else {
            format!("{provider}:{}", markets.join("|"))
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_provider_and_every_market() {
        let help = feed();
        for venue in VenueName::all() {
            assert!(help.contains(venue.provider()), "{venue}");
            for part in venue.as_str().split(':') {
                assert!(help.contains(part), "{venue}");
            }
        }
    }
}
