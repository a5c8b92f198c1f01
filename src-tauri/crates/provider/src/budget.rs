//! How much may be fetched of a venue by one account, as data.
//!
//! An account is a provider and a key; where none is needed it is this computer.
//! Several feeds may share one, and so do their polls, questions and searches.

use std::time::Duration;

use crate::query;

/// What all that is fetched with one key comes to at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// All of them hold at once.
    pub windows: &'static [Window],
    /// What a question counts, where that is not one: the first of them that
    /// its path begins with.
    pub weights: &'static [(&'static str, Weight)],
    /// How the server says in its answers what is left.
    pub tells: &'static [Tell],
    /// Statuses beside those that everybody says it by, after which the account
    /// is left alone, and for how long where nothing else is said.
    pub refusals: &'static [(u16, Duration)],
}

/// So much in any stretch of time as long as this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub most: u32,
    pub within: Duration,
}

/// What one question counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Of(u32),
    /// One for each name in this list of its query.
    Names(&'static str),
}

/// A field in the head of an answer. Their names are in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// So much is left until then.
    Left { head: &'static str, until: Until },
    /// So much of this is used up.
    Used {
        head: &'static str,
        of: u32,
        within: Duration,
    },
}

/// When what is used up is there again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Within that time.
    Within(Duration),
    /// It says so in another field, in seconds since 1970; and never later than that.
    Seconds { head: &'static str, most: Duration },
    /// The same in milliseconds.
    Millis { head: &'static str, most: Duration },
}

impl Budget {
    /// Nothing is known, or there is nothing to keep to.
    pub const NONE: Self = Self {
        windows: &[],
        weights: &[],
        tells: &[],
        refusals: &[],
    };

    pub fn weight(&self, path: &str) -> u32 {
        let known = self.weights.iter().find(|(begin, _)| path.starts_with(begin));
        match known {
            None => 1,
            Some((_, Weight::Of(weight))) => *weight,
            Some((_, Weight::Names(list))) => {
                let names = query::value(path, list).unwrap_or_default();
                // A comma may be written either way.
                let commas = names.matches(',').count() + names.matches("%2C").count();
                u32::try_from(commas).unwrap_or(u32::MAX).saturating_add(1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::VenueName;

    #[test]
    fn a_question_counts_what_its_path_says() {
        let budget = Budget {
            weights: &[("/quote", Weight::Names("symbol")), ("/all", Weight::Of(40))],
            ..Budget::NONE
        };
        for (path, weight) in [
            ("/quote?symbol=AAPL", 1),
            ("/quote?symbol=AAPL,MSFT,RY%3ATSX&x=1,2", 3),
            ("/quote?symbol=AAPL%2CMSFT", 2),
            ("/all?x=1", 40),
            ("/else", 1),
        ] {
            assert_eq!(budget.weight(path), weight, "{path}");
        }
    }

    #[test]
    fn whatever_is_of_one_provider_has_one_budget_that_can_be_kept() {
        let mut known = BTreeMap::new();
        for venue in VenueName::all() {
            let budget = venue.card().budget;
            let same = *known.entry(venue.provider()).or_insert(budget);
            assert_eq!(same, budget, "{venue}");
            for window in budget.windows {
                // Of fewer nothing could be left for what a person asks.
                assert!(window.most >= 2 && !window.within.is_zero(), "{venue}");
            }
            let heads = budget.tells.iter().flat_map(|tell| match tell {
                Tell::Left {
                    head,
                    until: Until::Within(_),
                }
                | Tell::Used { head, .. } => vec![*head],
                Tell::Left {
                    head,
                    until: Until::Seconds { head: until, .. } | Until::Millis { head: until, .. },
                } => vec![*head, *until],
            });
            for head in heads {
                assert_eq!(head, head.to_ascii_lowercase(), "{venue}");
            }
        }
    }
}
