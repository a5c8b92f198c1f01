//! How the connection of a feed that is open came up, told as a trial is: for a
//! venue that would end it for the sake of another one.

use feed::{Entry, Happening, Journal};
use model::{FeedId, Moment};

use super::Findings;
use super::step::{Finding, steps};
use super::stopwatch::{Course, End};
use crate::handle::Handle;

impl Handle {
    /// `None` where it has none, or where that is so long ago that nobody knows it any more.
    pub(super) fn own_course(&self, id: &FeedId) -> Option<Findings> {
        let statuses = self.feeds().borrow().clone();
        let status = statuses
            .iter()
            .find(|status| status.feed == *id && status.state.is_live())?;
        let journal = self.report(id).ok()?.journal;
        let entries = self.log(id).ok()?.after(0);
        let entries: Vec<_> = entries.iter().map(AsRef::as_ref).collect();
        let (course, steps) = course(&entries, &journal, self.now().at)?;
        Some(Findings {
            address: course.address,
            transport: Some(status.transport),
            steps,
            own: true,
        })
    }
}

type Steps = Vec<(super::Step, super::Outcome)>;

/// Of the last connection that came up.
fn course(entries: &[&Entry], journal: &Journal, now: Moment) -> Option<(Course, Steps)> {
    let (line, phases) = entries.iter().rev().find_map(|entry| {
        let Happening::Opened { phases, .. } = entry.what else {
            return None;
        };
        Some((entry.line, phases))
    })?;
    let mut of_line = entries.iter().filter(|entry| entry.line == line);
    let (dialed, address) = of_line.find_map(|entry| {
        let Happening::Dialing { address, .. } = &entry.what else {
            return None;
        };
        Some((entry.at.at, address.clone()))
    })?;
    let first = of_line.find_map(|entry| {
        let Happening::FirstPrice { took } = entry.what else {
            return None;
        };
        Some(dialed + took)
    });
    let finding = match first {
        Some(at) => Finding::Data { at },
        None => Finding::Silent {
            at: now,
            patience: now.since(dialed),
            shut: false,
        },
    };
    let course = Course {
        address,
        end: Some(End::Up(phases)),
        ..Course::default()
    };
    let since = |transition: &&feed::Transition| transition.at.at >= dialed && transition.line == line;
    let transitions: Vec<_> = journal.transitions().filter(since).cloned().collect();
    let steps = steps(&course, &transitions, &finding);
    Some((course, steps))
}
