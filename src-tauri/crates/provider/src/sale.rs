//! What the two tapes of the American exchanges let a deal move.
//!
//! Their plans (CTA for the exchanges of New York, UTP for Nasdaq) say of each
//! sale condition whether the consolidated last, high and low and the volume
//! follow it. Venues name the conditions each in their own way, and mean these.

use model::{Condition, Conditions};

/// Told late, or at a price of before: it was in the day's range, and is not the last.
pub(crate) const LATE: Conditions = Conditions::NONE.with(Condition::NotLast);
/// At a price that was not of the market: an average, for cash, for another day, a part of something else.
pub(crate) const APART: Conditions = LATE.with(Condition::NotRange);
/// So small that it moves neither.
pub(crate) const ODD_LOT: Conditions = APART.with(Condition::OddLot);
/// Before the opening or after the close. By the plans it moves no last either;
/// people who look at these hours look for just that, so here it does.
pub(crate) const EXTENDED: Conditions = Conditions::NONE
    .with(Condition::Extended)
    .with(Condition::NotRange);
pub(crate) const EXTENDED_LATE: Conditions = EXTENDED.with(Condition::NotLast);
/// A price that an exchange calls its first or last of the day, once more: no deal.
pub(crate) const OFFICIAL: Conditions = APART.with(Condition::NotVolume);
/// The close as it was corrected: it moves all but the volume.
pub(crate) const CORRECTED_CLOSE: Conditions = Conditions::NONE.with(Condition::NotVolume);
pub(crate) const OPENING: Conditions = Conditions::NONE.with(Condition::OpeningAuction);
pub(crate) const CLOSING: Conditions = Conditions::NONE.with(Condition::ClosingAuction);

/// Both. A deal of several conditions moves what all of them let it move.
pub(crate) fn both(one: Conditions, other: Conditions) -> Conditions {
    other.iter().fold(one, Conditions::with)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_condition_forbids_no_other_allows() {
        let both = both(OPENING, ODD_LOT);
        for condition in [
            Condition::OpeningAuction,
            Condition::OddLot,
            Condition::NotLast,
            Condition::NotRange,
        ] {
            assert!(both.has(condition), "{condition:?}");
        }
        assert!(!both.has(Condition::NotVolume));
    }
}
