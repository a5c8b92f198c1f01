//! What has been asked of each provider, for as long as it counts: `budgets.json`.
//!
//! ```text
//! tickwire budgets 1 6f0c5d1e
//! {"salt":"9c1f…","accounts":[{"account":"04ab…","made":"…","windows":[…]}]}
//! ```
//!
//! The window and the command line read the same file at their start, so that
//! together they ask no more than one of them may. It has no key, only what a key
//! and a salt that is nowhere else come to. As with bookmarks, a damaged one is
//! said and replaced.

mod form;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use model::Spending;

use crate::notice::{Matter, Notice};
use crate::sealed::{Seal, Unreadable};
use form::Form;

const NAME: &str = "budgets.json";
const SEAL: Seal = Seal {
    title: "tickwire budgets",
    version: 1,
};
const ACCOUNTS_MAX: usize = 256;

/// The file, in the same place as the bookmarks.
#[derive(Clone, Debug)]
pub struct Budgets {
    /// `None` when there is no folder: then nothing is kept.
    path: Option<PathBuf>,
}

/// What the file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBudgets {
    pub salt: [u8; 16],
    pub spendings: Vec<Spending>,
}

impl Budgets {
    pub(crate) fn in_folder(folder: Option<&Path>) -> Self {
        Self {
            path: folder.map(|folder| folder.join(NAME)),
        }
    }

    /// What was kept, and what a person should know where it cannot be read.
    pub fn read(&self) -> (KeptBudgets, Option<Notice>) {
        let nothing = KeptBudgets {
            // It need be no secret: with it each profile has names of its own.
            salt: fastrand::u128(..).to_be_bytes(),
            spendings: Vec::new(),
        };
        let Some(path) = &self.path else {
            return (nothing, None);
        };
        match read(path) {
            Ok(kept) => (kept.unwrap_or(nothing), None),
            Err(error) => (nothing, Some(unread(&error))),
        }
    }

    /// Puts these in the place of what was kept of the same accounts. What another
    /// program has kept of other ones stays.
    pub fn write(&self, salt: [u8; 16], spendings: &[Spending]) -> io::Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let ours: BTreeSet<_> = spendings.iter().map(|spending| &*spending.account).collect();
        let kept = read(path).ok().flatten();
        // Under another salt they are nobody's any more.
        let kept = kept.filter(|kept| kept.salt == salt);
        let mut all = kept.map_or_else(Vec::new, |kept| kept.spendings);
        all.retain(|spending| !ours.contains(&*spending.account));
        all.extend(spendings.iter().cloned());
        all.sort_by_key(|spending| std::cmp::Reverse(spending.made));
        all.truncate(ACCOUNTS_MAX);
        let spendings = all;
        SEAL.write(path, &Form::of(&KeptBudgets { salt, spendings }))
            .map(drop)
    }
}

/// `None` where there is no such file.
fn read(path: &Path) -> Result<Option<KeptBudgets>, Unreadable> {
    let form = SEAL.read::<Form>(path)?;
    form.map(|form| form.kept().ok_or(Unreadable::Damaged))
        .transpose()
}

fn unread(error: &Unreadable) -> Notice {
    Notice {
        matter: Matter::BudgetsUnread,
        sentence: format!("What was asked of the providers lately could not be read from {NAME}: {error}."),
        next: "It is counted anew, so one of them may say that it was too much, and is left alone then. \
               The file is replaced by itself."
            .to_owned(),
    }
}
