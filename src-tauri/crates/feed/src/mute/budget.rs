//! How much may be spent on a suspicion.

use std::time::Duration;

use model::Moment;

/// No two questions come closer together.
const QUESTIONS_APART: Duration = Duration::from_secs(3);
/// So many may be asked in a row, when everything falls silent.
const QUESTIONS_MAX: u32 = 30;
/// Then one more each time so much has passed.
const QUESTION_EARNED_IN: Duration = Duration::from_secs(20);
/// A reconnect for staleness alone is a guess, and costs every symbol.
const RECONNECTS_APART: Duration = Duration::from_secs(300);
/// It was the wrong guess so often that something else must be the matter.
const RECONNECTS_APART_MAX: Duration = Duration::from_secs(4 * 3_600);

/// Questions that may be asked of the venue beside the stream.
#[derive(Debug)]
pub(super) struct Questions {
    left: u32,
    /// Since when the next one is being earned.
    earning_since: Moment,
    next: Moment,
}

impl Questions {
    pub(super) const fn new(now: Moment) -> Self {
        Self {
            left: QUESTIONS_MAX,
            earning_since: now,
            next: now,
        }
    }

    pub(super) fn spend(&mut self, now: Moment) -> bool {
        let earned = now.since(self.earning_since).as_secs() / QUESTION_EARNED_IN.as_secs();
        let earned = u32::try_from(earned).unwrap_or(u32::MAX);
        self.left = self.left.saturating_add(earned).min(QUESTIONS_MAX);
        self.earning_since = self.earning_since + QUESTION_EARNED_IN.saturating_mul(earned);
        let may = self.left > 0 && now >= self.next;
        if may {
            self.left -= 1;
            self.next = now + QUESTIONS_APART;
        }
        may
    }
}

/// Reconnects for nothing but staleness.
#[derive(Debug)]
pub(super) struct Reconnects {
    last: Option<Reconnect>,
}

#[derive(Debug)]
struct Reconnect {
    next: Moment,
    apart: Duration,
    helped: bool,
}

impl Reconnects {
    pub(super) const fn new() -> Self {
        Self { last: None }
    }

    pub(super) fn spend(&mut self, now: Moment) -> bool {
        let apart = match &self.last {
            Some(last) if now < last.next => return false,
            Some(last) if !last.helped => last.apart.saturating_mul(2).min(RECONNECTS_APART_MAX),
            Some(_) | None => RECONNECTS_APART,
        };
        self.last = Some(Reconnect {
            next: now + apart,
            apart,
            helped: false,
        });
        true
    }

    /// What was mute speaks again.
    pub(super) const fn helped(&mut self) {
        if let Some(last) = &mut self.last {
            last.helped = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    #[test]
    fn questions_are_asked_three_seconds_apart_and_three_a_minute_in_the_long_run() {
        let mut questions = Questions::new(at(0));
        let asked = (0..3_600).filter(|second| questions.spend(at(*second))).count();
        assert!((200..=210).contains(&asked), "{asked} in an hour");
        let mut fresh = Questions::new(at(0));
        let first: Vec<u64> = (0..10).filter(|second| fresh.spend(at(*second))).collect();
        assert_eq!(first, [0, 3, 6, 9]);
    }

    #[test]
    fn a_reconnect_that_does_not_help_is_followed_by_a_longer_wait() {
        let mut reconnects = Reconnects::new();
        let times = |reconnects: &mut Reconnects| -> Vec<u64> {
            (0..100_000)
                .filter(|second| reconnects.spend(at(*second)))
                .take(5)
                .collect()
        };
        assert_eq!(times(&mut reconnects), [0, 300, 900, 2_100, 4_500]);
        let mut helpful = Reconnects::new();
        assert!(helpful.spend(at(0)));
        helpful.helped();
        assert!(!helpful.spend(at(299)));
        assert!(helpful.spend(at(300)));
        helpful.helped();
        assert!(helpful.spend(at(600)));
    }

    #[test]
    fn a_useless_reconnect_is_tried_again_every_four_hours_at_worst() {
        let mut reconnects = Reconnects::new();
        let spent = (0..72 * 3_600)
            .filter(|second| reconnects.spend(at(*second)))
            .count();
        assert!(spent <= 24, "{spent} in three days");
    }
}
