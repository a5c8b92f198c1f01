//! What is asked, and what was not answered yet.
//!
//! ```json
//! {"event":"bts:subscribe","data":{"channel":"live_trades_btcusd"}}
//! {"event":"bts:unsubscribe","data":{"channel":"order_book_btcusd"}}
//! ```

use std::collections::VecDeque;

use serde::Serialize;

use super::channel::{CHANNELS_MAX, Channel};

/// Whoever sends more in one frame is cut off.
pub(super) const FRAME_MAX: usize = 511;

#[derive(Serialize)]
struct Frame<'a> {
    event: &'static str,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    channel: &'a str,
}

/// Its errors name no channel, but it answers in the order in which it was asked.
#[derive(Debug, Default)]
pub(super) struct Frames {
    unanswered: VecDeque<String>,
}

impl Frames {
    pub(super) fn subscribe(&mut self, natives: impl Iterator<Item = String>) -> Vec<String> {
        let channels = natives.flat_map(|native| Channel::ALL.map(|channel| channel.of(&native)));
        let mut frames = Vec::new();
        for channel in channels {
            let Some(frame) = frame("bts:subscribe", &channel) else {
                continue;
            };
            // One that nobody will answer any more makes place.
            if self.unanswered.len() >= CHANNELS_MAX {
                self.unanswered.pop_front();
            }
            self.unanswered.push_back(channel);
            frames.push(frame);
        }
        frames
    }

    pub(super) fn answered(&mut self, channel: &str) {
        if let Some(at) = self.unanswered.iter().position(|asked| asked == channel) {
            self.unanswered.remove(at);
        }
    }

    /// What an error without a name is about.
    pub(super) fn oldest(&mut self) -> Option<String> {
        self.unanswered.pop_front()
    }
}

pub(super) fn unsubscribe(natives: &[String]) -> Vec<String> {
    let channels = natives.iter();
    let channels = channels.flat_map(|native| Channel::ALL.map(|channel| channel.of(native)));
    channels
        .filter_map(|channel| frame("bts:unsubscribe", &channel))
        .collect()
}

/// `None` for a name so long that asking for it would end the connection; it
/// stays without an answer, which is said.
fn frame(event: &'static str, channel: &str) -> Option<String> {
    let data = Data { channel };
    let frame = serde_json::to_string(&Frame { event, data }).ok()?;
    (frame.len() <= FRAME_MAX).then_some(frame)
}
