//! Trades and best prices that look exactly as the venue's papers show them.
//!
//! They are nearly all that comes, so they are read in one pass and without an
//! allocation. Whatever looks different in any way is left to `message`, which
//! reads the same things of the same text.
//!
//! ```json
//! {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}
//! {"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}
//! ```

use chrono::{DateTime, Utc};
use model::{Conditions, Precision, Price, Quote, Side, Size, Tick, Trade, TradeId};

use crate::Unreadable;
use crate::names::Said;
use crate::offer::{offer, paid};
use crate::scan::Rest;
use crate::time::since_1970;

/// `None` for everything that is not exactly as expected.
pub(super) fn read(text: &str) -> Option<Said<'_>> {
    let mut rest = Rest::of(text);
    let mut end = "}";
    if rest.skip(r#"{"stream":""#) {
        // The payload says the same once more.
        rest.text()?;
        if !rest.skip(r#","data":"#) {
            return None;
        }
        end = "}}";
    }
    let said = if rest.skip(r#"{"e":"trade","E":"#) {
        trade(&mut rest)?
    } else if rest.skip(r#"{"u":"#) {
        quote(&mut rest)?
    } else {
        return None;
    };
    (rest.as_str() == end).then_some(said)
}

fn trade<'a>(rest: &mut Rest<'a>) -> Option<Said<'a>> {
    // When it was told; when it was made comes below.
    rest.whole_number()?;
    let symbol = rest.after(r#","s":""#)?;
    if !rest.skip(r#","t":"#) {
        return None;
    }
    let (seq, id) = rest.whole_number()?;
    let price = rest.price(r#","p":""#)?;
    let size = rest.size(r#","q":""#)?;
    if !rest.skip(r#","T":"#) {
        return None;
    }
    let (time, precision) = since_1970(rest.whole_number()?.0)?;
    if !rest.skip(r#","m":"#) {
        return None;
    }
    let buyer_waited = rest.yes_or_no()?;
    if !rest.skip(r#","M":"#) {
        return None;
    }
    rest.yes_or_no()?;
    Some(Said {
        symbol,
        seq: Some(seq),
        tick: deal(
            price,
            Some(size),
            Some(time),
            TradeId::new(id),
            Some(buyer_waited),
        )
        .ok()?,
        precision,
    })
}

fn quote<'a>(rest: &mut Rest<'a>) -> Option<Said<'a>> {
    // The book has changed so many times, most of them without changing the best prices.
    rest.whole_number()?;
    let symbol = rest.after(r#","s":""#)?;
    let bid = (Some(rest.price(r#","b":""#)?), Some(rest.size(r#","B":""#)?));
    let ask = (Some(rest.price(r#","a":""#)?), Some(rest.size(r#","A":""#)?));
    Some(Said {
        symbol,
        seq: None,
        tick: best(bid, ask),
        precision: Precision::default(),
    })
}

/// Whoever waited in the book did not choose the moment: the other one did.
pub(super) fn deal(
    price: Price,
    size: Option<Size>,
    time: Option<DateTime<Utc>>,
    id: Option<TradeId>,
    buyer_waited: Option<bool>,
) -> Result<Tick, Unreadable> {
    Ok(Tick::Trade(Trade {
        price: paid("p", price)?,
        size,
        time,
        id,
        side: buyer_waited.map(|waited| if waited { Side::Sell } else { Side::Buy }),
        conditions: Conditions::NONE,
    }))
}

/// The venue tells no time with it.
pub(super) fn best(bid: (Option<Price>, Option<Size>), ask: (Option<Price>, Option<Size>)) -> Tick {
    Tick::Quote(Quote {
        bid: offer(bid.0, bid.1),
        ask: offer(ask.0, ask.1),
        time: None,
    })
}
