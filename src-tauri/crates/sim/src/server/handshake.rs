//! From a request to an open WebSocket, or to a refusal that says why.

use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::header::{
    HeaderMap, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::http::HeaderValue;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use transport::websocket::{Agreed, ServerSocket, Wish, accept, agree};

use super::body::{self, Answer};
use super::caller::Caller;
use super::client;
use crate::protocol::{PROTOCOL, REQUEST_SIZE_MAX};

pub(super) type Socket = ServerSocket<TokioIo<Upgraded>>;

/// Requests are small, and idle clients many.
const READ_BUFFER_SIZE: usize = 4 << 10;
/// What is written at once to a client that gets a lot; an idle one holds none of it.
const WRITE_BUFFER_SIZE: usize = 32 << 10;
/// What pongs to a client that does not read may take.
const WRITE_BUFFER_SIZE_MAX: usize = 256 << 10;

/// Answers at once; the client begins when the connection has changed hands.
pub(super) fn answer(mut request: Request<Incoming>, caller: &Caller) -> Answer {
    let mut answer = match create_response_with_body(&request, || Empty::new().boxed_unsync()) {
        Ok(answer) => answer,
        Err(error) => return not_a_handshake(&error.to_string()),
    };
    let agreed = agree(request.headers(), Wish::default());
    let headers = answer.headers_mut();
    if offers_our_protocol(request.headers()) {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    }
    if let Some(agreed) = &agreed {
        headers.insert(SEC_WEBSOCKET_EXTENSIONS, agreed.answer());
    }
    let upgrade = hyper::upgrade::on(&mut request);
    caller
        .house
        .tasks
        .spawn(client::serve(upgrade, agreed, caller.clone()));
    answer
}

pub(super) async fn open(upgrade: OnUpgrade, agreed: Option<&Agreed>) -> Result<Socket, hyper::Error> {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_SIZE)
        .write_buffer_size(WRITE_BUFFER_SIZE)
        .max_write_buffer_size(WRITE_BUFFER_SIZE_MAX)
        .max_message_size(Some(REQUEST_SIZE_MAX))
        .max_frame_size(Some(REQUEST_SIZE_MAX));
    let stream = TokioIo::new(upgrade.await?);
    // What came early is in the upgraded stream already.
    Ok(accept(stream, &[], agreed, config).await)
}

fn offers_our_protocol(headers: &HeaderMap) -> bool {
    headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|name| name.trim() == PROTOCOL)
}

fn not_a_handshake(why: &str) -> Answer {
    let why = format!("this address speaks WebSocket: {why}");
    let mut answer = body::full(StatusCode::UPGRADE_REQUIRED, body::TEXT, why);
    let headers = answer.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    answer
}
