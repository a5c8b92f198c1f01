//! What was asked, as the file has it: times in milliseconds before it was made.

use std::fmt::Write;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use model::{Spending, Uses, WindowSpending};
use serde::{Deserialize, Serialize};

use super::KeptBudgets;

/// No limit has more parts than that.
const USES_MAX: usize = 256;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Form {
    salt: String,
    accounts: Vec<AccountForm>,
}

#[derive(Debug, Serialize, Deserialize)]
struct AccountForm {
    account: String,
    made: String,
    #[serde(default, skip_serializing_if = "is_none")]
    left_alone: u64,
    windows: Vec<WindowForm>,
}

#[derive(Debug, Serialize, Deserialize)]
struct WindowForm {
    within: u64,
    #[serde(default, skip_serializing_if = "is_none")]
    ahead: u64,
    /// How long before, by feeds, by others.
    uses: Vec<(u64, u32, u32)>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_none(millis: &u64) -> bool {
    *millis == 0
}

impl Form {
    pub(super) fn of(kept: &KeptBudgets) -> Self {
        let mut salt = String::new();
        for byte in kept.salt {
            // Writing to a string cannot fail.
            let _written = write!(salt, "{byte:02x}");
        }
        Self {
            salt,
            accounts: kept.spendings.iter().map(AccountForm::of).collect(),
        }
    }

    /// `None` when any of it is not what it should be.
    pub(super) fn kept(self) -> Option<KeptBudgets> {
        let mut salt = [0; 16];
        if self.salt.len() != salt.len() * 2 {
            return None;
        }
        for (at, byte) in salt.iter_mut().enumerate() {
            *byte = u8::from_str_radix(self.salt.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        let spendings = self.accounts.into_iter().map(AccountForm::spending);
        Some(KeptBudgets {
            salt,
            spendings: spendings.collect::<Option<_>>()?,
        })
    }
}

impl AccountForm {
    fn of(spending: &Spending) -> Self {
        Self {
            account: spending.account.clone(),
            made: spending.made.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            left_alone: up(spending.left_alone),
            windows: spending.windows.iter().map(WindowForm::of).collect(),
        }
    }

    fn spending(self) -> Option<Spending> {
        let made: DateTime<Utc> = DateTime::parse_from_rfc3339(&self.made).ok()?.to_utc();
        let windows = self.windows.into_iter().map(WindowForm::window);
        Some(Spending {
            account: self.account,
            made,
            windows: windows.collect::<Option<_>>()?,
            left_alone: Duration::from_millis(self.left_alone),
        })
    }
}

impl WindowForm {
    fn of(window: &WindowSpending) -> Self {
        // What is told to be longer ago counts less, so it is rounded down.
        let uses = window.uses.iter();
        let uses = uses.map(|uses| {
            let ago = u64::try_from(uses.ago.as_millis()).unwrap_or(u64::MAX);
            (ago, uses.feeds, uses.others)
        });
        Self {
            within: up(window.within),
            ahead: up(window.ahead),
            uses: uses.collect(),
        }
    }

    fn window(self) -> Option<WindowSpending> {
        if self.uses.len() > USES_MAX {
            return None;
        }
        let uses = self.uses.into_iter().map(|(ago, feeds, others)| Uses {
            ago: Duration::from_millis(ago),
            feeds,
            others,
        });
        Some(WindowSpending {
            within: Duration::from_millis(self.within),
            uses: uses.collect(),
            ahead: Duration::from_millis(self.ahead),
        })
    }
}

fn up(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
