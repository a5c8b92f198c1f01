//! The same lines for people: times of day in UTC, one column for each thing.

use super::line::{Book, Counts, Line, Summary};

pub(super) fn text(line: &Line) -> String {
    match line {
        Line::Status {
            state, source, why, ..
        } => match *source {
            "live" => format!("-- {state}: {why}"),
            source => format!("-- {state} ({}): {why}", source.to_uppercase()),
        },
        Line::Accepted {
            symbol,
            name,
            currency,
            session,
            resumed,
            ..
        } => {
            let name = name.as_deref().unwrap_or(symbol);
            let currency = currency.as_deref().unwrap_or("unknown currency");
            let session = session.map_or_else(String::new, |session| format!(", {session}"));
            let resumed = if *resumed { "; nothing was missed" } else { "" };
            format!("-- {symbol} is {name}, in {currency}{session}{resumed}")
        }
        Line::Refused { symbol, why, .. } => format!("-- {symbol} is refused: {why}"),
        Line::Snapshot {
            symbol,
            price,
            size,
            book,
            time,
            ..
        } => row(
            time.as_deref(),
            symbol,
            &format!("{}  {}", deal(price.as_deref(), size.as_deref()), offers(book)),
        ),
        Line::Trade {
            symbol,
            price,
            size,
            side,
            time,
            conditions,
            ..
        } => {
            let deal = deal(Some(price), size.as_deref());
            let special = conditions.join(", ").replace('_', " ");
            row(
                time.as_deref(),
                symbol,
                &format!("{deal}  {:<4}  {special}", side.unwrap_or_default()),
            )
        }
        Line::Quote {
            symbol, book, time, ..
        } => row(time.as_deref(), symbol, &format!("{:>27}  {}", "", offers(book))),
        Line::Session {
            symbol,
            session,
            reason,
            time,
            ..
        } => {
            let reason = reason.as_ref().map_or_else(String::new, |why| format!(": {why}"));
            row(time.as_deref(), symbol, &format!("-- {session}{reason}"))
        }
        Line::Bar {
            symbol,
            interval,
            time,
            open,
            high,
            low,
            close,
            volume,
            ..
        } => row(
            time.as_deref(),
            symbol,
            &format!(
                "-- {interval} bar: open {open}, high {high}, low {low}, close {close}, volume {volume}"
            ),
        ),
        Line::Day {
            symbol,
            span,
            open,
            high,
            low,
            volume,
            time,
            ..
        } => {
            let known = [("open", open), ("high", high), ("low", low), ("volume", volume)];
            let known: Vec<_> = known
                .iter()
                .filter_map(|(name, figure)| Some(format!("{name} {}", figure.as_deref()?)))
                .collect();
            let day = if *span == "rolling" { "24 hours" } else { "the day" };
            row(
                time.as_deref(),
                symbol,
                &format!("-- {day}: {}", known.join(", ")),
            )
        }
        Line::Correction {
            symbol,
            original,
            price,
            size,
            time,
            ..
        } => {
            let deal = deal(Some(price), size.as_deref());
            row(
                time.as_deref(),
                symbol,
                &format!("{deal}  in the place of trade {original}"),
            )
        }
        Line::Cancel { symbol, original, .. } => format!("-- {symbol}: trade {original} was none"),
        Line::Gap {
            symbol,
            from,
            to,
            filled,
            ..
        } => {
            let verb = if *filled { "has got after all" } else { "lacks" };
            let ticks = to.saturating_sub(*from) + 1;
            format!("-- {symbol} {verb} {ticks} ticks, numbers {from} to {to}")
        }
        Line::Lagged { unprinted, .. } => {
            format!("-- {unprinted} updates left out: what is printed here is not read fast enough")
        }
        Line::Summary(summary) => conclusion(summary),
    }
}

fn row(time: Option<&str>, symbol: &str, rest: &str) -> String {
    format!("{:<12}  {symbol:<10}  {rest}", time.map_or("", time_of_day))
        .trim_end()
        .to_owned()
}

/// `14:30:00.250` of `2026-01-05T14:30:00.250113Z`.
fn time_of_day(time: &str) -> &str {
    let time = time.split_once('T').map_or(time, |(_, time)| time);
    let time = time.trim_end_matches('Z');
    time.get(..12).unwrap_or(time)
}

fn deal(price: Option<&str>, size: Option<&str>) -> String {
    let price = price.unwrap_or("\u{2014}");
    // The level of an index has no size.
    let size = size.map_or_else(String::new, |size| format!("x {size}"));
    format!("{price:>14} {size:<12}")
}

fn offers(book: &Book) -> String {
    let side = |price: &Option<String>, size: &Option<String>| match (price, size) {
        (Some(price), Some(size)) => format!("{price} x {size}"),
        (Some(price), None) => price.clone(),
        (None, _) => "\u{2014}".to_owned(),
    };
    format!(
        "{} | {}",
        side(&book.bid, &book.bid_size),
        side(&book.ask, &book.ask_size)
    )
}

fn conclusion(summary: &Summary) -> String {
    let causes: Vec<_> = summary
        .reconnects_by_cause
        .iter()
        .map(|(cause, times)| format!("{times} {cause}"))
        .collect();
    let causes = if causes.is_empty() {
        String::new()
    } else {
        format!(" ({})", causes.join(", "))
    };
    let mut lines = vec![format!(
        "-- {:.1} s: {} messages, {} bytes, {} reconnects{causes}, {} gaps of which {} filled, \
         {} ticks missing, {} duplicates, {} unreadable",
        summary.seconds,
        summary.messages,
        summary.bytes,
        summary.reconnects,
        summary.gaps_found,
        summary.gaps_filled,
        summary.missing,
        summary.duplicates,
        summary.unreadable,
    )];
    if summary.unprinted > 0 {
        lines.push(format!(
            "-- {} updates came faster than they were read here",
            summary.unprinted
        ));
    }
    lines.extend(summary.symbols.iter().map(|(symbol, counts)| {
        let Counts {
            trade, quote, gap, ..
        } = counts;
        format!("-- {symbol:<10}  {trade} trades, {quote} quotes, {gap} gaps")
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_has_milliseconds_where_there_are_any() {
        assert_eq!(time_of_day("2026-01-05T14:30:00.250113Z"), "14:30:00.250");
        assert_eq!(time_of_day("2026-01-05T14:30:00Z"), "14:30:00");
        assert_eq!(time_of_day("yesterday"), "yesterday");
    }

    #[test]
    fn a_level_without_a_size_stands_alone_and_in_its_column() {
        assert_eq!(deal(Some("187.24"), Some("100")), "        187.24 x 100       ");
        assert_eq!(deal(Some("5342.02"), None), "       5342.02             ");
    }

    #[test]
    fn an_empty_side_is_a_dash_and_never_zero() {
        let book = Book {
            bid: Some("187.23".to_owned()),
            bid_size: Some("300".to_owned()),
            ask: None,
            ask_size: None,
        };
        assert_eq!(offers(&book), "187.23 x 300 | \u{2014}");
    }
}
