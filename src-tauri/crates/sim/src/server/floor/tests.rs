use std::collections::VecDeque;

use serde_json::Value;
use tokio::sync::broadcast;

use super::*;
use crate::market::Scenario;
use crate::protocol::request::{Place, Since, Wish};
use crate::server::Way;
use crate::server::outbox::{Pending, outbox};

#[test]
fn an_ack_and_a_snapshot_come_before_the_first_tick_and_numbers_go_on() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    pass(&mut floor, 30);
    ask(&mut floor, 1, subscribe(7, &["NVX"]));
    pass(&mut floor, 30);
    let told = told(&mut client);
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

#[test]
fn an_unknown_symbol_takes_nothing_from_the_others() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    ask(&mut floor, 1, subscribe(3, &["XX", "HLQ"]));
    let told = told(&mut client);
    assert_eq!(kinds(&told), ["welcome", "error", "ack", "snapshot"]);
    assert_eq!(told[1]["code"], "unknown_symbol");
    assert_eq!(told[1]["symbol"], "XX");
    assert_eq!(told[1]["id"], 3);
}

#[test]
fn asking_twice_gives_a_new_answer_and_no_second_stream() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    ask(&mut floor, 1, subscribe(1, &["NVX"]));
    ask(&mut floor, 1, subscribe(2, &["NVX"]));
    pass(&mut floor, 10);
    let told = told(&mut client);
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

#[test]
fn nothing_is_said_about_a_symbol_after_gone() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    ask(&mut floor, 1, subscribe(1, &["NVX", "HLQ"]));
    pass(&mut floor, 5);
    ask(&mut floor, 1, unsubscribe(2, &["NVX", "never had"]));
    pass(&mut floor, 5);
    let told = told(&mut client);
    let gone = told.iter().position(|message| message["type"] == "gone").unwrap();
    assert_eq!(told[gone]["id"], 2);
    assert_eq!(told[gone + 1]["symbol"], "never had");
    assert!(told.len() > gone + 5);
    assert!(told[gone + 2..].iter().all(|message| message["symbol"] == "HLQ"));
}

#[test]
fn a_message_that_passes_the_limit_is_refused_as_a_whole() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    let many: Vec<_> = (0..500).map(|number| format!("S{number}")).collect();
    let mut symbols: Vec<_> = many.iter().map(String::as_str).collect();
    symbols.push("NVX");
    ask(&mut floor, 1, subscribe(9, &symbols));
    pass(&mut floor, 5);
    let told = told(&mut client);
    assert_eq!(kinds(&told), ["welcome", "error"]);
    assert_eq!(told[1]["code"], "too_many_symbols");
}

#[test]
fn a_tick_is_encoded_once_for_all_who_want_it() {
    let mut floor = floor();
    let (mut one, mut other) = (enter(&mut floor, 1), enter(&mut floor, 2));
    for client in [1, 2] {
        ask(&mut floor, client, subscribe(1, &["NVX"]));
    }
    pass(&mut floor, 5);
    let (mut first, mut second) = (VecDeque::new(), VecDeque::new());
    assert!(one.take_now(&mut first) && other.take_now(&mut second));
    assert!(first.len() > 10);
    assert_eq!(first.len(), second.len());
    for (a, b) in first.iter().zip(&second).skip(3) {
        assert_eq!(a.text().as_ptr(), b.text().as_ptr());
    }
}

#[test]
fn who_comes_back_gets_what_it_missed_and_nothing_twice() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    ask(&mut floor, 1, subscribe(1, &["NVX", "HLQ"]));
    pass(&mut floor, 5);
    let before = told(&mut client);
    floor.carry_out(Order::Leave { client: 1 });
    pass(&mut floor, 5);

    let epoch = before[0]["epoch"].as_str().unwrap().to_owned();
    let last = |told: &[Value], symbol: &str| {
        let mut numbers = told.iter().rev().filter(|message| message["symbol"] == symbol);
        numbers.next().unwrap()["seq"].as_u64().unwrap()
    };
    let after = vec![Some(last(&before, "NVX")), Some(last(&before, "HLQ"))];
    let mut client = enter(&mut floor, 2);
    let since = Since::Numbers {
        epoch: epoch.clone(),
        after: after.clone(),
    };
    ask(&mut floor, 2, wish(2, &["NVX", "HLQ"], since));
    pass(&mut floor, 5);
    let again = told(&mut client);
    assert!(again.iter().all(|message| message["type"] != "snapshot"));
    for (symbol, after) in [("NVX", after[0]), ("HLQ", after[1])] {
        let of: Vec<_> = again
            .iter()
            .filter(|message| message["symbol"] == symbol)
            .collect();
        assert_eq!(of[0]["recovered"], true);
        let numbers: Vec<_> = of
            .iter()
            .map(|message| message["seq"].as_u64().unwrap())
            .collect();
        let first = after.unwrap();
        assert_eq!(numbers, (first..=last(&again, symbol)).collect::<Vec<_>>());
        assert!(numbers.len() > 20, "{} of {symbol}", numbers.len());
    }
}

#[test]
fn what_cannot_be_recovered_is_said_and_begins_anew() {
    let mut floor = floor();
    pass(&mut floor, 5);
    let epoch = floor.epoch.clone();
    let cases = [
        ("another".to_owned(), 1),
        // It claims to have heard what has not happened yet.
        (epoch, 1_000_000),
    ];
    for (client, (epoch, after)) in cases.into_iter().enumerate() {
        let client = client as u64;
        let mut pending = enter(&mut floor, client);
        let after = vec![Some(after)];
        ask(
            &mut floor,
            client,
            wish(1, &["NVX"], Since::Numbers { epoch, after }),
        );
        let told = told(&mut pending);
        assert_eq!(kinds(&told), ["welcome", "ack", "snapshot"]);
        assert_eq!(told[1]["recovered"], false);
        assert_eq!(told[1]["seq"], told[2]["seq"]);
    }
}

#[test]
fn a_poll_goes_on_from_its_cursor_and_a_lost_answer_loses_nothing() {
    let mut floor = floor();
    let mut first = None;
    for seconds in [5, 7] {
        pass(&mut floor, seconds);
        let place = match &first {
            None => Since::Nothing,
            Some(place) => Since::Place(Clone::clone(place)),
        };
        let (outbox, mut pending) = outbox(Way::WebSocket, false);
        let wish = Wish {
            symbols: vec!["NVX".into()],
            since: place,
            bars: false,
        };
        let place = floor.follow(9, outbox, &wish, Manner::Poll).unwrap();
        floor.carry_out(Order::Leave { client: 9 });
        let told = told(&mut pending);
        if first.is_none() {
            assert_eq!(kinds(&told), ["welcome", "ack", "snapshot"]);
            first = Some(place);
        } else {
            assert!(told.len() > 10);
            assert!(told.iter().all(|message| message["symbol"] == "NVX"));
        }
    }
    let old = Place {
        epoch: "another".into(),
        position: 1,
    };
    let (outbox, _pending) = outbox(Way::WebSocket, false);
    let wish = Wish {
        symbols: vec!["NVX".into()],
        since: Since::Place(old),
        bars: false,
    };
    assert!(floor.follow(10, outbox, &wish, Manner::Poll).is_err());
}

#[test]
fn a_client_that_left_is_forgotten() {
    let mut floor = floor();
    let mut client = enter(&mut floor, 1);
    ask(&mut floor, 1, subscribe(1, &["NVX"]));
    floor.carry_out(Order::Leave { client: 1 });
    pass(&mut floor, 5);
    assert_eq!(kinds(&told(&mut client)), ["welcome", "ack", "snapshot"]);
    assert!(floor.seats.is_quiet());
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
    assert!(tape.iter().all(|entry| match &entry.event {
        TapeEvent::Tick(tick) => tick.time() > Some(morning),
        TapeEvent::Session(change) => change.time > Some(morning),
    }));
}

fn floor() -> Floor {
    let opened = DateTime::from_timestamp(1_767_623_400, 0).unwrap();
    let scenario = Scenario {
        start: opened,
        ..Scenario::new(1, opened)
    };
    let board = Board::new(broadcast::Sender::new(1), 1);
    Floor::open(Market::new(&scenario), &scenario, Arc::new(board))
}

fn enter(floor: &mut Floor, client: u64) -> Pending {
    let (outbox, pending) = outbox(Way::WebSocket, false);
    floor.carry_out(Order::Enter { client, outbox });
    pending
}

/// What a client says, without its number.
enum Saying {
    Subscribe(u64, Wish),
    Unsubscribe(u64, Vec<String>),
}

fn ask(floor: &mut Floor, client: u64, saying: Saying) {
    floor.carry_out(match saying {
        Saying::Subscribe(id, wish) => Order::Subscribe { client, id, wish },
        Saying::Unsubscribe(id, symbols) => Order::Unsubscribe { client, id, symbols },
    });
}

fn subscribe(id: u64, symbols: &[&str]) -> Saying {
    wish(id, symbols, Since::Nothing)
}

fn wish(id: u64, symbols: &[&str], since: Since) -> Saying {
    let symbols = symbols.iter().map(|symbol| (*symbol).to_owned()).collect();
    let bars = false;
    Saying::Subscribe(id, Wish { symbols, since, bars })
}

fn unsubscribe(id: u64, symbols: &[&str]) -> Saying {
    let symbols = symbols.iter().map(|symbol| (*symbol).to_owned()).collect();
    Saying::Unsubscribe(id, symbols)
}

fn pass(floor: &mut Floor, seconds: i64) {
    let until = floor.market.now() + TimeDelta::seconds(seconds);
    while floor.market.now() < until {
        let step = floor.market.now() + TimeDelta::milliseconds(500);
        floor.trade(step.min(until));
    }
}

/// Everything that was said to a client since it was last asked.
fn told(client: &mut Pending) -> Vec<Value> {
    let mut parcels = VecDeque::new();
    client.take_now(&mut parcels);
    parcels
        .iter()
        .map(|parcel| serde_json::from_str(parcel.text()).unwrap())
        .collect()
}

fn kinds(told: &[Value]) -> Vec<&str> {
    told.iter()
        .map(|message| message["type"].as_str().unwrap())
        .collect()
}
