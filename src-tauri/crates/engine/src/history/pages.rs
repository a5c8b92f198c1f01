//! Pages of candles, joined: each begins where the one before has ended.

use std::ops::Range;

use model::Candle;
use provider::Cut;

/// A page of so many that is shorter than it may be was perhaps cut by the venue: no server cuts at fewer.
const CUT_MIN: usize = 50;
/// A venue that answers with one candle at a time is not asked for ever.
const ASKED_MAX: u32 = 16;

/// What is still to be asked of a stretch, from its newest end on. All in the
/// starts of candles.
#[derive(Clone, Debug)]
pub(super) struct Pages {
    rest: Range<i64>,
    /// How long a candle is.
    step: i64,
    /// How many candles a page has at most, and what becomes of the others.
    page: usize,
    cut: Cut,
    /// So many candles are still wanted.
    wanted: usize,
    asked: u32,
}

impl Pages {
    pub(super) const fn new(
        stretch: Range<i64>,
        step: i64,
        (page, cut): (usize, Cut),
        wanted: usize,
    ) -> Self {
        Self {
            rest: stretch,
            step,
            page,
            cut,
            wanted,
            asked: 0,
        }
    }

    /// The stretch of the next page; `None` when there is nothing more to ask.
    pub(super) fn next(&self) -> Option<Range<i64>> {
        if self.rest.is_empty() || self.wanted == 0 || self.asked == ASKED_MAX {
            return None;
        }
        let from = match self.cut {
            Cut::Newest => self.rest.start,
            Cut::Refused => {
                let slots = i64::try_from(self.page).unwrap_or(i64::MAX);
                let length = slots.saturating_mul(self.step);
                self.rest.start.max(self.rest.end.saturating_sub(length))
            }
        };
        Some(from..self.rest.end)
    }

    /// What came of it: the stretch that is known now, and its candles, oldest first. One that has
    /// nothing new is the last.
    pub(super) fn take(&mut self, asked: &Range<i64>, mut page: Vec<Candle>) -> (Range<i64>, Vec<Candle>) {
        let came = page.len();
        page.retain(|candle| self.rest.contains(&candle.start));
        page.sort_by_key(|candle| candle.start);
        page.dedup_by_key(|candle| candle.start);
        let beyond = page.len().saturating_sub(self.wanted);
        page.drain(..beyond);
        self.wanted -= page.len();
        self.asked += 1;
        let end = self.rest.end;
        // One more question says whether there is anything before what came.
        let may_be_cut = came >= CUT_MIN && self.asked < ASKED_MAX;
        let reached_the_end = asked.start <= self.rest.start && came < self.page && !may_be_cut;
        let known = match page.first() {
            Some(oldest) if !reached_the_end => oldest.start,
            Some(_) => self.rest.start,
            // What lies before it nobody has either.
            None => asked.start,
        };
        self.rest.end = if page.is_empty() { self.rest.start } else { known };
        (known..end, page)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::{Price, Size};
    use proptest::prelude::*;

    use super::*;

    fn candle(start: i64) -> Candle {
        Candle {
            start,
            open: Price::ZERO,
            high: Price::ZERO,
            low: Price::ZERO,
            close: Price::ZERO,
            volume: Size::ZERO,
            trades: 0,
        }
    }

    /// A venue with these candles, that gives so many a page, in any order, some twice, and some
    /// that nobody has asked for.
    #[derive(Debug)]
    struct House {
        has: BTreeSet<i64>,
        cap: usize,
        seed: u64,
    }

    impl House {
        fn answer(&mut self, asked: &Range<i64>) -> Vec<Candle> {
            let inside: Vec<_> = self.has.range(asked.clone()).copied().collect();
            let newest = inside.len().saturating_sub(self.cap);
            let mut starts = inside[newest..].to_vec();
            let behind = self.has.range(asked.end..).take(3);
            let strays: Vec<_> = behind.filter(|_| self.seed & 1 == 1).copied().collect();
            if let Some(twice) = starts.first().copied().filter(|_| self.seed & 2 == 2) {
                starts.push(twice);
            }
            starts.extend(strays);
            self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let seed = self.seed;
            starts.sort_by_key(|start| (start.cast_unsigned() ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            starts.into_iter().map(candle).collect()
        }
    }

    fn walk(pages: &mut Pages, house: &mut House) -> (Vec<Range<i64>>, Vec<i64>) {
        let (mut known, mut starts) = (Vec::new(), Vec::new());
        while let Some(asked) = pages.next() {
            let page = house.answer(&asked);
            let (stretch, candles) = pages.take(&asked, page);
            assert!(candles.iter().all(|candle| stretch.contains(&candle.start)));
            known.push(stretch);
            let new = candles.into_iter().map(|candle| candle.start);
            starts.splice(0..0, new);
        }
        (known, starts)
    }

    fn houses() -> impl Strategy<Value = (House, Range<i64>)> {
        let has = prop::collection::btree_set((0i64..300).prop_map(|minute| minute * 60), 0..200);
        (has, 1usize..80, any::<u64>(), 0i64..300, 0i64..300).prop_map(|(has, cap, seed, from, length)| {
            let house = House { has, cap, seed };
            (house, from * 60..(from + length) * 60)
        })
    }

    proptest! {
        /// However it is cut: what is known is one stretch up to the end, each page begins where
        /// the other has ended, and in it is every candle that there is, once and in order.
        #[test]
        fn no_page_overlaps_another_and_none_leaves_a_hole(
            (mut house, stretch) in houses(),
            cuts_newest: bool,
            wanted in 1usize..400,
        ) {
            let all: Vec<_> = house.has.range(stretch.clone()).copied().collect();
            let cut = if cuts_newest { Cut::Newest } else { Cut::Refused };
            let mut pages = Pages::new(stretch.clone(), 60, (house.cap, cut), wanted);
            let (known, starts) = walk(&mut pages, &mut house);
            let mut end = stretch.end;
            for page in &known {
                prop_assert_eq!(page.end, end);
                prop_assert!(page.start < page.end);
                end = page.start;
            }
            let reached: Vec<_> = all.iter().copied().filter(|start| *start >= end).collect();
            let newest = reached.len().saturating_sub(wanted);
            prop_assert!(starts.len() <= wanted);
            prop_assert_eq!(&starts, &reached[newest..]);
        }

        /// A venue that keeps to its card gives all that is wanted, as long as no page is empty.
        #[test]
        fn all_that_is_wanted_comes((mut house, stretch) in houses(), cuts_newest: bool) {
            let all: Vec<_> = house.has.range(stretch.clone()).copied().collect();
            let cut = if cuts_newest { Cut::Newest } else { Cut::Refused };
            let mut pages = Pages::new(stretch, 60, (house.cap, cut), usize::MAX);
            house.seed = 0;
            let (known, starts) = walk(&mut pages, &mut house);
            let was_ended = known.len() == usize::try_from(ASKED_MAX).unwrap()
                || known.last().is_some_and(|page| !starts.iter().any(|start| page.contains(start)));
            prop_assert!(was_ended || starts == all);
        }
    }

    #[test]
    fn a_page_that_the_venue_has_cut_shorter_than_it_says_is_not_the_last() {
        for (cap, questions) in [(60, 6), (49, 1)] {
            let mut house = House {
                has: (0..300).map(|minute| minute * 60).collect(),
                cap,
                seed: 0,
            };
            let mut pages = Pages::new(0..18_000, 60, (1_000, Cut::Newest), 1_000);
            let (known, starts) = walk(&mut pages, &mut house);
            // What few there are is believed: a market may have been shut.
            assert_eq!(known.len(), if cap < CUT_MIN { 1 } else { questions - 1 });
            assert_eq!(starts.len(), if cap < CUT_MIN { cap } else { 300 });
        }
    }

    #[test]
    fn an_empty_page_ends_it_and_so_does_one_that_brings_nothing_new() {
        for page in [vec![], vec![candle(600), candle(660)]] {
            let mut pages = Pages::new(0..600, 60, (5, Cut::Refused), 100);
            let asked = pages.next().unwrap();
            assert_eq!(asked, 300..600);
            assert_eq!(pages.take(&asked, page), (300..600, vec![]));
            assert_eq!(pages.next(), None);
        }
    }

    #[test]
    fn who_has_enough_asks_no_more() {
        let mut pages = Pages::new(0..6_000, 60, (50, Cut::Newest), 3);
        let asked = pages.next().unwrap();
        assert_eq!(asked, 0..6_000);
        let page = (50..100).map(|minute| candle(minute * 60)).collect();
        let (known, candles) = pages.take(&asked, page);
        assert_eq!((known, candles.len()), (97 * 60..6_000, 3));
        assert_eq!(pages.next(), None);
    }

    #[test]
    fn one_candle_at_a_time_is_not_asked_for_for_ever() {
        let mut house = House {
            has: (0..300).map(|minute| minute * 60).collect(),
            cap: 1,
            seed: 0,
        };
        let mut pages = Pages::new(0..18_000, 60, (10, Cut::Refused), 1_000);
        let (known, starts) = walk(&mut pages, &mut house);
        assert_eq!((known.len(), starts.len()), (16, 16));
    }
}
