//! What has been seen so far, for the summary.

use std::collections::{BTreeMap, BTreeSet};

use engine::Totals;
use feed::Update;
use model::{FeedId, FeedStatus, Symbol, Tick};

use super::line::{Counts, Summary, transport};

#[derive(Debug, Default)]
pub(super) struct Tally {
    symbols: BTreeMap<Symbol, Counts>,
    refused: BTreeSet<Symbol>,
    missing: u64,
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
            Update::Gap { gap, .. } => {
                counts.gap += 1;
                self.missing += gap.to.saturating_sub(gap.from) + 1;
            }
            Update::Accepted { .. } => {
                self.refused.remove(symbol);
            }
            Update::Refused { .. } => {
                self.refused.insert(symbol.clone());
            }
            Update::Clock(_) | Update::Pong { .. } => {}
        }
    }

    /// Trades and quotes of all symbols.
    pub(super) fn ticks(&self) -> u64 {
        self.symbols
            .values()
            .map(|counts| counts.trade + counts.quote)
            .sum()
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
        totals: Totals,
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
            transport: status.map(|status| transport(status.transport)),
            symbols,
            reconnects: status.map_or(0, |status| status.drops),
            missing: self.missing,
            duplicates: totals.duplicates,
            unreadable: totals.unreadable,
            messages: totals.messages,
            bytes: totals.bytes,
            unprinted,
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{Gap, Instrument, SymbolKey};

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
        let summary = tally.summary(&FeedId::new("sim"), 1.0, None, Totals::default(), 0);
        assert_eq!(summary.missing, 5);
        assert_eq!(summary.symbols["NVX"].gap, 2);
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
        let instrument = Instrument::default();
        tally.count(&symbol, &Update::Accepted { key, instrument });
        assert_eq!(tally.refused(), 0);
    }
}
