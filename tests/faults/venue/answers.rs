//! The same stream as server-sent events, as long polls, and its state now.

use std::io;
use std::time::Duration;

use tokio::select;
use tokio::sync::broadcast;
use tokio::time::{Instant, interval, sleep_until};

use super::House;
use super::line::{Head, Line};
use super::manners::Blow;
use super::market::{Market, Place, Traded};
use super::twist::Twister;
use super::words::{self, Wish};

const NDJSON: &str = "Content-Type: application/x-ndjson\r\n";
/// How often it makes sense to ask for the state.
const POLL_EVERY_MS: u64 = 100;

/// An answer that goes on until somebody has enough; then the connection is over too.
pub(crate) async fn events(
    house: &House,
    line: &mut Line,
    head: &Head,
    mut blows: broadcast::Receiver<Blow>,
) -> io::Result<()> {
    let manners = house.manners();
    let wish = words::asked(&head.path);
    house.heard_wish(&wish);
    let mut moves = house.market.moves();
    let mut place = *moves.borrow_and_update();
    line.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        .await?;
    if !manners.first_words.is_empty() {
        line.chunk(&manners.first_words).await?;
    }
    let mut texts = vec![words::welcome(place, manners.heartbeat.as_millis())];
    let (admitted, seats) = house.admission(&wish, place);
    texts.extend(admitted);
    line.chunk(&events_of(&texts)).await?;
    let (mut heartbeat, mut twister) = (interval(manners.heartbeat), Twister::default());
    loop {
        select! {
            count = line.read() => if count? == 0 { return Ok(()) },
            moved = moves.changed() => {
                if moved.is_err() {
                    return Ok(());
                }
                let (ticks, now) = house.market.since(place);
                let texts = if now.epoch == place.epoch {
                    if house.manners().mute { Vec::new() } else { trades(&house.market, twister.twist(ticks.into_iter(), house.manners().twist), &seats) }
                } else {
                    let mut texts = vec![words::welcome(now, manners.heartbeat.as_millis())];
                    texts.extend(house.admission(&Wish { symbols: wish.symbols.clone(), ..Wish::default() }, now).0);
                    texts
                };
                place = now;
                if !texts.is_empty() {
                    line.chunk(&events_of(&texts)).await?;
                }
            }
            blow = blows.recv() => match blow {
                Ok(Blow::Say(bytes)) => line.chunk(&bytes).await?,
                Ok(Blow::SayAndEnd(bytes)) => {
                    line.chunk(&bytes).await?;
                    return line.write(b"0\r\n\r\n").await;
                }
                Ok(Blow::End | Blow::Reset | Blow::ResetInMessage | Blow::Freeze) | Err(_) => {}
            },
            _ = heartbeat.tick() => line.chunk(&events_of(&[words::heartbeat()])).await?,
        }
    }
}

/// One answer to one question, when there is something to say.
pub(crate) async fn poll(
    house: &House,
    line: &mut Line,
    head: &Head,
    mut blows: broadcast::Receiver<Blow>,
) -> io::Result<()> {
    let manners = house.manners();
    let wish = words::asked(&head.path);
    let mut moves = house.market.moves();
    let now = *moves.borrow_and_update();
    let Some(cursor) = wish.cursor.filter(|cursor| cursor.epoch == now.epoch) else {
        if wish.cursor.is_some() {
            return line.answer("410 Gone", "", b"").await;
        }
        house.heard_wish(&wish);
        let mut texts = vec![words::welcome(now, manners.heartbeat.as_millis())];
        texts.extend(house.admission(&wish, now).0);
        return answer(line, &wish, now, &texts).await;
    };
    let symbols = wish.symbols.iter();
    let seats: Vec<_> = symbols
        .filter_map(|symbol| house.market.number_of(symbol))
        .collect();
    let by = Instant::now() + Duration::from_millis(wish.wait_ms);
    loop {
        let (ticks, now) = house.market.since(cursor);
        let texts = if house.manners().mute {
            Vec::new()
        } else {
            trades(&house.market, ticks, &seats)
        };
        if !texts.is_empty() || now.epoch != cursor.epoch {
            return answer(line, &wish, now, &texts).await;
        }
        select! {
            count = line.read() => if count? == 0 { return Ok(()) },
            moved = moves.changed() => if moved.is_err() { return Ok(()) },
            blow = blows.recv() => match blow {
                Ok(Blow::Say(bytes)) => return line.answer("200 OK", &next(&wish, cursor), &bytes).await,
                Ok(Blow::SayAndEnd(bytes)) => return line.answer("200 OK", &next(&wish, cursor), &bytes).await,
                Ok(Blow::End | Blow::Reset | Blow::ResetInMessage | Blow::Freeze) | Err(_) => {}
            },
            () = sleep_until(by) => {
                // What is muted is told later, so the cursor stays.
                let now = if house.manners().mute { cursor } else { now };
                return answer(line, &wish, now, &[words::heartbeat()]).await;
            }
        }
    }
}

/// The state of things.
pub(crate) async fn snapshot(house: &House, line: &mut Line, head: &Head) -> io::Result<()> {
    let wish = words::asked(&head.path);
    let place = house.market.place();
    let tag = format!("\"{}-{}\"", place.epoch, place.at);
    let headers = format!("{NDJSON}ETag: {tag}\r\nPoll-Interval-Ms: {POLL_EVERY_MS}\r\n");
    if head.header("if-none-match") == Some(tag.as_str()) {
        return line
            .write(format!("HTTP/1.1 304 Not Modified\r\n{headers}\r\n").as_bytes())
            .await;
    }
    house.heard_wish(&wish);
    let looks = Wish {
        symbols: wish.symbols,
        ..Wish::default()
    };
    let mut texts = vec![words::welcome(place, house.manners().heartbeat.as_millis())];
    texts.extend(house.admission(&looks, place).0);
    line.answer("200 OK", &headers, &lines_of(&texts)).await
}

async fn answer(line: &mut Line, wish: &Wish, place: Place, texts: &[String]) -> io::Result<()> {
    line.answer("200 OK", &next(wish, place), &lines_of(texts)).await
}

fn next(wish: &Wish, place: Place) -> String {
    let (symbols, wait) = (wish.symbols.join(","), wish.wait_ms);
    let cursor = format!("{}-{}", place.epoch, place.at);
    format!("{NDJSON}Link: </v1/poll?symbols={symbols}&wait_ms={wait}&cursor={cursor}>; rel=\"next\"\r\n")
}

fn trades(market: &Market, ticks: Vec<Traded>, seats: &[usize]) -> Vec<String> {
    let mine = ticks
        .into_iter()
        .filter(|tick| seats.contains(&usize::from(tick.symbol)));
    mine.map(|tick| words::trade(market, tick)).collect()
}

fn events_of(texts: &[String]) -> Vec<u8> {
    let events: String = texts.iter().map(|text| format!("data: {text}\n\n")).collect();
    events.into_bytes()
}

fn lines_of(texts: &[String]) -> Vec<u8> {
    let lines: String = texts.iter().map(|text| format!("{text}\n")).collect();
    lines.into_bytes()
}
