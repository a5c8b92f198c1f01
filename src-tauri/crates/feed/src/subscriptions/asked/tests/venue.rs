//! A venue that loses requests and answers, takes or refuses messages as a whole and drops the line.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::*;

/// What the venue says, and when it arrives.
type Said = Reverse<(Moment, u64, Reply)>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reply {
    Accepted(SymbolKey),
    Complaint,
}

struct World {
    card: Card,
    rng: fastrand::Rng,
    /// Whether requests and answers get lost.
    loses: bool,
    now: Moment,
    desired: Desired,
    wishes: BTreeMap<SymbolKey, Symbol>,
    keys: u32,
    asked: Asked,
    /// What the venue sends on this line.
    subscribed: BTreeSet<Symbol>,
    told: BTreeSet<SymbolKey>,
    refused: BTreeSet<SymbolKey>,
    replies: BinaryHeap<Said>,
    count: u64,
    sent: VecDeque<Moment>,
}

impl World {
    fn new(card: Card, seed: u64) -> Self {
        Self {
            asked: Asked::new(&card, TransportKind::WebSocket),
            card,
            rng: fastrand::Rng::with_seed(seed),
            loses: false,
            now: Moment::START,
            desired: Desired::default(),
            wishes: BTreeMap::new(),
            keys: 0,
            subscribed: BTreeSet::new(),
            told: BTreeSet::new(),
            refused: BTreeSet::new(),
            replies: BinaryHeap::new(),
            count: 0,
            sent: VecDeque::new(),
        }
    }

    fn want(&mut self, name: &str) {
        if self.wishes.values().any(|symbol| symbol.as_str() == name) {
            return;
        }
        self.keys += 1;
        self.wishes.insert(SymbolKey(self.keys), Symbol::new(name));
    }

    fn wished(&mut self) {
        self.desired.wish(&self.wishes);
        self.perform();
    }

    fn reconnect(&mut self) {
        self.asked = Asked::new(&self.card, TransportKind::WebSocket);
        self.subscribed.clear();
        self.replies.clear();
        self.told.clear();
        self.refused.clear();
        self.sent.clear();
        self.perform();
    }

    fn perform(&mut self) {
        for batch in self.asked.next(&self.desired, self.now) {
            match batch {
                Batch::Ask(symbols) => {
                    self.takes_a_message();
                    assert!(!symbols.is_empty() && symbols.len() <= self.card.symbols_per_message);
                    self.answer(&symbols);
                }
                Batch::Release(symbols) => {
                    self.takes_a_message();
                    for symbol in &symbols {
                        assert!(
                            self.wishes.values().all(|wanted| wanted != symbol),
                            "{symbol} was given up and is wanted"
                        );
                        self.subscribed.remove(symbol);
                    }
                }
                Batch::Fetch(_) | Batch::Exchange { .. } => panic!("nothing is fetched on a socket"),
                Batch::Refuse(refused) => self.refused.extend(refused.into_iter().map(|(key, _)| key)),
            }
        }
        let deadline = self.asked.deadline();
        assert!(
            deadline.is_none_or(|deadline| deadline > self.now),
            "it would turn in circles"
        );
    }

    fn takes_a_message(&mut self) {
        let Pacing { times, within } = self.card.pacing;
        while self
            .sent
            .front()
            .is_some_and(|then| self.now.since(*then) >= within)
        {
            self.sent.pop_front();
        }
        self.sent.push_back(self.now);
        assert!(
            self.sent.len() <= usize::try_from(times).unwrap(),
            "too many messages"
        );
    }

    fn answer(&mut self, symbols: &[(SymbolKey, Symbol)]) {
        for (key, symbol) in symbols {
            assert!(
                !self.told.contains(key),
                "{symbol} stands and was asked for again"
            );
        }
        let spoiled = symbols
            .iter()
            .any(|(_, symbol)| symbol.as_str().starts_with("bad"));
        if spoiled {
            // Half of those who refuse a message as a whole do so without a word.
            if symbols.iter().any(|(_, symbol)| symbol.as_str() == "bad-silent") {
                return;
            }
            return self.say(Reply::Complaint);
        }
        if self.loses && self.rng.u8(..) < 10 {
            return;
        }
        for (key, symbol) in symbols {
            self.subscribed.insert(symbol.clone());
            if !self.loses || self.rng.u8(..) >= 10 {
                self.say(Reply::Accepted(*key));
            }
        }
    }

    /// In order, as on any line.
    fn say(&mut self, reply: Reply) {
        self.count += 1;
        let at = self.now + Duration::from_millis(100);
        self.replies.push(Reverse((at, self.count, reply)));
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let said = self.replies.peek().map(|Reverse((at, ..))| *at);
            let Some(next) = [said, self.asked.deadline()]
                .into_iter()
                .flatten()
                .min()
                .filter(|next| *next <= end)
            else {
                break;
            };
            self.now = self.now.max(next);
            while let Some(Reverse((at, ..))) = self.replies.peek()
                && *at <= self.now
                && let Some(Reverse((_, _, reply))) = self.replies.pop()
            {
                match reply {
                    Reply::Accepted(key) => {
                        if self.asked.accepted(key) != Answer::Stray {
                            self.told.insert(key);
                            self.refused.remove(&key);
                        }
                    }
                    Reply::Complaint => {
                        self.asked.complained("no such instrument");
                    }
                }
            }
            self.perform();
        }
        self.now = end;
    }

    /// Left alone over a line that loses nothing, it comes to what is wanted.
    fn settle(&mut self) {
        self.loses = false;
        self.pass(Duration::from_secs(300));
        assert!(self.asked.is_settled(&self.desired), "{:?}", self.asked);
        let good = self
            .wishes
            .iter()
            .filter(|(_, symbol)| !symbol.as_str().starts_with("bad"));
        let good: BTreeSet<_> = good.map(|(_, symbol)| symbol.clone()).collect();
        assert_eq!(self.subscribed, good);
        for (key, symbol) in &self.wishes {
            let bad = symbol.as_str().starts_with("bad");
            assert_eq!(self.refused.contains(key), bad, "{symbol}");
        }
        let silent = self.wishes.values().any(|symbol| symbol.as_str() == "bad-silent");
        assert_eq!(
            self.asked.deadline().is_some(),
            silent,
            "nothing else is left to do"
        );
    }
}

#[test]
fn a_thousand_symbols_stand_within_two_and_a_half_seconds_at_five_messages_a_second() {
    let mut world = World::new(CARD, 1);
    for n in 0..1_000 {
        world.want(&format!("S{n}"));
    }
    world.wished();
    world.pass(Duration::from_millis(2_500));
    assert_eq!(world.subscribed.len(), 1_000);
    assert!(world.asked.is_settled(&world.desired));
}

#[test]
fn one_bad_symbol_among_a_hundred_does_not_keep_the_others_waiting_for_long() {
    for (bad, seconds) in [("bad", 8), ("bad-silent", 50)] {
        let mut world = World::new(CARD, 1);
        for n in 0..99 {
            world.want(&format!("S{n}"));
        }
        world.want(bad);
        world.wished();
        world.pass(Duration::from_secs(seconds));
        assert_eq!(world.subscribed.len(), 99);
        assert_eq!(world.refused, BTreeSet::from([SymbolKey(100)]), "{bad}");
    }
}

#[test]
fn after_ten_thousand_changes_and_losses_the_venue_sends_exactly_what_is_wanted() {
    let names: Vec<_> = (0..150)
        .map(|n| format!("S{n}"))
        .chain(["bad".to_owned(), "bad-silent".to_owned()])
        .collect();
    for seed in 0..3 {
        let card = Card {
            symbols_per_message: 10,
            spacing: Duration::from_millis(seed % 2 * 150),
            ..CARD
        };
        let mut world = World::new(card, seed);
        world.loses = true;
        for _ in 0..10_000 {
            let name = &names[world.rng.usize(..names.len())];
            match world.rng.u8(..100) {
                0..40 => world.want(name),
                40..75 => world.wishes.retain(|_, symbol| symbol.as_str() != name),
                75..99 => {
                    let millis = world.rng.u64(..400);
                    world.pass(Duration::from_millis(millis));
                }
                _ => world.reconnect(),
            }
            world.wished();
        }
        world.settle();
    }
}
