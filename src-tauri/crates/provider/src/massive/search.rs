//! What there is of each of its markets, by a part of its name.
//!
//! ```json
//! {"results":[{"ticker":"AAPL","name":"Apple Inc.","market":"stocks","locale":"us","primary_exchange":"XNAS","type":"CS","active":true,"currency_name":"usd"}],"status":"OK","count":1}
//! {"results":[{"ticker":"X:BTCUSD","name":"Bitcoin - United States Dollar","market":"crypto","locale":"global","active":true,"currency_symbol":"USD","currency_name":"United States Dollar","base_currency_symbol":"BTC","base_currency_name":"Bitcoin"}],"status":"OK","count":1}
//! ```

use model::InstrumentKind;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol::Market;
use crate::hit::kind;
use crate::json::{Text, each, parse};
use crate::query::escape;
use crate::{Hit, Lookup, Unreadable};

pub(super) fn lookup(market: Market, words: &str) -> Lookup {
    let market = match market {
        Market::Shares => "stocks",
        Market::Coins => "crypto",
        Market::Currencies => "fx",
    };
    let mut path = format!("/v3/reference/tickers?market={market}&active=true&limit=50&search=");
    escape(&mut path, words);
    Lookup::Search(path)
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    results: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Ticker<'a> {
    #[serde(borrow)]
    ticker: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    primary_exchange: Option<Text<'a>>,
    #[serde(rename = "type", borrow)]
    sort: Option<Text<'a>>,
    #[serde(borrow)]
    currency_name: Option<Text<'a>>,
    #[serde(borrow)]
    base_currency_symbol: Option<Text<'a>>,
    #[serde(borrow)]
    currency_symbol: Option<Text<'a>>,
}

pub(super) fn read(market: Market, text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    let results = answer.results.ok_or(Unreadable::Missing { field: "results" })?;
    each(results.get(), |element| {
        let found: Ticker<'_> = parse(element)?;
        let hit = match market {
            Market::Shares => share(&found)?,
            Market::Coins => pair(&found, "-")?.of_kind(Some(InstrumentKind::Crypto)),
            Market::Currencies => pair(&found, "/")?.of_kind(Some(InstrumentKind::Fx)),
        };
        hit.named(found.name.as_deref()).put(hits);
        Ok(())
    })
}

fn share(found: &Ticker<'_>) -> Result<Hit, Unreadable> {
    let ticker = found.ticker.as_deref();
    let ticker = ticker.ok_or(Unreadable::Missing { field: "ticker" })?;
    let currency = found.currency_name.as_deref().map(str::to_uppercase);
    Ok(Hit::new(ticker)
        .at(found.primary_exchange.as_deref())
        .paid_in(currency.as_deref())
        .of_kind(found.sort.as_deref().and_then(kind)))
}

/// On the stream it has a mark between the halves, and no letter before them.
fn pair(found: &Ticker<'_>, between: &str) -> Result<Hit, Unreadable> {
    let base = found.base_currency_symbol.as_deref();
    let base = base.ok_or(Unreadable::Missing {
        field: "base_currency_symbol",
    })?;
    let quote = found.currency_symbol.as_deref();
    let quote = quote.ok_or(Unreadable::Missing {
        field: "currency_symbol",
    })?;
    Ok(Hit::new(&format!("{base}{between}{quote}")).paid_in(Some(quote)))
}
