//! What the venue says when it does not like something.
//!
//! ```json
//! {"code":2,"msg":"Invalid request: too many parameters","id":3}
//! {"code":3,"msg":"Invalid JSON: expected value at line 1 column 2"}
//! {"error":{"code":2,"msg":"Invalid request: unknown variant"},"id":3}
//! ```
//!
//! None of it is for a person to mend: it is about one request of ours.

use model::one_line;
use serde::Deserialize;

use crate::json::Text;
use crate::unanswered::{Unanswered, blamed};
use crate::{Directory, Event};

/// Long enough for any sentence, too short to fill a screen.
const SENTENCE_LENGTH_MAX: usize = 200;

#[derive(Deserialize)]
pub(super) struct Error<'a> {
    pub(super) code: i64,
    #[serde(borrow)]
    pub(super) msg: Option<Text<'a>>,
}

/// What it is about: the request of this number, or the only one there is.
pub(super) fn told(
    code: i64,
    words: Option<&str>,
    id: Option<u64>,
    unanswered: &mut Unanswered,
    directory: &Directory,
) -> Option<Event> {
    let asked = match id {
        Some(id) => unanswered.answered(id),
        None => unanswered.only_one(),
    };
    let words = words.unwrap_or("it gave no reason");
    let why = one_line(&format!("{words} ({code})"), SENTENCE_LENGTH_MAX);
    blamed(asked.as_deref(), why, directory)
}
