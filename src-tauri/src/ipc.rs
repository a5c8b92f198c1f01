//! Everything that crosses to the page: the list of commands, the types that
//! TypeScript sees, and the stream of frames.
//!
//! Nothing else in the program has a type for the page, and the bodies here do
//! nothing but translate and pass on.

mod bodies;
mod close_up;
mod code;
mod config;
mod custom;
mod feed;
mod frame;
mod inspector;
mod lane;
mod log;
mod pace;
mod page_errors;
mod past;
mod search;
mod settings;
mod simulator;
mod sources;
mod stream;
mod trial;
mod views;

#[cfg(test)]
mod bindings;
#[cfg(test)]
mod capability;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod names;

use tauri::Wry;
use tauri::ipc::Invoke;

pub(crate) use close_up::CloseUps;
pub(crate) use page_errors::PageErrors;
pub(crate) use settings::theme;
pub(crate) use stream::{Stream, run as run_stream};
pub(crate) use views::{About, ListView, Notice, NoticeCode};

/// What the page may call. `names` has the same list for the window's permissions.
pub(crate) fn commands() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        bodies::about,
        bodies::acknowledge,
        bodies::add_symbol,
        bodies::change_settings,
        bodies::close_chart,
        bodies::explain_row,
        bodies::feed_history,
        bodies::open_chart,
        bodies::open_market,
        bodies::open_stream,
        bodies::remove_symbol,
        bodies::report_feed,
        bodies::report_page_error,
        bodies::retry_feed,
        bodies::settings,
        bodies::simulator,
        bodies::start_drill,
        bodies::stop_drill,
        config::catalogue,
        config::check_feed,
        config::feed_settings,
        config::forget_key,
        config::forget_proxy_login,
        config::pause_feed,
        config::remove_feed,
        config::restore_feed,
        config::resume_feed,
        config::save_feed,
        config::set_key,
        config::set_proxy_login,
        search::search_symbols,
        sources::add_source,
        sources::order_sources,
        sources::remove_source,
        sources::row_sources,
        sources::suggest_sources,
        inspector::close_wire,
        inspector::open_wire,
        log::close_log,
        log::open_log,
        trial::stop_trial,
        trial::test_feed,
        custom::preview_custom,
    ]
}
