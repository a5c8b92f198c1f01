//! What the venue says when it does not like something.
//!
//! ```json
//! {"code":2,"msg":"Invalid request: too many parameters","id":3}
//! {"code":3,"msg":"Invalid JSON: expected value at line 1 column 2"}
//! {"error":{"code":2,"msg":"Invalid request: unknown variant"},"id":3}
//! ```
//!
//! None of it is for a person to mend: it is about one request of ours.

use serde::Deserialize;

use crate::json::Text;
use crate::sentence::sentence;
use crate::unanswered::{Unanswered, blamed};
use crate::{Directory, Event};

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
    let why = sentence(words, Some(&code.to_string()));
    blamed(asked.as_deref(), why, directory)
}
