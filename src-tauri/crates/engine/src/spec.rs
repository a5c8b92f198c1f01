//! What is needed to open a feed.

use model::{FeedId, Secret, Source};
use provider::VenueName;
use transport::{BadTarget, Target};
use url::Url;

/// A feed as a person configured it.
#[derive(Clone)]
pub struct FeedSpec {
    pub id: FeedId,
    pub source: Source,
    pub venue: VenueName,
    pub endpoint: Url,
    pub token: Option<Secret>,
}

/// The address may have a key in its query, so it is shown only in the form that a target has.
impl std::fmt::Debug for FeedSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FeedSpec")
            .field("id", &self.id)
            .field("venue", &self.venue)
            .finish_non_exhaustive()
    }
}

/// Why a feed was not opened. Each is a person's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Target(#[from] BadTarget),
    #[error("a feed of this name is open already")]
    AlreadyOpen,
}

impl FeedSpec {
    pub(crate) fn target(&self) -> Result<Target, BadTarget> {
        let mut target = Target::new(self.endpoint.clone())?;
        if let Some(subprotocol) = self.venue.translator().card().subprotocol {
            target = target.with_subprotocol(subprotocol);
        }
        match &self.token {
            Some(token) => target.with_bearer_token(token),
            None => Ok(target),
        }
    }
}
