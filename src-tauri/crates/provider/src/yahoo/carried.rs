//! How what is in the list is called there.

use model::InstrumentKind;

use super::symbol;
use crate::bundle::{Listed, native};

/// What stands behind a ticker of an exchange that is not American.
const EXCHANGES: [(&str, &str); 7] = [
    ("XLON", ".L"),
    ("XETR", ".DE"),
    ("XPAR", ".PA"),
    ("XAMS", ".AS"),
    ("XSWX", ".SW"),
    ("XTKS", ".T"),
    ("XHKG", HONG_KONG),
];
const HONG_KONG: &str = ".HK";

const INDICES: [(&str, &str); 15] = [
    ("SPX", "^GSPC"),
    ("NDX", "^NDX"),
    ("IXIC", "^IXIC"),
    ("DJI", "^DJI"),
    ("RUT", "^RUT"),
    ("VIX", "^VIX"),
    ("DAX", "^GDAXI"),
    ("UKX", "^FTSE"),
    ("PX1", "^FCHI"),
    ("SX5E", "^STOXX50E"),
    ("AEX", "^AEX"),
    ("SMI", "^SSMI"),
    ("NI225", "^N225"),
    ("HSI", "^HSI"),
    ("IBEX", "^IBEX"),
];

/// Younger coins whose short name belongs to an older one there. Theirs has a number in it.
const NUMBERED: [&str; 7] = ["UNI", "TON", "SUI", "APT", "ARB", "PEPE", "GRT"];

pub(super) fn native(listed: &Listed) -> Option<String> {
    match listed.kind {
        InstrumentKind::Stock | InstrumentKind::Etf => {
            native::american(listed, "-").or_else(|| foreign(listed))
        }
        InstrumentKind::Index => {
            let (_, name) = INDICES.iter().find(|(ticker, _)| *ticker == listed.ticker)?;
            Some((*name).to_owned())
        }
        InstrumentKind::Crypto => {
            let (bought, _) = listed.halves()?;
            (!NUMBERED.contains(&bought)).then(|| listed.ticker.to_owned())
        }
        InstrumentKind::Fx => {
            let pair = native::currencies(listed, "")?;
            Some(symbol::native(
                &format!("{pair}{}", symbol::CURRENCIES).as_str().into(),
            ))
        }
    }
}

fn foreign(listed: &Listed) -> Option<String> {
    let exchange = listed.exchange?;
    let (_, ending) = EXCHANGES.iter().find(|(code, _)| *code == exchange)?;
    let ticker = listed.ticker.replace('.', "-");
    Some(match *ending {
        HONG_KONG => format!("{ticker:0>4}{HONG_KONG}"),
        ending => format!("{ticker}{ending}"),
    })
}
