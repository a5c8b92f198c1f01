//! The bodies of the commands: each translates, passes on and translates back.

use engine::Report;
use market::RowId;
use model::{FeedId, Symbol};
use tauri::ipc::{Channel, InvokeResponseBody};
use tauri::{AppHandle, State};
use tokio::task::block_in_place;

use super::code::{Code, CommandError};
use super::feed::StepView;
use super::settings::theme;
use super::simulator::{DrillView, MarketView, SimulatorView};
use super::stream::{NotOpen, Opened};
use super::views::{About, Opening, PageError, RowView, SettingsView, TimeframeView};
use crate::shell::Shell;
use crate::venues::NotRehearsed;
use crate::{tray, venues};

/// What a person reads of the past before asking for all of it.
const STEPS_MAX: usize = 8;

pub(super) type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub(super) async fn open_stream(
    frames: Channel<InvokeResponseBody>,
    shell: State<'_, Shell>,
) -> Answer<Opening> {
    let Opened { rows, lifecycle } = shell.stream.open(frames).await?;
    Ok(Opening {
        stream: lifecycle.stream,
        lists: shell.watchlists.views(),
        rows,
        lifecycle,
        notices: shell.board.all(),
    })
}

#[tauri::command]
pub(super) async fn acknowledge(stream: u32, frame: u32, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.stream.acknowledge(stream, frame).await?)
}

#[tauri::command]
pub(super) async fn add_symbol(
    list: String,
    feed: String,
    symbol: String,
    shell: State<'_, Shell>,
) -> Answer<RowView> {
    let symbol = symbol_of(&symbol)?;
    // The list is written to the disk here and now.
    let added = block_in_place(|| shell.watchlists.add(&list, &FeedId::new(&feed), &symbol));
    let added = added.map_err(|_| CommandError::no_such_feed(&feed))?;
    shell.kept(added.kept);
    row_view(&shell, added.value)
}

#[tauri::command]
pub(super) async fn remove_symbol(list: String, row: u32, shell: State<'_, Shell>) -> Answer<()> {
    let removed = block_in_place(|| shell.watchlists.remove(&list, RowId(row)));
    shell.kept(removed.map_err(|_| CommandError::no_such_row())?.kept);
    Ok(())
}

#[tauri::command]
pub(super) async fn open_chart(
    stream: u32,
    row: u32,
    timeframe: TimeframeView,
    shell: State<'_, Shell>,
) -> Answer<u32> {
    row_view(&shell, RowId(row))?;
    Ok(shell
        .stream
        .open_chart(stream, RowId(row), timeframe.into())
        .await?)
}

#[tauri::command]
pub(super) async fn close_chart(stream: u32, series: u32, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.stream.close_chart(stream, series).await?)
}

#[tauri::command]
pub(super) fn explain_row(row: u32, shell: State<'_, Shell>) -> Answer<String> {
    let now = shell.engine.now();
    let why = shell.engine.read(|market| market.explain(RowId(row), now));
    why.ok_or_else(CommandError::no_such_row)
}

/// Ends a wait before its time, and asks again for what a feed was refused for.
#[tauri::command]
pub(super) async fn retry_feed(feed: String, shell: State<'_, Shell>) -> Answer<()> {
    let retried = block_in_place(|| shell.roster.retry(&FeedId::new(&feed)));
    retried.map_err(|why| CommandError::not_done(&why))
}

/// What happened to a feed lately, the newest first.
#[tauri::command]
pub(super) fn feed_history(feed: String, shell: State<'_, Shell>) -> Answer<Vec<StepView>> {
    let report = report(&shell, &feed)?;
    let steps = report.journal.transitions().rev();
    Ok(steps.take(STEPS_MAX).map(StepView::from).collect())
}

/// The whole of it as a text that can be given to others.
#[tauri::command]
pub(super) fn report_feed(feed: String, shell: State<'_, Shell>) -> Answer<String> {
    Ok(report(&shell, &feed)?.text())
}

fn report(shell: &Shell, feed: &str) -> Answer<Report> {
    let report = shell.engine.report(&FeedId::new(feed));
    report.map_err(|_| CommandError::no_such_feed(feed))
}

#[tauri::command]
pub(super) fn simulator(feed: String, shell: State<'_, Shell>) -> Answer<SimulatorView> {
    let scenario = shell.venues.scenario(&FeedId::new(&feed));
    let scenario = scenario.ok_or_else(|| CommandError::not_simulated(&feed))?;
    Ok(SimulatorView {
        market: MarketView::from(&scenario),
        drills: venues::drills().iter().map(DrillView::from).collect(),
    })
}

#[tauri::command]
pub(super) fn start_drill(feed: String, drill: String, shell: State<'_, Shell>) -> Answer<()> {
    let started = shell.venues.rehearse(&FeedId::new(&feed), &drill);
    started.map_err(|error| not_rehearsed(error, &feed, &drill))
}

#[tauri::command]
pub(super) fn stop_drill(feed: String, shell: State<'_, Shell>) -> Answer<()> {
    let stopped = shell.venues.stop_drill(&FeedId::new(&feed));
    stopped.map_err(|error| not_rehearsed(error, &feed, ""))
}

/// The rows of the feed are new ones afterwards, so the page opens its stream again.
#[tauri::command]
pub(super) async fn open_market(
    feed: String,
    market: MarketView,
    shell: State<'_, Shell>,
) -> Answer<MarketView> {
    // A venue takes its time to end, and the settings are written to the disk.
    block_in_place(|| shell.open_market(&FeedId::new(&feed), |settings| market.apply(settings)))
        .map_err(|error| CommandError::bad_market(&error))?
        .map(|scenario| MarketView::from(&scenario))
        .ok_or_else(|| CommandError::not_simulated(&feed))
}

#[tauri::command]
pub(super) fn settings(shell: State<'_, Shell>) -> SettingsView {
    shell.profile().settings().into()
}

#[tauri::command]
pub(super) async fn change_settings(
    change: SettingsView,
    app: AppHandle,
    shell: State<'_, Shell>,
) -> Answer<SettingsView> {
    if change.keep_in_tray {
        // First of all, since without it the window must not be hidden. Who wanted it
        // before was told already, and may change everything else.
        let was_wanted = shell.keeps_in_tray();
        if let (Err(why), false) = (tray::add(&app).await, was_wanted) {
            return Err(CommandError::no_tray(&why));
        }
    } else {
        tray::remove(&app);
    }
    let (kept, settings) = block_in_place(|| {
        let mut profile = shell.profile();
        let kept = profile.change_settings(|settings| change.apply(settings));
        (kept, profile.settings().clone())
    });
    shell.kept(kept);
    app.set_theme(theme(&settings));
    Ok((&settings).into())
}

#[tauri::command]
pub(super) fn about(shell: State<'_, Shell>) -> About {
    shell.about.clone()
}

#[tauri::command]
pub(super) fn report_page_error(error: PageError, shell: State<'_, Shell>) {
    shell.page_errors.report(&error, shell.engine.now().at);
}

impl From<NotOpen> for CommandError {
    fn from(NotOpen: NotOpen) -> Self {
        Self::not_open()
    }
}

fn not_rehearsed(error: NotRehearsed, feed: &str, drill: &str) -> CommandError {
    match error {
        NotRehearsed::NoVenue => CommandError::not_simulated(feed),
        NotRehearsed::NoDrill => CommandError::no_such_drill(drill),
    }
}

pub(super) fn row_view(shell: &Shell, row: RowId) -> Answer<RowView> {
    let view = shell
        .engine
        .read(|market| market.shown(row).as_ref().map(RowView::from));
    view.ok_or_else(CommandError::no_such_row)
}

/// Only what cannot be a symbol anywhere is refused here; the feed knows the
/// rest. What a list can hold is decided by the profile, which must read it again.
pub(super) fn symbol_of(text: &str) -> Answer<Symbol> {
    let symbol = profile::read_symbol(text.trim()).ok();
    symbol
        .filter(|symbol| !symbol.as_str().contains(char::is_whitespace))
        .ok_or_else(|| {
            CommandError::new(
                Code::BadSymbol,
                "That is not how a symbol is written.",
                "Use letters and digits without spaces, as the feed writes them.",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_taken_as_the_feed_writes_it() {
        for (text, symbol) in [
            ("NVX", "NVX"),
            ("  btc-usd ", "btc-usd"),
            ("7203.T", "7203.T"),
            ("ÄÖ", "ÄÖ"),
        ] {
            assert_eq!(symbol_of(text).unwrap().as_str(), symbol);
        }
    }

    #[test]
    fn what_cannot_be_a_symbol_is_refused_at_once() {
        for text in ["", "   ", "two words", "a\u{0}b", "line\nbreak"] {
            assert_eq!(symbol_of(text).unwrap_err().code, Code::BadSymbol, "{text:?}");
        }
    }

    #[test]
    fn a_symbol_that_is_taken_can_be_read_from_the_list_again() {
        for letter in ["x", "Ä", "株"] {
            let longest = (1..100)
                .rev()
                .find_map(|length| symbol_of(&letter.repeat(length)).ok())
                .unwrap();
            let folder = tempfile::tempdir().unwrap();
            let mut profile = profile::Profile::open(Some(folder.path())).profile;
            let mut list = profile::List::new("Main");
            list.entries
                .push(profile::Entry::new(FeedId::new("sim"), longest));
            profile.change_lists(|kept| kept.lists.push(list)).unwrap();
            let again = profile::Profile::open(Some(folder.path()));
            assert!(again.notices.is_empty(), "{:?}", again.notices);
        }
    }
}
