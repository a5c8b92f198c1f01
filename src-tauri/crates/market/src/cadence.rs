//! How often a symbol usually says something.

use std::time::Duration;

use model::Moment;

/// Ticks nearer together than this are one message or one burst, and say
/// nothing about how long a silence is normal.
const BURST: Duration = Duration::from_millis(20);
/// One gap is chance; from the third on there is a habit.
const GAPS_TO_LEARN: u32 = 3;

/// The times at which data came for one symbol, folded into a mean gap.
///
/// Only the monotonic clock counts here: a venue's time may stand still, run
/// fast or be absent.
#[derive(Debug, Default)]
pub(crate) struct Cadence {
    latest: Option<Moment>,
    gap: Duration,
    gaps: u32,
}

impl Cadence {
    /// `connected` is when the present connection was begun: a gap that spans a
    /// lost one is the network's and not the symbol's.
    pub(crate) fn heard(&mut self, now: Moment, connected: Moment) {
        if let Some(latest) = self.latest
            && latest >= connected
            && now.since(latest) >= BURST
        {
            self.learn(now.since(latest));
        }
        self.latest = self.latest.max(Some(now));
    }

    /// Trading has begun or stopped: the silence around that is the market's
    /// and not the symbol's.
    pub(crate) fn pause(&mut self, now: Moment) {
        if self.latest.is_some() {
            self.latest = self.latest.max(Some(now));
        }
    }

    pub(crate) const fn latest(&self) -> Option<Moment> {
        self.latest
    }

    pub(crate) const fn usual_gap(&self) -> Option<Duration> {
        if self.gaps < GAPS_TO_LEARN {
            None
        } else {
            Some(self.gap)
        }
    }

    /// A moving mean: eight gaps change a habit, and one odd gap does not.
    fn learn(&mut self, gap: Duration) {
        self.gap = match self.gaps {
            0 => gap,
            _ => (self.gap.saturating_mul(7).saturating_add(gap)) / 8,
        };
        self.gaps = self.gaps.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::after_start(Duration::from_millis(millis))
    }

    fn heard_at(moments: impl IntoIterator<Item = u64>) -> Cadence {
        let mut cadence = Cadence::default();
        for moment in moments {
            cadence.heard(at(moment), Moment::START);
        }
        cadence
    }

    #[test]
    fn learns_the_gap_of_a_steady_symbol_from_the_third_on() {
        assert_eq!(heard_at([0, 3_000, 6_000]).usual_gap(), None);
        let learned = heard_at((0..20).map(|n| n * 3_000)).usual_gap();
        assert_eq!(learned, Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_burst_is_one_word() {
        let bursts = (0..20).flat_map(|n| (0..50).map(move |tick| n * 5_000 + tick));
        let gap = heard_at(bursts).usual_gap().unwrap();
        assert_eq!(gap, Duration::from_millis(4_951));
    }

    #[test]
    fn a_lost_connection_is_no_gap_of_the_symbol() {
        let mut cadence = heard_at([0, 1_000, 2_000, 3_000]);
        cadence.heard(at(600_000), at(599_000));
        assert_eq!(cadence.usual_gap(), Some(Duration::from_secs(1)));
        assert_eq!(cadence.latest(), Some(at(600_000)));
    }

    #[test]
    fn a_halt_is_no_gap_of_the_symbol() {
        let mut cadence = heard_at([0, 1_000, 2_000, 3_000]);
        cadence.pause(at(3_500));
        cadence.pause(at(600_000));
        cadence.heard(at(601_000), Moment::START);
        assert_eq!(cadence.usual_gap(), Some(Duration::from_secs(1)));
        let mut unheard = Cadence::default();
        unheard.pause(at(1));
        assert_eq!(unheard.latest(), None);
    }

    #[test]
    fn time_that_goes_backwards_moves_nothing_back() {
        let mut cadence = heard_at([5_000]);
        cadence.heard(at(1_000), Moment::START);
        assert_eq!(cadence.latest(), Some(at(5_000)));
    }
}
