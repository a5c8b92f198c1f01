//! The other end of a WebSocket, for who serves one: compression below the
//! library, which has none in either role.
//!
//! The handshake itself is the server's own. It asks [`agree`] what to answer
//! about compression, and gives [`accept`] the upgraded stream.

use http::header::SEC_WEBSOCKET_EXTENSIONS;
use http::{HeaderMap, HeaderValue};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::inflating::Inflating;
use super::negotiation::{Deflate, WINDOW_BITS_MAX, offer};

/// What a server would like of permessage-deflate. What the client demands
/// comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Each of our messages stands for itself, and neither side keeps a window
    /// between them.
    pub server_no_context_takeover: bool,
    /// The same for the client's messages.
    pub client_no_context_takeover: bool,
    /// How far back our messages may point: 9 to 15.
    pub server_max_window_bits: u8,
}

impl Default for Wish {
    /// What costs an idle client nothing.
    fn default() -> Self {
        Self {
            server_no_context_takeover: true,
            client_no_context_takeover: true,
            server_max_window_bits: WINDOW_BITS_MAX,
        }
    }
}

/// The parameters that both sides hold to (RFC 7692).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    pub(super) server_no_context_takeover: bool,
    pub(super) client_no_context_takeover: bool,
    pub(super) server_max_window_bits: u8,
    pub(super) client_max_window_bits: u8,
    /// The client has asked for a limit, and hears which one it got.
    names_server_window: bool,
    /// The client can be told a limit of its own window.
    names_client_window: bool,
}

/// Chooses from what the client offers, in its order. `None` is a connection
/// without compression, about which nothing is answered.
pub fn agree(request: &HeaderMap, wish: Wish) -> Option<Agreed> {
    let values = request.get_all(SEC_WEBSOCKET_EXTENSIONS);
    let values = values.iter().filter_map(|value| value.to_str().ok());
    let offer = values.flat_map(super::negotiation::offers).find_map(offer)?;
    let bits = offer.server_max_window_bits.unwrap_or(WINDOW_BITS_MAX);
    let bits = bits.min(wish.server_max_window_bits.clamp(9, WINDOW_BITS_MAX));
    Some(Agreed {
        // No compressor keeps a window of 8 bits; without one, any message that fits will do.
        server_no_context_takeover: offer.server_no_context_takeover
            || wish.server_no_context_takeover
            || bits == 8,
        client_no_context_takeover: offer.client_no_context_takeover || wish.client_no_context_takeover,
        server_max_window_bits: bits,
        client_max_window_bits: offer.client_max_window_bits.unwrap_or(WINDOW_BITS_MAX),
        names_server_window: offer.server_max_window_bits.is_some(),
        names_client_window: offer.client_max_window_bits.is_some(),
    })
}

impl Agreed {
    /// The value of `Sec-WebSocket-Extensions` in the server's answer.
    pub fn answer(&self) -> HeaderValue {
        let mut answer = "permessage-deflate".to_owned();
        if self.server_no_context_takeover {
            answer.push_str("; server_no_context_takeover");
        }
        if self.client_no_context_takeover {
            answer.push_str("; client_no_context_takeover");
        }
        if self.names_server_window || self.server_max_window_bits < WINDOW_BITS_MAX {
            answer.push_str("; server_max_window_bits=");
            answer.push_str(&self.server_max_window_bits.to_string());
        }
        if self.names_client_window && self.client_max_window_bits < WINDOW_BITS_MAX {
            answer.push_str("; client_max_window_bits=");
            answer.push_str(&self.client_max_window_bits.to_string());
        }
        // Only words and numbers, as written above.
        HeaderValue::try_from(answer).unwrap_or_else(|_| HeaderValue::from_static("permessage-deflate"))
    }

    /// Whether our messages must stand for themselves.
    pub const fn server_no_context_takeover(&self) -> bool {
        self.server_no_context_takeover
    }

    const fn incoming(&self) -> Deflate {
        Deflate {
            window_bits: self.client_max_window_bits,
            no_context_takeover: self.client_no_context_takeover,
        }
    }
}

/// A socket in the server's role. What it sends compressed is built by
/// [`super::Packed`].
pub type ServerSocket<S> = WebSocketStream<Inflating<S>>;

/// Begins to speak frames on an upgraded stream. `early` is what was read
/// behind the request's head, if anything was.
///
/// A connection for which nothing was agreed holds nothing but the library's
/// own buffers, whose sizes are in `config`.
pub async fn accept<S>(
    stream: S,
    early: &[u8],
    agreed: Option<&Agreed>,
    config: WebSocketConfig,
) -> ServerSocket<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let below = Inflating::accepted(stream, early, agreed.map(Agreed::incoming));
    WebSocketStream::from_raw_socket(below, Role::Server, Some(config)).await
}
