//! Everything that is listed in one scenario: what the stream and the history both draw from.

use std::cmp::Reverse;

use super::climate::Climate;
use super::listed::Listed;
use super::listing::LISTINGS;
use super::scenario::Scenario;

#[derive(Debug)]
pub(super) struct Roll {
    pub(super) climate: Climate,
    pub(super) listed: Vec<Listed>,
}

impl Roll {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let climate = Climate::of(scenario);
        let usual: f64 = LISTINGS.iter().map(|listing| listing.activity).sum();
        let pace = scenario.intensity() / usual;
        let listed = LISTINGS
            .iter()
            .map(|listing| Listed::of(listing, &climate, pace))
            .collect();
        Self { climate, listed }
    }

    /// Places of what a person may mean by a text: first the symbol itself, then
    /// symbols and names that begin with it, words of names that do, and last
    /// whatever contains it.
    pub(super) fn search(&self, query: &str, limit: usize) -> Vec<usize> {
        let query = query.trim().to_lowercase();
        let mut found: Vec<_> = self
            .listed
            .iter()
            .enumerate()
            .filter_map(|(place, listed)| {
                let rank = rank(listed.listing.symbol, listed.listing.name, &query)?;
                let busy = (listed.listing.activity * 1_000.0) as i64;
                Some((rank, Reverse(busy), place))
            })
            .collect();
        found.sort_unstable();
        found.into_iter().take(limit).map(|(_, _, place)| place).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Symbol,
    SymbolBegins,
    NameBegins,
    WordBegins,
    Contains,
}

fn rank(symbol: &str, name: &str, query: &str) -> Option<Rank> {
    let (symbol, name) = (symbol.to_lowercase(), name.to_lowercase());
    let word_begins = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .any(|word| word.starts_with(query))
    };
    if symbol == query {
        Some(Rank::Symbol)
    } else if symbol.starts_with(query) {
        Some(Rank::SymbolBegins)
    } else if name.starts_with(query) {
        Some(Rank::NameBegins)
    } else if word_begins(&name) || word_begins(&symbol) {
        Some(Rank::WordBegins)
    } else if name.contains(query) || symbol.contains(query) {
        Some(Rank::Contains)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_best_comes_first() {
        let roll = Roll::of(&Scenario::new(1, chrono::DateTime::UNIX_EPOCH));
        let found = |query: &str| {
            let places = roll.search(query, 5);
            let symbols: Vec<_> = places.iter().map(|place| LISTINGS[*place].symbol).collect();
            symbols.join(" ")
        };
        assert_eq!(found("nvx"), "NVX");
        assert_eq!(found("ETH"), "ETH-USD ETH-BTC");
        assert_eq!(found("bitcoin"), "BTC-USD BTC-EUR ETH-BTC");
        assert_eq!(found("lumi"), "LMRE");
        assert_eq!(found("crédit"), "CRDT");
        assert_eq!(found("pharma"), "EDLW ALBN");
        assert_eq!(found("zzz"), "");
        assert_eq!(roll.search("a", 5).len(), 5);
    }

    #[test]
    fn who_names_nothing_finds_everything() {
        let roll = Roll::of(&Scenario::new(1, chrono::DateTime::UNIX_EPOCH));
        assert_eq!(roll.search(" ", LISTINGS.len() + 1).len(), LISTINGS.len());
    }
}
