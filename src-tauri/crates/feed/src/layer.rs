//! Between this computer and the venue, the place where something went wrong.

use model::TransportKind;

/// Where the cause of a step lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    Dns,
    Tcp,
    Proxy,
    Tls,
    Http,
    Ws,
    /// What the venue says.
    App,
    /// This computer, or the person at it.
    Local,
}

impl Layer {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Ws => "ws",
            Self::App => "app",
            Self::Local => "local",
        }
    }

    /// Where messages travel.
    pub(crate) const fn of(transport: TransportKind) -> Self {
        match transport {
            TransportKind::WebSocket => Self::Ws,
            TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => Self::Http,
        }
    }
}
