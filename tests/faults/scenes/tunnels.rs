//! A proxy that is known stands between, and gives no way.

use std::time::Duration;

use anyhow::Result;
use model::{Moment, TransportKind};

use crate::around::Around;
use crate::between::{Between, Favour};
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::Venue;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        for (name, favour, class, says, within) in [
            (
                "a proxy that wants a login, 407",
                Favour::No("407 Proxy Authentication Required"),
                "suspended",
                "wants a user name and a password",
                1_000,
            ),
            (
                "a proxy that reaches nobody, 502",
                Favour::No("502 Bad Gateway"),
                "waiting",
                "cannot reach the server",
                1_000,
            ),
            (
                "a proxy that does not allow it, 403",
                Favour::No("403 Forbidden"),
                "suspended",
                "does not allow a connection",
                1_000,
            ),
            (
                "a proxy without a word",
                Favour::Silence,
                "waiting",
                "asking the proxy for a way took longer",
                5_500,
            ),
            (
                "a proxy that hangs up",
                Favour::HangUp,
                "waiting",
                "it hung up",
                1_000,
            ),
        ] {
            let scene = move |run| refused(run, favour.clone(), says);
            rows.push(
                Row::new(13, name, transport, scene)
                    .expects(class)
                    .found_within(Duration::from_millis(within)),
            );
        }
    }
    rows
}

/// No other way of talking would help, so none is tried; and then it gives a way.
async fn refused(run: Run, favour: Favour, says: &'static str) -> Result<Seen> {
    let mut setting = Setting::of(run).and_below(run);
    let venue = Venue::open(setting.symbols, None).await?;
    let between = Between::stand_before(venue.address, favour).await?;
    setting.via = between.way()?;
    let mut stage = Stage::before(venue, setting, Around::default())?;
    let told = stage.refused(Moment::START).await?;
    let way = stage.way();
    between.does(Favour::Way);
    let mut seen = stage.recovers(&told, |_| {}).await?;
    seen.expect(told.why.contains(says), || format!("it says {:?}", told.why));
    seen.expect(way == run.transport, || format!("it went on to {way}"));
    Ok(seen)
}
