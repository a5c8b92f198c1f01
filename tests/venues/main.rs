//! A stand-in for each venue, on loopback, and the whole engine before it.
//!
//! Each is made from its venue's sheet alone and shares neither a type nor a line with the adapter that speaks to
//! it: one field that is read wrong cannot pass on both sides. What it sends is written out, and so is what must be
//! told of it.
//!
//! - `tests::house`: what every stand-in is built on; no venue is mentioned there
//! - `stage`, `told`, `sheet`, `scenes`: the engine, what it tells, and what is played before every venue
//! - the rest: a venue each

mod advanced;
mod alpaca;
mod binance;
mod bitstamp;
mod budgets;
mod bybit;
mod coinbase;
mod custom;
mod eodhd;
mod finnhub;
mod kraken;
mod massive;
mod okx;
mod scenes;
mod sheet;
mod stage;
mod tiingo;
mod told;
mod twelvedata;
mod yahoo;

use tests::house;
use tests::house::{client, head, papers};
