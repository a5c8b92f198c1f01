//! A venue in a box: seeded prices, and a real server for them on loopback.
//!
//! The engine starts one for a simulated feed and then talks to it through a
//! socket, as to any venue; `tickwire-cli sim` runs the same one by itself. It
//! speaks `tickwire.v1`, which `PROTOCOL.md` beside this folder describes.
//!
//! - [`Market`]: what happens at which moment; pure, no clock and no task
//! - `protocol`: what is said about it, as text
//! - [`Server`]: the socket, its clients and its manners
//! - [`Fault`], [`Drill`]: what goes wrong on purpose, by hand and by script
//!
//! Nothing here knows who is listening: no type is shared with the provider
//! that reads what this crate writes.

#![forbid(unsafe_code)]

mod fault;
mod market;
mod protocol;
mod server;

pub use fault::{Drill, DrillError, Expectation, Fault, FaultWords, HowLong, NotAFault, Sight};
pub use market::{
    Halt, History, Interval, Market, Mood, News, NoSuchMood, NotAScenario, NotASpeed, RATE_DEFAULT, RATE_MAX,
    START_MAX, START_MIN, Scenario, ScenarioError, ScenarioWords, Speed, TapeEntry, TapeEvent, Turn,
    default_symbols,
};
pub use server::{CertificateError, Ongoing, Options, Parting, Server, StartError, Traded, Visit, Way};
