//! What a desk has shown, against what its venue has sent.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::tape::{self, Count, Newest, PAST};
use crate::venue::Page;

/// Every row, with nothing older than what was sent before the window looked, and
/// exactly what the tape says of so many ticks. Gives the number of rows.
pub(crate) fn whole(frame: &Value, before: &Page) -> Result<usize> {
    let rows = frame.as_array().context("no frame")?;
    ensure!(
        rows.len() == before.sent.len(),
        "{} rows of {}",
        rows.len(),
        before.sent.len()
    );
    for row in rows {
        let place = usize::try_from(row["row"].as_u64().context("no row")?)?;
        let ticks = row["ticks"].as_u64().context("no ticks")?;
        let sent = before.sent.get(place).context("an unknown row")?;
        ensure!(
            ticks >= *sent,
            "row {place} stands at tick {ticks}, and {sent} were sent before"
        );
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let shown = Newest {
            last: text("last"),
            bid: text("bid"),
            ask: text("ask"),
        };
        let due = tape::newest(place, ticks).context("a row had no quote yet")?;
        ensure!(
            shown == due,
            "row {place} after {ticks} ticks shows {shown:?} and not {due:?}"
        );
    }
    Ok(rows.len())
}

/// What did not reach whom, as it was counted and as it was.
#[derive(Clone, Debug)]
pub(crate) struct Drops {
    sent: Count,
    /// Deals and quotes that never reached the one that stalled, by the books of both sides.
    unheard: Count,
    /// What it was told to have missed, of any kind.
    missed: u64,
    /// Ticks that the window had merged into later ones.
    merged: u64,
}

impl Drops {
    /// An error where one book differs from another.
    pub(crate) fn balance(page: &Page, told: &Value) -> Result<Self> {
        let sent = page.sent.iter().fold(Count::default(), |sum, ticks| {
            let count = tape::count(ticks - PAST);
            Count {
                deals: sum.deals + count.deals,
                quotes: sum.quotes + count.quotes,
            }
        });
        let number = |who: &str, what: &str| told[who][what].as_u64().context("no figure");
        let heard = |who: &str| {
            Ok::<_, anyhow::Error>(Count {
                deals: number(who, "deals")?,
                quotes: number(who, "quotes")?,
            })
        };
        let (witness, reader) = (heard("witness")?, heard("reader")?);
        ensure!(
            number("witness", "missed")? == 0,
            "the witness was too slow: {}",
            told["witness"]
        );
        ensure!(
            witness == sent && told["missed_by_rows"] == 0,
            "sent {sent:?}, and of them came {witness:?}"
        );
        let unheard = Count {
            deals: sent.deals - reader.deals,
            quotes: sent.quotes - reader.quotes,
        };
        let others = number("witness", "others")? - number("reader", "others")?;
        let missed = number("reader", "missed")?;
        ensure!(
            unheard.deals + unheard.quotes + others == missed && number("reader", "lagged")? == missed,
            "{unheard:?} and {others} others were not heard, and counted are {}",
            told["reader"]
        );
        let carried = number("window", "carried")?;
        let ticks: u64 = page.sent.iter().sum();
        ensure!(
            carried == ticks,
            "the window stands for {carried} ticks of {ticks}"
        );
        Ok(Self {
            sent,
            unheard,
            missed,
            merged: number("window", "merged")?,
        })
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "deals_sent": self.sent.deals, "quotes_sent": self.sent.quotes,
            "deals_unheard": self.unheard.deals, "quotes_unheard": self.unheard.quotes,
            "counted_as_missed": self.missed, "merged_for_the_window": self.merged,
        })
    }

    pub(crate) fn words(&self) -> String {
        format!(
            "{} deals and {} quotes sent; {} and {} unheard, {} counted as missed; {} ticks merged for the window",
            self.sent.deals,
            self.sent.quotes,
            self.unheard.deals,
            self.unheard.quotes,
            self.missed,
            self.merged
        )
    }
}
