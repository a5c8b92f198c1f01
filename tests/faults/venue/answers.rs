//! The same stream as server-sent events, as long polls, and its state now.

use std::io;
use std::time::Duration;

use tokio::select;
use tokio::sync::broadcast;
use tokio::time::{Instant, interval, sleep, sleep_until};

use super::line::{Head, Line};
use super::manners::{Acks, Blow, Spoil, Style};
use super::market::{Place, Traded};
use super::twist::Twister;
use super::words::{self, Wish};
use super::{House, until};

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
    house.asked_anew(&wish);
    let acks = house.next_acks();
    let mut script = Script::new(manners.style);
    let mut moves = house.market.moves();
    let mut place = *moves.borrow_and_update();
    line.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        .await?;
    if !manners.first_words.is_empty() {
        line.chunk(&manners.first_words).await?;
    }
    let mut texts = vec![words::welcome(place, manners.heartbeat.as_millis())];
    let (admitted, seats) = house.admission(&wish, place, acks);
    let mut late = None;
    match acks {
        Acks::Late(wait) => late = Some((Instant::now() + wait, admitted)),
        Acks::Prompt | Acks::Missed(_) | Acks::Stray | Acks::Twice => texts.extend(admitted),
    }
    line.chunk(&script.events(&texts)).await?;
    let (mut heartbeat, mut twister) = (interval(manners.heartbeat), Twister::default());
    loop {
        select! {
            count = line.read() => if count? == 0 { return Ok(()) },
            () = until(late.as_ref().map(|(due, _)| *due)) => {
                if let Some((_, texts)) = late.take() {
                    line.chunk(&script.events(&texts)).await?;
                }
            }
            moved = moves.changed() => {
                if moved.is_err() {
                    return Ok(());
                }
                let (ticks, now) = house.market.since(place);
                let texts = if now.epoch == place.epoch {
                    let manners = house.manners();
                    let ticks = if manners.mute { Vec::new() } else { ticks };
                    let ticks = kept(house, ticks, &seats).into_iter();
                    trades(house, &twister.twist(ticks, manners.twist))
                } else {
                    let mut texts = vec![words::welcome(now, manners.heartbeat.as_millis())];
                    let wish = Wish { symbols: wish.symbols.clone(), ..Wish::default() };
                    texts.extend(house.admission(&wish, now, Acks::Prompt).0);
                    texts
                };
                place = now;
                if !texts.is_empty() {
                    line.chunk(&script.events(&texts)).await?;
                }
            }
            blow = blows.recv() => match blow {
                Ok(Blow::Say(bytes)) => line.chunk(&bytes).await?,
                Ok(Blow::Drip(bytes, every)) => {
                    for byte in bytes {
                        line.chunk(&[byte]).await?;
                        sleep(every).await;
                    }
                }
                Ok(Blow::SayAndEnd(bytes)) => {
                    line.chunk(&bytes).await?;
                    return line.write(b"0\r\n\r\n").await;
                }
                Ok(
                    Blow::End
                    | Blow::Reset
                    | Blow::ResetInMessage
                    | Blow::Freeze
                    | Blow::Gag
                    | Blow::Deafen
                    | Blow::GoAway
                    | Blow::ResetStreams,
                )
                | Err(_) => {}
            },
            _ = heartbeat.tick(), if house.manners().heartbeats => {
                line.chunk(&script.events(&[words::heartbeat()])).await?;
            }
        }
    }
}

/// One answer to one question, when there is something to say.
pub(crate) async fn poll(
    house: &House,
    line: &mut Line,
    head: &Head,
    mut blows: broadcast::Receiver<Blow>,
    spoil: Option<Spoil>,
) -> io::Result<()> {
    let manners = house.manners();
    let wish = words::asked(&head.path);
    let answer = Answered { wish: &wish, spoil };
    let mut moves = house.market.moves();
    let now = *moves.borrow_and_update();
    let Some(cursor) = wish.cursor.filter(|cursor| cursor.epoch == now.epoch) else {
        if wish.cursor.is_some() {
            return line.answer("410 Gone", "", b"").await;
        }
        house.heard_wish(&wish);
        house.asked_anew(&wish);
        let mut texts = vec![words::welcome(now, manners.heartbeat.as_millis())];
        texts.extend(house.admission(&wish, now, house.next_acks()).0);
        return answer.say(line, now, &texts).await;
    };
    let symbols = wish.symbols.iter();
    let seats: Vec<_> = symbols
        .filter_map(|symbol| house.market.number_of(symbol))
        .collect();
    let by = Instant::now() + Duration::from_millis(wish.wait_ms);
    loop {
        let (ticks, now) = house.market.since(cursor);
        let ticks = if house.manners().mute { Vec::new() } else { ticks };
        let mut texts = trades(house, &kept(house, ticks, &seats));
        if let (Some(Spoil::Repeated { ticks }), false) = (spoil, texts.is_empty()) {
            let from = Place {
                at: cursor.at.saturating_sub(ticks),
                ..cursor
            };
            texts = trades(house, &kept(house, house.market.since(from).0, &seats));
        }
        if !texts.is_empty() || now.epoch != cursor.epoch {
            return answer.say(line, now, &texts).await;
        }
        select! {
            count = line.read() => if count? == 0 { return Ok(()) },
            moved = moves.changed() => if moved.is_err() { return Ok(()) },
            blow = blows.recv() => match blow {
                Ok(Blow::Say(bytes) | Blow::Drip(bytes, _)) => {
                    return line.answer("200 OK", &next(&wish, cursor), &bytes).await;
                }
                Ok(Blow::SayAndEnd(bytes)) => return line.answer("200 OK", &next(&wish, cursor), &bytes).await,
                Ok(
                    Blow::End
                    | Blow::Reset
                    | Blow::ResetInMessage
                    | Blow::Freeze
                    | Blow::Gag
                    | Blow::Deafen
                    | Blow::GoAway
                    | Blow::ResetStreams,
                )
                | Err(_) => {}
            },
            () = sleep_until(by), if house.manners().heartbeats => {
                // What is muted is told later, so the cursor stays.
                let now = if house.manners().mute { cursor } else { now };
                return answer.say(line, now, &[words::heartbeat()]).await;
            }
        }
    }
}

/// The state of things.
pub(crate) async fn snapshot(
    house: &House,
    line: &mut Line,
    head: &Head,
    spoil: Option<Spoil>,
) -> io::Result<()> {
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
    texts.extend(house.admission(&looks, place, Acks::Prompt).0);
    spoilt(line, &headers, &lines_of(&texts), spoil).await
}

/// An answer to a long poll.
struct Answered<'a> {
    wish: &'a Wish,
    spoil: Option<Spoil>,
}

impl Answered<'_> {
    async fn say(&self, line: &mut Line, place: Place, texts: &[String]) -> io::Result<()> {
        spoilt(line, &next(self.wish, place), &lines_of(texts), self.spoil).await
    }
}

/// An answer, and what happens to it on the way; an error ends the connection.
async fn spoilt(line: &mut Line, headers: &str, body: &[u8], spoil: Option<Spoil>) -> io::Result<()> {
    match spoil {
        None | Some(Spoil::Repeated { .. }) => line.answer("200 OK", headers, body).await,
        Some(Spoil::Lost) => Err(io::ErrorKind::BrokenPipe.into()),
        Some(Spoil::Half) => {
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {length}\r\n\r\n");
            line.write(&[head.as_bytes(), &body[..length / 2]].concat())
                .await?;
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
}

fn next(wish: &Wish, place: Place) -> String {
    let (symbols, wait) = (wish.symbols.join(","), wish.wait_ms);
    let cursor = format!("{}-{}", place.epoch, place.at);
    format!("{NDJSON}Link: </v1/poll?symbols={symbols}&wait_ms={wait}&cursor={cursor}>; rel=\"next\"\r\n")
}

/// What of it this client has asked for and is told.
fn kept(house: &House, ticks: Vec<Traded>, seats: &[usize]) -> Vec<Traded> {
    let silenced = house.manners().silenced;
    let mine = ticks.into_iter().filter(|tick| {
        let symbol = usize::from(tick.symbol);
        seats.contains(&symbol) && silenced != Some(symbol)
    });
    mine.collect()
}

fn trades(house: &House, ticks: &[Traded]) -> Vec<String> {
    let ticks = ticks.iter();
    ticks.map(|tick| words::trade(&house.market, *tick)).collect()
}

/// How one stream is written, from its first byte on.
struct Script {
    style: Style,
    events: u64,
}

impl Script {
    const fn new(style: Style) -> Self {
        Self { style, events: 0 }
    }

    fn events(&mut self, texts: &[String]) -> Vec<u8> {
        let mut written = String::new();
        if self.style == Style::Odd && self.events == 0 {
            written.push('\u{FEFF}');
        }
        if self.style == Style::Long {
            written += &format!(":{}\n", "x".repeat(1 << 20));
        }
        for text in texts {
            self.events += 1;
            written += &match self.style {
                Style::Plain | Style::Long => format!("data: {text}\n\n"),
                Style::Numbered => format!("id: {}\ndata: {text}\n\n", self.events),
                Style::Unnumbered => format!("id: {}\ndata: {text}\n\nid\n\n", self.events),
                Style::Odd => {
                    let end = ["\n", "\r", "\r\n"][self.events as usize % 3];
                    // A text may be cut into lines wherever a space may stand.
                    let (first, rest) = text.split_at(1);
                    format!(
                        "event: x{end}: nothing{end}data:{first}{end}nonsense{end}data: {rest}{end}dat: no{end}{end}"
                    )
                }
            };
        }
        written.into_bytes()
    }
}

fn lines_of(texts: &[String]) -> Vec<u8> {
    let lines: String = texts.iter().map(|text| format!("{text}\n")).collect();
    lines.into_bytes()
}
