//! From a new connection to an open WebSocket, or to a refusal that says why.

use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request as Head, Response};
use tokio_tungstenite::tungstenite::http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, SEC_WEBSOCKET_PROTOCOL, WWW_AUTHENTICATE,
};
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::Visit;
use super::client::Call;
use super::door::{self, Refusal};
use super::hall::House;
use crate::protocol::{PROTOCOL, REQUEST_SIZE_MAX};

pub(super) type Socket = WebSocketStream<TcpStream>;

/// Requests are small, and idle clients many.
const BUFFER_SIZE: usize = 4 << 10;
/// What pongs to a client that does not read may take.
const WRITE_BUFFER_SIZE_MAX: usize = 256 << 10;
/// For those who find no room.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("5");

pub(super) async fn accept(socket: TcpStream, call: Call, house: &House) -> Option<Socket> {
    // Small messages go out at once: a tick that waits for the next is late.
    let _slower_without = socket.set_nodelay(true);
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER_SIZE)
        .write_buffer_size(BUFFER_SIZE)
        .max_write_buffer_size(WRITE_BUFFER_SIZE_MAX)
        .max_message_size(Some(REQUEST_SIZE_MAX))
        .max_frame_size(Some(REQUEST_SIZE_MAX));
    #[expect(clippy::result_large_err, reason = "the library's callback has this shape")]
    let judge = |head: &Head, response: Response| match door::admit(head, &house.token, call.full) {
        Ok(()) => Ok(welcomed(head.headers(), response)),
        Err(refusal) => Err(refused(&refusal)),
    };
    match tokio_tungstenite::accept_hdr_async_with_config(socket, judge, Some(config)).await {
        Ok(socket) => Some(socket),
        Err(Error::Http(response)) => {
            let status = response.status().as_u16();
            house.tell(Visit::Refused {
                address: call.address,
                status,
            });
            None
        }
        Err(error) => {
            tracing::debug!(%error, address = %call.address, "not a WebSocket request");
            None
        }
    }
}

/// Answers the subprotocol to those who offer it.
fn welcomed(headers: &HeaderMap, mut response: Response) -> Response {
    let offers = headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|name| name.trim() == PROTOCOL);
    if offers {
        response
            .headers_mut()
            .insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    }
    response
}

fn refused(refusal: &Refusal) -> ErrorResponse {
    let mut response = ErrorResponse::new(Some(refusal.why.to_owned()));
    *response.status_mut() = refusal.status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(CONTENT_LENGTH, HeaderValue::from(refusal.why.len()));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    if refusal.status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if refusal.status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, RETRY_SECONDS);
    }
    response
}
