//! What becomes of the lists when a feed is renamed, closed or removed.

use super::*;

const LISTS: &str = "[[lists]]\nname = \"Main\"\n\
    [[lists.entries]]\nfeed = \"sim\"\nsymbol = \"A\"\n\
    [[lists.entries]]\nfeed = \"other\"\nsymbol = \"B\"\nnote = \"mine\"\n\
    [[lists.entries]]\nfeed = \"other\"\nsymbol = \"C\"\nor = [{ feed = \"sim\", symbol = \"CC\", since = 2026 }]\n\
    [[lists.entries]]\nfeed = \"sim\"\nsymbol = \"D\"\nor = [{ feed = \"other\", symbol = \"DD\" }]\n";

fn other() -> FeedId {
    FeedId::new("other")
}

fn desk() -> (Desk, Watchlists) {
    let desk = Desk::new();
    open_feed(&desk.engine, "other");
    write_lists(desk.folder.path(), LISTS);
    let watchlists = desk.watchlists();
    (desk, watchlists)
}

fn shown(desk: &Desk, watchlists: &Watchlists) -> Vec<String> {
    let rows = watchlists.views().swap_remove(0).rows;
    rows.into_iter()
        .map(|row| desk.sources(RowId(row)).join(", "))
        .collect()
}

fn kept(desk: &Desk) -> Lists {
    Profile::open(Some(desk.folder.path())).profile.lists().clone()
}

#[test]
fn a_renamed_feed_keeps_its_lines_and_their_rows() {
    let (desk, watchlists) = desk();
    let rows = watchlists.views().swap_remove(0).rows;
    desk.engine.handle().close_feed(&other()).unwrap();
    watchlists
        .rename_feed(&other(), &FeedId::new("new"))
        .kept
        .unwrap();
    open_feed(&desk.engine, "new");
    assert_eq!(watchlists.views().swap_remove(0).rows, rows);
    let expected = ["sim A", "new B", "new C, sim CC", "sim D, new DD"];
    assert_eq!(shown(&desk, &watchlists), expected);
    assert_eq!(shown(&desk, &desk.watchlists()), expected);
    let linked = desk
        .engine
        .handle()
        .read(|market| market.row(RowId(rows[1])).unwrap().feed.clone());
    assert_eq!(linked, FeedId::new("new"));
}

#[test]
fn a_removed_feed_takes_its_lines_along_and_brings_them_back_to_their_places() {
    let (desk, watchlists) = desk();
    let (before, file) = (shown(&desk, &watchlists), kept(&desk));
    let taken = watchlists.take_out(&other());
    taken.kept.unwrap();
    let expected = ["sim A", "sim CC", "sim D"];
    assert_eq!(shown(&desk, &watchlists), expected);
    assert_eq!(shown(&desk, &desk.watchlists()), expected);
    watchlists.put_back(taken.value).kept.unwrap();
    assert_eq!(shown(&desk, &watchlists), before);
    assert_eq!(kept(&desk), file, "with all that a person wrote beside them");
}

#[test]
fn what_was_changed_meanwhile_stays_when_a_feed_comes_back() {
    let (desk, watchlists) = desk();
    let taken = watchlists.take_out(&other()).value;
    let rows = watchlists.views().swap_remove(0).rows;
    watchlists.remove("Main", RowId(rows[0])).unwrap();
    watchlists.remove("Main", RowId(rows[1])).unwrap();
    watchlists.put_back(taken).kept.unwrap();
    assert_eq!(shown(&desk, &watchlists), ["sim D, other DD", "other B"]);
    assert_eq!(shown(&desk, &desk.watchlists()), ["sim D, other DD", "other B"]);
}

#[test]
fn rows_of_a_feed_that_is_closed_and_opened_again_keep_their_numbers() {
    let (desk, watchlists) = desk();
    let rows = watchlists.views();
    desk.engine.handle().close_feed(&other()).unwrap();
    assert_eq!(watchlists.views().len(), rows.len());
    open_feed(&desk.engine, "other");
    let of = |row: u32| {
        desk.engine
            .handle()
            .read(|market| market.row(RowId(row)).is_some())
    };
    assert!(watchlists.views()[0].rows.iter().all(|row| of(*row)));
}
