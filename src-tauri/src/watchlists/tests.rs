use std::path::Path;

use engine::{Engine, EngineOptions, FeedSpec};
use provider::VenueName;
use tempfile::TempDir;
use url::Url;

use super::*;

mod feeds;
mod sources;

/// An engine whose one feed leads nowhere, and a profile in a folder of its own.
struct Desk {
    engine: Engine,
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let engine = Engine::start(EngineOptions::default()).unwrap();
        open_feed(&engine, "sim");
        Self {
            engine,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn watchlists(&self) -> Watchlists {
        let profile = Profile::open(Some(self.folder.path())).profile;
        let lists = profile.lists().lists.clone();
        let kept = Kept::InProfile(Arc::new(Mutex::new(profile)));
        Watchlists::open(self.engine.handle(), &lists, kept)
    }

    fn symbols(&self, watchlists: &Watchlists, list: &str) -> Vec<String> {
        let view = watchlists
            .views()
            .into_iter()
            .find(|view| view.name == list)
            .unwrap();
        let first = |row: u32| self.sources(RowId(row)).swap_remove(0);
        let symbol = |row| first(row).split_once(' ').unwrap().1.to_owned();
        view.rows.into_iter().map(symbol).collect()
    }

    /// Feed and symbol of each, in their order.
    fn sources(&self, row: RowId) -> Vec<String> {
        self.engine.handle().read(|market| {
            let preference = market.preference(row).unwrap();
            let candidates = preference.candidates();
            candidates
                .map(|(source, _)| format!("{} {}", source.feed, source.symbol))
                .collect()
        })
    }

    fn has(&self, row: RowId) -> bool {
        self.engine
            .handle()
            .read(|market| market.preference(row).is_some())
    }

    fn file(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("lists.toml")).unwrap()
    }
}

fn open_feed(engine: &Engine, id: &str) {
    // Port 9 discards: these tests want rows, not prices.
    let endpoint = Url::parse("ws://127.0.0.1:9/").unwrap();
    let spec = FeedSpec::new(FeedId::new(id), VenueName::SIM, endpoint, None);
    engine.handle().open_feed(&spec).unwrap();
}

fn sim() -> FeedId {
    FeedId::new("sim")
}

fn add(watchlists: &Watchlists, list: &str, symbol: &str) -> RowId {
    let added = watchlists.add(list, &sim(), &Symbol::new(symbol)).unwrap();
    assert!(added.kept.unwrap().is_none());
    added.value
}

#[test]
fn a_list_is_at_the_next_start_as_it_was_left() {
    let desk = Desk::new();
    let watchlists = desk.watchlists();
    for symbol in ["NVX", "BTC-USD", "QLT"] {
        add(&watchlists, "Main", symbol);
    }
    let gone = add(&watchlists, "Main", "BTC-USD");
    assert!(watchlists.remove("Main", gone).unwrap().kept.unwrap().is_none());
    add(&watchlists, "Other", "NVX");

    let again = desk.watchlists();
    assert_eq!(desk.symbols(&again, "Main"), ["NVX", "QLT"]);
    assert_eq!(desk.symbols(&again, "Other"), ["NVX"]);
}

#[test]
fn a_symbol_that_is_added_twice_is_there_once() {
    let desk = Desk::new();
    let watchlists = desk.watchlists();
    let row = add(&watchlists, "Main", "NVX");
    assert_eq!(add(&watchlists, "Main", "NVX"), row);
    assert_eq!(desk.symbols(&watchlists, "Main"), ["NVX"]);
    watchlists.remove("Main", row).unwrap();
    assert!(!desk.has(row), "nobody wants it any more");
}

#[test]
fn a_symbol_of_two_lists_stays_until_both_have_let_go() {
    let desk = Desk::new();
    let watchlists = desk.watchlists();
    let row = add(&watchlists, "Main", "NVX");
    let other = add(&watchlists, "Other", "NVX");
    let of = |row| desk.engine.handle().read(|market| market.row(row).unwrap().id);
    let wanted = of(row);
    assert_eq!(of(other), wanted, "it is wanted of its feed once");
    watchlists.remove("Main", row).unwrap();
    assert!(!desk.has(row) && of(other) == wanted);
    watchlists.remove("Other", other).unwrap();
    assert!(desk.engine.handle().read(|market| market.row(wanted).is_none()));
}

#[test]
fn what_is_not_there_cannot_be_removed() {
    let desk = Desk::new();
    let watchlists = desk.watchlists();
    let row = add(&watchlists, "Main", "NVX");
    assert_eq!(watchlists.remove("Other", row).unwrap_err(), NoSuchRow);
    assert_eq!(watchlists.remove("Main", RowId(99)).unwrap_err(), NoSuchRow);
}

#[test]
fn a_line_whose_feed_is_not_open_has_its_row_and_gets_its_prices_when_it_is() {
    let desk = Desk::new();
    write_lists(
        desk.folder.path(),
        "[[lists]]\nname = \"Main\"\n[[lists.entries]]\nfeed = \"late\"\nsymbol = \"L8\"\nnote = \"mine\"\n",
    );
    let watchlists = desk.watchlists();
    assert_eq!(desk.symbols(&watchlists, "Main"), ["L8"]);
    let row = RowId(watchlists.views()[0].rows[0]);
    let why = |desk: &Desk| {
        let handle = desk.engine.handle();
        handle.read(|market| market.explain(row, handle.now()).unwrap())
    };
    assert_eq!(why(&desk), "no price: the feed late is not open");
    add(&watchlists, "Main", "NVX");
    let text = desk.file();
    assert!(
        text.contains("L8") && text.contains("mine") && text.contains("NVX"),
        "{text}"
    );

    open_feed(&desk.engine, "late");
    assert_eq!(desk.symbols(&watchlists, "Main"), ["L8", "NVX"]);
    assert!(why(&desk).starts_with("no price yet"), "{}", why(&desk));
}

#[test]
fn what_was_edited_elsewhere_stays() {
    let desk = Desk::new();
    let watchlists = desk.watchlists();
    add(&watchlists, "Main", "NVX");
    let gone = add(&watchlists, "Main", "QLT");

    let mut elsewhere = Profile::open(Some(desk.folder.path())).profile;
    let edited = |lists: &mut Lists| {
        lists.lists[0]
            .entries
            .insert(0, Entry::new(sim(), Symbol::new("THEIRS")));
    };
    elsewhere.change_lists(edited).unwrap();
    add(&watchlists, "Main", "BTC-USD");
    watchlists.remove("Main", gone).unwrap().kept.unwrap();

    let again = desk.watchlists();
    assert_eq!(desk.symbols(&again, "Main"), ["THEIRS", "NVX", "BTC-USD"]);
}

#[test]
fn what_was_added_elsewhere_already_is_there_once() {
    let desk = Desk::new();
    let here = desk.watchlists();
    add(&here, "Main", "NVX");
    add(&desk.watchlists(), "Main", "QLT");
    add(&here, "Main", "QLT");
    assert_eq!(desk.symbols(&desk.watchlists(), "Main"), ["NVX", "QLT"]);
}

#[test]
fn the_first_list_is_kept_whole_at_its_first_change() {
    let desk = Desk::new();
    let profile = Profile::open(Some(desk.folder.path())).profile;
    let kept = Kept::InProfile(Arc::new(Mutex::new(profile)));
    let watchlists = Watchlists::open(desk.engine.handle(), &[first_list(&sim())], kept);
    add(&watchlists, FIRST_LIST, "MORE");
    let again = desk.symbols(&desk.watchlists(), FIRST_LIST);
    assert_eq!(again, desk.symbols(&watchlists, FIRST_LIST));
    assert_eq!(again.len(), sim::default_symbols().len() + 1);
}

#[test]
fn a_change_that_cannot_be_written_holds_and_is_told() {
    let desk = Desk::new();
    let below_a_file = desk.folder.path().join("file");
    std::fs::write(&below_a_file, "").unwrap();
    let profile = Profile::open(Some(&below_a_file.join("profile"))).profile;
    let kept = Kept::InProfile(Arc::new(Mutex::new(profile)));
    let watchlists = Watchlists::open(desk.engine.handle(), &[], kept);
    let added = watchlists.add("Main", &sim(), &Symbol::new("NVX")).unwrap();
    assert!(added.kept.is_err());
    assert_eq!(desk.symbols(&watchlists, "Main"), ["NVX"]);
}

#[test]
fn the_lists_of_a_named_feed_are_written_nowhere() {
    let desk = Desk::new();
    let watchlists = Watchlists::open(desk.engine.handle(), &[first_list(&sim())], Kept::UntilTheEnd);
    let shown = desk.symbols(&watchlists, FIRST_LIST).len();
    assert_eq!(shown, sim::default_symbols().len());
    add(&watchlists, FIRST_LIST, "MORE");
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 0);
}

fn write_lists(folder: &Path, text: &str) {
    std::fs::write(folder.join("lists.toml"), text).unwrap();
}
