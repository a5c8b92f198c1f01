//! How what is in the list is called there.

use model::{InstrumentKind, Symbol};

use super::symbol;
use crate::bundle::{Listed, native};
use crate::canonical::{self, Canonical, Naming};
use crate::pair;

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

/// The same of whatever has a name everywhere, both ways.
pub(super) const NAMING: Naming = Naming { read, write };

fn read(called: &Symbol) -> Option<Canonical> {
    let name = symbol::native(called);
    if let Some((ticker, _)) = INDICES.iter().find(|(_, index)| *index == name) {
        let ticker = (*ticker).to_owned();
        return Some(Canonical::Index { ticker });
    }
    if let Some(currencies) = name.strip_suffix(symbol::CURRENCIES) {
        let (base, quote) = match currencies.len() {
            3 => (symbol::DOLLARS, currencies),
            _ => currencies.split_at_checked(3)?,
        };
        return (pair::is_money(base) && pair::is_money(quote)).then(|| Canonical::pair(base, quote));
    }
    let share = Symbol::new(&name);
    match name.rsplit_once('.') {
        Some((ticker, ending)) => {
            let ending = format!(".{ending}");
            let (exchange, ending) = EXCHANGES.iter().find(|(_, known)| *known == ending)?;
            let ticker = match *ending {
                HONG_KONG => ticker.trim_start_matches('0'),
                _ => ticker,
            };
            Some(Canonical::share(&ticker.replace('-', "."), exchange))
        }
        None => match canonical::american(&share) {
            Some(share) => Some(share),
            // Of those without a number it is another coin there.
            None => canonical::halves(&share).filter(|pair| !NUMBERED.contains(&pair.ticker())),
        },
    }
}

fn write(canonical: &Canonical) -> Option<String> {
    match canonical {
        Canonical::Share { ticker, exchange } => {
            let here = || foreign(ticker, exchange);
            canonical::class(canonical, "-").or_else(here)
        }
        Canonical::Pair { base, quote } if pair::is_money(base) && pair::is_money(quote) => {
            Some(symbol::native(&Symbol::new(&format!("{base}/{quote}"))))
        }
        Canonical::Pair { base, .. } if NUMBERED.contains(&base.as_str()) => None,
        Canonical::Pair { .. } => canonical::joined(canonical, "-"),
        Canonical::Index { ticker } => {
            let (_, name) = INDICES.iter().find(|(known, _)| known == ticker)?;
            Some((*name).to_owned())
        }
    }
}

pub(super) fn native(listed: &Listed) -> Option<String> {
    match listed.kind {
        InstrumentKind::Stock | InstrumentKind::Etf => {
            let exchange = listed.exchange?;
            native::american(listed, "-").or_else(|| foreign(listed.ticker, exchange))
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

fn foreign(ticker: &str, exchange: &str) -> Option<String> {
    let (_, ending) = EXCHANGES.iter().find(|(code, _)| *code == exchange)?;
    let ticker = ticker.replace('.', "-");
    Some(match *ending {
        HONG_KONG => format!("{ticker:0>4}{HONG_KONG}"),
        ending => format!("{ticker}{ending}"),
    })
}
