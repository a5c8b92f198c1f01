//! What was special about a deal.

/// A circumstance of a trade that a person may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// The price at which the opening auction cleared.
    OpeningAuction,
    ClosingAuction,
    /// Smaller than the unit in which the instrument is usually traded.
    OddLot,
    /// Before the official opening or after the official close.
    Extended,
    /// Told late, at a price of another day or of several deals: it does not say
    /// what the instrument is worth now.
    NotLast,
    /// It does not count for the day's high and low.
    NotRange,
    /// It does not count for the day's volume: it was told elsewhere, or is no deal.
    NotVolume,
}

impl Condition {
    pub const ALL: [Self; 7] = [
        Self::OpeningAuction,
        Self::ClosingAuction,
        Self::OddLot,
        Self::Extended,
        Self::NotLast,
        Self::NotRange,
        Self::NotVolume,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpeningAuction => "opening_auction",
            Self::ClosingAuction => "closing_auction",
            Self::OddLot => "odd_lot",
            Self::Extended => "extended",
            Self::NotLast => "not_last",
            Self::NotRange => "not_range",
            Self::NotVolume => "not_volume",
        }
    }

    /// `None` for a word that is none of ours.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|condition| condition.as_str() == word)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of them, as small as a trade wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Conditions(u8);

impl Conditions {
    pub const NONE: Self = Self(0);

    #[must_use]
    pub const fn with(self, condition: Condition) -> Self {
        Self(self.0 | condition.bit())
    }

    pub const fn has(self, condition: Condition) -> bool {
        self.0 & condition.bit() != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of [`Condition::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Condition> {
        Condition::ALL
            .into_iter()
            .filter(move |condition| self.has(*condition))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_in_and_nothing_else() {
        let set = Conditions::NONE.with(Condition::OddLot).with(Condition::Extended);
        assert_eq!(
            set.iter().collect::<Vec<_>>(),
            [Condition::OddLot, Condition::Extended]
        );
        assert!(!set.has(Condition::OpeningAuction));
        assert!(Conditions::NONE.is_empty() && !set.is_empty());
    }

    #[test]
    fn every_condition_is_read_back_from_its_word() {
        for condition in Condition::ALL {
            assert_eq!(Condition::from_word(condition.as_str()), Some(condition));
        }
        assert_eq!(Condition::from_word("late"), None);
    }
}
