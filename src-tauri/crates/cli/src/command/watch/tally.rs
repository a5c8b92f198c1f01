//! What has been seen so far, for the summary.

use std::collections::{BTreeMap, BTreeSet};

use engine::Totals;
use feed::{LossCause, Update};
use model::{FeedId, FeedStatus, Symbol, Tick};

use super::line::{Counts, Summary};

#[derive(Debug, Default)]
pub(super) struct Tally {
    symbols: BTreeMap<Symbol, Counts>,
    refused: BTreeSet<Symbol>,
    /// Accepted, and not refused since.
    standing: BTreeSet<Symbol>,
    missing: u64,
    filled: u64,
}

impl Tally {
    pub(super) fn count(&mut self, symbol: &Symbol, update: &Update) {
        let counts = self.symbols.entry(symbol.clone()).or_default();
        match update {
            Update::Tick { tick, .. } => match tick {
                Tick::Trade(_) => counts.trade += 1,
                Tick::Quote(_) => counts.quote += 1,
            },
            Update::Snapshot { .. } => counts.snapshot += 1,
            Update::Session { .. } => counts.session += 1,
            Update::Bar { .. } => counts.bar += 1,
            Update::Day { .. } => counts.day += 1,
            Update::Amended { .. } => counts.amended += 1,
            Update::Gap { gap, .. } => {
                counts.gap += 1;
                self.missing += gap.to.saturating_sub(gap.from) + 1;
            }
            Update::Filled { .. } => {
                counts.gap += 1;
                self.filled += 1;
            }
            Update::Accepted { resumed, .. } => {
                counts.resumed += u64::from(*resumed);
                self.refused.remove(symbol);
                self.standing.insert(symbol.clone());
            }
            Update::Refused { .. } => {
                // What is fetched beside a stream may not know what the stream has taken: prices may come.
                if !self.standing.remove(symbol) {
                    self.refused.insert(symbol.clone());
                }
            }
            Update::Clock(_) | Update::Source(_) | Update::Pong { .. } => {}
        }
    }

    /// Trades and quotes of all symbols.
    pub(super) fn ticks(&self) -> u64 {
        self.sum(|counts| counts.trade + counts.quote)
    }

    pub(super) fn snapshots(&self) -> u64 {
        self.sum(|counts| counts.snapshot)
    }

    fn sum(&self, part: impl Fn(&Counts) -> u64) -> u64 {
        self.symbols.values().map(part).sum()
    }

    /// How many symbols the feed does not have.
    pub(super) fn refused(&self) -> usize {
        self.refused.len()
    }

    pub(super) fn summary(
        &self,
        feed: &FeedId,
        seconds: f64,
        status: Option<&FeedStatus>,
        totals: &Totals,
        unprinted: u64,
    ) -> Summary {
        let symbols = self
            .symbols
            .iter()
            .map(|(symbol, counts)| (symbol.to_string(), counts.clone()))
            .collect();
        Summary {
            feed: feed.to_string(),
            seconds,
            transport: status.map(|status| status.transport.as_str()),
            symbols,
            reconnects: status.map_or(0, |status| status.drops),
            reconnects_by_cause: by_cause(&totals.losses),
            gaps_found: self.sum(|counts| counts.gap),
            gaps_filled: self.filled,
            missing: self.missing,
            duplicates: totals.duplicates,
            unreadable: totals.unreadable,
            messages: totals.messages,
            bytes: totals.bytes,
            unprinted,
        }
    }
}

fn by_cause(losses: &BTreeMap<LossCause, u64>) -> BTreeMap<&'static str, u64> {
    let causes = losses.iter();
    causes.map(|(cause, times)| (cause.as_str(), *times)).collect()
}

#[cfg(test)]
mod tests {
    use model::{Gap, SymbolKey};

    use super::*;

    #[test]
    fn a_gap_counts_once_and_each_of_its_numbers_is_missing() {
        let mut tally = Tally::default();
        let gap = |from, to| Update::Gap {
            key: SymbolKey(1),
            gap: Gap { from, to },
        };
        tally.count(&Symbol::new("NVX"), &gap(5, 5));
        tally.count(&Symbol::new("NVX"), &gap(9, 12));
        let filled = Update::Filled {
            key: SymbolKey(1),
            gap: Gap { from: 20, to: 29 },
        };
        tally.count(&Symbol::new("NVX"), &filled);
        let totals = Totals {
            losses: [(LossCause::Broken, 2)].into(),
            ..Totals::default()
        };
        let summary = tally.summary(&FeedId::new("sim"), 1.0, None, &totals, 0);
        assert_eq!(summary.missing, 5, "what came after all is not missing");
        assert_eq!(summary.symbols["NVX"].gap, 3);
        assert_eq!((summary.gaps_found, summary.gaps_filled), (3, 1));
        assert_eq!(summary.reconnects_by_cause, [("broken", 2)].into());
    }

    #[test]
    fn a_symbol_that_is_accepted_later_is_not_refused_any_more() {
        let mut tally = Tally::default();
        let symbol = Symbol::new("NEW");
        let key = SymbolKey(1);
        let refused = Update::Refused {
            key,
            why: "not yet".into(),
        };
        tally.count(&symbol, &refused);
        tally.count(&symbol, &refused);
        assert_eq!(tally.refused(), 1);
        let accepted = Update::Accepted {
            key,
            instrument: Box::default(),
            session: None,
            resumed: false,
        };
        tally.count(&symbol, &accepted);
        assert_eq!(tally.refused(), 0);
        tally.count(&symbol, &refused);
        assert_eq!(tally.refused(), 0, "the stream has taken it, and prices may come");
        tally.count(&symbol, &refused);
        assert_eq!(tally.refused(), 1);
    }
}
