//! Every number that a server has counted has come, or is told to be missing.

use super::*;

/// Nothing doubled, nothing turned back, and whatever was not seen was told to be lost.
fn is_accounted_for(world: &World) -> Result<(), TestCaseError> {
    for ((epoch, key), seen) in &world.seen {
        prop_assert!(
            seen.is_sorted_by(|a, b| a < b),
            "doubled or out of order: {:?}",
            seen
        );
        let nothing = BTreeSet::new();
        let lost = world.lost.get(&(*epoch, *key)).unwrap_or(&nothing);
        let first = world.first[&(*epoch, *key)];
        let last = *seen.last().unwrap();
        for seq in first..=last {
            prop_assert!(
                seen.contains(&seq) || lost.contains(&seq),
                "{seq} of {first} to {last} was neither seen nor told to be lost"
            );
        }
        for seq in lost {
            prop_assert!(!seen.contains(seq), "{seq} was seen and told to be lost");
        }
    }
    Ok(())
}

/// Brings what is on its way to its end, over a line that loses nothing any more.
fn settle(world: &mut World) {
    world.happen(Happening::Cut);
    world.arrive();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// As long as the server keeps everything, nothing is lost, whatever the line does, and
    /// nothing is told to be.
    #[test]
    fn a_server_that_replays_loses_nothing_and_doubles_nothing(happenings in happenings(false)) {
        let mut world = World::new(true);
        world.prompt = true;
        world.arrive();
        for happening in happenings {
            match happening {
                Happening::Forget { .. } => {}
                other @ (Happening::Trade { .. }
                | Happening::Lose
                | Happening::Repeat
                | Happening::Swap
                | Happening::Cut
                | Happening::Restart
                | Happening::Arrive
                | Happening::Pass { .. }) => world.happen(other),
            }
        }
        settle(&mut world);
        prop_assert!(world.lost.is_empty(), "told to be lost: {:?}", world.lost);
        is_accounted_for(&world)?;
        for (key, told) in [SymbolKey(0), SymbolKey(1)].into_iter().zip(&world.told) {
            let seen = world.seen.get(&(0, key)).map_or(0, Vec::len);
            prop_assert_eq!(seen as u64, told.last, "everything was traded after the first connection");
        }
    }

    /// Where it forgets, restarts or never replays, every hole is told exactly.
    #[test]
    fn every_gap_is_told_where_nothing_can_be_sent_again(
        replays: bool,
        happenings in happenings(true),
    ) {
        let mut world = World::new(replays);
        for happening in happenings {
            world.happen(happening);
        }
        settle(&mut world);
        is_accounted_for(&world)?;
    }
}
