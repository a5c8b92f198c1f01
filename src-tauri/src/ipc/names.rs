//! The commands by name, for the window's permissions.
//!
//! `build.rs` makes a permission of each, and `capabilities/main.json` grants
//! them; a command that is missing here cannot be called.

pub(crate) const COMMANDS: &[&str] = &[
    "about",
    "acknowledge",
    "add_source",
    "add_symbol",
    "catalogue",
    "change_settings",
    "check_feed",
    "close_chart",
    "explain_row",
    "feed_history",
    "feed_settings",
    "open_chart",
    "open_market",
    "open_stream",
    "order_sources",
    "remove_source",
    "remove_symbol",
    "report_feed",
    "report_page_error",
    "retry_feed",
    "row_sources",
    "search_symbols",
    "settings",
    "simulator",
    "start_drill",
    "stop_drill",
    "suggest_sources",
];
