//! From a message to events, by the rules of a form.

use std::str::FromStr;

use model::{Conditions, NotANumber, Price, Quote, Secret, Side, Size, Snapshot, Tick, Trade};

use super::rule::{Field, Found, Kind, Meaning, Rule};
use super::standing::Standing;
use super::tree::whole;
use crate::names::Said;
use crate::offer::{offer, paid};
use crate::sentence::sentence;
use crate::{Directory, Event, Unreadable};

/// The connection that a message has come on, as far as reading it goes.
pub(super) struct Hearing<'a> {
    pub(super) rules: &'a [Rule],
    pub(super) standing: &'a mut Standing,
    pub(super) directory: &'a Directory,
    /// Whose it is if it does not say so.
    pub(super) about: Option<&'a str>,
    pub(super) of: Of,
}

/// What a message is of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Of {
    /// It is what somebody who asks again and again is answered.
    pub(super) is_sample: bool,
    /// It answers for several who were asked for by one question.
    pub(super) is_of_several: bool,
}

pub(super) fn read(text: &str, hearing: &mut Hearing<'_>, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let Some(json) = whole(text) else {
        return word(text.trim(), hearing, events);
    };
    let rules = hearing.rules;
    let mut told = Ok(());
    for rule in rules {
        let walked = rule.walk(json, &mut |found| tell(rule, found, hearing, events));
        told = told.and(walked);
    }
    told
}

/// Some say `pong`, and that is all.
fn word(text: &str, hearing: &Hearing<'_>, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let rule = hearing.rules.iter().find(|rule| rule.is_word(text));
    match rule.map(|rule| &rule.kind) {
        Some(Kind::Heartbeat { answer }) => {
            alive(answer.as_deref(), events);
            Ok(())
        }
        Some(Kind::Ready) => {
            events.push(Event::Admitted);
            Ok(())
        }
        Some(Kind::Error(_) | Kind::Trade | Kind::Quote | Kind::Latest) | None => Err(Unreadable::Json),
    }
}

fn tell(
    rule: &Rule,
    found: &Found<'_>,
    hearing: &mut Hearing<'_>,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    match &rule.kind {
        Kind::Heartbeat { answer } => {
            alive(answer.as_deref(), events);
            Ok(())
        }
        Kind::Ready => {
            events.push(Event::Admitted);
            Ok(())
        }
        Kind::Error(meaning) => {
            error(rule, *meaning, found, hearing, events);
            Ok(())
        }
        Kind::Trade | Kind::Quote | Kind::Latest => price(rule, found, hearing, events),
    }
}

fn alive(answer: Option<&str>, events: &mut Vec<Event>) {
    events.push(Event::Heartbeat);
    events.extend(answer.map(|answer| Event::Reply(Secret::new(answer.to_owned()))));
}

fn error(
    rule: &Rule,
    meaning: Meaning,
    found: &Found<'_>,
    hearing: &mut Hearing<'_>,
    events: &mut Vec<Event>,
) {
    let words = found.text(Field::Text);
    // Known by nothing but its words, and there are none: it is another message.
    if words.is_none() && rule.is_of_any() {
        return;
    }
    let why = sentence(words.as_deref(), None);
    match meaning {
        Meaning::Connection(denial) => events.push(Event::Denied { denial, why }),
        Meaning::Symbol => {
            let named = found.text(Field::Symbol);
            let named = named.as_deref().or(hearing.about);
            // Which of them it means, it does not say: whoever asks finds out.
            if named.is_none() && hearing.of.is_of_several {
                events.push(Event::Complaint { why });
                return;
            }
            hearing.standing.refuse(named, &why, hearing.directory, events);
        }
    }
}

/// What stands in one element, as numbers.
#[derive(Debug, Default)]
struct Figures {
    price: Option<Price>,
    size: Option<Size>,
    bid: Option<(Price, Option<Size>)>,
    ask: Option<(Price, Option<Size>)>,
}

fn price(
    rule: &Rule,
    found: &Found<'_>,
    hearing: &mut Hearing<'_>,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let wanted = [Field::Price, Field::Bid, Field::Ask];
    if rule.is_of_any() && wanted.iter().all(|field| found.text(*field).is_none()) {
        return Ok(());
    }
    let named = found.text(Field::Symbol);
    let about = hearing.about.filter(|_| !rule.has(Field::Symbol));
    let symbol = named
        .as_deref()
        .or(about)
        .ok_or(Unreadable::Missing { field: "symbol" })?;
    if !hearing.standing.is_asked(symbol) {
        // Somebody else's, or given up a moment ago.
        return Ok(());
    }
    let figures = figures(rule, found)?;
    let time = found.text(Field::Time).and_then(|text| rule.unit.read(&text));
    let (time, precision) = time.map_or_else(Default::default, |(time, precision)| (Some(time), precision));
    let seq = found.text(Field::Sequence).and_then(|text| text.parse().ok());
    hearing
        .standing
        .heard(symbol, hearing.of.is_sample, hearing.directory, events);
    let names = &hearing.standing.names;
    if hearing.of.is_sample || rule.kind == Kind::Latest {
        let snapshot = Snapshot {
            last: figures.price.map(|price| (price, figures.size)),
            bid: figures.bid,
            ask: figures.ask,
            time,
            ..Snapshot::default()
        };
        names.snapshot(symbol, seq, (snapshot, precision), events);
        return Ok(());
    }
    let mut say = |seq, tick| {
        names.tell(
            Said {
                symbol,
                seq,
                tick,
                precision,
            },
            events,
        );
    };
    let deal = figures.price.filter(|_| rule.kind == Kind::Trade);
    if let Some(price) = deal {
        say(
            seq,
            Tick::Trade(Trade {
                price,
                size: figures.size,
                time,
                id: None,
                side: side(rule, found),
                conditions: Conditions::NONE,
            }),
        );
    }
    if figures.bid.is_some() || figures.ask.is_some() {
        // One number is for one thing: here it is that of the deal.
        let seq = seq.filter(|_| deal.is_none());
        say(
            seq,
            Tick::Quote(Quote {
                bid: figures.bid,
                ask: figures.ask,
                time,
            }),
        );
    }
    Ok(())
}

fn figures(rule: &Rule, found: &Found<'_>) -> Result<Figures, Unreadable> {
    let size = |field| number::<Size>(field, found);
    let price = number::<Price>(Field::Price, found)?;
    let price = price
        .map(|price| paid(Field::Price.as_str(), price))
        .transpose()?;
    let figures = Figures {
        price,
        size: size(Field::Size)?,
        bid: offer(number(Field::Bid, found)?, size(Field::BidSize)?),
        ask: offer(number(Field::Ask, found)?, size(Field::AskSize)?),
    };
    let nothing = figures.price.is_none() && figures.bid.is_none() && figures.ask.is_none();
    match rule.kind {
        Kind::Trade if figures.price.is_none() => Err(Unreadable::Missing {
            field: Field::Price.as_str(),
        }),
        Kind::Latest if nothing => Err(Unreadable::Missing {
            field: Field::Price.as_str(),
        }),
        // A book that is empty on both sides has been told all the same, as long as it is there.
        Kind::Quote if found.get(Field::Bid).or(found.get(Field::Ask)).is_none() => {
            Err(Unreadable::Missing {
                field: Field::Bid.as_str(),
            })
        }
        Kind::Trade | Kind::Quote | Kind::Latest | Kind::Heartbeat { .. } | Kind::Ready | Kind::Error(_) => {
            Ok(figures)
        }
    }
}

/// With all its digits, be it written as a number or as a text.
pub(super) fn number<N>(field: Field, found: &Found<'_>) -> Result<Option<N>, Unreadable>
where
    N: FromStr<Err = NotANumber>,
{
    let Some(piece) = found.get(field) else {
        return Ok(None);
    };
    let field = field.as_str();
    match piece.text() {
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => text
            .parse()
            .map(Some)
            .map_err(|why| Unreadable::Number { field, why }),
        None if piece.raw() == "null" => Ok(None),
        None => {
            let why = NotANumber::Malformed;
            Err(Unreadable::Number { field, why })
        }
    }
}

pub(super) fn side(rule: &Rule, found: &Found<'_>) -> Option<Side> {
    let text = found.text(Field::Side)?;
    let of = |is_buy| if is_buy { Side::Buy } else { Side::Sell };
    if let Some(buy) = &rule.buy {
        return Some(of(*text == **buy));
    }
    match text.to_ascii_lowercase().as_str() {
        "buy" | "b" | "bid" | "buyer" => Some(Side::Buy),
        "sell" | "s" | "ask" | "seller" => Some(Side::Sell),
        _ => None,
    }
}
