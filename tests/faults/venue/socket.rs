//! The stream over a WebSocket.

use std::io;
use std::time::Duration;

use tokio::select;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, interval, sleep_until};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::frames::{self, FINAL};
use super::line::{Head, Line};
use super::manners::{Acks, Blow, Handshake};
use super::market::Place;
use super::twist::Twister;
use super::words::{self, Said, Wish};
use super::{House, lock, until};

/// What is asked of the handshake, with one mistake in it where one is wanted.
pub(crate) fn handshake(head: &Head, packs: bool, wrong: Option<Handshake>) -> String {
    let key = head.header("sec-websocket-key").unwrap_or_default();
    let accept = match wrong {
        Some(Handshake::WrongAccept) => derive_accept_key(b"another key"),
        _ => derive_accept_key(key.as_bytes()),
    };
    let mut answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n".to_owned();
    if wrong != Some(Handshake::NoUpgrade) {
        answer += "Upgrade: websocket\r\n";
    }
    if wrong != Some(Handshake::NoAccept) {
        answer += &format!("Sec-WebSocket-Accept: {accept}\r\n");
    }
    match (wrong, head.header("sec-websocket-protocol")) {
        (Some(Handshake::UnaskedSubprotocol), _) => answer += "Sec-WebSocket-Protocol: nobody.asked\r\n",
        (_, Some(offered)) => answer += &format!("Sec-WebSocket-Protocol: {offered}\r\n"),
        (_, None) => {}
    }
    if packs && head.header("sec-websocket-extensions").is_some() {
        answer += "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    }
    if wrong == Some(Handshake::UnaskedExtension) {
        answer += "Sec-WebSocket-Extensions: x-nobody-asked\r\n";
    }
    answer + "\r\n"
}

struct Seat<'a> {
    house: &'a House,
    line: &'a mut Line,
    place: Place,
    wanted: Vec<bool>,
    twister: Twister,
    /// Answers that come later than they should.
    late: Option<(Instant, Vec<String>)>,
    deaf: bool,
}

pub(crate) async fn serve(
    house: &House,
    line: &mut Line,
    head: &Head,
    mut blows: broadcast::Receiver<Blow>,
) -> io::Result<()> {
    if let Some(code) = head
        .path
        .split_once("close=")
        .and_then(|(_, code)| code.parse().ok())
    {
        return line.write(&frames::close(code, "because")).await;
    }
    let manners = house.manners();
    let ends_at = manners.cut_after.map(|after| Instant::now() + after);
    let mut moves = house.market.moves();
    let place = *moves.borrow_and_update();
    let wanted = vec![false; house.market.symbols.len()];
    let mut seat = Seat {
        house,
        line,
        place,
        wanted,
        twister: Twister::default(),
        late: None,
        deaf: false,
    };
    if !manners.first_words.is_empty() {
        seat.line.write(&manners.first_words).await?;
    }
    seat.say(&[words::welcome(place, manners.heartbeat.as_millis())])
        .await?;
    let talked = seat
        .talk(manners.heartbeat, ends_at, &mut moves, &mut blows)
        .await;
    if talked.is_err() {
        // A client that has left in anger has said why before.
        seat.read_goodbye().await;
    }
    talked
}

impl Seat<'_> {
    async fn talk(
        &mut self,
        heartbeat: Duration,
        ends_at: Option<Instant>,
        moves: &mut watch::Receiver<Place>,
        blows: &mut broadcast::Receiver<Blow>,
    ) -> io::Result<()> {
        let mut heartbeat = interval(heartbeat);
        loop {
            while let Some(frame) = frames::take(&mut self.line.buffer)? {
                match frame.opcode {
                    frames::CLOSE => {
                        self.house.heard_close(&frame.payload);
                        return self
                            .line
                            .write(&frames::frame(FINAL | frames::CLOSE, &frame.payload))
                            .await;
                    }
                    frames::PING if self.house.manners().pongs => {
                        self.line
                            .write(&frames::frame(FINAL | frames::PONG, &frame.payload))
                            .await?;
                    }
                    frames::TEXT => self.hear(&frame.payload).await?,
                    _ => {}
                }
            }
            select! {
                count = self.line.read(), if !self.deaf => if count? == 0 { return Ok(()) },
                () = until(self.late.as_ref().map(|(due, _)| *due)) => {
                    if let Some((_, texts)) = self.late.take() {
                        self.say(&texts).await?;
                    }
                }
                moved = moves.changed() => {
                    if moved.is_err() {
                        return Ok(());
                    }
                    self.go_on().await?;
                }
                blow = blows.recv() => match blow {
                    Ok(Blow::Say(bytes)) => self.line.write(&bytes).await?,
                    Ok(Blow::Drip(bytes, every)) => self.line.drip(&bytes, every).await?,
                    Ok(Blow::SayAndEnd(bytes)) => {
                        self.line.write(&bytes).await?;
                        self.read_goodbye().await;
                        return Ok(());
                    }
                    Ok(Blow::Deafen) => self.deaf = true,
                    Ok(
                        Blow::End
                        | Blow::Reset
                        | Blow::ResetInMessage
                        | Blow::Freeze
                        | Blow::Gag
                        | Blow::GoAway
                        | Blow::ResetStreams,
                    )
                    | Err(_) => {}
                },
                _ = heartbeat.tick(), if self.house.manners().heartbeats => self.say(&[words::heartbeat()]).await?,
                () = until(ends_at) => return Ok(()),
            }
        }
    }

    async fn say(&mut self, texts: &[String]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(texts.iter().map(|text| text.len() + 4).sum());
        let most = self.house.manners().frame_max.unwrap_or(usize::MAX);
        for text in texts.iter().filter(|text| text.len() <= most) {
            bytes.extend(frames::text(text));
        }
        self.line.write(&bytes).await
    }

    async fn hear(&mut self, text: &[u8]) -> io::Result<()> {
        match words::said(text) {
            Said::Subscribe(wish) => self.subscribe(&wish).await,
            Said::Unsubscribe(wish) => {
                for symbol in &wish.symbols {
                    if let Some(index) = self.house.market.number_of(symbol) {
                        self.wanted[index] = false;
                    }
                    self.say(&[words::gone(wish.id, symbol)]).await?;
                }
                Ok(())
            }
            Said::Nonsense => Err(io::Error::other("the client talks nonsense")),
        }
    }

    async fn subscribe(&mut self, wish: &Wish) -> io::Result<()> {
        self.go_on().await?;
        self.house.heard_wish(wish);
        let market = &self.house.market;
        let indices = wish.symbols.iter().filter_map(|symbol| market.number_of(symbol));
        let repeated = indices.filter(|index| self.wanted[*index]).count() as u64;
        lock(&self.house.seen).repeated += repeated;
        if repeated > 0 && self.house.manners().poison {
            return self.say(&[words::poisoned(wish.id)]).await;
        }
        self.house.asked_anew(wish);
        let acks = self.house.next_acks();
        let (texts, seats) = self.house.admission(wish, self.place, acks);
        for index in seats {
            self.wanted[index] = true;
        }
        if let Acks::Late(wait) = acks {
            self.late = Some((Instant::now() + wait, texts));
            return Ok(());
        }
        self.say(&texts).await
    }

    /// Everything up to now, or a new beginning.
    async fn go_on(&mut self) -> io::Result<()> {
        let (ticks, place) = self.house.market.since(self.place);
        let began_anew = place.epoch != self.place.epoch;
        self.place = place;
        let manners = self.house.manners();
        if began_anew {
            let market = &self.house.market;
            let names = market
                .symbols
                .iter()
                .zip(&self.wanted)
                .filter(|(_, wanted)| **wanted);
            let wish = Wish {
                symbols: names.map(|(name, _)| name.clone()).collect(),
                ..Wish::default()
            };
            let (texts, _) = self.house.admission(&wish, place, Acks::Prompt);
            self.say(&[words::welcome(place, manners.heartbeat.as_millis())])
                .await?;
            return self.say(&texts).await;
        }
        if manners.mute {
            return Ok(());
        }
        let mine = ticks.into_iter().filter(|tick| {
            let symbol = usize::from(tick.symbol);
            self.wanted[symbol] && manners.silenced != Some(symbol)
        });
        let mine = self.twister.twist(mine, manners.twist);
        let texts: Vec<_> = mine
            .into_iter()
            .map(|tick| words::trade(&self.house.market, tick))
            .collect();
        if texts.is_empty() {
            Ok(())
        } else {
            self.say(&texts).await
        }
    }

    /// Until the client has said goodbye too, or has left.
    async fn read_goodbye(&mut self) {
        let by = Instant::now() + super::GOODBYE_WAIT;
        loop {
            if let Ok(Some(frame)) = frames::take(&mut self.line.buffer) {
                if frame.opcode == frames::CLOSE {
                    self.house.heard_close(&frame.payload);
                    return;
                }
                continue;
            }
            select! {
                count = self.line.read() => if count.is_ok_and(|count| count > 0) { continue } else { return },
                () = sleep_until(by) => return,
            }
        }
    }
}
