//! Which of them a person may mean, and which more likely.

use super::Listed;
use super::fold::Words;

/// One that a search has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub listed: Listed,
    pub closeness: Closeness,
}

/// Where it says what was searched for, the likeliest to be meant first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// The whole ticker, or what is bought of a pair.
    Ticker,
    TickerBegins,
    /// Each word begins one of the name.
    NameBegins,
    /// Each word begins one of what else it is called.
    Alias,
    /// Somewhere inside.
    Within,
}

impl Closeness {
    /// How near to these words is what is called so: a pair by what is bought, too.
    pub fn between(words: &str, ticker: &str, bought: Option<&str>, name: Option<&str>) -> Option<Self> {
        let words = Words::of(words);
        if words.glued.is_empty() {
            return None;
        }
        let folded = Folded {
            ticker: Words::of(ticker).glued,
            bought: bought.map(|bought| Words::of(bought).glued.len()),
            name: name.map(Words::of).unwrap_or_default(),
            aliases: Vec::new(),
        };
        folded.closeness(&words)
    }
}

/// What is compared, folded once for all searches.
#[derive(Debug)]
pub(super) struct Folded {
    ticker: String,
    /// How much of that is what is bought, of a pair.
    bought: Option<usize>,
    name: Words,
    aliases: Vec<Words>,
}

impl Folded {
    pub(super) fn of(listed: &Listed) -> Self {
        Self {
            ticker: Words::of(listed.ticker).glued,
            bought: listed.halves().map(|(bought, _)| bought.len()),
            name: Words::of(listed.name),
            aliases: listed.aliases().map(Words::of).collect(),
        }
    }

    fn closeness(&self, wanted: &Words) -> Option<Closeness> {
        let glued = wanted.glued.as_str();
        if self.ticker.starts_with(glued) {
            let whole = glued.len() == self.ticker.len() || Some(glued.len()) == self.bought;
            Some(if whole {
                Closeness::Ticker
            } else {
                Closeness::TickerBegins
            })
        } else if self.name.begin_with(wanted) {
            Some(Closeness::NameBegins)
        } else if self.aliases.iter().any(|alias| alias.begin_with(wanted)) {
            Some(Closeness::Alias)
        } else {
            self.says(glued).then_some(Closeness::Within)
        }
    }

    fn says(&self, glued: &str) -> bool {
        let names = std::iter::once(&self.name).chain(&self.aliases);
        self.ticker.contains(glued) || names.into_iter().any(|name| name.glued.contains(glued))
    }
}

/// Allocates the answer and nothing else. Of equals the first in the list stays first.
pub(super) fn ranked(listed: &[(Listed, Folded)], wanted: &Words, limit: usize) -> Vec<Found> {
    if wanted.glued.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Found> = Vec::with_capacity(limit.min(listed.len()));
    for (listed, folded) in listed {
        let Some(closeness) = folded.closeness(wanted) else {
            continue;
        };
        let at = found.partition_point(|other| other.closeness <= closeness);
        if at < limit {
            found.truncate(limit - 1);
            let listed = *listed;
            found.insert(at, Found { listed, closeness });
        }
    }
    found
}
