//! What the commands work with: the one state that Tauri keeps for us.
//!
//! Tauri never drops it, so nothing here must be shut down; `app` owns what
//! must.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::Handle;
use profile::Profile;

use crate::ipc::{About, Notice, NoticeCode, PageErrors, Stream};
use crate::notices::Board;
use crate::tasks::Tasks;
use crate::watchlists::Watchlists;

#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) engine: Handle,
    pub(crate) stream: Stream,
    pub(crate) watchlists: Arc<Watchlists>,
    pub(crate) board: Arc<Board>,
    pub(crate) tasks: Tasks,
    pub(crate) about: About,
    pub(crate) page_errors: PageErrors,
    pub(crate) profile: Arc<Mutex<Profile>>,
}

impl Shell {
    pub(crate) fn profile(&self) -> MutexGuard<'_, Profile> {
        self.profile.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keeps_in_tray(&self) -> bool {
        self.profile().settings().keep_in_tray
    }

    /// A change that could not be written holds until the app ends, so it is
    /// done, and the person is told.
    pub(crate) fn kept(&self, kept: Result<Option<profile::Notice>, profile::WriteError>) {
        match kept {
            Ok(None) => {}
            Ok(Some(notice)) => self.board.post(notice.into()),
            Err(error) => self.board.post(Notice {
                code: NoticeCode::ProfileReadOnly,
                sentence: format!("Your change holds until you quit, since {}.", with_cause(&error)),
                next: error.next_step().to_owned(),
            }),
        }
    }
}

fn with_cause(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

impl From<profile::Notice> for Notice {
    fn from(notice: profile::Notice) -> Self {
        let code = match notice.matter {
            profile::Matter::SettingsBroken => NoticeCode::SettingsBroken,
            profile::Matter::ListsBroken => NoticeCode::ListsBroken,
            profile::Matter::NotKept => NoticeCode::ProfileReadOnly,
        };
        Self {
            code,
            sentence: notice.sentence,
            next: notice.next,
        }
    }
}
