//! Where one symbol stands on one line, and how many stand where.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Open,
    /// One more than a connection may carry.
    Crowded,
    Asked,
    /// Nobody will say that it stands, but its data.
    Taken,
    Accepted,
    /// Data would prove otherwise here too.
    Refused,
    /// Given up on after no answer came; data would prove otherwise.
    Silent,
}

#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) answered: usize,
    /// Whose data would be an answer.
    pub(super) unheard: usize,
    pub(super) crowded: usize,
    pub(super) refused: usize,
}

impl Counts {
    pub(super) fn add(&mut self, standing: Standing) {
        let [answered, unheard, crowded, refused] = standing.counts();
        self.answered += answered;
        self.unheard += unheard;
        self.crowded += crowded;
        self.refused += refused;
    }

    pub(super) fn remove(&mut self, standing: Standing) {
        let [answered, unheard, crowded, refused] = standing.counts();
        self.answered -= answered;
        self.unheard -= unheard;
        self.crowded -= crowded;
        self.refused -= refused;
    }
}

impl Standing {
    /// Whether it is answered, would be by data, has no place, and was refused.
    const fn counts(self) -> [usize; 4] {
        match self {
            Self::Open => [0, 0, 0, 0],
            Self::Asked => [0, 1, 0, 0],
            Self::Taken | Self::Silent => [1, 1, 0, 0],
            Self::Accepted => [1, 0, 0, 0],
            Self::Crowded => [1, 0, 1, 0],
            Self::Refused => [1, 0, 0, 1],
        }
    }
}
