//! A high quantile of a stream of times, without keeping the stream.

use std::time::Duration;

/// Of a hundred gaps one is longer.
const SHARE: f64 = 0.99;
/// Where the five markers belong, as shares of all that came.
const SHARES: [f64; 5] = [0.0, SHARE / 2.0, SHARE, f64::midpoint(SHARE, 1.0), 1.0];
/// Fewer say nothing.
const FEW: u32 = 5;
/// With fewer than this the longest of them is the best guess at one in a hundred.
const MANY: u32 = 100;

/// The P² algorithm (Jain and Chlamtac 1985): five markers on the curve of all
/// values, of which each moves a step when too many values lie on one side of
/// it, by a parabola through its neighbours.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quantile {
    count: u32,
    /// In seconds, rising.
    heights: [f64; 5],
    /// How many values lie at or below each marker.
    places: [f64; 5],
}

impl Quantile {
    pub(super) fn add(&mut self, value: Duration) {
        let value = value.as_secs_f64();
        if self.count < FEW {
            self.begin(value);
            return;
        }
        // A year of gaps; by then one more changes nothing.
        if self.count == u32::MAX {
            return;
        }
        self.count += 1;
        self.heights[0] = self.heights[0].min(value);
        self.heights[4] = self.heights[4].max(value);
        let cell = (1..4).find(|marker| value < self.heights[*marker]).unwrap_or(4);
        for place in &mut self.places[cell..] {
            *place += 1.0;
        }
        for marker in 1..4 {
            self.settle(marker);
        }
    }

    /// `None` until there is something to say.
    pub(super) fn value(&self) -> Option<Duration> {
        let seconds = match self.count {
            0..FEW => return None,
            FEW..MANY => self.heights[4],
            MANY.. => self.heights[2],
        };
        Duration::try_from_secs_f64(seconds).ok()
    }

    fn begin(&mut self, value: f64) {
        let filled = self.count as usize;
        self.heights[filled] = value;
        self.heights[..=filled].sort_by(f64::total_cmp);
        self.count += 1;
        self.places = [1.0, 2.0, 3.0, 4.0, 5.0];
    }

    /// Moves one marker by one place, if it stands wrong by that much.
    fn settle(&mut self, marker: usize) {
        let belongs = 1.0 + f64::from(self.count - 1) * SHARES[marker];
        let off = belongs - self.places[marker];
        let room_above = self.places[marker + 1] - self.places[marker] > 1.0;
        let room_below = self.places[marker] - self.places[marker - 1] > 1.0;
        let step = if off >= 1.0 && room_above {
            1.0
        } else if off <= -1.0 && room_below {
            -1.0
        } else {
            return;
        };
        let curved = self.parabola(marker, step);
        let between = self.heights[marker - 1] < curved && curved < self.heights[marker + 1];
        self.heights[marker] = if between {
            curved
        } else {
            self.straight(marker, step)
        };
        self.places[marker] += step;
    }

    fn parabola(&self, marker: usize, step: f64) -> f64 {
        let [below, here, above] =
            [marker - 1, marker, marker + 1].map(|at| (self.places[at], self.heights[at]));
        let rise = (here.0 - below.0 + step) * (above.1 - here.1) / (above.0 - here.0);
        let fall = (above.0 - here.0 - step) * (here.1 - below.1) / (here.0 - below.0);
        here.1 + step / (above.0 - below.0) * (rise + fall)
    }

    fn straight(&self, marker: usize, step: f64) -> f64 {
        let next = if step > 0.0 { marker + 1 } else { marker - 1 };
        let slope = (self.heights[next] - self.heights[marker]) / (self.places[next] - self.places[marker]);
        self.heights[marker] + step * slope
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn learned(values: impl IntoIterator<Item = f64>) -> Option<Duration> {
        let mut quantile = Quantile::default();
        for value in values {
            quantile.add(Duration::from_secs_f64(value));
        }
        quantile.value()
    }

    #[test]
    fn few_values_say_nothing_and_some_say_their_longest() {
        assert_eq!(learned([1.0; 4]), None);
        assert_eq!(learned([3.0, 1.0, 9.0, 2.0, 1.0]), Some(Duration::from_secs(9)));
    }

    #[test]
    fn is_close_to_what_sorting_all_values_would_tell() {
        let mut rng = fastrand::Rng::with_seed(5);
        let shapes: [fn(f64) -> f64; 3] = [
            |x| x,
            // As ticks that come by chance: an exponential distribution.
            |x| -(1.0 - x).ln() * 3.0,
            |x| x * x * 40.0,
        ];
        for shape in shapes {
            let mut values: Vec<f64> = (0..20_000).map(|_| shape(rng.f64())).collect();
            let told = learned(values.iter().copied()).unwrap().as_secs_f64();
            values.sort_by(f64::total_cmp);
            let exact = values[19_800];
            assert!((told / exact - 1.0).abs() < 0.1, "{told} for {exact}");
        }
    }

    #[test]
    fn one_odd_value_of_ten_minutes_moves_it_by_seconds() {
        let steady = (0..2_000).map(|n| {
            if n == 900 {
                600.0
            } else {
                1.0 + f64::from(n % 10) / 10.0
            }
        });
        let told = learned(steady).unwrap();
        assert!(told < Duration::from_secs(5), "{told:?} where 1.9 s is true");
    }

    proptest! {
        #[test]
        fn lies_between_the_shortest_and_the_longest(
            values in prop::collection::vec(0.0f64..1e9, 5..400),
        ) {
            let told = learned(values.iter().copied()).unwrap().as_secs_f64();
            let shortest = values.iter().copied().fold(f64::INFINITY, f64::min);
            let longest = values.iter().copied().fold(0.0, f64::max);
            prop_assert!(told >= shortest - 1e-6 && told <= longest + 1e-6);
        }
    }
}
