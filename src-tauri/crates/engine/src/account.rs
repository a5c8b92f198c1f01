//! With whom a feed's questions are counted together.
//!
//! An account is a provider, where it is asked and a key; without one it is this
//! computer. All feeds of one have the same budget, and so have the questions of
//! their charts and of searches.
//!
//! - `budget`: what may be asked when; pure
//! - `window`: one limit of it
//! - `told`: the same in words
//! - `kept`: over the end of the program

mod budget;
mod kept;
#[cfg(test)]
mod tests;
mod told;
mod window;

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use feed::{Clock, Policy};
use model::{Moment, Secret, Source, Spending};
use provider::{Adapter, Pacing, Tell, Until, Window};
use sha2::{Digest, Sha256};
use tokio::sync::watch;
use transport::{Allowance, Answered, NotYet, Target};

pub(crate) use self::budget::Errand;
use self::budget::{Budget, Word};
pub use self::kept::{Budgets, KeepBudgets};
pub(crate) use self::kept::{Changed, Keeping};
pub use self::told::Allotment;
use crate::desk::lock;
use crate::spec::FeedSpec;

/// So long before its start lies what this program knows of: longer than any limit counts.
const BEFORE: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// Who asks for patience without saying how much counts by the minute.
const LEFT_ALONE: Duration = Duration::from_secs(60);

/// All accounts that there are, by what tells one from another.
pub(crate) struct Accounts {
    salt: [u8; 16],
    clock: Clock,
    policy: Policy,
    /// Of the run before, as long as nobody has asked for them.
    before: Mutex<BTreeMap<String, Spending>>,
    known: Mutex<BTreeMap<String, Arc<Account>>>,
    changed: Arc<Changed>,
}

pub(crate) struct Account {
    facts: provider::Budget,
    clock: Clock,
    /// For what is said without how long.
    left_alone: Duration,
    budget: Mutex<Budget>,
    changed: Arc<Changed>,
}

/// What one engine may ask of the accounts of another, as a person who waits: its feeds come first.
#[derive(Clone)]
pub struct Loan(pub(crate) Arc<Accounts>);

impl fmt::Debug for Loan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loan").finish_non_exhaustive()
    }
}

/// One errand's way to an account.
#[derive(Clone)]
pub(crate) struct Share {
    account: Arc<Account>,
    errand: Errand,
}

impl Accounts {
    pub(crate) fn new(salt: [u8; 16], before: Vec<Spending>, clock: Clock, policy: Policy) -> Self {
        let before = before.into_iter();
        Self {
            salt,
            clock,
            policy,
            before: Mutex::new(
                before
                    .map(|spending| (spending.account.clone(), spending))
                    .collect(),
            ),
            known: Mutex::default(),
            changed: Arc::default(),
        }
    }

    /// None where nothing is counted, or nobody real is asked.
    pub(crate) fn of(&self, spec: &FeedSpec, place: &Target) -> Option<Arc<Account>> {
        let facts = spec.venue.card().budget;
        match spec.source {
            Source::Live if facts != provider::Budget::NONE => {}
            Source::Live | Source::Simulated | Source::Replay => return None,
        }
        let name = self.name(&spec.venue, place, spec.key().as_ref());
        let mut known = lock(&self.known);
        let account = known.entry(name.clone()).or_insert_with(|| {
            let before = lock(&self.before).remove(&name);
            Arc::new(self.opened(facts, before.as_ref()))
        });
        Some(Arc::clone(account))
    }

    fn opened(&self, facts: provider::Budget, before: Option<&Spending>) -> Account {
        let now = self.clock.now();
        let at = far(now.at);
        let mut budget = Budget::new(facts.windows.iter().map(|window| Window {
            within: self.hastened(window.within),
            ..*window
        }));
        if let Some(before) = before {
            // A clock that went back says that it will have been made: no time has passed that is known of.
            let elapsed = (now.wall - before.made).to_std().unwrap_or_default();
            budget.go_on(before, at - elapsed.min(BEFORE), at);
        }
        Account {
            facts,
            clock: self.clock,
            left_alone: self.hastened(LEFT_ALONE),
            budget: Mutex::new(budget),
            changed: Arc::clone(&self.changed),
        }
    }

    fn hastened(&self, within: Duration) -> Duration {
        self.policy.paced(Pacing { times: 1, within }).within
    }

    /// Says nothing of the key: nobody can try them all, and who has one cannot look for it.
    fn name(&self, venue: &Adapter, place: &Target, key: Option<&Secret>) -> String {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        let word = venue.as_str();
        let provider = word.split_once(':').map_or(word, |(provider, _)| provider);
        // Its debug form is where it is, without a query.
        for part in [provider, &format!("{place:?}"), key.map_or("", Secret::reveal)] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut name = String::new();
        for byte in &hash.finalize()[..16] {
            // Writing to a string cannot fail.
            let _written = write!(name, "{byte:02x}");
        }
        name
    }

    /// Wakes when something was asked.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.shown()
    }

    /// As it is now, with those of the run before that nobody has asked for.
    pub(crate) fn spending(&self) -> Vec<Spending> {
        let mut all: Vec<_> = lock(&self.before).values().cloned().collect();
        let known = lock(&self.known);
        all.extend(known.iter().map(|(name, account)| account.spending(name)));
        all
    }
}

impl Account {
    pub(crate) fn share(self: &Arc<Self>, errand: Errand) -> Arc<Share> {
        Arc::new(Share {
            account: Arc::clone(self),
            errand,
        })
    }

    /// What of it is used, for a person.
    pub(crate) fn allotment(&self) -> Allotment {
        let now = self.now();
        let mut budget = lock(&self.budget);
        let next = budget.next(now);
        Allotment::new(budget.used(), next, now)
    }

    fn spending(&self, name: &str) -> Spending {
        let made = self.clock.now();
        let (windows, left_alone) = lock(&self.budget).spending(far(made.at));
        Spending {
            account: name.to_owned(),
            made: made.wall,
            windows,
            left_alone,
        }
    }

    fn ask(&self, errand: Errand, weight: u32) -> Result<(), NotYet> {
        let now = self.now();
        let mut budget = lock(&self.budget);
        if let Err(wait) = budget.ask(errand, weight, now) {
            return Err(told::not_yet(&budget, wait, now));
        }
        drop(budget);
        self.changed.tell();
        Ok(())
    }

    fn hear(&self, word: Word) {
        let now = self.now();
        lock(&self.budget).hear(word, now);
        self.changed.tell();
    }

    fn now(&self) -> Moment {
        far(self.clock.now().at)
    }
}

fn far(at: Moment) -> Moment {
    at + BEFORE
}

impl Allowance for Share {
    fn take(&self, path: &str) -> Result<(), NotYet> {
        self.account.ask(self.errand, self.account.facts.weight(path))
    }

    fn take_ping(&self) -> bool {
        // No sheet says that they do not count.
        let bears = lock(&self.account.budget).bears_pings();
        bears && self.account.ask(Errand::Person, 1).is_ok()
    }

    fn heard(&self, answered: &Answered<'_>) {
        for tell in self.account.facts.tells {
            if let Some(word) = said(*tell, answered) {
                self.account.hear(word);
            }
        }
        let own = self.account.facts.refusals.iter();
        let mut own = own.filter(|(status, _)| *status == answered.status);
        let refused = match (answered.status, own.next()) {
            (_, Some((_, wait))) => Some(*wait),
            // 418 is a ban of minutes, 420 an older word for 429.
            (418 | 420 | 429, None) => Some(self.account.left_alone),
            (_, None) => None,
        };
        if let Some(usual) = refused {
            self.account
                .hear(Word::LeaveAlone(answered.retry_after.unwrap_or(usual)));
        }
    }

    fn leave_alone(&self, wait: Duration) {
        self.account.hear(Word::LeaveAlone(wait));
    }
}

/// Nothing where the field is not there, or is no number.
fn said(tell: Tell, answered: &Answered<'_>) -> Option<Word> {
    let number = |head| answered.head(head)?.trim().parse::<u64>().ok();
    let count = |head| number(head).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    // By the server's own clock.
    let from_now = |since_1970, most: Duration| {
        let now = answered.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        Duration::saturating_sub(since_1970, now).min(most)
    };
    let (left, until) = match tell {
        Tell::Used { head, of, within } => (of.saturating_sub(count(head)?), Until::Within(within)),
        Tell::Left { head, until } => (count(head)?, until),
    };
    let (within, told) = match until {
        Until::Within(within) => (within, false),
        Until::Seconds { head, most } => (from_now(Duration::from_secs(number(head)?), most), true),
        Until::Millis { head, most } => (from_now(Duration::from_millis(number(head)?), most), true),
    };
    Some(Word::Left { left, within, told })
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

/// Long ago is forgotten, and so is what is told to come.
pub(crate) fn lately(spending: &Spending, now: DateTime<Utc>) -> bool {
    now.signed_duration_since(spending.made).num_days() < 2
}
