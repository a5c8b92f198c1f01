//! Whatever the habits of the symbols and the sessions of the market.

use model::Session;
use proptest::prelude::*;

use super::{ASKS, Stage, at, key};
use crate::mute::Verdict;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the cadences and sessions: a stream that brings what there is is
    /// never left, and a market that is not open is never asked about.
    #[test]
    fn a_stream_that_is_not_mute_is_never_left(
        cadences in prop::collection::vec(1u64..600, 1..8),
        changes in prop::collection::vec((0usize..8, prop::sample::select(Session::ALL.to_vec()), 1u64..900), 1..12),
    ) {
        let every: Vec<u64> = cadences.iter().map(|tenths| tenths * 100).collect();
        let mut stage = Stage::open(ASKS, &every);
        for (place, session, seconds) in changes {
            let place = place % every.len();
            stage.mute.in_session(key(place), session, at(stage.now));
            let open = matches!(
                session,
                Session::Pre | Session::Open | Session::Post | Session::Overnight
            );
            stage.speak_every[place] = open.then_some(every[place]);
            let silent: Vec<_> = stage.speak_every.iter().map(Option::is_none).collect();
            stage.told.clear();
            stage.pass(seconds);
            for (_, told) in &stage.told {
                match told {
                    Verdict::Ask(keys) => {
                        prop_assert!(keys.iter().all(|key| !silent[key.0 as usize]), "{keys:?} do not trade");
                    }
                    Verdict::Fine => {}
                    Verdict::Resubscribe(_) | Verdict::Reconnect { .. } => prop_assert!(false, "{told:?}"),
                }
            }
        }
    }

    /// However many liquid symbols there are: a stream that falls mute is found in fifteen seconds.
    #[test]
    fn a_mute_stream_of_liquid_symbols_is_found(
        cadences in prop::collection::vec(1u64..10, 3..8),
        spoke_for in 30u64..200,
    ) {
        let every: Vec<u64> = cadences.iter().map(|tenths| tenths * 100).collect();
        let mut stage = Stage::open(ASKS, &every);
        stage.pass(spoke_for);
        (0..every.len()).for_each(|place| stage.silence(place));
        stage.pass(15);
        prop_assert_eq!(stage.reconnects(), 1, "{:?}", stage.told);
    }
}
