//! Whose connection a trial would end: a venue that bears one connection of a
//! key ends the one that stands when another one begins.

use model::{FeedId, FeedState, FeedStatus, Secret};

use crate::spec::FeedSpec;

/// A feed that is open, as far as it can stand in the way of a trial.
#[derive(Clone, Debug)]
pub(crate) struct Rival {
    pub(crate) feed: FeedId,
    provider: String,
    key: Option<Secret>,
}

impl Rival {
    pub(crate) fn of(spec: &FeedSpec) -> Self {
        Self {
            feed: spec.id.clone(),
            provider: provider(spec),
            key: spec.key(),
        }
    }

    /// Whether its connection would be ended by a trial of this.
    pub(crate) fn is_in_the_way_of(&self, spec: &FeedSpec, status: Option<&FeedStatus>) -> bool {
        let key = spec.key();
        spec.venue.card().sessions_max == 1
            && key.is_some()
            && key == self.key
            && provider(spec) == self.provider
            && status.is_some_and(|status| may_be_connected(status.state))
    }
}

/// Whose account it is: `alpaca` for `alpaca:iex`.
fn provider(spec: &FeedSpec) -> String {
    let word = spec.venue.as_str();
    word.split(':').next().unwrap_or(word).to_owned()
}

const fn may_be_connected(state: FeedState) -> bool {
    match state {
        FeedState::Connecting { .. }
        | FeedState::Authenticating { .. }
        | FeedState::Subscribing { .. }
        | FeedState::Live(_)
        | FeedState::Climbing { .. }
        // Back in a moment.
        | FeedState::Waiting { .. } => true,
        FeedState::Idle | FeedState::Offline { .. } | FeedState::Suspended { .. } | FeedState::Closed => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::{LineHealth, Moment, Source, TransportKind};
    use provider::VenueName;

    use super::*;

    fn spec(id: &str, venue: &str, key: &str) -> FeedSpec {
        let venue = VenueName::from_word(venue).unwrap();
        let endpoint = "wss://stream.example/v1".parse().unwrap();
        let key = (!key.is_empty()).then(|| Secret::new(key.to_owned()));
        FeedSpec::new(FeedId::new(id), venue, endpoint, key)
    }

    fn status(state: FeedState) -> FeedStatus {
        FeedStatus {
            feed: FeedId::new("mine"),
            source: Source::Live,
            state,
            transport: TransportKind::WebSocket,
            round_trip: None,
            since: Moment::START,
            why: Arc::from(""),
            drops: 0,
        }
    }

    #[test]
    fn only_the_same_key_at_a_venue_that_bears_one_connection_of_it_is_in_the_way() {
        let live = status(FeedState::Live(LineHealth::Healthy));
        let mine = Rival::of(&spec("mine", "alpaca:iex", "PK1:one"));
        let is_in_the_way = |spec: &FeedSpec, status| mine.is_in_the_way_of(spec, status);
        assert!(is_in_the_way(
            &spec("trial", "alpaca:sip", "PK1:one"),
            Some(&live)
        ));
        assert!(!is_in_the_way(
            &spec("trial", "alpaca:iex", "PK2:two"),
            Some(&live)
        ));
        assert!(!is_in_the_way(&spec("trial", "finnhub", "PK1:one"), Some(&live)));
        let fallen = status(FeedState::Suspended { again: None });
        assert!(!is_in_the_way(
            &spec("trial", "alpaca:iex", "PK1:one"),
            Some(&fallen)
        ));
        assert!(!is_in_the_way(&spec("trial", "alpaca:iex", "PK1:one"), None));
        let keyless = Rival::of(&spec("mine", "coinbase", ""));
        assert!(!keyless.is_in_the_way_of(&spec("trial", "coinbase", ""), Some(&live)));
    }
}
