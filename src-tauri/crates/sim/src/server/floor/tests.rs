use serde_json::Value;

use super::*;
use crate::market::RATE_DEFAULT;
use crate::server::outbox::{Pending, outbox};

#[tokio::test]
async fn an_ack_and_a_snapshot_come_before_the_first_tick_and_numbers_go_on() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    pass(&mut floor, 30);
    ask(&mut floor, 1, subscribe(7, &["NVX"]));
    pass(&mut floor, 30);
    let told = told(&mut client).await;
    assert_eq!(kinds(&told)[..3], ["welcome", "ack", "snapshot"]);
    assert_eq!(told[1]["id"], 7);
    assert_eq!(told[1]["seq"], told[2]["seq"]);
    let mut last = told[2]["seq"].as_u64().unwrap();
    assert!(last > 0);
    assert!(told.len() > 50);
    for tick in &told[3..] {
        assert_eq!(tick["symbol"], "NVX");
        last += 1;
        assert_eq!(tick["seq"], last);
    }
}

#[tokio::test]
async fn an_unknown_symbol_takes_nothing_from_the_others() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    ask(&mut floor, 1, subscribe(3, &["XX", "HLQ"]));
    let told = told(&mut client).await;
    assert_eq!(kinds(&told), ["welcome", "error", "ack", "snapshot"]);
    assert_eq!(told[1]["code"], "unknown_symbol");
    assert_eq!(told[1]["symbol"], "XX");
    assert_eq!(told[1]["id"], 3);
}

#[tokio::test]
async fn asking_twice_gives_a_new_answer_and_no_second_stream() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    ask(&mut floor, 1, subscribe(1, &["NVX"]));
    ask(&mut floor, 1, subscribe(2, &["NVX"]));
    pass(&mut floor, 10);
    let told = told(&mut client).await;
    assert_eq!(
        kinds(&told)[..5],
        ["welcome", "ack", "snapshot", "ack", "snapshot"]
    );
    let numbers: Vec<_> = told[5..]
        .iter()
        .map(|tick| tick["seq"].as_u64().unwrap())
        .collect();
    assert!(numbers.len() > 10);
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn nothing_is_said_about_a_symbol_after_gone() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    ask(&mut floor, 1, subscribe(1, &["NVX", "HLQ"]));
    pass(&mut floor, 5);
    ask(&mut floor, 1, unsubscribe(2, &["NVX", "never had"]));
    pass(&mut floor, 5);
    let told = told(&mut client).await;
    let gone = told.iter().position(|message| message["type"] == "gone").unwrap();
    assert_eq!(told[gone]["id"], 2);
    assert_eq!(told[gone + 1]["symbol"], "never had");
    assert!(told.len() > gone + 5);
    assert!(told[gone + 2..].iter().all(|message| message["symbol"] == "HLQ"));
}

#[tokio::test]
async fn a_message_that_passes_the_limit_is_refused_as_a_whole() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    let many: Vec<_> = (0..500).map(|number| format!("S{number}")).collect();
    let mut symbols: Vec<_> = many.iter().map(String::as_str).collect();
    symbols.push("NVX");
    ask(&mut floor, 1, subscribe(9, &symbols));
    pass(&mut floor, 5);
    let told = told(&mut client).await;
    assert_eq!(kinds(&told), ["welcome", "error"]);
    assert_eq!(told[1]["code"], "too_many_symbols");
}

#[tokio::test]
async fn a_tick_is_encoded_once_for_all_who_want_it() {
    let mut floor = floor();
    let (mut one, mut other) = (enter(&mut floor, 1), enter(&mut floor, 2));
    for client in [1, 2] {
        ask(&mut floor, client, subscribe(1, &["NVX"]));
    }
    pass(&mut floor, 5);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    one.take(&mut first, 100).await;
    other.take(&mut second, 100).await;
    assert!(first.len() > 10);
    assert_eq!(first.len(), second.len());
    for (a, b) in first[3..].iter().zip(&second[3..]) {
        assert_eq!(a.as_ptr(), b.as_ptr());
    }
}

#[tokio::test]
async fn a_client_that_left_is_forgotten() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    ask(&mut floor, 1, subscribe(1, &["NVX"]));
    floor.carry_out(Order::Leave { client: 1 });
    pass(&mut floor, 5);
    assert_eq!(kinds(&told(&mut client).await), ["welcome", "ack", "snapshot"]);
    assert!(floor.listeners.iter().all(BTreeMap::is_empty));
}

#[test]
fn a_stall_is_caught_up_in_pieces_and_a_sleep_is_not_caught_up() {
    let mut floor = floor();
    let opened = floor.market.now();
    let stalled = opened + TimeDelta::seconds(1);
    let mut pieces = 1;
    while floor.trade(stalled) == Progress::Behind {
        pieces += 1;
    }
    assert!((10..=60).contains(&pieces), "{pieces} pieces");
    assert_eq!(floor.market.now(), stalled);

    let morning = stalled + TimeDelta::hours(8);
    assert_eq!(floor.trade(morning), Progress::UpToDate);
    let mut tape = Vec::new();
    floor.market.advance(morning + TimeDelta::seconds(1), &mut tape);
    assert!(!tape.is_empty());
    assert!(tape.iter().all(|entry| entry.tick.time() > Some(morning)));
}

fn floor() -> Floor {
    let opened = DateTime::from_timestamp(1_767_623_400, 0).unwrap();
    Floor::open(Market::new(1, opened, RATE_DEFAULT), 1)
}

fn enter(floor: &mut Floor, client: u64) -> Pending {
    let (outbox, pending) = outbox();
    floor.carry_out(Order::Enter { client, outbox });
    pending
}

fn ask(floor: &mut Floor, client: u64, request: Request) {
    floor.carry_out(Order::Ask { client, request });
}

fn subscribe(id: u64, symbols: &[&str]) -> Request {
    let symbols = symbols.iter().map(|symbol| (*symbol).to_owned()).collect();
    Request::Subscribe { id, symbols }
}

fn unsubscribe(id: u64, symbols: &[&str]) -> Request {
    let symbols = symbols.iter().map(|symbol| (*symbol).to_owned()).collect();
    Request::Unsubscribe { id, symbols }
}

fn pass(floor: &mut Floor, seconds: i64) {
    let until = floor.market.now() + TimeDelta::seconds(seconds);
    while floor.market.now() < until {
        let step = floor.market.now() + TimeDelta::milliseconds(500);
        floor.trade(step.min(until));
    }
}

/// Everything that was said to a client so far.
async fn told(client: &mut Pending) -> Vec<Value> {
    let mut texts = Vec::new();
    client.take(&mut texts, 10_000).await;
    texts
        .iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect()
}

fn kinds(told: &[Value]) -> Vec<&str> {
    told.iter()
        .map(|message| message["type"].as_str().unwrap())
        .collect()
}
