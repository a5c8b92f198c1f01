//! What is sent. Whatever is no list of texts ends the connection.
//!
//! ```json
//! {"subscribe":["AAPL","BTC-USD"]}
//! {"unsubscribe":["AAPL"]}
//! ```

use serde::Serialize;

use super::CARD;

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Request<'a> {
    Subscribe(&'a [String]),
    Unsubscribe(&'a [String]),
}

pub(super) fn subscribe(names: &[String]) -> Vec<String> {
    requests(names, Request::Subscribe)
}

pub(super) fn unsubscribe(names: &[String]) -> Vec<String> {
    requests(names, Request::Unsubscribe)
}

fn requests<'a>(names: &'a [String], request: fn(&'a [String]) -> Request<'a>) -> Vec<String> {
    let chunks = names.chunks(CARD.symbols_per_message);
    // Texts can always be written.
    let requests = chunks.filter_map(|names| serde_json::to_string(&request(names)).ok());
    requests.collect()
}
