use std::sync::mpsc;

use market::Market;
use model::{Moment, Received, Snapshot, Symbol};
use provider::VenueName;

use super::*;

const NOW: Received = Received {
    wall: DateTime::UNIX_EPOCH,
    at: Moment::START,
};

#[test]
fn a_feed_goes_on_at_the_address_where_it_was_and_nowhere_else() {
    let (bookmarks, _) = kept(vec![bookmark("e1", 11)]);
    let resume = |url| bookmarks.course(&spec(url)).unwrap().resume();
    // A key in the query tells nothing of the venue.
    let here = resume("wss://ticks.example/v1?token=hush");
    assert_eq!((here.epoch.as_deref(), here.symbols.len()), (Some("e1"), 1));
    let elsewhere = resume("wss://other.example/v1");
    assert_eq!((elsewhere.epoch, elsewhere.symbols.len()), (None, 0));
}

#[test]
fn a_feed_that_is_called_otherwise_goes_on_where_it_was() {
    let (bookmarks, written) = kept(vec![bookmark("e1", 11)]);
    let was = spec("wss://ticks.example/v1");
    let is = FeedSpec {
        id: FeedId::new("other"),
        ..was.clone()
    };
    bookmarks.rename(&was.id, &is.id);
    let resume = |spec| bookmarks.course(spec).unwrap().resume();
    assert_eq!(resume(&is).epoch.as_deref(), Some("e1"));
    assert_eq!(resume(&was).epoch, None);
    bookmarks.write();
    let [kept] = written.try_recv().unwrap().try_into().unwrap();
    assert_eq!(kept.feed, is.id);
}

#[test]
fn a_venue_that_ends_with_the_program_has_no_bookmark() {
    let (bookmarks, _) = kept(Vec::new());
    for source in [Source::Simulated, Source::Replay] {
        let made_up = FeedSpec {
            source,
            ..spec("wss://ticks.example/v1")
        };
        assert!(bookmarks.course(&made_up).is_none());
    }
}

#[test]
fn what_is_kept_is_what_the_market_shows_at_the_number() {
    let (bookmarks, written) = kept(vec![bookmark("e1", 11)]);
    let course = bookmarks
        .course(&spec("wss://ticks.example/v1?token=hush"))
        .unwrap();
    let mut stage = Stage::default();
    stage.price("NVX", "187.24");
    stage.reach(&course, "e1", 12);
    bookmarks.write();
    let [kept] = written.try_recv().unwrap().try_into().unwrap();
    assert_eq!(kept.address, "wss://ticks.example/v1", "and no key");
    let reached = kept.symbols["NVX"];
    assert_eq!((reached.number, last(reached.state)), (12, "187.24".to_owned()));
}

#[test]
fn what_was_not_answered_for_yet_stays_where_the_run_before_was() {
    let (bookmarks, written) = kept(vec![bookmark("e1", 11)]);
    let course = bookmarks.course(&spec("wss://ticks.example/v1")).unwrap();
    let mut stage = Stage::default();
    stage.row("NVX");
    stage.row("HLQ");
    stage.reach(&course, "e1", 11);
    assert_eq!(bookmarks.write(), 0, "nothing has changed");
    stage.price("HLQ", "2");
    stage.reach(&course, "e1", 11);
    bookmarks.write();
    let [kept] = written.try_recv().unwrap().try_into().unwrap();
    assert_eq!(last(kept.symbols["NVX"].state), "9.5");
    assert_eq!(last(kept.symbols["HLQ"].state), "2");
    // In another epoch, or at another number, that state is of no use.
    stage.reach(&course, "e2", 11);
    bookmarks.write();
    let [kept] = written.try_recv().unwrap().try_into().unwrap();
    assert_eq!((kept.epoch.as_ref(), kept.symbols.len()), ("e2", 1));
    stage.reach(&course, &"e".repeat(300), 11);
    assert_eq!(bookmarks.write(), 0, "no venue calls its numbering that");
}

#[test]
fn a_disk_that_is_full_is_tried_again_and_what_it_takes_then_is_the_newest() {
    let (sender, written) = mpsc::channel();
    let mut full = true;
    let bookmarks = Arc::new(Bookmarks::new(Resume {
        from: Vec::new(),
        keep: Box::new(move |newest| {
            if std::mem::take(&mut full) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            sender.send(newest.to_vec()).unwrap();
            Ok(1)
        }),
    }));
    let course = bookmarks.course(&spec("wss://ticks.example/v1")).unwrap();
    let mut stage = Stage::default();
    stage.price("NVX", "1");
    stage.reach(&course, "e1", 1);
    assert_eq!(bookmarks.write(), 0);
    stage.reach(&course, "e1", 2);
    assert_eq!(bookmarks.write(), 1);
    assert_eq!(written.try_recv().unwrap()[0].symbols["NVX"].number, 2);
    assert_eq!(bookmarks.write(), 0);
}

#[tokio::test(start_paused = true)]
async fn it_is_written_at_most_once_a_second_and_not_at_all_when_nothing_changes() {
    let (bookmarks, written) = kept(Vec::new());
    let course = bookmarks.course(&spec("wss://ticks.example/v1")).unwrap();
    let mut stage = Stage::default();
    stage.price("NVX", "1");
    let keeping = tokio::spawn(Arc::clone(&bookmarks).keep());
    for number in 1..=100 {
        stage.reach(&course, "e1", number);
        sleep(Duration::from_millis(50)).await;
    }
    sleep(Duration::from_secs(1)).await;
    let writes: Vec<_> = written.try_iter().collect();
    assert!((5..=7).contains(&writes.len()), "{}", writes.len());
    assert_eq!(writes.last().unwrap()[0].symbols["NVX"].number, 100);
    stage.reach(&course, "e1", 100);
    sleep(Duration::from_secs(3_600)).await;
    assert_eq!(written.try_iter().count(), 0);
    keeping.abort();
}

#[test]
fn what_is_much_is_written_less_often() {
    assert_eq!(pause_after(0), Duration::from_secs(1));
    assert_eq!(pause_after(6_000), Duration::from_secs(1));
    assert_eq!(pause_after(160_000), Duration::from_secs(20));
}

fn kept(from: Vec<Bookmark>) -> (Arc<Bookmarks>, mpsc::Receiver<Vec<Bookmark>>) {
    let (sender, written) = mpsc::channel();
    let keep = Box::new(move |newest: &[Bookmark]| {
        sender.send(newest.to_vec()).unwrap();
        Ok(1)
    });
    (Arc::new(Bookmarks::new(Resume { from, keep })), written)
}

fn spec(url: &str) -> FeedSpec {
    FeedSpec::new(FeedId::new("desk"), VenueName::SIM, url.parse().unwrap(), None)
}

/// Of NVX, with the price 9.5.
fn bookmark(epoch: &str, number: u64) -> Bookmark {
    let state = Snapshot {
        last: Some(("9.5".parse().unwrap(), None)),
        ..Snapshot::default()
    };
    Bookmark {
        feed: FeedId::new("desk"),
        address: "wss://ticks.example/v1".to_owned(),
        epoch: epoch.into(),
        made: NOW.wall,
        symbols: BTreeMap::from([("NVX".into(), Reached { number, state })]),
    }
}

fn last(state: Snapshot) -> String {
    state.last.unwrap().0.to_string()
}

#[derive(Default)]
struct Stage {
    market: Market,
    rows: BTreeMap<Symbol, market::RowId>,
}

impl Stage {
    fn row(&mut self, symbol: &str) -> market::RowId {
        let feed = FeedId::new("desk");
        self.market.open_feed(feed.clone(), Source::Live);
        let Self { market, rows } = self;
        let symbol = Symbol::new(symbol);
        let row = rows.entry(symbol.clone());
        *row.or_insert_with(|| market.open_row(&feed, symbol, Moment::START))
    }

    fn price(&mut self, symbol: &str, price: &str) {
        let row = self.row(symbol);
        let state = Snapshot {
            last: Some((price.parse().unwrap(), None)),
            ..Snapshot::default()
        };
        self.market.snapshot(row, &state, NOW);
    }

    /// The feed has come to this number with each of them.
    fn reach(&self, course: &Course, epoch: &str, number: u64) {
        let rows = self.rows.values();
        let rows = rows.filter_map(|row| Some((self.market.row(*row)?, number)));
        course.reached(&epoch.into(), rows, NOW.wall);
    }
}
