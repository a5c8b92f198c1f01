//! The catalogue: everything that a feed can be of.

use profile::FeedKind;
use provider::custom::{self, CUSTOM};
use provider::{About, KeyNeed, KeyPlace, VenueName};

use super::views::{KeyNeedView, ListingView};

/// The word of a server of anybody's that speaks our protocol.
pub(super) const TICKWIRE: &str = "tickwire";
/// The word of the simulator that the app runs itself.
pub(super) const SIM: &str = "sim";
const SIM_TITLE: &str = "Simulated market";
const SIM_ABOUT: About = About {
    covers: "Made-up stocks, coins and currencies of a market whose mood, speed and faults you choose.",
    costs: "Nothing.",
    needs: "Nothing: it runs on this computer, and no price of it is real.",
    key_site: None,
    unofficial: false,
    delayed: false,
};

/// In the order of the registry, and what needs no account of anybody at the end.
pub(super) fn catalogue() -> Vec<ListingView> {
    let venues = VenueName::all().filter(|venue| *venue != VenueName::SIM);
    venues
        .map(|venue| listing(venue, venue.as_str(), venue.about()))
        .chain([
            described(),
            listing(VenueName::SIM, TICKWIRE, VenueName::SIM.about()),
            simulator(),
        ])
        .collect()
}

/// What a person calls the venue of a feed.
pub(super) fn title(kind: &FeedKind) -> String {
    match kind {
        FeedKind::Sim(_) => SIM_TITLE.to_owned(),
        FeedKind::Tickwire { .. } => VenueName::SIM.title().to_owned(),
        FeedKind::Venue(settings) => settings.venue.title().to_owned(),
        FeedKind::Unread { kind, .. } => kind.clone(),
    }
}

fn listing(venue: VenueName, word: &str, about: &About) -> ListingView {
    let card = venue.card();
    let provider = word.split_once(':').map_or(word, |(provider, _)| provider);
    ListingView {
        venue: word.to_owned(),
        provider: provider.to_owned(),
        provider_title: venue.provider_title().to_owned(),
        title: venue.title().to_owned(),
        covers: about.covers.to_owned(),
        costs: about.costs.to_owned(),
        needs: about.needs.to_owned(),
        unofficial: about.unofficial,
        delayed: about.delayed,
        key: venue.key_need().into(),
        key_is_pair: matches!(card.key, KeyPlace::Pair { .. }),
        key_site: about.key_site.map(str::to_owned),
        symbols: venue.symbols().to_owned(),
        transports: card
            .transports
            .iter()
            .map(|way| way.as_str().to_owned())
            .collect(),
        stream: venue.stream().map(str::to_owned),
        rest: venue.rest().map(str::to_owned),
    }
}

/// What a person describes. Its ways and whether it wants a key are said there.
fn described() -> ListingView {
    ListingView {
        venue: CUSTOM.to_owned(),
        provider: CUSTOM.to_owned(),
        provider_title: custom::TITLE.to_owned(),
        title: custom::TITLE.to_owned(),
        covers: custom::ABOUT.covers.to_owned(),
        costs: custom::ABOUT.costs.to_owned(),
        needs: custom::ABOUT.needs.to_owned(),
        unofficial: false,
        delayed: false,
        key: KeyNeedView::Perhaps,
        key_is_pair: false,
        key_site: None,
        symbols: custom::SYMBOLS.to_owned(),
        transports: custom::WAYS.map(|way| way.as_str().to_owned()).to_vec(),
        stream: None,
        rest: None,
    }
}

/// It is reached through a socket too, which is nobody's business.
fn simulator() -> ListingView {
    ListingView {
        provider_title: SIM_TITLE.to_owned(),
        title: SIM_TITLE.to_owned(),
        key: KeyNeedView::None,
        transports: Vec::new(),
        ..listing(VenueName::SIM, SIM, &SIM_ABOUT)
    }
}

impl From<KeyNeed> for KeyNeedView {
    fn from(need: KeyNeed) -> Self {
        match need {
            KeyNeed::None => Self::None,
            KeyNeed::Perhaps => Self::Perhaps,
            KeyNeed::Needed => Self::Needed,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_venue_stands_in_the_catalogue_once_by_the_word_that_a_form_names_it_by() {
        let catalogue = catalogue();
        let words: BTreeSet<_> = catalogue.iter().map(|listing| listing.venue.as_str()).collect();
        assert_eq!(words.len(), catalogue.len());
        // The simulator, and every server that speaks as it does.
        assert_eq!(words.len(), VenueName::all().count() + 2);
        assert!(words.contains("custom") && words.contains("tickwire") && words.contains("sim"));
    }

    #[test]
    fn a_venue_of_two_part_keys_says_so_and_who_wants_no_key_has_none() {
        for listing in catalogue() {
            let is_alpaca = listing.provider == "alpaca";
            assert_eq!(listing.key_is_pair, is_alpaca, "{}", listing.venue);
        }
        let sim = catalogue().pop().unwrap();
        assert_eq!((sim.venue.as_str(), sim.key), ("sim", KeyNeedView::None));
    }
}
