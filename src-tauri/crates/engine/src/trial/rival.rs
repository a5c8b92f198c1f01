//! Whose connection a trial would end: a venue that bears one connection of a
//! key ends the one that stands when another one begins.

use model::{FeedState, FeedStatus};

use crate::spec::FeedSpec;

/// Whether the connection of a feed that is open would be ended by a trial of this.
pub(super) fn is_rival(open: &FeedSpec, status: Option<&FeedStatus>, trial: &FeedSpec) -> bool {
    let key = trial.key();
    trial.venue.card().sessions_max == 1
        && key.is_some()
        && key == open.key()
        && trial.provider() == open.provider()
        && status.is_some_and(|status| may_be_connected(status.state))
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

    use model::{FeedId, LineHealth, Moment, Secret, Source, TransportKind};
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
        let mine = spec("mine", "alpaca:iex", "PK1:one");
        let is_rival_of = |trial: &FeedSpec, status| is_rival(&mine, status, trial);
        assert!(is_rival_of(&spec("trial", "alpaca:sip", "PK1:one"), Some(&live)));
        assert!(!is_rival_of(&spec("trial", "alpaca:iex", "PK2:two"), Some(&live)));
        assert!(!is_rival_of(&spec("trial", "finnhub", "PK1:one"), Some(&live)));
        let fallen = status(FeedState::Suspended { again: None });
        assert!(!is_rival_of(
            &spec("trial", "alpaca:iex", "PK1:one"),
            Some(&fallen)
        ));
        assert!(!is_rival_of(&spec("trial", "alpaca:iex", "PK1:one"), None));
        let keyless = spec("mine", "coinbase", "");
        assert!(!is_rival(&keyless, Some(&live), &spec("trial", "coinbase", "")));
    }
}
