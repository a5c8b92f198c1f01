//! Trades and tickers that look exactly as they do on the wire.
//!
//! They are nearly all that comes, so they are read in one pass. Whatever looks
//! different in any way is left to `message`, which reads the same things of the
//! same text.
//!
//! ```json
//! {"type":"match","trade_id":280232,"maker_order_id":"8c9a…","taker_order_id":"51f0…","side":"sell","size":"985","price":"0.00001305","product_id":"SKL-BTC","sequence":177100030,"time":"2021-04-17T16:43:37.089723Z"}
//! {"type":"ticker","sequence":333938798,"product_id":"BAND-GBP","price":"14.7775","open_24h":"14.6647","volume_24h":"94381.28000000","low_24h":"14.3691","high_24h":"16.55","volume_30d":"2295579.57000000","best_bid":"14.7550","best_bid_size":"12.40","best_ask":"14.8060","best_ask_size":"3.10","side":"buy","time":"2021-04-17T16:43:30.244075Z","trade_id":881613,"last_size":"0.04"}
//! ```

use chrono::{DateTime, Utc};
use model::{Conditions, DayFigures, DaySpan, Precision, Price, Quote, Side, Size, Tick, Trade, TradeId};

use super::count::Count;
use crate::names::{Names, Said};
use crate::scan::{Minute, Rest};
use crate::{Event, offer, time};

/// A trade, or the best prices and the figures of the day.
#[derive(Debug)]
pub(super) struct Heard<'a> {
    pub(super) product: &'a str,
    /// The number of the trade.
    pub(super) seq: Option<u64>,
    pub(super) tick: Option<Tick>,
    pub(super) day: Option<DayFigures>,
    pub(super) precision: Precision,
}

impl Heard<'_> {
    pub(super) fn tell(self, names: &Names, count: &mut Count, events: &mut Vec<Event>) {
        let Self {
            product: symbol,
            seq,
            tick,
            day,
            precision,
        } = self;
        if let Some(seq) = seq {
            count.came(symbol, seq);
        }
        if let Some(tick) = tick {
            let said = Said {
                symbol,
                seq,
                tick,
                precision,
            };
            names.tell(said, events);
        }
        if let Some(figures) = day {
            names.day(symbol, figures, events);
        }
    }
}

/// `None` for everything that is not exactly as expected.
pub(super) fn read<'a>(text: &'a str, minute: &mut Minute) -> Option<Heard<'a>> {
    let mut rest = Rest::of(text);
    if rest.skip(r#"{"type":"match","trade_id":"#) {
        deal(rest, minute)
    } else if rest.skip(r#"{"type":"ticker","sequence":"#) {
        ticker(rest, minute)
    } else {
        None
    }
}

fn deal<'a>(mut rest: Rest<'a>, minute: &mut Minute) -> Option<Heard<'a>> {
    let (seq, id) = rest.whole_number()?;
    rest.after(r#","maker_order_id":""#)?;
    rest.after(r#","taker_order_id":""#)?;
    let side = taker(rest.after(r#","side":""#)?)?;
    let size = rest.size(r#","size":""#)?;
    let price = rest.price(r#","price":""#)?;
    let product = rest.after(r#","product_id":""#)?;
    if !rest.skip(r#","sequence":"#) {
        return None;
    }
    rest.whole_number()?;
    let (time, precision) = moment(&mut rest, minute)?;
    let trade = Trade {
        price: offer::paid("price", price).ok()?,
        size: Some(size),
        time: Some(time),
        id: TradeId::new(id),
        side: Some(side),
        conditions: Conditions::NONE,
    };
    (rest.as_str() == "}").then_some(Heard {
        product,
        seq: Some(seq),
        tick: Some(Tick::Trade(trade)),
        day: None,
        precision,
    })
}

fn ticker<'a>(mut rest: Rest<'a>, minute: &mut Minute) -> Option<Heard<'a>> {
    rest.whole_number()?;
    let product = rest.after(r#","product_id":""#)?;
    rest.after(r#","price":""#)?;
    let open = rest.price(r#","open_24h":""#)?;
    let volume = rest.size(r#","volume_24h":""#)?;
    let low = rest.price(r#","low_24h":""#)?;
    let high = rest.price(r#","high_24h":""#)?;
    rest.after(r#","volume_30d":""#)?;
    let bid = rest.price(r#","best_bid":""#)?;
    // They came with the years.
    let bid_size = rest.size(r#","best_bid_size":""#);
    let ask = rest.price(r#","best_ask":""#)?;
    let ask_size = rest.size(r#","best_ask_size":""#);
    rest.after(r#","side":""#)?;
    let (time, precision) = moment(&mut rest, minute)?;
    if !rest.skip(r#","trade_id":"#) {
        return None;
    }
    rest.whole_number()?;
    rest.after(r#","last_size":""#)?;
    let quote = Quote {
        bid: offer::offer(Some(bid), bid_size),
        ask: offer::offer(Some(ask), ask_size),
        time: Some(time),
    };
    (rest.as_str() == "}").then_some(Heard {
        product,
        seq: None,
        tick: Some(Tick::Quote(quote)),
        day: Some(day([Some(open), Some(high), Some(low)], Some(volume), Some(time))),
        precision,
    })
}

fn moment(rest: &mut Rest<'_>, minute: &mut Minute) -> Option<(DateTime<Utc>, Precision)> {
    if !rest.skip(r#","time":""#) {
        return None;
    }
    let moment = minute.time(rest)?;
    time::of_our_days(moment.0).then_some(moment)
}

/// The side on the wire is that of the order that waited; the other one came.
pub(super) fn taker(maker: &str) -> Option<Side> {
    match maker {
        "buy" => Some(Side::Sell),
        "sell" => Some(Side::Buy),
        _ => None,
    }
}

/// Of the last 24 hours; changes are counted from where they began.
pub(super) fn day(
    [open, high, low]: [Option<Price>; 3],
    volume: Option<Size>,
    time: Option<DateTime<Utc>>,
) -> DayFigures {
    let open = offer::figure(open);
    DayFigures {
        span: DaySpan::Rolling,
        open,
        high: offer::figure(high),
        low: offer::figure(low),
        volume,
        reference: open,
        time,
    }
}
