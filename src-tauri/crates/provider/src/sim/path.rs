//! What is asked over HTTP: the same, as a path.
//!
//! ```text
//! /v1/events?symbols=NVX,HLQ&epoch=5f1c&after=1041,&bars=true
//! /v1/poll?symbols=NVX,HLQ&wait_ms=10000
//! /v1/snapshot?symbols=NVX,HLQ
//! ```

use std::fmt::Write;

use crate::Asking;
use crate::query::escape;

/// So long may the server have nothing to say before it says just that: a dead connection must not
/// be taken for a quiet market for longer.
const WAIT_MS: u32 = 10_000;

pub(super) fn events(asking: Asking<'_>) -> String {
    let mut path = symbols("/v1/events", asking);
    resume(&mut path, asking);
    path
}

pub(super) fn poll(asking: Asking<'_>) -> String {
    let mut path = symbols("/v1/poll", asking);
    resume(&mut path, asking);
    // Writing to a string cannot fail.
    let _written = write!(path, "&wait_ms={WAIT_MS}");
    path
}

pub(super) fn snapshot(asking: Asking<'_>) -> String {
    symbols("/v1/snapshot", asking)
}

fn symbols(path: &str, asking: Asking<'_>) -> String {
    let mut path = format!("{path}?symbols=");
    for (at, wanted) in asking.symbols.iter().enumerate() {
        if at > 0 {
            path.push(',');
        }
        escape(&mut path, wanted.symbol.as_str());
    }
    path
}

fn resume(path: &mut String, asking: Asking<'_>) {
    if let Some(epoch) = asking.epoch
        && asking.is_after_something()
    {
        path.push_str("&epoch=");
        escape(path, epoch);
        path.push_str("&after=");
        for (at, wanted) in asking.symbols.iter().enumerate() {
            if at > 0 {
                path.push(',');
            }
            if let Some(after) = wanted.after {
                let _written = write!(path, "{after}");
            }
        }
    }
    if asking.bars {
        path.push_str("&bars=true");
    }
}

#[cfg(test)]
mod tests {
    use model::Symbol;

    use super::*;
    use crate::Wanted;

    #[test]
    fn a_path_says_what_is_wanted_and_from_where_on() {
        let (nvx, odd) = (Symbol::new("NVX"), Symbol::new("A,B &/é"));
        let symbols = [
            Wanted {
                symbol: &nvx,
                after: Some(1_041),
            },
            Wanted {
                symbol: &odd,
                after: None,
            },
        ];
        let asking = Asking {
            symbols: &symbols,
            epoch: Some("5f1c"),
            bars: true,
        };
        let names = "symbols=NVX,A%2CB%20%26%2F%C3%A9";
        assert_eq!(
            events(asking),
            format!("/v1/events?{names}&epoch=5f1c&after=1041,&bars=true")
        );
        assert_eq!(
            poll(asking),
            format!("/v1/poll?{names}&epoch=5f1c&after=1041,&bars=true&wait_ms=10000")
        );
        assert_eq!(snapshot(asking), format!("/v1/snapshot?{names}"));
        let new = Asking {
            symbols: &symbols[1..],
            bars: false,
            ..asking
        };
        assert_eq!(events(new), "/v1/events?symbols=A%2CB%20%26%2F%C3%A9");
    }
}
