//! What the suite says of one case.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::AGENT;

/// How we took what the server did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    behavior: String,
    /// How we ended the connection.
    close: String,
    /// The code of our Close frame, if we sent one.
    code: Option<u16>,
}

impl Verdict {
    pub(crate) fn words(&self) -> [String; 3] {
        let code = self
            .code
            .map_or_else(|| "none".to_owned(), |code| code.to_string());
        [self.behavior.clone(), self.close.clone(), code]
    }

    /// A text that turns bad in the middle of a frame is refused at once or at the frame's end, as the pieces come:
    /// the stricter is as good.
    pub(crate) fn is_met_by(&self, seen: &Self) -> bool {
        let stricter = Self {
            behavior: "OK".to_owned(),
            ..self.clone()
        };
        self == seen || (self.behavior == "NON-STRICT" && *seen == stricter)
    }

    /// As it stands in the table.
    pub(crate) fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut words = words.into_iter();
        let (behavior, close, code) = (words.next()?, words.next()?, words.next()?);
        Some(Self {
            behavior: behavior.to_owned(),
            close: close.to_owned(),
            code: if code == "none" {
                None
            } else {
                Some(code.parse().ok()?)
            },
        })
    }
}

/// By the case's own name, such as `6.4.3`.
pub(crate) fn read(report: &str) -> Result<BTreeMap<String, Verdict>> {
    let report: Value = serde_json::from_str(report).context("the suite's report")?;
    let cases = report[AGENT].as_object().context("the report does not name us")?;
    let verdict = |case: &Value| {
        Some(Verdict {
            // Two words would be two columns of the table.
            behavior: case["behavior"].as_str()?.replace(' ', "-"),
            close: case["behaviorClose"].as_str()?.replace(' ', "-"),
            code: case["remoteCloseCode"]
                .as_u64()
                .and_then(|code| code.try_into().ok()),
        })
    };
    cases
        .iter()
        .map(|(name, case)| {
            let verdict = verdict(case).with_context(|| format!("what the report says of {name}"))?;
            Ok((name.clone(), verdict))
        })
        .collect()
}
