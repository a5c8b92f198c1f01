//! What a person should know, kept until the page can show it.
//!
//! Everybody in the shell posts here; the page gets all of it as it opens and
//! each new one as an event. Which words are said is decided by who posts.

use std::collections::VecDeque;
use std::sync::{Mutex, OnceLock, PoisonError};

use profile::WriteError;

use crate::ipc::{Notice, NoticeCode};

/// More than a person reads; the oldest goes first.
const KEPT: usize = 16;

type Tell = Box<dyn Fn(&Notice) + Send + Sync>;

/// The notices of this run.
#[derive(Default)]
pub(crate) struct Board {
    kept: Mutex<VecDeque<Notice>>,
    page: OnceLock<Tell>,
}

impl std::fmt::Debug for Board {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Board").finish_non_exhaustive()
    }
}

impl Board {
    /// Where new notices are sent from now on.
    pub(crate) fn tell(&self, page: impl Fn(&Notice) + Send + Sync + 'static) {
        // A second page would be a second window, and there is one board for all of them.
        let _already = self.page.set(Box::new(page));
    }

    pub(crate) fn post(&self, notice: Notice) {
        tracing::warn!(code = ?notice.code, "{} {}", notice.sentence, notice.next);
        // Kept before it is told: a page that opens in between then sees it twice, and not never.
        self.keep(notice.clone());
        if let Some(page) = self.page.get() {
            page(&notice);
        }
    }

    /// A change that could not be written holds until the app ends, so it is
    /// done, and the person is told.
    pub(crate) fn post_kept(&self, kept: Result<Option<profile::Notice>, WriteError>) {
        match kept {
            Ok(None) => {}
            Ok(Some(notice)) => self.post(notice.into()),
            Err(error) => self.post(Notice {
                code: NoticeCode::ProfileReadOnly,
                sentence: format!("Your change holds until you quit, since {}.", with_cause(&error)),
                next: error.next_step().to_owned(),
            }),
        }
    }

    pub(crate) fn all(&self) -> Vec<Notice> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    fn keep(&self, notice: Notice) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // What happens again and again is one thing to know.
        kept.retain(|known| *known != notice);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(notice);
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
            profile::Matter::BookmarksUnread => NoticeCode::BookmarksUnread,
            profile::Matter::BudgetsUnread => NoticeCode::BudgetsUnread,
            profile::Matter::NotKept => NoticeCode::ProfileReadOnly,
        };
        Self {
            code,
            sentence: notice.sentence,
            next: notice.next,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn notice(sentence: &str) -> Notice {
        Notice {
            code: NoticeCode::TaskFailed,
            sentence: sentence.to_owned(),
            next: "Wait.".to_owned(),
        }
    }

    #[test]
    fn a_page_that_opens_late_is_told_all_and_the_same_only_once() {
        let board = Board::default();
        for sentence in ["one", "two", "one"] {
            board.post(notice(sentence));
        }
        assert_eq!(board.all(), [notice("two"), notice("one")]);
    }

    #[test]
    fn an_open_page_is_told_each_time() {
        let told = Arc::new(AtomicUsize::new(0));
        let board = Board::default();
        board.post(notice("before"));
        board.tell({
            let told = Arc::clone(&told);
            move |_| {
                told.fetch_add(1, Ordering::Relaxed);
            }
        });
        board.post(notice("after"));
        board.post(notice("after"));
        assert_eq!(told.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn what_the_page_is_told_is_kept_already() {
        let board = Arc::new(Board::default());
        let (sender, seen) = std::sync::mpsc::channel();
        board.tell({
            let board = Arc::downgrade(&board);
            move |_| sender.send(board.upgrade().unwrap().all()).unwrap()
        });
        board.post(notice("now"));
        assert_eq!(seen.recv().unwrap(), [notice("now")]);
    }

    #[test]
    fn the_board_never_overflows() {
        let board = Board::default();
        for number in 0..100 {
            board.post(notice(&number.to_string()));
        }
        assert_eq!(board.all().len(), KEPT);
        assert_eq!(board.all().last(), Some(&notice("99")));
    }
}
