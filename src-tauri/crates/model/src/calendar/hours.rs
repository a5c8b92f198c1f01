//! The hours of a trading day, in the exchange's own time: the lines of `hours.txt`.

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::Session;

/// How much of a day is traded on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Shut,
    Whole,
    /// It closes early.
    Early,
    /// It begins late.
    Late,
}

impl Kind {
    pub(super) fn read(word: &str) -> Option<Self> {
        match word {
            "closed" => Some(Self::Shut),
            "whole" => Some(Self::Whole),
            "early" => Some(Self::Early),
            "late" => Some(Self::Late),
            _ => None,
        }
    }
}

/// From this minute of the day on it is in that part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Phase {
    pub(super) minute: u32,
    pub(super) session: Session,
}

/// What a day of one kind is made of, up to a last day on which that holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    until: NaiveDate,
    kind: Kind,
    phases: Vec<Phase>,
}

/// All of one calendar, in the order of the file: the first that fits is the one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hours(Vec<Rule>);

impl Hours {
    pub(super) fn add(&mut self, rule: Rule) {
        self.0.push(rule);
    }

    pub(super) fn phases(&self, date: NaiveDate, kind: Kind) -> &[Phase] {
        let rule = self.0.iter().find(|rule| rule.kind == kind && date <= rule.until);
        rule.map_or(&[], |rule| &rule.phases)
    }
}

/// A line.
#[derive(Debug)]
pub(super) enum Statement {
    Calendar {
        name: &'static str,
        zone: Tz,
        codes: Vec<&'static str>,
    },
    Rule(Rule),
}

impl Statement {
    pub(super) fn read(line: &'static str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let mut word = words.next()?;
        if word == "calendar" {
            let (name, zone) = (words.next()?, words.next()?.parse().ok()?);
            let codes = words.collect();
            return Some(Self::Calendar { name, zone, codes });
        }
        let mut until = NaiveDate::MAX;
        if word == "until" {
            until = words.next()?.parse().ok()?;
            word = words.next()?;
        }
        let kind = Kind::read(word)?;
        let mut phases = Vec::new();
        while let Some(time) = words.next() {
            let (minute, session) = (minute(time)?, Session::from_word(words.next()?)?);
            phases.push(Phase { minute, session });
        }
        Some(Self::Rule(Rule { until, kind, phases }))
    }
}

fn minute(time: &str) -> Option<u32> {
    let (hour, minute) = time.split_once(':')?;
    Some(hour.parse::<u32>().ok()? * 60 + minute.parse::<u32>().ok()?)
}
