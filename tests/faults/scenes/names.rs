//! Where the venue is: a name that nobody knows, a name service that does not answer, addresses where nobody is.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use anyhow::Result;
use model::{Moment, TransportKind};

use crate::around::{Around, End, Ways, Word};
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::Venue;
use crate::venue::manners::Blow;

/// A dead address may cost so much, and the rest is the machine's.
const RACE_MAX: Duration = Duration::from_millis(350);
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        for (name, word, class, says, within) in [
            (
                "a name that nobody knows",
                Word::Nobody,
                "suspended",
                "there is no server named",
                1,
            ),
            (
                "a name without an address",
                Word::At(Vec::new()),
                "suspended",
                "there is no server named",
                1,
            ),
            (
                "a name service in trouble",
                Word::Trouble,
                "waiting",
                "the name service does not answer",
                1,
            ),
            (
                "a name service without a word",
                Word::Nothing,
                "waiting",
                "looking up the address took longer",
                4,
            ),
        ] {
            let scene = move |run| unknown(run, word.clone(), says);
            rows.push(
                Row::new(22, name, transport, scene)
                    .expects(class)
                    .found_within(Duration::from_secs(within)),
            );
        }
        rows.push(
            Row::new(22, "the name service falls silent later", transport, silent_later)
                .expects(if is_told(transport) { "broken" } else { "none" })
                .back_within(Duration::from_millis(1_500), Duration::from_millis(2_000)),
        );
        rows.push(
            Row::new(22, "the venue has moved to another address", transport, moved)
                .expects("broken")
                .back_within(Duration::from_secs(2), Duration::from_secs(5)),
        );
        for (name, end) in [
            ("the first address is dead", End::Dead),
            ("the first address says no", End::Shut),
        ] {
            rows.push(Row::new(22, name, transport, move |run| first(run, end)));
        }
        rows.push(
            Row::new(22, "twenty addresses, all but the last dead", transport, twenty)
                .expects("waiting")
                .found_within(Duration::from_secs(5)),
        );
    }
    rows
}

/// The others ask again on a new line before anybody notices.
const fn is_told(transport: TransportKind) -> bool {
    match transport {
        TransportKind::WebSocket | TransportKind::EventStream => true,
        TransportKind::LongPoll | TransportKind::Poll => false,
    }
}

async fn stage(run: Run, ways: &Ways) -> Result<Stage> {
    // Names are everybody's trouble, so no other way is to be tried for it.
    let setting = Setting::of(run).and_below(run);
    let venue = Venue::open(setting.symbols, None).await?;
    Stage::before(venue, setting, Around::over(ways.network()))
}

/// Until the name is known.
async fn unknown(run: Run, word: Word, says: &'static str) -> Result<Seen> {
    let ways = Ways::told(word);
    let mut stage = stage(run, &ways).await?;
    let told = stage.refused(Moment::START).await?;
    let way = stage.way();
    ways.says(Word::At(vec![HERE]));
    let mut seen = stage.recovers(&told, |_| {}).await?;
    seen.expect(told.why.contains(says), || format!("it says {:?}", told.why));
    seen.expect(way == run.transport, || format!("it went on to {way}"));
    Ok(seen)
}

/// What was known before is good enough to come back with.
async fn silent_later(run: Run) -> Result<Seen> {
    let ways = Ways::home();
    let mut stage = stage(run, &ways).await?;
    stage.live().await?;
    ways.says(Word::Nothing);
    back(stage, is_told(run.transport)).await
}

/// Nobody is where it was, and the name says so.
async fn moved(run: Run) -> Result<Seen> {
    let ways = Ways::home();
    let mut stage = stage(run, &ways).await?;
    stage.live().await?;
    let other = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    ways.is(HERE, End::Shut);
    ways.says(Word::At(vec![other]));
    let mut seen = back(stage, true).await?;
    let (_, tried) = ways.seen();
    seen.expect(tried.last() == Some(&other), || format!("tried {tried:?}"));
    Ok(seen)
}

/// Every line ends, and where that is told, it is.
async fn back(mut stage: Stage, told: bool) -> Result<Seen> {
    stage.trusted().await?;
    let at = stage.now();
    stage.venue.strike(Blow::End);
    let since = if told { stage.lost(at).await? } else { at };
    stage.news(since).await?;
    let (before, way) = (stage.transport, stage.way());
    let mut seen = stage.settle(at, at).await?;
    seen.expect(way == before, || format!("it went on to {way}"));
    Ok(seen)
}

/// The second one is tried a moment later, and nobody waits for the first to fail.
async fn first(run: Run, end: End) -> Result<Seen> {
    let dead = IpAddr::V6(Ipv6Addr::LOCALHOST);
    let ways = Ways::told(Word::At(vec![dead, HERE]));
    ways.is(dead, end);
    let mut stage = stage(run, &ways).await?;
    stage.live().await?;
    let began = stage.began();
    let news = stage.look(|book| book.news.first().copied()).unwrap_or(began);
    let attempts = stage.look(|book| book.attempts());
    let mut seen = stage.settle(began, began).await?;
    seen.detected = None;
    seen.recovered = Some(news.since(began));
    let late = news.since(began).saturating_sub(RACE_MAX);
    // The machine's own time, of a program that is not optimized, stands beside it in the table.
    seen.expect(!run.full || late < Duration::from_millis(150), || {
        format!("data after {} ms", news.since(began).as_millis())
    });
    seen.expect(attempts == 1, || format!("{attempts} attempts"));
    Ok(seen)
}

/// Eight are tried at a time, and what was dead then is tried last the next time.
async fn twenty(run: Run) -> Result<Seen> {
    let mut addresses: Vec<_> = (1..20)
        .map(|number| IpAddr::V4(Ipv4Addr::new(127, 0, 1, number)))
        .collect();
    let ways = Ways::home();
    for address in &addresses {
        ways.is(*address, End::Dead);
    }
    addresses.push(HERE);
    ways.says(Word::At(addresses));
    let mut stage = stage(run, &ways).await?;
    let told = stage.refused(Moment::START).await?;
    stage.live().await?;
    let began = stage.began();
    let way = stage.way();
    let (asked, tried) = ways.seen();
    let different = tried.iter().collect::<BTreeSet<_>>().len();
    let mut seen = stage.settle(began, began).await?;
    "waiting".clone_into(&mut seen.class);
    seen.detected = Some(told.since.since(began));
    seen.expect(asked == 3 && different == 20, || {
        format!("{asked} questions, {different} addresses tried")
    });
    seen.expect(way == run.transport, || format!("it went on to {way}"));
    Ok(seen)
}
