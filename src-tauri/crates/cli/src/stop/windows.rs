//! Ctrl+C in the terminal, and the terminal's own end.

use std::io;

use tokio::signal::windows::{CtrlC, CtrlClose, ctrl_c, ctrl_close};

#[derive(Debug)]
pub(super) struct Signals {
    interrupt: CtrlC,
    close: CtrlClose,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: ctrl_c()?,
            close: ctrl_close()?,
        })
    }

    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.close.recv() => {}
        }
    }
}
