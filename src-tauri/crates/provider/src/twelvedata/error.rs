//! What the venue says when it does not like something. Its codes are those of
//! HTTP, and stand in answers that HTTP calls good.
//!
//! ```json
//! {"code":429,"message":"You have run out of API credits for the current minute. 9 API credits were used, with the current limit being 8. Wait for the next minute or consider switching to a higher tier plan","status":"error"}
//! {"code":404,"message":"**symbol** not found: NOPE. Please specify it correctly.","status":"error"}
//! {"event":"subscribe-status","status":"error","messages":["Cant parse message"]}
//! ```

use std::time::Duration;

use crate::{Denial, Event};

/// It counts by the minute of the clock.
const MINUTE: Duration = Duration::from_secs(60);
/// What was used up for a day is there again at midnight; nobody waits in vain for longer than this.
const DAY_IS_OVER: Duration = Duration::from_secs(60 * 60);

/// What is about the connection or the account; `None` for what is about what was asked.
pub(super) fn denial(code: u16, words: &str) -> Option<Denial> {
    match code {
        401 => Some(Denial::Key),
        403 => Some(Denial::Plan),
        429 if words.contains("for the day") => Some(Denial::Slower {
            patience: Some(DAY_IS_OVER),
        }),
        429 => Some(Denial::Slower {
            patience: Some(MINUTE),
        }),
        500..=599 => Some(Denial::Passing),
        _ => None,
    }
}

/// About all that was said on this connection.
pub(super) fn told(code: Option<u16>, words: Option<&str>) -> Event {
    let why = sentence(code, words);
    match code.and_then(|code| denial(code, words.unwrap_or_default())) {
        Some(denial) => Event::Denied { denial, why },
        None => Event::Complaint { why },
    }
}

/// Its emphasis is for a page of the web.
pub(super) fn sentence(code: Option<u16>, words: Option<&str>) -> String {
    let words = words.map(|words| words.replace("**", ""));
    let code = code.map(|code| code.to_string());
    crate::sentence::sentence(words.as_deref(), code.as_deref())
}

/// The same where HTTP says it, too.
pub(super) fn refusal(status: u16, body: &str) -> Option<Denial> {
    matches!(status, 403 | 429)
        .then(|| denial(status, body))
        .flatten()
}
