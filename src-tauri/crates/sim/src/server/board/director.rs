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
        let cuts = state.cuts.iter().map(|(at, _)| *at);
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
        while let Some(fault) = self.cue(now) {
            let id = self.begin(&fault, now);
            if let Some(playing) = &mut self.lock().playing {
                playing.begun.push(id);
            }
        }
        let done = {
            let state = self.lock();
            state.playing.as_ref().is_some_and(|playing| playing.ends <= now)
        };
        if done {
            self.stop();
        }
    }

    fn cue(&self, now: Instant) -> Option<crate::fault::Fault> {
        let mut state = self.lock();
        let playing = state.playing.as_mut()?;
        let due = playing.cues.front().is_some_and(|(at, _)| *at <= now);
        if due {
            playing.cues.pop_front().map(|(_, fault)| fault)
        } else {
            None
        }
    }
}
