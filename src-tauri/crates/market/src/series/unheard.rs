//! Stretches of time in which not everything was heard.

use std::ops::Range;

/// As many as an hour of bad weather has; more are taken together.
const STRETCHES_MAX: usize = 32;

/// Sorted, apart from each other, by the starts of candles.
#[derive(Clone, Debug, Default)]
pub(super) struct Unheard(Vec<Range<i64>>);

impl Unheard {
    pub(super) fn add(&mut self, mut stretch: Range<i64>) {
        if stretch.is_empty() {
            return;
        }
        self.0.retain(|known| {
            let touches = known.start <= stretch.end && stretch.start <= known.end;
            if touches {
                stretch = known.start.min(stretch.start)..known.end.max(stretch.end);
            }
            !touches
        });
        let at = self.0.partition_point(|known| known.start < stretch.start);
        self.0.insert(at, stretch);
        if self.0.len() > STRETCHES_MAX {
            // What was heard between the two oldest stays what it is: only what is torn is filled.
            let second = self.0.remove(1);
            if let Some(first) = self.0.first_mut() {
                first.end = second.end;
            }
        }
    }

    pub(super) fn settle(&mut self, stretch: &Range<i64>) {
        let parts = self.0.drain(..).flat_map(|known| {
            let before = known.start..known.end.min(stretch.start);
            let behind = known.start.max(stretch.end)..known.end;
            [before, behind]
        });
        self.0 = parts.filter(|part| !part.is_empty()).collect();
    }

    pub(super) fn has(&self, start: i64) -> bool {
        self.0.iter().any(|known| known.contains(&start))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Range<i64>> {
        self.0.iter().cloned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stretches() -> impl Strategy<Value = Vec<(bool, Range<i64>)>> {
        let stretch =
            (any::<bool>(), 0i64..200, 0i64..30).prop_map(|(add, from, length)| (add, from..from + length));
        prop::collection::vec(stretch, 0..24)
    }

    proptest! {
        /// It is the set of starts that were added and not settled since, and no two touch.
        #[test]
        fn it_is_what_was_added_and_was_not_settled(changes in stretches()) {
            let mut unheard = Unheard::default();
            let mut plain = std::collections::BTreeSet::new();
            for (add, stretch) in changes {
                if add {
                    plain.extend(stretch.clone());
                    unheard.add(stretch);
                } else {
                    plain.retain(|start| !stretch.contains(start));
                    unheard.settle(&stretch);
                }
            }
            let told: std::collections::BTreeSet<_> = unheard.iter().flatten().collect();
            prop_assert_eq!(&told, &plain);
            let all: Vec<_> = unheard.iter().collect();
            prop_assert!(all.windows(2).all(|two| two[0].end <= two[1].start));
            prop_assert!(all.iter().all(|stretch| !stretch.is_empty()));
        }
    }

    #[test]
    fn however_bad_the_weather_it_stays_small_and_forgets_nothing() {
        let mut unheard = Unheard::default();
        for minute in 0..1_000 {
            unheard.add(minute * 120..minute * 120 + 60);
        }
        assert_eq!(unheard.iter().count(), STRETCHES_MAX);
        assert!((0..1_000).all(|minute| unheard.has(minute * 120)));
    }
}
