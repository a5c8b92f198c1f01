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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;
    use model::{Received, TransportKind};
    use transport::Phases;

    use super::*;
    use crate::trial::{Outcome, Step};

    fn entry(number: u64, line: u64, what: Happening) -> Entry {
        let at = Received {
            wall: DateTime::UNIX_EPOCH,
            at: Moment::after_start(Duration::from_secs(number)),
        };
        Entry {
            number,
            at,
            line: Some(line),
            what,
        }
    }

    fn dialing(number: u64, line: u64) -> Entry {
        let what = Happening::Dialing {
            transport: TransportKind::WebSocket,
            address: format!("wss://ticks.example/{line}"),
            attempt: 1,
        };
        entry(number, line, what)
    }

    fn opened(number: u64, line: u64, tls: u64) -> Entry {
        let phases = Phases {
            tls: Duration::from_millis(tls),
            ..Phases::default()
        };
        let transport = TransportKind::WebSocket;
        entry(number, line, Happening::Opened { transport, phases })
    }

    #[test]
    fn it_is_told_of_the_connection_that_came_up_last() {
        let took = Duration::from_secs(1);
        let entries = [
            dialing(1, 1),
            opened(2, 1, 7),
            entry(3, 1, Happening::FirstPrice { took }),
            dialing(4, 2),
            opened(5, 2, 9),
            entry(6, 2, Happening::FirstPrice { took }),
            // It has not come up.
            dialing(7, 3),
        ];
        let entries: Vec<_> = entries.iter().collect();
        let journal = Journal::default();
        let (course, steps) = course(&entries, &journal, Moment::START).unwrap();
        assert_eq!(course.address, "wss://ticks.example/2");
        assert!(steps.contains(&(Step::Tls, Outcome::Good(Duration::from_millis(9)))));
        assert!(super::course(&entries[..1], &journal, Moment::START).is_none());
    }
}
