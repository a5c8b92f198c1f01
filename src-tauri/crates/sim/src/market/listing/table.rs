//! The instruments that are traded here.
//!
//! The companies do not exist. They were chosen to be as different as a real
//! watchlist: a penny stock and one at six figures, prices in pence and in whole
//! yen, pairs with two and with eight digits, busy ones and some that trade
//! once in a minute.

use model::InstrumentKind::{Crypto, Etf, Fx, Index, Stock};

use super::super::exchange::{
    BANKS, CHAINS, HONG_KONG, LONDON, NASDAQ, NEW_YORK, PARIS, TOKYO, TORONTO, XETRA, ZURICH,
};
use super::Sector::{
    Broad, Coins, Consumer, Currencies, Energy, Finance, Health, Industry, Materials, Technology, Utilities,
};
use super::{Listing, Sector, Step};

/// What a first watchlist shows: the most different, most of them open when New York is.
pub(in crate::market) const FIRST_WATCHED: &[&str] = &[
    "NVX", "BTC-USD", "ETH-USD", "TW60", "HLQ", "ORVN", "CSTL", "PBH", "BRNK", "VLTB", "EDLW", "QUOX-USD",
];

const CENT: Step = Step::new(1, 2);
const HALF: Step = Step::new(5, 1);
const TWO_CENTS: Step = Step::new(2, 2);
const FIVE_CENTS: Step = Step::new(5, 2);
const MILL: Step = Step::new(1, 3);
const PIP: Step = Step::new(1, 4);
const WHOLE: Step = Step::new(1, 0);
const HUNDRED: Step = Step::new(100, 0);
const THOUSAND: Step = Step::new(1000, 0);

/// Per line: symbol, name, where, sector, tick, home, volatility, spread, usual size, activity.
#[rustfmt::skip]
pub(in crate::market) static LISTINGS: [Listing; 68] = [
    listed("NVX", "Novex Systems", NASDAQ, Technology, CENT, 18_720.0, 1.1, 2.0, 100.0, 7.0),
    listed("BTC-USD", "Bitcoin", CHAINS, Coins, CENT, 6_425_000.0, 0.9, 350.0, 420.0, 8.0).lots_of(PIP),
    listed("ETH-USD", "Ether", CHAINS, Coins, CENT, 312_045.0, 1.1, 24.0, 800.0, 7.0).lots_of(MILL),
    listed("TW60", "Tickwire 60 Index", NEW_YORK, Broad, CENT, 512_345.0, 0.55, 1.0, 0.0, 2.0).a(Index),
    listed("HLQ", "Hollowquill Foods", NEW_YORK, Consumer, CENT, 4_235.0, 0.6, 1.4, 140.0, 4.0),
    listed("ORVN", "Orvane Freight", NEW_YORK, Industry, CENT, 31_860.0, 0.8, 6.0, 60.0, 5.0),
    listed("CSTL", "Castellane Holdings A", NEW_YORK, Finance, Step::new(50, 2), 1_224_800.0, 0.4, 300.0, 2.0, 3.0),
    listed("PBH", "Pebblehorn Mining", NEW_YORK, Materials, PIP, 425.0, 5.5, 4.0, 35.0, 4.0).lots_of(HUNDRED),
    listed("BRNK", "Brennock & Sons", LONDON, Consumer, HALF, 2_965.0, 0.7, 2.0, 250.0, 4.0),
    listed("VLTB", "Voltabe Energie", PARIS, Energy, TWO_CENTS, 3_174.0, 0.7, 1.6, 180.0, 4.0),
    listed("EDLW", "Edelwyss Pharma", ZURICH, Health, FIVE_CENTS, 5_483.0, 0.5, 2.0, 45.0, 4.0),
    listed("HSKW", "Hoshikage Denki", TOKYO, Technology, WHOLE, 4_215.0, 0.9, 1.3, 6.0, 5.0).lots_of(HUNDRED),
    listed("QUOX-USD", "Quoxcoin", CHAINS, Coins, Step::new(1, 8), 2_817.0, 3.0, 3.0, 900_000.0, 5.0),
    // New York and Nasdaq.
    listed("TWSX", "Tickwire 60 Index Fund", NEW_YORK, Broad, CENT, 51_230.0, 0.56, 1.2, 220.0, 6.0).a(Etf),
    listed("HEDG", "Hedgerow Short Treasury Fund", NASDAQ, Currencies, CENT, 10_042.0, 0.12, 1.0, 400.0, 1.0).a(Etf),
    listed("AXLR", "Axelar Semiconductors", NASDAQ, Technology, CENT, 84_215.0, 1.4, 9.0, 70.0, 6.0),
    listed("QDRA", "Quadrasoft", NASDAQ, Technology, CENT, 40_160.0, 0.8, 3.0, 80.0, 4.0),
    listed("LMNT", "Lumenet Cloud", NASDAQ, Technology, CENT, 6_744.0, 1.3, 2.0, 110.0, 3.0),
    listed("PXLR", "Pixelroost Games", NASDAQ, Technology, CENT, 2_312.0, 1.6, 1.5, 160.0, 2.0),
    listed("ZEPH", "Zephyr Motors", NASDAQ, Consumer, CENT, 24_890.0, 1.9, 6.0, 90.0, 6.0),
    listed("GNOM", "Genomara Therapeutics", NASDAQ, Health, CENT, 1_128.0, 2.6, 2.5, 130.0, 2.0),
    listed("VRDX", "Veridex Diagnostics", NASDAQ, Health, CENT, 9_120.0, 0.9, 4.0, 60.0, 1.5),
    listed("MRLN", "Merlin Trust", NEW_YORK, Finance, CENT, 21_475.0, 0.8, 2.0, 90.0, 3.0),
    listed("KEST", "Kestrel Bancorp", NEW_YORK, Finance, CENT, 3_866.0, 0.9, 1.2, 210.0, 2.5),
    listed("GRNT", "Granite Assurance", NEW_YORK, Finance, CENT, 14_388.0, 0.6, 4.0, 60.0, 1.2),
    listed("PTRX", "Petroxa", NEW_YORK, Energy, CENT, 10_744.0, 0.8, 1.4, 150.0, 3.0),
    listed("DRLL", "Drillwell Services", NEW_YORK, Energy, CENT, 3_190.0, 1.3, 1.6, 150.0, 1.5),
    listed("HYDR", "Hydra Water Works", NEW_YORK, Utilities, CENT, 7_265.0, 0.5, 2.0, 80.0, 1.0),
    listed("ATMS", "Atmos Turbines", NEW_YORK, Industry, CENT, 17_904.0, 0.8, 3.0, 70.0, 1.5),
    listed("SKYL", "Skylark Airlines", NEW_YORK, Industry, CENT, 1_684.0, 1.4, 1.1, 300.0, 2.0),
    listed("OAKM", "Oakmere Stores", NEW_YORK, Consumer, CENT, 15_218.0, 0.6, 1.8, 90.0, 2.0),
    listed("BLSM", "Blossom Beverages", NEW_YORK, Consumer, CENT, 6_012.0, 0.5, 1.1, 190.0, 1.5),
    listed("CPRX", "Cuprex Mining", NEW_YORK, Materials, CENT, 4_471.0, 1.2, 1.3, 180.0, 2.0),
    listed("TMBR", "Timberline Land", NEW_YORK, Materials, CENT, 2_845.0, 0.7, 3.0, 70.0, 0.08),
    // Toronto.
    listed("NLTS", "Northern Lights Uranium", TORONTO, Energy, CENT, 2_418.0, 1.4, 2.0, 120.0, 1.2),
    listed("MPLB", "Mapleborough Bank", TORONTO, Finance, CENT, 12_630.0, 0.5, 2.0, 100.0, 1.2),
    // London, in pence.
    listed("THMS", "Thamesgate Insurance", LONDON, Finance, HALF, 1_244.0, 0.7, 1.4, 420.0, 1.5),
    listed("CALD", "Caldermine", LONDON, Materials, HALF, 9_616.0, 0.9, 2.0, 90.0, 2.0),
    listed("PGTL", "Pargeter Telecom", LONDON, Utilities, Step::new(5, 2), 2_842.0, 0.7, 2.0, 2_400.0, 1.5),
    listed("ALBN", "Albion Pharma", LONDON, Health, HALF, 22_480.0, 0.6, 4.0, 60.0, 1.5),
    listed("SEVR", "Severnside Water", LONDON, Utilities, HALF, 4_926.0, 0.5, 3.0, 70.0, 0.1),
    // Frankfurt.
    listed("KRFT", "Kraftwald Maschinen", XETRA, Industry, CENT, 16_842.0, 0.8, 4.0, 60.0, 2.0),
    listed("RHNC", "Rheinchemie Nord", XETRA, Materials, CENT, 4_718.0, 0.8, 2.0, 140.0, 1.5),
    listed("ISAR", "Isarwerke Automobil", XETRA, Consumer, TWO_CENTS, 4_406.0, 0.9, 1.5, 110.0, 2.5),
    listed("SPRE", "Spreehaus Immobilien", XETRA, Finance, CENT, 2_731.0, 0.9, 2.0, 190.0, 1.0),
    listed("DXFN", "Deutscher Standardwerte-Fonds", XETRA, Broad, TWO_CENTS, 7_640.0, 0.55, 1.2, 60.0, 1.0).a(Etf),
    // Paris.
    listed("LMRE", "Lumière & Cie", PARIS, Consumer, Step::new(10, 2), 6_418.0, 0.8, 2.0, 25.0, 2.5),
    listed("GRVL", "Gravelle Aéronautique", PARIS, Industry, TWO_CENTS, 6_905.0, 0.8, 2.0, 70.0, 1.5),
    listed("CRDT", "Crédit Fauvel", PARIS, Finance, CENT, 6_244.0, 0.9, 2.0, 220.0, 1.5),
    // Zurich.
    listed("ALPN", "Alpenquell Nahrung", ZURICH, Consumer, TWO_CENTS, 4_637.0, 0.5, 1.4, 130.0, 2.0),
    listed("UHRW", "Uhrwerk Biel", ZURICH, Consumer, FIVE_CENTS, 3_568.0, 0.8, 2.0, 60.0, 1.0),
    // Tokyo.
    listed("7413", "Aozora Jidosha", TOKYO, Consumer, HALF, 5_642.0, 0.8, 1.3, 8.0, 3.0).lots_of(HUNDRED),
    listed("8219", "Kaede Finance", TOKYO, Finance, HALF, 3_318.0, 0.8, 1.4, 9.0, 2.0).lots_of(HUNDRED),
    listed("4471", "Mizube Kagaku", TOKYO, Materials, WHOLE, 2_874.0, 0.9, 1.3, 3.0, 1.0).lots_of(HUNDRED),
    listed("6127", "Tsubame Robotics", TOKYO, Technology, Step::new(10, 0), 5_236.0, 1.0, 1.2, 2.0, 2.0).lots_of(HUNDRED),
    // Hong Kong.
    listed("0788", "Harbourlight Holdings", HONG_KONG, Finance, FIVE_CENTS, 1_236.0, 0.9, 1.2, 5.0, 2.0).lots_of(HUNDRED),
    listed("1966", "Jadestream Technology", HONG_KONG, Technology, Step::new(20, 2), 1_934.0, 1.3, 1.3, 3.0, 3.0).lots_of(HUNDRED),
    listed("0045", "Lantern Ferry", HONG_KONG, Industry, CENT, 412.0, 0.9, 2.0, 2.0, 0.12).lots_of(THOUSAND),
    // Coins.
    listed("SOL-USD", "Solana", CHAINS, Coins, CENT, 14_862.0, 1.5, 2.0, 900.0, 4.0).lots_of(CENT),
    listed("ADA-USD", "Cardano", CHAINS, Coins, PIP, 4_512.0, 1.5, 1.5, 1_200.0, 2.0),
    listed("LTC-USD", "Litecoin", CHAINS, Coins, CENT, 8_430.0, 1.3, 2.0, 600.0, 1.5).lots_of(CENT),
    listed("ETH-BTC", "Ether in Bitcoin", CHAINS, Coins, Step::new(1, 6), 48_560.0, 0.7, 12.0, 500.0, 1.5).lots_of(MILL),
    listed("MOTH-USD", "Mothcoin", CHAINS, Coins, Step::new(1, 8), 118_240.0, 3.2, 90.0, 250_000.0, 1.0),
    listed("BTC-EUR", "Bitcoin in Euro", CHAINS, Coins, CENT, 5_918_400.0, 0.9, 900.0, 160.0, 2.0).lots_of(PIP),
    // Currencies.
    listed("EUR/USD", "Euro in US Dollar", BANKS, Currencies, Step::new(1, 5), 108_540.0, 0.16, 6.0, 10.0, 4.0).lots_of(THOUSAND),
    listed("USD/JPY", "US Dollar in Yen", BANKS, Currencies, MILL, 149_820.0, 0.19, 7.0, 10.0, 3.0).lots_of(THOUSAND),
    listed("GBP/USD", "Pound in US Dollar", BANKS, Currencies, Step::new(1, 5), 126_910.0, 0.17, 9.0, 8.0, 2.0).lots_of(THOUSAND),
    listed("USD/CHF", "US Dollar in Swiss Franc", BANKS, Currencies, Step::new(1, 5), 88_230.0, 0.16, 9.0, 8.0, 1.0).lots_of(THOUSAND),
];

#[expect(clippy::too_many_arguments, reason = "a line of a table")]
const fn listed(
    symbol: &'static str,
    name: &'static str,
    exchange: usize,
    sector: Sector,
    tick: Step,
    home: f64,
    volatility: f64,
    spread: f64,
    usual_size: f64,
    activity: f64,
) -> Listing {
    let kind = match exchange {
        CHAINS => Crypto,
        BANKS => Fx,
        _ => Stock,
    };
    Listing {
        symbol,
        name,
        kind,
        exchange,
        sector,
        currency: currency(symbol, exchange),
        tick,
        lot: WHOLE,
        home,
        volatility,
        spread,
        usual_size,
        activity,
    }
}

/// That of the exchange, or what a pair is quoted in.
const fn currency(symbol: &'static str, exchange: usize) -> &'static str {
    match exchange {
        TORONTO => "CAD",
        LONDON => "GBX",
        XETRA | PARIS => "EUR",
        ZURICH => "CHF",
        TOKYO => "JPY",
        HONG_KONG => "HKD",
        CHAINS | BANKS => symbol.split_at(symbol.len() - 3).1,
        _ => "USD",
    }
}
