//! How a venue calls what is in the list. Each venue says in its [`Listing`](crate::Listing)
//! which of these it goes by.

use model::InstrumentKind;

use super::Listed;

/// Where Americans list theirs.
const AMERICAN: [&str; 3] = ["XNAS", "XNYS", "ARCX"];

/// Of a venue that has nothing of the kind.
pub(crate) const fn nothing(_listed: &Listed) -> Option<String> {
    None
}

/// A share or a fund that is listed in the United States, with this before the class: `BRK.B`, `BRK-B`.
pub(crate) fn american(listed: &Listed, class: &str) -> Option<String> {
    let exchange = listed.exchange?;
    AMERICAN
        .contains(&exchange)
        .then(|| listed.ticker.replace('.', class))
}

/// `BTC/USD`, with this between.
pub(crate) fn coins(listed: &Listed, between: &str) -> Option<String> {
    pair(listed, InstrumentKind::Crypto, between)
}

/// `BTCUSDT`: at some venues coins are paid for with Tether's, which are not dollars, and are themselves
/// not bought with what they are.
pub(crate) fn coins_for_tether(listed: &Listed, between: &str) -> Option<String> {
    const TETHER: &str = "USDT";
    let (bought, _) = listed.halves()?;
    (listed.kind == InstrumentKind::Crypto && bought != TETHER).then(|| format!("{bought}{between}{TETHER}"))
}

/// `EUR/USD`, with this between.
pub(crate) fn currencies(listed: &Listed, between: &str) -> Option<String> {
    pair(listed, InstrumentKind::Fx, between)
}

fn pair(listed: &Listed, kind: InstrumentKind, between: &str) -> Option<String> {
    let (bought, paid) = listed.halves()?;
    (listed.kind == kind).then(|| format!("{bought}{between}{paid}"))
}
