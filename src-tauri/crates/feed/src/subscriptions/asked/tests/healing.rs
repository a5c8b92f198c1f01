//! A venue that does not take a question in which there is a name that it does not know.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

struct Polled {
    asked: Asked,
    desired: Desired,
    now: Moment,
    bad: BTreeSet<String>,
    /// More names than that in one path are too much for it.
    most: usize,
    status: Option<u16>,
    /// Asked again and again, of which some were not asked yet.
    live: Vec<String>,
    due: VecDeque<String>,
    questions: usize,
    told: BTreeMap<u32, Vec<String>>,
    lost: Option<transport::Loss>,
}

impl Polled {
    fn new(together: Together, names: &[(u32, &str)], bad: &[&str]) -> Self {
        Self {
            asked: Asked::new(&CARD, TransportKind::Poll).sharing(together),
            desired: wanted(names),
            now: at(0),
            bad: bad.iter().map(|name| (*name).to_owned()).collect(),
            most: usize::MAX,
            status: Some(404),
            live: Vec::new(),
            due: VecDeque::new(),
            questions: 0,
            told: BTreeMap::new(),
            lost: None,
        }
    }

    /// Large and small letters are the same to it.
    fn asks(parts: &[Part]) -> Vec<Asks> {
        let asks = parts.iter().map(|part| {
            let names: BTreeSet<_> = part
                .iter()
                .map(|(_, symbol)| symbol.as_str().to_lowercase())
                .collect();
            let path: Vec<_> = names.into_iter().collect();
            (part.iter().map(|(key, _)| *key).collect(), vec![path.join(",")])
        });
        asks.collect()
    }

    fn perform(&mut self) {
        for batch in self.asked.next(&self.desired, self.now) {
            match batch {
                Batch::Fetch(parts) => {
                    let asks = Self::asks(&parts);
                    self.live = asks.iter().flat_map(|(_, paths)| paths.clone()).collect();
                    self.live.sort();
                    self.live.dedup();
                    self.due = self.live.iter().cloned().collect();
                    self.asked.asks_in_turn(asks);
                }
                Batch::Exchange { gone, parts } => {
                    let (gone, come) = self.asked.exchanged(gone, Self::asks(&parts), self.now);
                    assert!(
                        gone.iter().all(|path| self.live.contains(path)),
                        "{gone:?} {:?}",
                        self.live
                    );
                    self.live.retain(|path| !gone.contains(path));
                    self.due.retain(|path| !gone.contains(path));
                    assert!(
                        come.iter().all(|path| !self.live.contains(path)),
                        "{come:?} {:?}",
                        self.live
                    );
                    self.live.extend(come.iter().cloned());
                    self.due.extend(come);
                }
                Batch::Refuse(refused) => {
                    for (key, why) in refused {
                        self.told.entry(key.0).or_default().push(why.to_string());
                    }
                }
                Batch::Ask(_) | Batch::Release(_) => panic!("nothing is said"),
            }
        }
    }

    fn answer(&mut self, is_its_own: bool) {
        let Some(path) = self.due.pop_front() else { return };
        self.questions += 1;
        let names: Vec<_> = path.split(',').collect();
        if names.len() > self.most || names.iter().any(|name| self.bad.contains(*name)) {
            let no = No {
                status: self.status,
                words: "no such name".into(),
                is_its_own,
            };
            self.lost = self.lost.take().or(self.asked.declined(&path, no, self.now));
            return;
        }
        for (key, symbol) in self.desired.symbols().clone() {
            if names.contains(&symbol.as_str().to_lowercase().as_str()) {
                self.asked.accepted(key);
            }
        }
        self.asked.found_at(&path, self.now);
    }

    /// Until nothing is left to be done, or it is about what is asked again later.
    fn settle(&mut self, is_its_own: bool) {
        let mut steps = 0;
        while self.lost.is_none() {
            self.perform();
            self.answer(is_its_own);
            let idle = self.due.is_empty();
            match self.asked.deadline() {
                Some(due) if due <= self.now => {}
                Some(due) if idle && due.since(self.now) < Duration::from_secs(100) => self.now = due,
                _ if idle => break,
                _ => {}
            }
            steps += 1;
            assert!(steps < 10_000, "it turns in circles: {:?}", self.asked);
        }
    }

    fn is_bad(&self, symbol: &Symbol) -> bool {
        self.bad.contains(&symbol.as_str().to_lowercase())
    }
}

fn numbered(count: u32) -> Vec<(u32, String)> {
    (1..=count).map(|key| (key, format!("s{key}"))).collect()
}

fn by_ref(names: &[(u32, String)]) -> Vec<(u32, &str)> {
    names.iter().map(|(key, name)| (*key, name.as_str())).collect()
}

/// How often a number can be halved until one is left, rounded up.
fn halvings(number: usize) -> usize {
    usize::try_from(number.next_power_of_two().trailing_zeros()).unwrap()
}

proptest! {
    #[test]
    fn whoever_is_bad_is_told_once_and_all_others_are_asked_on(
        count in 1u32..70,
        most in 1usize..70,
        bad in prop::collection::btree_set(1u32..70, 0..9),
        twice in prop::collection::btree_set(1u32..70, 0..4),
    ) {
        let mut names = numbered(count);
        // Some are written in two ways.
        names.extend(twice.iter().filter(|key| **key <= count).map(|key| (100 + key, format!("S{key}"))));
        let bad: Vec<_> = bad.into_iter().filter(|key| *key <= count).map(|key| format!("s{key}")).collect();
        let bad: Vec<_> = bad.iter().map(String::as_str).collect();
        let mut polled = Polled::new(Together::UpTo(most), &by_ref(&names), &bad);
        polled.settle(true);
        prop_assert_eq!(&polled.lost, &None);
        let live: BTreeSet<_> = polled.live.iter().flat_map(|path| path.split(',')).collect();
        for (key, symbol) in polled.desired.symbols() {
            let told = polled.told.get(&key.0).map_or(0, Vec::len);
            let is_bad = polled.is_bad(symbol);
            prop_assert_eq!(told, usize::from(is_bad), "{}", symbol);
            prop_assert_eq!(live.contains(&*symbol.as_str().to_lowercase()), !is_bad, "{}", symbol);
        }
        prop_assert!(polled.asked.is_settled(&polled.desired));
        let paths = names.len().div_ceil(most);
        let found = (bad.len() + twice.len()) * (2 * halvings(most.min(names.len())) + 2);
        prop_assert!(polled.questions <= 2 * paths + found, "{} questions", polled.questions);
        prop_assert!(polled.live.len() <= paths, "{:?}", polled.live);
    }

    #[test]
    fn where_it_is_only_too_many_smaller_parts_are_kept(count in 2u32..70, most in 1usize..9) {
        let names = numbered(count);
        let mut polled = Polled::new(Together::UpTo(100), &by_ref(&names), &[]);
        polled.most = most;
        polled.settle(true);
        prop_assert_eq!(&polled.told, &BTreeMap::new());
        prop_assert!(polled.live.iter().all(|path| path.split(',').count() <= most));
    }
}

#[test]
fn a_name_that_the_venue_does_not_know_is_told_with_what_it_says_and_what_to_do() {
    let mut polled = Polled::new(Together::UpTo(9), &[(1, "A"), (2, "B")], &["b"]);
    polled.settle(true);
    let sentence = "the venue does not know B (it says: no such name); look up how it writes it, or take it off the list";
    assert_eq!(polled.told, BTreeMap::from([(2, vec![sentence.to_owned()])]));
    assert_eq!((polled.live, polled.questions), (vec!["a".to_owned()], 3));
    assert_eq!(polled.asked.deadline(), None, "and it is not asked again");
}

#[test]
fn what_is_wished_for_anew_is_asked_anew_and_nobody_else() {
    let mut polled = Polled::new(Together::UpTo(1), &[(1, "A"), (2, "B")], &["b"]);
    polled.settle(true);
    want(&mut polled.desired, &[(1, "A"), (3, "C")]);
    polled.settle(true);
    assert_eq!(polled.live, ["a", "c"]);
    polled.bad.clear();
    want(&mut polled.desired, &[(1, "A"), (3, "C"), (4, "B")]);
    polled.settle(true);
    assert_eq!(polled.live, ["a", "b", "c"]);
    assert_eq!(polled.told.len(), 1);
}

#[test]
fn who_is_refused_in_an_answer_like_any_other_is_asked_for_no_more() {
    for most in [1, 3] {
        let names = [(1, "A"), (2, "B"), (3, "C")];
        let mut polled = Polled::new(Together::UpTo(most), &names, &[]);
        polled.settle(true);
        let before = polled.questions;
        assert_eq!(polled.asked.refused(SymbolKey(2)), Answer::First);
        polled.settle(true);
        let live: Vec<_> = polled.live.iter().flat_map(|path| path.split(',')).collect();
        assert_eq!(live, ["a", "c"]);
        assert!(polled.questions <= before + 1, "{} questions", polled.questions);
    }
}

#[test]
fn what_may_pass_is_asked_again_by_itself() {
    for (status, later) in [(403, 3_600_000), (500, 300_000)] {
        let mut polled = Polled::new(Together::UpTo(1), &[(1, "A"), (2, "B")], &["b"]);
        polled.status = Some(status);
        polled.settle(true);
        assert_eq!(polled.live, ["a"]);
        let again = polled.asked.deadline().unwrap();
        assert_eq!(again, at(later));
        polled.bad.clear();
        polled.now = again;
        polled.settle(true);
        assert_eq!(polled.live, ["a", "b"]);
        assert!(polled.asked.is_settled(&polled.desired));
    }
}

#[test]
fn an_address_where_nobody_knows_anything_is_a_loss_and_one_where_somebody_does_is_not() {
    let names = [(1, "A"), (2, "B"), (3, "C")];
    let mut polled = Polled::new(Together::UpTo(1), &names, &["a", "b", "c"]);
    polled.settle(false);
    assert!(matches!(
        polled.lost,
        Some(transport::Loss::Refused { status: 404, .. })
    ));
    assert_eq!(polled.told, BTreeMap::new());
    let mut polled = Polled::new(Together::UpTo(1), &names, &["a", "b"]);
    polled.settle(false);
    assert_eq!(polled.lost, None);
    assert_eq!(polled.told.keys().collect::<Vec<_>>(), [&1, &2]);
}

#[test]
fn a_name_that_stands_alone_and_is_not_known_ends_nothing() {
    let mut polled = Polled::new(Together::UpTo(50), &[(1, "A")], &["a"]);
    polled.settle(true);
    assert_eq!(
        (polled.lost.is_none(), polled.told.len(), polled.live.len()),
        (true, 1, 0)
    );
    want(&mut polled.desired, &[(1, "A"), (2, "B")]);
    polled.settle(true);
    assert_eq!(polled.live, ["b"]);
}
