//! What a window manager would do: asking a window to close.

use anyhow::{Context, Result};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window as WindowId,
};

/// Asks the window of a process to close, as the cross in its title bar does.
/// The program itself decides what that means.
pub fn ask_window_to_close(process: u32) -> Result<()> {
    let (connection, screen) = x11rb::connect(None).context("there is no X11 screen")?;
    let root = connection
        .setup()
        .roots
        .get(screen)
        .context("the screen has no root window")?
        .root;
    let atom =
        |name: &str| -> Result<u32> { Ok(connection.intern_atom(false, name.as_bytes())?.reply()?.atom) };
    let (pid, protocols, delete) = (
        atom("_NET_WM_PID")?,
        atom("WM_PROTOCOLS")?,
        atom("WM_DELETE_WINDOW")?,
    );

    let belongs = |window: WindowId, property: u32, wanted: u32| -> Result<bool> {
        let values = connection
            .get_property(false, window, property, AtomEnum::ANY, 0, 32)?
            .reply()?;
        Ok(values
            .value32()
            .is_some_and(|mut values| values.any(|value| value == wanted)))
    };
    // GTK keeps further windows that look the same from outside and that nobody sees.
    let is_seen = |window: WindowId| -> Result<bool> {
        let attributes = connection.get_window_attributes(window)?.reply()?;
        Ok(attributes.map_state == MapState::VIEWABLE && !attributes.override_redirect)
    };
    let mut waiting = vec![root];
    while let Some(window) = waiting.pop() {
        if belongs(window, pid, process)? && belongs(window, protocols, delete)? && is_seen(window)? {
            let message =
                ClientMessageEvent::new(32, window, protocols, [delete, x11rb::CURRENT_TIME, 0, 0, 0]);
            // Checked, and so surely read by the server before this connection ends.
            connection
                .send_event(false, window, EventMask::NO_EVENT, message)?
                .check()?;
            return Ok(());
        }
        waiting.extend(connection.query_tree(window)?.reply()?.children);
    }
    anyhow::bail!("process {process} shows no window that can be closed")
}
