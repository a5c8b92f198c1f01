//! Trying a feed as its form describes it, saved or not.

use std::time::Duration;

use engine::{FeedSpec, Findings, NotTried, Outcome, Remedy, Stage, Step, Trial};
use model::{FeedId, Secret, Source, Symbol};
use profile::{FeedKind, FeedSettings};
use serde::Serialize;
use tauri::{AppHandle, Manager, State};
use tokio::task::block_in_place;

use super::close_up::CloseUps;
use super::code::{Code, CommandError};
use super::config::{FeedForm, form};
use super::log::millis;
use crate::app::emit;
use crate::feeds::{self, Given, NotOpened};
use crate::roster::Refusal;
use crate::shell::Shell;
use crate::venues::Venue;

/// More of one feed's list would only take longer.
const SYMBOLS_MAX: usize = 3;
/// For a first price, once the connection is up.
const PATIENCE: Duration = Duration::from_secs(15);

/// How far a trial is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct TrialView {
    pub(crate) number: u32,
    pub(crate) steps: Vec<TrialStepView>,
    pub(crate) symbols: Vec<String>,
    /// Where it went.
    pub(crate) address: Option<String>,
    pub(crate) transport: Option<String>,
    /// These are the times of the connection that the feed has: the venue bears no other beside it.
    pub(crate) own: bool,
    /// Why nothing was tried. What to do about it stands in `next`.
    pub(crate) why: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) ended: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct TrialStepView {
    #[cfg_attr(
        test,
        ts(
            type = "\"dns\" | \"tcp\" | \"proxy\" | \"tls\" | \"upgrade\" | \"login\" | \"subscribe\" | \"first_data\""
        )
    )]
    pub(crate) step: &'static str,
    #[cfg_attr(test, ts(inline))]
    pub(crate) state: TrialStateView,
    pub(crate) ms: Option<f64>,
    pub(crate) why: Option<String>,
    pub(crate) next: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum TrialStateView {
    Waiting,
    Running,
    Good,
    NotNeeded,
    Quiet,
    Failed,
    NotReached,
}

/// Tries a feed; a trial that is under way is over. The key is the one that was
/// typed, where there is one.
#[tauri::command]
pub(super) async fn test_feed(
    form: FeedForm,
    original: Option<String>,
    key: Option<String>,
    app: AppHandle,
    shell: State<'_, Shell>,
    looks: State<'_, CloseUps>,
) -> Result<u32, CommandError> {
    let key = key.filter(|key| !key.is_empty()).map(Secret::new);
    let original = original.as_deref().map(FeedId::new);
    let feed = {
        let profile = shell.profile();
        form::read(&form, profile.settings(), original.as_ref())
    };
    let mut feed = feed.map_err(|faults| {
        let first = faults.into_iter().next();
        let sentence = first.map_or_else(String::new, |fault| fault.sentence);
        CommandError::new(Code::BadFeed, sentence, "Correct it, and test again.")
    })?;
    if let Some(original) = original {
        // Its key is kept under the name that it has, not under the one that it may get.
        feed.id = original;
    }
    let listed = listed(&shell, &feed.id);
    // The keyring may ask a person.
    let tried = block_in_place(|| tried(&shell, &feed, key));
    let (spec, venue) = tried.map_err(|error| {
        let Refusal { sentence, next, .. } = error.refusal();
        CommandError::new(
            Code::BadFeed,
            format!("The feed cannot be tested: {sentence}."),
            next,
        )
    })?;
    let symbols = if listed.is_empty() {
        vec![Symbol::new(spec.venue.sample())]
    } else {
        listed
    };
    if symbols.iter().all(|symbol| symbol.as_str().is_empty()) {
        return Err(CommandError::new(
            Code::BadFeed,
            "There is nothing to ask this feed for.",
            "Save it, add a symbol of it to a list, and test again.",
        ));
    }
    let engine = shell.engine.clone();
    Ok(looks.trial.begin(&shell.tasks, |number| async move {
        let trial = Trial {
            spec,
            symbols,
            patience: PATIENCE,
        };
        let symbols: Vec<_> = trial.symbols.iter().map(Symbol::to_string).collect();
        let under_way = |stages: Vec<_>| {
            let view = TrialView::under_way(number, symbols.clone(), &stages);
            emit(&app, "trial", &view);
        };
        let found = engine.try_out(&trial, under_way).await;
        emit(&app, "trial", &TrialView::over(number, symbols.clone(), found));
        if let Some(venue) = venue {
            // It says goodbye to whoever was there.
            drop(tauri::async_runtime::spawn_blocking(move || drop(venue)));
        }
        if let Some(looks) = app.try_state::<CloseUps>() {
            looks.trial.end_if(number);
        }
    }))
}

#[tauri::command]
pub(super) fn stop_trial(number: u32, looks: State<'_, CloseUps>) {
    looks.trial.end_if(number);
}

/// As it would be opened, and the venue of ours that was started for it.
fn tried(
    shell: &Shell,
    feed: &FeedSettings,
    key: Option<Secret>,
) -> Result<(FeedSpec, Option<Venue>), NotOpened> {
    let FeedKind::Sim(market) = &feed.kind else {
        let typed = Given {
            token: key,
            login: None,
        };
        return Ok((shell.roster.spec(feed, typed)?, None));
    };
    let open = shell.engine.spec(&feed.id);
    if let Some(spec) = open.filter(|open| open.source == Source::Simulated) {
        return Ok((spec, None));
    }
    let (venue, spec) = feeds::simulated(&feed.id, market)?;
    Ok((spec, Some(venue)))
}

/// What the person's lists have of this feed.
fn listed(shell: &Shell, feed: &FeedId) -> Vec<Symbol> {
    let profile = shell.profile();
    let entries = profile.lists().lists.iter().flat_map(|list| &list.entries);
    let mut symbols: Vec<_> = Vec::new();
    for entry in entries.filter(|entry| entry.feed == *feed) {
        if symbols.len() < SYMBOLS_MAX && !symbols.contains(&entry.symbol) {
            symbols.push(entry.symbol.clone());
        }
    }
    symbols
}

impl TrialView {
    fn under_way(number: u32, symbols: Vec<String>, stages: &[(Step, Stage)]) -> Self {
        let steps = stages.iter().map(|(step, stage)| match stage {
            Stage::Waiting => TrialStepView::plain(*step, TrialStateView::Waiting),
            Stage::Running => TrialStepView::plain(*step, TrialStateView::Running),
            Stage::Over(outcome) => TrialStepView::over(*step, outcome),
        });
        Self {
            number,
            steps: steps.collect(),
            symbols,
            address: None,
            transport: None,
            own: false,
            why: None,
            next: None,
            ended: false,
        }
    }

    fn over(number: u32, symbols: Vec<String>, found: Result<Findings, NotTried>) -> Self {
        let view = Self {
            ended: true,
            ..Self::under_way(number, symbols, &[])
        };
        match found {
            Ok(found) => Self {
                steps: found
                    .steps
                    .iter()
                    .map(|(step, outcome)| TrialStepView::over(*step, outcome))
                    .collect(),
                address: Some(found.address),
                transport: found.transport.map(|transport| transport.to_string()),
                own: found.own,
                ..view
            },
            Err(error) => Self {
                why: Some(format!("Nothing was tried: {error}.")),
                next: Some(next_step(&error)),
                ..view
            },
        }
    }
}

fn next_step(error: &NotTried) -> String {
    match error {
        NotTried::Rival { feed, .. } => format!("Pause {feed}, test again, and resume it."),
        NotTried::Start(_) => "Close what this computer does besides, and test again.".to_owned(),
        NotTried::Open(_) => "Correct its address, and test again.".to_owned(),
        NotTried::Gone(_) => "Test again.".to_owned(),
    }
}

impl TrialStepView {
    const fn plain(step: Step, state: TrialStateView) -> Self {
        Self {
            step: step.as_str(),
            state,
            ms: None,
            why: None,
            next: None,
        }
    }

    fn over(step: Step, outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Good(took) => Self {
                ms: Some(millis(*took)),
                ..Self::plain(step, TrialStateView::Good)
            },
            Outcome::NotNeeded => Self::plain(step, TrialStateView::NotNeeded),
            Outcome::NotReached => Self::plain(step, TrialStateView::NotReached),
            Outcome::Quiet { why } => Self {
                why: Some(why.clone()),
                ..Self::plain(step, TrialStateView::Quiet)
            },
            Outcome::Failed { after, why, next } => Self {
                ms: Some(millis(*after)),
                why: Some(why.clone()),
                next: next.map(advice).map(str::to_owned),
                ..Self::plain(step, TrialStateView::Failed)
            },
        }
    }
}

/// What to do about a step that failed, in the window.
const fn advice(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Dial(sentence) => sentence,
        Remedy::Symbol => {
            "Take another symbol into the list, written as the venue writes it, and test again."
        }
        Remedy::Patience => "The market may be shut, or this symbol quiet: test again when it is open.",
        Remedy::Address => "Check that the address is that of the venue, and test again.",
        Remedy::AddressOrSymbol => {
            "Check that the address is that of the venue, and how the symbol is written."
        }
    }
}

#[cfg(test)]
mod tests {
    use engine::Step;

    use super::*;

    #[test]
    fn a_step_that_failed_says_what_to_do_in_words_of_the_window() {
        for remedy in [
            Remedy::Symbol,
            Remedy::Patience,
            Remedy::Address,
            Remedy::AddressOrSymbol,
        ] {
            let failed = Outcome::Failed {
                after: Duration::from_millis(3),
                why: "no".to_owned(),
                next: Some(remedy),
            };
            let view = TrialStepView::over(Step::Subscribe, &failed);
            assert_eq!((view.state, view.ms), (TrialStateView::Failed, Some(3.0)));
            let next = view.next.unwrap();
            assert!(!next.contains("tickwire-cli") && !next.contains("--"), "{next}");
        }
    }

    #[test]
    fn a_feed_that_would_lose_its_connection_is_told_by_its_name() {
        let rival = NotTried::Rival {
            feed: FeedId::new("desk"),
            venue: "Alpaca".to_owned(),
        };
        let view = TrialView::over(7, Vec::new(), Err(rival));
        assert!(view.ended && view.steps.is_empty());
        assert!(view.why.unwrap().contains("desk") && view.next.unwrap().contains("Pause desk"));
    }
}
