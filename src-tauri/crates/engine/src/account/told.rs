//! A budget in words.

use std::fmt;
use std::time::Duration;

use model::Moment;
use transport::NotYet;

use super::budget::{Budget, Wait, Why};

/// Shorter ones are of no interest to a person.
const SHOWN_MIN: Duration = Duration::from_secs(30);

/// How much of what its account may ask a feed has to share is asked already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allotment {
    /// Asked, of how many, in how long.
    pub windows: Vec<(u32, u32, Duration)>,
    /// When the next question of a feed may go, where that is not now.
    pub next: Option<Duration>,
    /// Nothing is left, and it is not just the pace that holds it back.
    pub spent: bool,
}

impl Allotment {
    pub(super) fn new(
        used: impl Iterator<Item = (u32, u32, Duration)>,
        next: Option<Wait>,
        now: Moment,
    ) -> Self {
        let all: Vec<_> = used.collect();
        let mut windows = all.clone();
        windows.retain(|(_, _, within)| *within >= SHOWN_MIN);
        if windows.is_empty() {
            windows.extend(all.last());
        }
        Self {
            windows,
            next: next.map(|wait| wait.until.since(now)),
            spent: next.is_some_and(|wait| is_spent(wait.why)),
        }
    }

    /// As `37 of 50 in an hour and 112 of 1000 in a day`.
    pub fn asked(&self) -> String {
        let windows = self.windows.iter();
        let windows = windows.map(|(asked, most, within)| format!("{asked} of {most} {}", stretch(*within)));
        windows.collect::<Vec<_>>().join(" and ")
    }
}

/// As `asked 37 of 50 in an hour; the next in 12 s`.
impl fmt::Display for Allotment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "asked {}", self.asked())?;
        match self.next {
            Some(next) if next >= Duration::from_secs(1) => write!(f, "; the next in {}", spoken(next)),
            Some(_) | None => Ok(()),
        }
    }
}

const fn is_spent(why: Why) -> bool {
    match why {
        Why::Evenly { .. } => false,
        Why::Spent { .. } | Why::Said | Why::LeftAlone => true,
    }
}

/// Why nothing was asked, and when it goes on.
pub(super) fn not_yet(budget: &Budget, wait: Wait, now: Moment) -> NotYet {
    let again = wait.until.since(now);
    let goes_on = spoken(again);
    let used = |window: usize| {
        let (asked, most, within) = budget.used().nth(window).unwrap_or_default();
        format!("{asked} of {most} {}", stretch(within))
    };
    let why = match wait.why {
        Why::Evenly { window } => format!(
            "what this account may ask has to last, and {} is asked; it goes on in {goes_on}",
            used(window)
        ),
        Why::Spent { window } => format!(
            "this account has asked as much as it may, {}; it goes on in {goes_on}",
            used(window)
        ),
        Why::Said => {
            format!("the venue says that this account has nothing left to ask; it goes on in {goes_on}")
        }
        Why::LeftAlone => {
            format!("the venue wants to be left alone by this account; it goes on in {goes_on}")
        }
    };
    NotYet {
        wait: again,
        spent: is_spent(wait.why),
        why,
    }
}

fn stretch(within: Duration) -> String {
    match within.as_secs() {
        1 => "in a second".to_owned(),
        60 => "in a minute".to_owned(),
        3_600 => "in an hour".to_owned(),
        86_400 => "in a day".to_owned(),
        _ => format!("in {}", spoken(within)),
    }
}

/// Rounded up: what is said to be over is over.
fn spoken(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1_000);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_person_reads_how_much_is_asked_and_when_it_goes_on() {
        let told = |windows: &[(u32, u32, u64)], next: Option<u64>| {
            let windows = windows.iter();
            let windows = windows.map(|(asked, most, within)| (*asked, *most, Duration::from_secs(*within)));
            let next = next.map(|next| Wait {
                until: Moment::START + SECOND * u32::try_from(next).unwrap(),
                why: Why::LeftAlone,
            });
            Allotment::new(windows, next, Moment::START).to_string()
        };
        assert_eq!(
            told(&[(37, 50, 3_600), (112, 1_000, 86_400)], Some(12)),
            "asked 37 of 50 in an hour and 112 of 1000 in a day; the next in 12 s"
        );
        assert_eq!(
            told(&[(1, 30, 1), (2, 60, 60)], None),
            "asked 2 of 60 in a minute"
        );
        assert_eq!(
            told(&[(3, 15, 2)], Some(7_300)),
            "asked 3 of 15 in 2 s; the next in 3 h"
        );
        assert_eq!(
            told(&[(9, 10, 600)], Some(121)),
            "asked 9 of 10 in 10 min; the next in 3 min"
        );
    }
}
