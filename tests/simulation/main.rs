//! A feed in a network that is made up, where everything that can go wrong
//! does, by seed.
//!
//! The feed is the real one, with the real transports and TLS; only the sockets
//! are not, nor the clock, which jumps to the next moment at which anything
//! happens. A seed decides all the rest: `cargo xtask soak --sim --seed S` plays
//! one again and tells all of it.
//!
//! - `network`: hosts and the cables between them
//! - `proxy`: who stands between client and venue in some plays; `wiring`: that, and what else differs by deployment
//! - `venue`: who is dialed
//! - `client`: the feed, and those who look over its shoulder
//! - `stage`, `script`, `seed`: one play, what goes wrong in it, what is expected
//! - `day`: a play of a whole day, after which a venue ends every connection

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a seed that fails tells its log")]

mod client;
mod day;
mod network;
mod proxy;
mod script;
mod seed;
mod seeds;
mod stage;
mod trust;
mod venue;
mod wiring;

use std::time::Duration;

use model::TransportKind;
use stage::{Setting, play};
use tokio::time::sleep;
use venue::Front;
use wiring::{Deflate, Wiring};

/// A night; over a weekend and a holiday by `cargo xtask soak --sim`.
const CLOSED: Duration = Duration::from_hours(12);

#[test]
fn where_nothing_goes_wrong_every_trade_comes_by_every_way() {
    let everything = Wiring {
        proxied: true,
        http2: true,
        deflate: Some(Deflate {
            window_bits: 9,
            takeover: true,
        }),
        frame_max: Some(20),
    };
    let wirings = [Wiring::default(), everything];
    for (transport, wiring) in TransportKind::ALL
        .into_iter()
        .flat_map(|transport| wirings.map(|wiring| (transport, wiring)))
    {
        let setting = Setting {
            told: true,
            wiring,
            ..Setting::new(1, vec![transport])
        };
        let record = play(setting, async |mut stage| {
            stage.client.want("NVX");
            stage.client.want("HLQ");
            sleep(Duration::from_secs(30)).await;
            assert!(stage.is_up_to_date(Duration::from_secs(3)).await, "{transport}");
            let seen: Vec<_> = stage.fronts.iter().flat_map(Front::seen).collect();
            let expected = match (wiring.http2, transport) {
                (false, _) => Vec::new(),
                (true, TransportKind::WebSocket) => vec!["permessage-deflate"],
                (true, _) => vec!["HTTP/2"],
            };
            assert_eq!(seen, expected, "{transport}");
            stage.end().await
        });
        let log = record.log();
        assert_eq!(record.broken_promises(), Vec::<String>::new(), "{log:#?}");
        assert_eq!(record.dials(), 1, "{log:#?}");
    }
}

#[test]
fn the_same_seed_is_the_same_to_the_last_line() {
    for seed in 0..6 {
        let (first, second) = (seed::run(seed, true), seed::run(seed, true));
        if first.hash != second.hash {
            let differs = first.log.iter().zip(&second.log).position(|(a, b)| a != b);
            let at = differs.unwrap_or_default();
            let lines = |log: &[String]| log[at.saturating_sub(5)..(at + 3).min(log.len())].join("\n");
            panic!(
                "seed {seed} differs from line {at} on:\n{}\n---\n{}",
                lines(&first.log),
                lines(&second.log)
            );
        }
        assert_eq!(first.lines, second.lines);
    }
}

#[test]
fn a_market_that_is_closed_costs_no_connection() {
    let closed = seeds::asked("TICKWIRE_SIM_HOURS").map_or(CLOSED, Duration::from_hours);
    let setting = Setting {
        look: Duration::from_secs(10),
        ..Setting::new(1, vec![TransportKind::WebSocket])
    };
    let record = play(setting, async |mut stage| {
        stage.client.want("NVX");
        sleep(Duration::from_secs(60)).await;
        stage.exchange.set_open(false);
        sleep(closed).await;
        assert_eq!(stage.client.record.dials(), 1);
        stage.exchange.set_open(true);
        assert!(stage.is_up_to_date(Duration::from_secs(3)).await);
        stage.end().await
    });
    assert_eq!(record.broken_promises(), Vec::<String>::new());
}

/// One here; more by `cargo xtask soak --sim`.
#[test]
fn a_line_that_ends_after_a_day_has_a_successor_before_and_nothing_is_lost_or_told_twice() {
    seeds::run(&seeds::DAYS);
}

/// A few here; thousands, another beginning or a single one by `cargo xtask soak --sim`.
#[test]
fn whatever_goes_wrong_no_promise_is_broken() {
    seeds::run(&seeds::MINUTES);
}
