/**
 * Twelve instruments that do not exist, chosen for what they do to a window: many decimals and none,
 * names that are long, prices that rarely move, one that is halted.
 */
export interface Instrument {
  readonly symbol: string;
  readonly name: string;
  readonly currency: string;
  readonly decimals: number;
  /** The first price, in units of the last decimal. */
  readonly from: number;
  /** How far one step goes at most, in the same units. */
  readonly stride: number;
  /** The usual time between two trades. */
  readonly gapMs: number;
  readonly halted?: true;
}

export const INSTRUMENTS: readonly Instrument[] = [
  {
    symbol: "NOVA",
    name: "Nova Semiconductor",
    currency: "USD",
    decimals: 2,
    from: 18_724,
    stride: 6,
    gapMs: 180,
  },
  {
    symbol: "ATLS",
    name: "Atlas Freight & Rail",
    currency: "USD",
    decimals: 2,
    from: 6_310,
    stride: 3,
    gapMs: 420,
  },
  {
    symbol: "BRYN",
    name: "Brynhild Energy",
    currency: "EUR",
    decimals: 3,
    from: 24_385,
    stride: 9,
    gapMs: 650,
  },
  {
    symbol: "CRWN",
    name: "Crown & Anchor Breweries",
    currency: "GBX",
    decimals: 1,
    from: 48_250,
    stride: 15,
    gapMs: 900,
  },
  { symbol: "DLTA", name: "Delta Biologics", currency: "USD", decimals: 2, from: 904, stride: 2, gapMs: 520 },
  {
    symbol: "EVRG",
    name: "Evergreen Timber Trust",
    currency: "CAD",
    decimals: 2,
    from: 3_178,
    stride: 2,
    gapMs: 2_400,
  },
  {
    symbol: "FUJIN",
    name: "Fujin Heavy Industries",
    currency: "JPY",
    decimals: 0,
    from: 4_215,
    stride: 3,
    gapMs: 700,
  },
  {
    symbol: "GLDX",
    name: "Gold, one troy ounce",
    currency: "USD",
    decimals: 2,
    from: 341_260,
    stride: 40,
    gapMs: 300,
  },
  {
    symbol: "HLIO",
    name: "Helio Coin",
    currency: "USD",
    decimals: 2,
    from: 11_573_599,
    stride: 1_900,
    gapMs: 120,
  },
  { symbol: "MOTE", name: "Mote", currency: "USD", decimals: 8, from: 1_942, stride: 3, gapMs: 240 },
  {
    symbol: "ORCA",
    name: "Orca Shipping",
    currency: "NOK",
    decimals: 1,
    from: 1_288,
    stride: 2,
    gapMs: 45_000,
  },
  {
    symbol: "ZEPH",
    name: "Zephyr Aerospace Holdings International",
    currency: "USD",
    decimals: 2,
    from: 21_990,
    stride: 6,
    gapMs: 5_000,
    halted: true,
  },
];

/** What a venue of somebody else has under a name: anything, so that any symbol can be tried. */
export function instrumentOf(symbol: string): Instrument {
  let sum = 7;
  for (let at = 0; at < symbol.length; at += 1) sum = (sum * 31 + symbol.charCodeAt(at)) % 90_007;
  return {
    symbol,
    name: `${symbol}, as invented here`,
    currency: symbol.split(/[-/]/)[1] ?? "USD",
    decimals: 2,
    from: 5_000 + sum,
    stride: 9,
    gapMs: 300 + (sum % 700),
  };
}
