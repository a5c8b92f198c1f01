//! What a minute comes to, before any tick of it is made.

/// One minute of one instrument. Prices are in ticks, sizes in lots.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Minute {
    pub(super) open: i64,
    pub(super) high: i64,
    pub(super) low: i64,
    pub(super) close: i64,
    pub(super) volume: i64,
    /// None in a minute in which nobody trades.
    pub(super) trades: u32,
    /// How far bid and ask stand apart, of what is usual.
    pub(super) spread: f32,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// Not a minute of trading.
    #[default]
    Silent,
    Regular,
    /// Trading would be regular and has been stopped.
    Halted,
    /// The auction after a halt clears: one trade at its end.
    Reopening,
    /// Before the official opening or after the official close.
    Extended,
    /// An auction clears: one trade at its end.
    Opening,
    Closing,
}

impl Kind {
    /// Whether its trades make the candle of the day.
    pub(super) const fn is_official(self) -> bool {
        match self {
            Self::Regular | Self::Reopening | Self::Opening | Self::Closing => true,
            Self::Silent | Self::Halted | Self::Extended => false,
        }
    }

    /// Whether it lies between the official opening and close.
    pub(super) const fn is_in_hours(self) -> bool {
        match self {
            Self::Regular | Self::Halted | Self::Reopening => true,
            Self::Silent | Self::Extended | Self::Opening | Self::Closing => false,
        }
    }

    /// Whether an auction clears in it.
    pub(super) const fn is_auction(self) -> bool {
        match self {
            Self::Opening | Self::Reopening | Self::Closing => true,
            Self::Silent | Self::Regular | Self::Halted | Self::Extended => false,
        }
    }
}

impl Minute {
    /// The trades that it takes to touch its four prices, where open and close are two.
    pub(super) fn touches(&self) -> u32 {
        let (top, bottom) = (self.open.max(self.close), self.open.min(self.close));
        let inner = u32::from(self.high > top) + u32::from(self.low < bottom);
        if inner == 0 && top == bottom { 1 } else { 2 + inner }
    }
}
