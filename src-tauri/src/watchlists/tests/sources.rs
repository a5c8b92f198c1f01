//! A row with several sources, and what of that is kept.

use super::*;

fn other() -> FeedId {
    FeedId::new("other")
}

fn symbol(text: &str) -> Symbol {
    Symbol::new(text)
}

/// A list with one row that has a second source.
fn two(desk: &Desk) -> (Watchlists, RowId) {
    open_feed(&desk.engine, "other");
    let watchlists = desk.watchlists();
    let row = add(&watchlists, "Main", "BRK.B");
    let added = watchlists.add_source("Main", row, &other(), &symbol("BRK-B"));
    assert!(added.unwrap().kept.unwrap().is_none());
    (watchlists, row)
}

#[test]
fn a_second_source_is_there_at_the_next_start_and_its_row_keeps_its_number() {
    let desk = Desk::new();
    let (watchlists, row) = two(&desk);
    assert_eq!(watchlists.views()[0].rows, [row.0]);
    assert_eq!(desk.sources(row), ["sim BRK.B", "other BRK-B"]);
    let again = desk.watchlists();
    let row = RowId(again.views()[0].rows[0]);
    assert_eq!(desk.sources(row), ["sim BRK.B", "other BRK-B"]);
}

#[test]
fn sources_are_ordered_and_removed_and_one_is_left() {
    let desk = Desk::new();
    let (watchlists, row) = two(&desk);
    let [first, second] = [
        source(&sim(), &symbol("BRK.B")),
        source(&other(), &symbol("BRK-B")),
    ];
    let order = vec![second.clone(), first.clone()];
    watchlists.order_sources("Main", row, order).unwrap();
    assert_eq!(desk.sources(row), ["other BRK-B", "sim BRK.B"]);
    for wrong in [vec![first.clone()], vec![first.clone(), first.clone()]] {
        let refused = watchlists.order_sources("Main", row, wrong).unwrap_err();
        assert_eq!(refused, NotSourced::NoSuchSource);
    }
    watchlists
        .remove_source("Main", row, &first.feed, &first.symbol)
        .unwrap();
    assert_eq!(desk.sources(row), ["other BRK-B"]);
    let last = watchlists.remove_source("Main", row, &second.feed, &second.symbol);
    assert_eq!(last.unwrap_err(), NotSourced::Last);
    assert_eq!(desk.symbols(&desk.watchlists(), "Main"), ["BRK-B"]);
    assert!(!desk.file().contains("BRK.B"));
}

#[test]
fn a_source_is_there_once_and_of_a_feed_that_there_is() {
    let desk = Desk::new();
    let (watchlists, row) = two(&desk);
    watchlists
        .add_source("Main", row, &other(), &symbol("BRK-B"))
        .unwrap();
    assert_eq!(desk.sources(row).len(), 2);
    let nowhere = watchlists.add_source("Main", row, &FeedId::new("nowhere"), &symbol("X"));
    assert_eq!(nowhere.unwrap_err(), NotSourced::NoSuchFeed);
    let no_row = watchlists.add_source("Main", RowId(99), &other(), &symbol("X"));
    assert_eq!(no_row.unwrap_err(), NotSourced::NoSuchRow(NoSuchRow));
    for number in 0..6 {
        watchlists
            .add_source("Main", row, &other(), &symbol(&format!("S{number}")))
            .unwrap();
    }
    let ninth = watchlists.add_source("Main", row, &other(), &symbol("S9"));
    assert_eq!(
        (ninth.unwrap_err(), desk.sources(row).len()),
        (NotSourced::TooMany, 8)
    );
}

#[test]
fn what_is_a_second_source_already_is_not_added_as_a_row() {
    let desk = Desk::new();
    let (watchlists, row) = two(&desk);
    let added = watchlists.add("Main", &other(), &symbol("BRK-B")).unwrap();
    assert_eq!((added.value, watchlists.views()[0].rows.len()), (row, 1));
}

#[test]
fn a_row_that_is_removed_takes_its_sources_out_of_the_file() {
    let desk = Desk::new();
    let (watchlists, row) = two(&desk);
    watchlists.remove("Main", row).unwrap();
    assert!(!desk.file().contains("BRK"), "{}", desk.file());
    assert_eq!(
        desk.engine
            .handle()
            .read(|market| market.changed_since(market::Revision::default()).count()),
        0
    );
}
