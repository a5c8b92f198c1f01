//! All that can be dealt in there at once; contracts are known by their names alone.
//!
//! ```json
//! {"code":"0","msg":"","data":[{"instType":"SPOT","instId":"BTC-USDT","baseCcy":"BTC","quoteCcy":"USDT","tickSz":"0.1","lotSz":"0.00000001","minSz":"0.00001","state":"live"}]}
//! {"code":"50011","msg":"Too Many Requests","data":[]}
//! ```

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, each, parse};
use crate::{Hit, Lookup, Unreadable};

pub(super) fn lookup() -> Lookup {
    Lookup::List("/api/v5/public/instruments?instType=SPOT".to_owned())
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    code: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pair<'a> {
    #[serde(borrow)]
    inst_id: Option<Text<'a>>,
    #[serde(borrow)]
    quote_ccy: Option<Text<'a>>,
    #[serde(borrow)]
    state: Option<Text<'a>>,
}

pub(super) fn read(text: &str, hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    let data = answer
        .data
        .filter(|_| answer.code.is_none_or(|code| &*code == "0"));
    let data = data.ok_or(Unreadable::Missing { field: "data" })?;
    each(data.get(), |element| {
        let pair: Pair<'_> = parse(element)?;
        let id = pair.inst_id.ok_or(Unreadable::Missing { field: "instId" })?;
        if pair.state.is_none_or(|state| &*state == "live") {
            Hit::coins(&id, pair.quote_ccy.as_deref()).put(hits);
        }
        Ok(())
    })
}
