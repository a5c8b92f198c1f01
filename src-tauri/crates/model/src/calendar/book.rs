//! What is known of each calendar: `hours.txt` and `days.txt`, read once.

use std::sync::LazyLock;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::days::{Days, Line};
use super::hours::{Hours, Phase, Statement};

static BOOKS: LazyLock<Books> =
    LazyLock::new(|| Books::read(include_str!("hours.txt"), include_str!("days.txt")));

/// The hours and days of one calendar.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Book {
    pub(super) name: &'static str,
    pub(super) zone: Tz,
    /// ISO 10383, of all exchanges that keep it.
    pub(super) codes: Vec<&'static str>,
    pub(super) hours: Hours,
    pub(super) days: Days,
}

impl Book {
    pub(super) fn all() -> &'static [Self] {
        &BOOKS.books
    }

    /// What a day is made of, in order; nothing where it is shut, `None` where that is not known.
    pub(super) fn phases(&self, date: NaiveDate) -> Option<&[Phase]> {
        Some(self.hours.phases(date, self.days.kind(date)?))
    }
}

#[derive(Debug, Default)]
pub(super) struct Books {
    pub(super) books: Vec<Book>,
    /// Lines that say nothing that could be understood; a test sees to it that there are none.
    pub(super) unread: Vec<&'static str>,
}

impl Books {
    pub(super) fn read(hours: &'static str, days: &'static str) -> Self {
        let mut all = Self::default();
        for line in said(hours) {
            match (Statement::read(line), all.books.last_mut()) {
                (Some(Statement::Calendar { name, zone, codes }), _) => all.books.push(Book {
                    name,
                    zone,
                    codes,
                    hours: Hours::default(),
                    days: Days::default(),
                }),
                (Some(Statement::Rule(rule)), Some(book)) => book.hours.add(rule),
                (Some(Statement::Rule(_)), None) | (None, _) => all.unread.push(line),
            }
        }
        for line in said(days) {
            let read = Line::read(line).and_then(|line| {
                let book = all.books.iter_mut().find(|book| book.name == line.calendar)?;
                book.days.add(line);
                Some(())
            });
            if read.is_none() {
                all.unread.push(line);
            }
        }
        all
    }
}

fn said(text: &'static str) -> impl Iterator<Item = &'static str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}
