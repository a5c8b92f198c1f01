//! Ten thousand clients of one server that goes away: what it gets to bear when it is back.
//!
//! Each client is a whole session with a seed of its own. A try at a server that is away fails at once, and one at a
//! server that is there works. `cargo xtask faults` prints the table.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write;

use super::*;

const CLIENTS: u64 = 10_000;
/// When it goes. All of them have shown that they work by then.
const GONE: Duration = Duration::from_secs(12);
/// The share of the herd that comes in the worst tenth of a second is what is counted.
const BIN: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(600);

#[derive(Clone, Copy)]
struct Outage {
    announced: bool,
    lasts: Duration,
}

struct Counted {
    /// In the worst bin of all, and in the worst one after the return, of each hundred clients.
    peak: f64,
    peak_on_return: f64,
    tries: f64,
    /// 99 of 100 are back so long after the return.
    back: Duration,
}

#[test]
fn a_herd_comes_back_bit_by_bit() {
    let up = Duration::ZERO;
    let down = Duration::from_secs(30);
    let long = Duration::from_secs(120);
    let rows = [
        (
            "announced, and back at once",
            Outage {
                announced: true,
                lasts: up,
            },
            4.0,
        ),
        (
            "announced, away for 30 s",
            Outage {
                announced: true,
                lasts: down,
            },
            12.0,
        ),
        (
            "announced, away for 120 s",
            Outage {
                announced: true,
                lasts: long,
            },
            12.0,
        ),
        (
            "unannounced, and back at once",
            Outage {
                announced: false,
                lasts: up,
            },
            30.0,
        ),
        (
            "unannounced, away for 30 s",
            Outage {
                announced: false,
                lasts: down,
            },
            30.0,
        ),
        (
            "unannounced, away for 120 s",
            Outage {
                announced: false,
                lasts: long,
            },
            30.0,
        ),
    ];
    let mut table =
        format!("herd of {CLIENTS}, worst 100 ms      peak %   on return %   tries each   99 % back after\n");
    let mut wrong = Vec::new();
    for (name, outage, peak_max) in rows {
        let counted = count(outage);
        let Counted {
            peak,
            peak_on_return,
            tries,
            back,
        } = counted;
        let back_s = back.as_secs_f64();
        // A table that cannot be written is no reason to fail.
        let _written = writeln!(
            table,
            "{name:<34} {peak:>6.1} {peak_on_return:>13.1} {tries:>12.1} {back_s:>15.1} s"
        );
        if peak > peak_max {
            wrong.push(format!(
                "{name}: {peak:.1} % of them at once, where {peak_max} % is the bar"
            ));
        }
        if !outage.lasts.is_zero() && peak_on_return > 5.0 {
            wrong.push(format!("{name}: {peak_on_return:.1} % of them on the return"));
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{wrong:#?}\n{table}");
}

fn count(outage: Outage) -> Counted {
    let gone = Moment::after_start(GONE);
    let back = gone + outage.lasts;
    let mut actions = Vec::new();
    let mut clients: Vec<Session> = (0..CLIENTS).map(settled).collect();
    let mut due = BinaryHeap::new();
    for (number, session) in clients.iter_mut().enumerate() {
        let news = if outage.announced {
            let (why, within) = ("the server restarts".to_owned(), Duration::ZERO);
            News::Leaving { why, within }
        } else {
            News::Failed(Cause::Loss(Loss::Dropped))
        };
        session.step(Event::On(LINE, news), gone, &mut actions);
        due.extend(session.deadline().map(|at| Reverse((at, number))));
    }
    let (mut bins, mut returned) = (Vec::new(), Vec::new());
    while let Some(Reverse((now, number))) = due.pop() {
        assert!(now < gone + PATIENCE, "somebody never comes back");
        let session = &mut clients[number];
        actions.clear();
        session.step(Event::Timer, now, &mut actions);
        let dialed = actions.iter().find_map(|action| {
            if let Action::Dial { line, .. } = action {
                Some(*line)
            } else {
                None
            }
        });
        let Some(line) = dialed else {
            due.extend(session.deadline().map(|at| Reverse((at, number))));
            continue;
        };
        let bin = usize::try_from(now.since(gone).as_millis() / BIN.as_millis()).unwrap();
        if bins.len() <= bin {
            bins.resize(bin + 1, 0_u32);
        }
        bins[bin] += 1;
        if now >= back {
            returned.push(now.since(back));
            continue;
        }
        let refused = DialError::Unreachable {
            host: "venue.example:443".to_owned(),
            kind: std::io::ErrorKind::ConnectionRefused,
        };
        session.step(
            Event::On(line, News::Failed(Cause::Dial(refused))),
            now,
            &mut actions,
        );
        due.extend(session.deadline().map(|at| Reverse((at, number))));
    }
    let share = |count: u32| f64::from(count) * 100.0 / CLIENTS as f64;
    let first = usize::try_from(outage.lasts.as_millis() / BIN.as_millis()).unwrap();
    returned.sort_unstable();
    Counted {
        peak: share(bins.iter().copied().max().unwrap_or(0)),
        peak_on_return: share(bins.iter().skip(first).copied().max().unwrap_or(0)),
        tries: f64::from(bins.iter().sum::<u32>()) / CLIENTS as f64,
        back: returned[returned.len() * 99 / 100],
    }
}

/// One that works, with chances of its own.
fn settled(seed: u64) -> Session {
    let of_its_own = Terms {
        seed,
        ..terms_of(&[TransportKind::WebSocket], |card| card.sessions_max = 1)
    };
    let mut session = Session::new(of_its_own, Moment::START);
    let mut actions = Vec::new();
    session.step(Event::Wanted(true), Moment::START, &mut actions);
    session.step(Event::On(LINE, News::Dialed), Moment::START, &mut actions);
    for second in 1..=11 {
        session.step(Event::On(LINE, TICKS), at(second), &mut actions);
        actions.clear();
        session.step(Event::Timer, at(second), &mut actions);
        let pings: Vec<_> = actions
            .drain(..)
            .filter_map(|action| {
                if let Action::Ping(_, payload) = action {
                    Some(payload)
                } else {
                    None
                }
            })
            .collect();
        for payload in pings {
            session.step(Event::On(LINE, News::Pong(payload)), at(second), &mut actions);
        }
    }
    assert_eq!(session.state(), FeedState::Live(LineHealth::Healthy));
    session
}
