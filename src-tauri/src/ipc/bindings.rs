//! `ui/src/ipc/bindings.ts`, generated from the views.
//!
//! `cargo xtask bindings` writes it (with `TICKWIRE_BINDINGS=write`); otherwise
//! the test fails when the committed file is not what would be written.

use std::path::Path;

use ts_rs::{Config, TS};

use super::code::CommandError;
use super::config::{CheckView, Fault, FeedEntry, FeedForm, KeepView, ListingView, Removal};
use super::custom::{
    CustomForm, GlimpseView, HeaderForm, MessageForm, PreviewView, ReadView, SeenView, WhenForm,
};
use super::feed::{AnswersView, FeedView, RehearsalView, StepView};
use super::inspector::{HeaderView, SightView, WireView};
use super::log::{FeedLogView, LogEntryView};
use super::past::PastView;
use super::search::{FoundView, SearchView, UnheardView};
use super::simulator::{DrillView, MarketView, SimulatorView};
use super::sources::{SourceName, SourceState};
use super::trial::{TrialStepView, TrialView};
use super::views::{
    About, Lifecycle, ListView, Notice, Opening, PageError, RowView, SettingsView, SourceView, TimeframeView,
};

#[test]
fn the_bindings_are_what_the_types_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/bindings.ts");
    let written = bindings();
    if std::env::var("TICKWIRE_BINDINGS").is_ok_and(|value| value == "write") {
        std::fs::write(&file, &written).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap();
    assert!(
        committed == written,
        "ui/src/ipc/bindings.ts is stale: run `cargo xtask bindings`"
    );
}

fn bindings() -> String {
    // Numbers that JavaScript cannot hold do not cross here, so none is a `bigint`.
    let config = Config::new();
    let mut text =
        String::from("// Generated from src-tauri/src/ipc by `cargo xtask bindings`. Do not edit.\n");
    for declaration in [
        Opening::decl(&config),
        ListView::decl(&config),
        RowView::decl(&config),
        PastView::decl(&config),
        SourceView::decl(&config),
        SearchView::decl(&config),
        FoundView::decl(&config),
        UnheardView::decl(&config),
        SourceName::decl(&config),
        SourceState::decl(&config),
        Lifecycle::decl(&config),
        FeedView::decl(&config),
        AnswersView::decl(&config),
        StepView::decl(&config),
        RehearsalView::decl(&config),
        Notice::decl(&config),
        SettingsView::decl(&config),
        About::decl(&config),
        PageError::decl(&config),
        CommandError::decl(&config),
        TimeframeView::decl(&config),
        SimulatorView::decl(&config),
        DrillView::decl(&config),
        MarketView::decl(&config),
        TrialView::decl(&config),
        TrialStepView::decl(&config),
        FeedLogView::decl(&config),
        LogEntryView::decl(&config),
        WireView::decl(&config),
        SightView::decl(&config),
        HeaderView::decl(&config),
        ListingView::decl(&config),
        FeedForm::decl(&config),
        CustomForm::decl(&config),
        HeaderForm::decl(&config),
        MessageForm::decl(&config),
        WhenForm::decl(&config),
        PreviewView::decl(&config),
        GlimpseView::decl(&config),
        SeenView::decl(&config),
        ReadView::decl(&config),
        FeedEntry::decl(&config),
        CheckView::decl(&config),
        Fault::decl(&config),
        Removal::decl(&config),
        KeepView::decl(&config),
    ] {
        assert!(!declaration.contains("bigint"), "{declaration}");
        text.push_str("\nexport ");
        text.push_str(&laid_out(&declaration));
    }
    text
}

/// One field a line, so that a difference shows which field it is in.
fn laid_out(declaration: &str) -> String {
    let fields = declaration
        .replace("= { ", "= {\n  ")
        .replace(", };", ";\n};")
        .replace(", ", ";\n  ");
    format!("{}\n", fields.trim_end())
}
