//! A row with several sources, whose feeds come and go; nobody answers them here.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use engine::{Engine, EngineOptions, FeedSpec, Handle, NoSuchRow};
use market::{Candidate, RowId};
use model::{FeedId, Symbol};
use provider::VenueName;

fn open(handle: &Handle, feed: &str) {
    // Port 9 discards: rows are wanted here, and no prices.
    let endpoint = "ws://127.0.0.1:9/".parse().unwrap();
    let spec = FeedSpec::new(FeedId::new(feed), VenueName::SIM, endpoint, None);
    handle.open_feed(&spec).unwrap();
}

fn candidate(feed: &str) -> Candidate {
    Candidate {
        feed: FeedId::new(feed),
        symbol: Symbol::new("AAPL"),
    }
}

fn linked(handle: &Handle, row: RowId) -> Vec<Option<RowId>> {
    handle.read(|market| {
        let preference = market.preference(row).unwrap();
        preference.candidates().map(|(_, row)| row).collect()
    })
}

#[test]
fn what_is_wanted_of_a_feed_is_wanted_again_when_it_is_opened_again() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let row = handle.prefer(&[candidate("a"), candidate("b")]);
    assert_eq!(linked(&handle, row), [None, None]);
    open(&handle, "a");
    open(&handle, "b");
    let before = linked(&handle, row);
    assert!(before.iter().all(Option::is_some));
    handle.close_feed(&FeedId::new("a")).unwrap();
    assert_eq!(linked(&handle, row), [None, before[1]]);
    open(&handle, "a");
    let after = linked(&handle, row);
    assert!(after[0].is_some() && after[0] != before[0] && after[1] == before[1]);

    handle.unwatch(row);
    assert!(handle.read(|market| market.row(row).is_none()));
    for gone in after {
        assert!(handle.read(|market| market.row(gone.unwrap()).is_none()));
    }
    engine.shut_down();
}

#[test]
fn a_source_of_two_rows_stays_until_both_have_let_go() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    open(&handle, "a");
    let one = handle.prefer(&[candidate("a")]);
    let other = handle.prefer(&[candidate("a"), candidate("b")]);
    assert_ne!(one, other);
    let source = linked(&handle, one)[0].unwrap();
    assert_eq!(linked(&handle, other)[0], Some(source));
    handle.rank(other, &[candidate("b"), candidate("a")]).unwrap();
    assert_eq!(linked(&handle, other), [None, Some(source)]);
    handle.unwatch(one);
    assert!(handle.read(|market| market.row(source).is_some()));
    handle.rank(other, &[candidate("b")]).unwrap();
    assert!(handle.read(|market| market.row(source).is_none()));
    handle.unwatch(other);
    assert_eq!(handle.rank(other, &[]), Err(NoSuchRow));
    engine.shut_down();
}
