//! How much a few compressed bytes may hold.

/// A snapshot of every symbol may repeat itself a lot; up to this size nobody asks how much.
const FREE: u64 = 1 << 20;
/// Ticks compress to a tenth, the worst repetition that is not an attack to a fiftieth.
const RATIO_MAX: u64 = 100;

/// The most that so many compressed bytes may be.
pub(crate) const fn density_limit(came: u64) -> u64 {
    let limit = came.saturating_mul(RATIO_MAX);
    if limit > FREE { limit } else { FREE }
}

/// Travels inside an [`std::io::Error`].
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("few bytes became more than {limit}")]
pub(crate) struct Dense {
    pub(crate) limit: u64,
}

impl From<Dense> for std::io::Error {
    fn from(dense: Dense) -> Self {
        Self::new(std::io::ErrorKind::InvalidData, dense)
    }
}
