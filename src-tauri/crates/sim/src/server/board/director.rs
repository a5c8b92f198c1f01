//! Begins and ends what has its time.

use tokio::time::{Instant, sleep_until};

use super::Board;

/// Runs until it is dropped.
pub(in crate::server) async fn direct(board: &Board) {
    loop {
        let changed = board.changed.notified();
        let next = board.next_at();
        tokio::select! {
            () = changed => {}
            () = async { sleep_until(next.unwrap_or_else(Instant::now)).await }, if next.is_some() => {
                board.pass(Instant::now());
            }
        }
    }
}

impl Board {
    fn next_at(&self) -> Option<Instant> {
        let state = self.lock();
        let ends = state.active.values().filter_map(|active| active.ends);
        let cuts = state.cuts.iter().map(|cut| cut.at);
        let script = state
            .playing
            .iter()
            .map(|playing| playing.cues.front().map_or(playing.ends, |(at, _)| *at));
        ends.chain(cuts).chain(script).min()
    }

    /// Everything whose time has come by `now`.
    fn pass(&self, now: Instant) {
        let over: Vec<_> = {
            let mut state = self.lock();
            state.cut_due(now);
            let active = state.active.iter();
            active
                .filter(|(_, active)| active.ends.is_some_and(|ends| ends <= now))
                .map(|(id, _)| *id)
                .collect()
        };
        for id in over {
            self.end(id);
        }
        // Begun and noted in one: whoever stops the script ends all of it.
        while let Some((id, fault)) = self.change(|state| state.cue(now)) {
            self.tell_began(id, fault);
        }
        let done = self.change(|state| state.playing.take_if(|playing| playing.ends <= now));
        self.clear_up(done);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::sync::broadcast;

    use super::*;
    use crate::fault::FaultWords;
    use crate::server::wire::Handle;

    #[test]
    fn flapping_that_was_ended_cuts_nobody_any_more() {
        let board = Board::new(broadcast::Sender::new(1), 1);
        let (now, handle) = (Instant::now(), Arc::new(Handle::default()));
        board.connected(&handle, now);
        let words: FaultWords = serde_json::from_str(r#"{"fault":"flap","after":"1s"}"#).unwrap();
        let id = board.begin(&words.read().unwrap(), now);
        let later = Arc::new(Handle::default());
        board.connected(&later, now);
        assert_eq!(board.lock().cuts.len(), 2);
        assert_eq!(board.next_at(), Some(now + Duration::from_secs(1)));
        assert!(board.end(id));
        assert!(board.lock().cuts.is_empty());
        assert_eq!(board.next_at(), None);
    }
}
