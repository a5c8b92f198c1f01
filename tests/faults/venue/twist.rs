//! Ticks that come twice, late or not at all.

use super::market::Traded;

/// What is done to every so-manieth tick of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twist {
    Lose {
        every: u64,
    },
    Double {
        every: u64,
    },
    /// It comes behind so many others of its connection.
    Delay {
        every: u64,
        places: usize,
    },
}

/// One connection's own count of it.
#[derive(Debug, Default)]
pub(crate) struct Twister {
    count: u64,
    held: Vec<(usize, Traded)>,
}

impl Twister {
    pub(crate) fn twist(&mut self, ticks: impl Iterator<Item = Traded>, twist: Option<Twist>) -> Vec<Traded> {
        let mut told = Vec::new();
        for tick in ticks {
            self.count += 1;
            let is_meant = |every: u64| self.count.is_multiple_of(every);
            match twist {
                Some(Twist::Lose { every }) if is_meant(every) => continue,
                Some(Twist::Double { every }) if is_meant(every) => told.extend([tick, tick]),
                Some(Twist::Delay { every, places }) if is_meant(every) => {
                    self.held.push((places, tick));
                    continue;
                }
                Some(Twist::Lose { .. } | Twist::Double { .. } | Twist::Delay { .. }) | None => {
                    told.push(tick);
                }
            }
            for (places, _) in &mut self.held {
                *places = places.saturating_sub(1);
            }
            let is_due = |held: &mut (usize, Traded)| held.0 == 0 || twist.is_none();
            told.extend(self.held.extract_if(.., is_due).map(|(_, tick)| tick));
        }
        told
    }
}
