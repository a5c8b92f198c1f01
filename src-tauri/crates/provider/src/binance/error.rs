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

use super::subscription::Requests;
use crate::json::Text;
use crate::{Directory, Event};

/// Long enough for any sentence, too short to fill a screen.
const SENTENCE_LENGTH_MAX: usize = 200;

#[derive(Deserialize)]
pub(super) struct Error<'a> {
    pub(super) code: i64,
    #[serde(borrow)]
    pub(super) msg: Option<Text<'a>>,
}

/// A symbol that was asked for alone is refused. Of several, nobody can say
/// which of them it was.
pub(super) fn told(
    code: i64,
    words: Option<&str>,
    id: Option<u64>,
    requests: &mut Requests,
    directory: &Directory,
) -> Option<Event> {
    let asked = match id {
        Some(id) => requests.answered(id),
        None => requests.only_one(),
    };
    let words = words.unwrap_or("it gave no reason");
    let why = one_line(&format!("{words} ({code})"), SENTENCE_LENGTH_MAX);
    match asked.as_deref() {
        Some([symbol]) => directory
            .key(symbol.as_str())
            .map(|key| Event::Refused { key, why }),
        Some(_) | None => Some(Event::Complaint { why }),
    }
}
