//! One case: what a single connection says, made of a seed and a number.

use std::net::Ipv4Addr;

use crate::dice::Dice;
use crate::requests::{self, Kind};
use crate::{frames, words};

/// What is written, and how it ends.
#[derive(Debug)]
pub(crate) struct Case {
    /// Any address of 127.0.0.0/8 is ours, and each has an allowance of its own.
    pub(crate) from: Ipv4Addr,
    pub(crate) pieces: Vec<Vec<u8>>,
    /// Requests and frames.
    pub(crate) requests: u64,
    /// How many answers come for sure.
    pub(crate) answers: Option<u64>,
    pub(crate) ending: Ending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Closes its half, and hears what the other says to that.
    Politely,
    /// Is gone.
    Suddenly,
    /// Is gone, and what was said to it lies unread: the other side gets a reset.
    Unread,
}

impl Case {
    pub(crate) fn of(seed: u64, case: u64, epoch: &str) -> Self {
        let mut dice = Dice::of(seed, case);
        let dice = &mut dice;
        let [a, b] = [dice.below(8), dice.between(1, 250)];
        let mut made = Self {
            from: Ipv4Addr::new(127, 1, a as u8, b as u8),
            pieces: Vec::new(),
            requests: 0,
            answers: Some(0),
            ending: match dice.below(10) {
                0..7 => Ending::Politely,
                7..9 => Ending::Suddenly,
                _ => Ending::Unread,
            },
        };
        match dice.below(10) {
            0..6 => made.pipeline(dice, epoch),
            6 => made.broken(dice, epoch),
            _ => made.web_socket(dice, epoch),
        }
        made.cut(dice);
        made
    }

    /// Many requests before the first answer, and perhaps something worse behind them.
    fn pipeline(&mut self, dice: &mut Dice, epoch: &str) {
        for _ in 0..dice.between(1, 100) {
            let (bytes, kind) = requests::tidy(dice, epoch);
            // Nothing comes behind a stream, so it is not often that one begins.
            if kind == Kind::Streaming && !dice.percent(10) {
                continue;
            }
            self.say(bytes);
            self.answers = self.answers.filter(|_| kind == Kind::Tidy).map(|count| count + 1);
            if kind == Kind::Streaming {
                return;
            }
        }
        if dice.percent(10) {
            self.broken(dice, epoch);
        }
    }

    fn broken(&mut self, dice: &mut Dice, epoch: &str) {
        self.answers = None;
        for _ in 0..dice.between(1, 4) {
            self.say(requests::broken(dice, epoch));
        }
    }

    fn web_socket(&mut self, dice: &mut Dice, epoch: &str) {
        self.answers = None;
        self.say(requests::upgrade(dice));
        // Some go beyond the messages that are allowed, a few to where they are closed for it.
        let most = if dice.percent(1) { 1_500 } else { 80 };
        let count = dice.between(1, most);
        if most > 80 {
            for _ in 0..count {
                let text = words::message(dice, epoch);
                self.say(frames::text(dice, &text));
            }
        } else {
            for _ in 0..count {
                self.say(frames::frame(dice, epoch));
            }
        }
    }

    fn say(&mut self, bytes: Vec<u8>) {
        self.pieces.push(bytes);
        self.requests += 1;
    }

    /// The network divides what is written as it likes.
    fn cut(&mut self, dice: &mut Dice) {
        let all = self.pieces.concat();
        let size = match dice.below(20) {
            0 => 1.max(all.len() / 50),
            1..6 => dice.between(100, 3_000),
            _ => 256 << 10,
        };
        self.pieces = all.chunks(size).map(<[u8]>::to_vec).collect();
    }
}
