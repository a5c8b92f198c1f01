//! What was sent against what arrived: the only source for "nothing was lost".

use std::collections::BTreeMap;

/// Two books of the same stream, a page for each symbol.
///
/// Whoever sends numbers the ticks of a symbol from one on and says so before they can arrive; whoever receives writes
/// down what it got and what it was told to be missing, in that order.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pages: BTreeMap<String, Page>,
}

#[derive(Clone, Debug, Default)]
struct Page {
    sent: u64,
    /// The newest that arrived or was told to be missing or known from the beginning.
    reached: u64,
    /// How far the state of things had come that it began with.
    begun: Option<u64>,
    arrived: Vec<u64>,
    /// First and last number of what was told to be missing.
    declared: Vec<(u64, u64)>,
}

/// What the comparison says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    pub sent: u64,
    pub arrived: u64,
    /// Sent behind the beginning, or the first that arrived, and neither arrived nor told to be missing.
    pub lost: u64,
    /// Told to be missing, and did not arrive either.
    pub reported: u64,
    /// Arrived more often than once.
    pub duplicated: u64,
    /// Arrived behind a later one.
    pub disordered: u64,
    /// Arrived, or were told to be missing, and were never sent.
    pub invented: u64,
}

impl Ledger {
    /// The next ones of a symbol are on their way, up to this number.
    pub fn sent(&mut self, symbol: &str, up_to: u64) {
        let page = self.page(symbol);
        page.sent = page.sent.max(up_to);
    }

    /// The state of things came, up to this number. Only the first one says where the stream begins.
    pub fn begun(&mut self, symbol: &str, number: u64) {
        let page = self.page(symbol);
        if page.arrived.is_empty() && page.declared.is_empty() && page.begun.is_none() {
            page.begun = Some(number);
            page.reach(number);
        }
    }

    pub fn arrived(&mut self, symbol: &str, number: u64) {
        let page = self.page(symbol);
        page.arrived.push(number);
        page.reach(number);
    }

    pub fn declared(&mut self, symbol: &str, from: u64, to: u64) {
        let page = self.page(symbol);
        page.declared.push((from, to));
        page.reach(to);
    }

    /// The newest that arrived or was told to be missing.
    pub fn reached(&self, symbol: &str) -> u64 {
        self.pages.get(symbol).map_or(0, |page| page.reached)
    }

    /// Whether every symbol that has begun has come to its end.
    pub fn is_complete(&self) -> bool {
        self.pages.values().all(|page| page.reached >= page.sent)
    }

    /// How many were sent, of all symbols together.
    pub fn count_sent(&self) -> u64 {
        self.pages.values().map(|page| page.sent).sum()
    }

    pub fn balance(&self) -> Balance {
        self.pages.values().fold(Balance::default(), |sum, page| {
            let page = page.balance();
            Balance {
                sent: sum.sent + page.sent,
                arrived: sum.arrived + page.arrived,
                lost: sum.lost + page.lost,
                reported: sum.reported + page.reported,
                duplicated: sum.duplicated + page.duplicated,
                disordered: sum.disordered + page.disordered,
                invented: sum.invented + page.invented,
            }
        })
    }

    fn page(&mut self, symbol: &str) -> &mut Page {
        if !self.pages.contains_key(symbol) {
            self.pages.insert(symbol.to_owned(), Page::default());
        }
        self.pages.entry(symbol.to_owned()).or_default()
    }
}

impl Page {
    fn reach(&mut self, number: u64) {
        self.reached = self.reached.max(number);
    }

    fn balance(&self) -> Balance {
        let mut once: Vec<u64> = self.arrived.clone();
        once.sort_unstable();
        once.dedup();
        let declared = self.declared.iter().flat_map(|(from, to)| *from..=*to);
        let mut missing: Vec<u64> = declared
            .filter(|number| once.binary_search(number).is_err())
            .collect();
        missing.sort_unstable();
        missing.dedup();
        let first = once.first().into_iter().chain(missing.first()).min().copied();
        let first = self.begun.map(|begun| begun + 1).or(first);
        // What was sent before anybody listened was meant for nobody.
        let due = first.map_or(0, |first| (self.sent + 1).saturating_sub(first));
        let count = |numbers: &[u64], from: Option<u64>| {
            let meant = from.unwrap_or(1)..=self.sent;
            numbers.iter().filter(|number| meant.contains(number)).count() as u64
        };
        let real = count(&once, None) + count(&missing, None);
        let (mut newest, mut disordered) = (0, 0);
        for number in &self.arrived {
            disordered += u64::from(*number < newest);
            newest = newest.max(*number);
        }
        Balance {
            sent: self.sent,
            arrived: self.arrived.len() as u64,
            lost: due.saturating_sub(count(&once, first) + count(&missing, first)),
            reported: count(&missing, None),
            duplicated: (self.arrived.len() - once.len()) as u64,
            disordered,
            invented: (once.len() + missing.len()) as u64 - real,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(sent: u64, arrived: &[u64], declared: &[(u64, u64)]) -> Ledger {
        let mut ledger = Ledger::default();
        ledger.sent("NVX", sent);
        for number in arrived {
            ledger.arrived("NVX", *number);
        }
        for (from, to) in declared {
            ledger.declared("NVX", *from, *to);
        }
        ledger
    }

    #[test]
    fn what_was_sent_before_the_first_arrived_is_not_missed() {
        let balance = ledger(7, &[4, 5, 6, 7], &[]).balance();
        assert_eq!((balance.lost, balance.arrived, balance.duplicated), (0, 4, 0));
    }

    #[test]
    fn one_that_never_arrived_is_lost_also_at_the_end() {
        assert_eq!(ledger(7, &[1, 2, 4, 5, 6], &[]).balance().lost, 2);
        assert!(!ledger(7, &[1, 2, 4, 5, 6], &[]).is_complete());
        assert_eq!(ledger(7, &[], &[]).balance().lost, 0, "nobody listened");
    }

    #[test]
    fn one_that_was_told_to_be_missing_is_reported_unless_it_came_all_the_same() {
        let balance = ledger(7, &[1, 2, 6, 7], &[(3, 5)]).balance();
        assert_eq!((balance.lost, balance.reported), (0, 3));
        let balance = ledger(7, &[1, 2, 6, 7, 4], &[(3, 5)]).balance();
        assert_eq!((balance.lost, balance.reported, balance.disordered), (0, 2, 1));
    }

    #[test]
    fn what_follows_the_state_of_things_must_follow_at_once() {
        let mut ledger = Ledger::default();
        ledger.sent("NVX", 6);
        ledger.begun("NVX", 3);
        assert!(!ledger.is_complete());
        ledger.arrived("NVX", 5);
        ledger.arrived("NVX", 6);
        ledger.begun("NVX", 6);
        assert_eq!(ledger.balance().lost, 1, "only the first state is a beginning");
        ledger.sent("ETH", 6);
        ledger.begun("ETH", 6);
        assert!(ledger.is_complete());
    }

    #[test]
    fn twice_is_once_too_often() {
        let balance = ledger(3, &[1, 2, 2, 3, 1], &[]).balance();
        assert_eq!((balance.duplicated, balance.disordered, balance.lost), (2, 1, 0));
    }

    #[test]
    fn what_was_never_sent_is_invented_and_hides_no_loss() {
        let balance = ledger(3, &[1, 3, 9], &[(10, 11)]).balance();
        assert_eq!((balance.invented, balance.lost), (3, 1));
    }
}
